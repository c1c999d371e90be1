import * as fc from 'fast-check';
import { get as httpGet } from 'node:http';
import { afterAll, expect, it } from 'vitest';
import { compileRegex } from '../../server/src/model/regex';
import { startServers } from './harness/nginx';
import { Resources } from './harness/resources';

/**
 * Patterns as the PCRE of the nginx at hand matches them, against what `compileRegex` makes of them: whether they
 * match, and what they capture.
 */

const SEED = Number(process.env['SEED'] ?? 20_261_123);
const PATTERNS = Number(process.env['PATTERNS'] ?? 400);

const resources = new Resources();
afterAll(() => resources.stop());

/** Constructs, each with subjects that tell it from its neighbours. Bytes are written `\xNN`. */
const CONSTRUCTS: readonly (readonly [pattern: string, ...subjects: string[]])[] = [
  ['^a$', 'a', 'a\n', 'a\n\n', 'ab', '\na'],
  ['^a\\Z', 'a', 'a\n', 'a\n\n'],
  ['^a\\z', 'a', 'a\n'],
  ['\\Aa', 'a', '\na', 'ba'],
  ['^a.b$', 'a\nb', 'a\rb', 'a\x85b', 'axb', 'a\xc3\xa9b'],
  ['^a..b$', 'a\xc3\xa9b'],
  ['^\\s+$', ' \t\r\n\f\v', '\xa0', '\x85'],
  ['^\\S+$', '\xa0', 'a b', '\x85'],
  ['^[\\s]$', '\v', '\xa0'],
  ['^[^\\s]$', '\v', '\xa0'],
  ['^\\h$', ' ', '\t', '\xa0', '\n'],
  ['^\\v$', '\n', '\v', '\x85', ' '],
  ['^\\w\\W\\d\\D$', 'a-1a', '_\xe41-', 'aa1a'],
  ['^\\N$', 'a', '\n', '\r'],
  ['^[[:alpha:]_]+$', 'aZ_', 'a1', '\xe4'],
  ['^[[:^digit:]]+$', 'a', '1', '\xe4'],
  ['^[[:punct:][:space:]]+$', '.,- \v', 'a'],
  ['^[]a]+$', ']a', 'b'],
  ['^[^]a]+$', ']', 'b'],
  ['^[a\\-z]+$', 'a-z', 'b'],
  ['^[a-]+$', 'a-', 'b'],
  ['^[\\x41-\\x43]+$', 'ABC', 'D'],
  ['^\\x41\\x{42}\\o{103}', 'ABC', 'AB'],
  ['^\\012\\t\\e\\a$', '\n\t\x1b\x07', 'a'],
  ['^\\Qa.b*\\E$', 'a.b*', 'axb*'],
  ['^(?#comment)a$', 'a', 'b'],
  ['^(?i)WS$', 'ws', 'Ws', 'x'],
  ['^a(?i)b$', 'aB', 'AB'],
  ['^(?:a(?i)b|c)d$', 'aBd', 'Cd', 'aBD'],
  ['^(?i:a)b$', 'Ab', 'AB'],
  ['^(?i)a(?-i)b$', 'Ab', 'AB'],
  ['^(?s)a.b$', 'a\nb', 'a\rb'],
  ['^(?x) a b # c\n c$', 'abc', 'a b c'],
  ['^(?i)[a-c]+[^x]$', 'ABCd', 'abX'],
  ['^(?i)\xe4$', '\xe4', '\xc4'],
  ['^(?i)k$', 'K', 'k', '\xe2'],
  ['^(?>a+)ab', 'aab', 'ab'],
  ['^(?>a|ab)c', 'abc', 'ac'],
  ['^a++ab', 'aab'],
  ['^a*+b', 'aab', 'b'],
  ['^a?+a', 'a', 'aa'],
  ['^(?:a{2}){2}$', 'aaaa', 'aa'],
  ['^a{1,2}?(a*)$', 'aaa'],
  ['^a{x}$', 'a{x}', 'a'],
  ['^{a', '{a'],
  ['^(?<=/)a|b', 'b', 'a'],
  ['(?<=x)a', 'xa', 'ya'],
  ['(?<!x)a', 'xa', 'ya'],
  ['^(?!b)(.)', 'a', 'b'],
  ['^(?=(a))(.)', 'a', 'b'],
  ['^(a)|b(c)', 'a', 'bc'],
  ['^(?:(a)|b){2}$', 'ab', 'ba', 'bb'],
  ['^/a(.*)?$', '/a', '/ab'],
  ['^/a(/.*)?$', '/a', '/a/b'],
  ['^(a|b){2}$', 'ab', 'a'],
  ['^(?:(a)(b)?){1,2}$', 'aba', 'ab'],
  ["^(?'n'a)(?P<m>b)(?<o>c)$", 'abc'],
  ['^(.*?)-(.*)$', 'a-b-c'],
  ['^(.*)-(.*)$', 'a-b-c'],
  ['^/api/v\\d{1,2}/(.+\\.(?:js|css))$', '/api/v1/a.js', '/api/v/a.js'],
  ['\\bws\\b', 'a ws b', 'aws', 'ws'],
  ['\\Bws', 'aws', 'ws'],
  ['', '', 'a'],
  ['a||b', 'c'],
  // References to what was captured.
  ['^(a|b)\\1$', 'aa', 'ab', 'bb'],
  ['^(?<n>a|b)-\\k<n>$', 'a-a', 'a-b', 'a-A'],
  ['^(a)?b\\1', 'aba', 'ba', 'b'],
  ['^(?:(a)|b\\1)+$', 'aba', 'ba', 'abab'],
  ['^(a)(b)\\g{-1}\\g1$', 'abba', 'abab'],
  ['^(a+)(?i)\\1$', 'aaAA', 'aa'],
  // Lines.
  ['(?m)^a$', 'a', 'b\na\nb', 'ba', 'b\na'],
  ['(?m)^$', 'a\n', 'a\n\nb', '\n'],
  ['a(?-m)$', 'a\n', 'a\nb'],
  // Turns that take nothing, and captures in them.
  ['^(a?)*$', 'aa', 'b'],
  ['^(a|)*b', 'aab', 'b'],
  ['^(|a)*b', 'aab', 'b'],
  ['^(a??)*?b', 'aab', 'b'],
  ['^((a?)b??)*c', 'aabc', 'c'],
  ['^(|a)?b', 'ab', 'b'],
  ['^(a??)?b', 'ab', 'b'],
  ['^(?:(a)|(b))*$', 'ab', 'ba', 'abb'],
  ['^(?:(a)|(b)|c){2,}?$', 'abc', 'bca'],
  ['^(a|ab)(c|bcd)(d*)$', 'abcd'],
  ['^(a{0}b|c)+$', 'bcb'],
  // Groups without a way back.
  ['^(?>(a+)(b?))b', 'aabb', 'aab'],
  ['^(?:(a)|b)*+b', 'ab', 'aba'],
  ['^(?>(a|ab))+c', 'aac', 'abc'],
  // Looks that capture.
  ['(?<=(a)|(b))c', 'ac', 'bc', 'cc'],
  ['^(?!(a)b)(.)', 'ac', 'ab'],
  ['^(?=(a+))a\\1$', 'aaa', 'aa'],
  ['(?<!^a)b', 'ab', 'aab'],
];

/** Refused by PCRE, or not translated: nothing may be said of them. */
const NOT_TRANSLATED: readonly string[] = [
  '(a\\1)',
  '\\1(a)',
  '(?R)?a',
  '(a)(?1)',
  '(?(1)a|b)',
  '(*UTF8)a',
  '\\p{L}',
  '\\Ra',
  'a\\Kb',
  '(?|(a)|(b))',
  'a{,2}',
  'a{2}{2}',
  '[\\w-.]',
  '[a-\\d]',
  '[[:alpha:]-z]',
  '[:alpha:]',
  '(?<=a+)b',
  '(?<=a|b(?:c|de))f',
  '\\x{100}',
  '\\x{',
  // What PCRE 10.42 makes of these is a fault of its own.
  'a*(?>|b)a',
  'a?(?:b|c)?+a',
  '(?=(?:a){0}b?+)',
];

/** Random patterns of the constructs that are translated, and subjects over a few characters. */
const ATOMS: readonly string[] = [
  'a',
  'b',
  'B',
  '-',
  '\\d',
  '\\w',
  '.',
  '[ab]',
  '[^a]',
  '[a-c-]',
  '\\.',
  '1',
  '\\s',
  '(?:ab|b)',
  '\\n',
  'a?',
  '(?:(a|b)\\g{-1})',
];
/** What takes nothing, and is not repeated. */
const PLACES: readonly string[] = ['(?<=a)', '(?<!ab|c)', '(?<=(a)|(b))', '\\b', '\\B', '(?m)', '(?i)'];
const atom = fc.constantFrom(...ATOMS);
const repetition = fc.constantFrom(
  '',
  '',
  '',
  '',
  '*',
  '+',
  '?',
  '{2}',
  '{1,2}',
  '*?',
  '+?',
  '??',
  '{0,1}',
  '++',
  '{2,}',
  '{0}',
  '*+',
);
const piece = fc.oneof(
  { weight: 9, arbitrary: fc.tuple(atom, repetition).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: fc.constantFrom(...PLACES) },
);
const sequence = fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join(''));
/** A group around something: brackets, or a look that is not repeated. */
function groupOf(inner: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom('(', '(', '(?:', '(?=', '(?!', '(?i:', '(?>'), inner, fc.option(inner), repetition)
    .map(([open, first, other, times]) => {
      const isLook = /^\(\?[=!]/.test(open);
      return `${open}${first}${other === null ? '' : `|${other}`})${isLook ? '' : times}`;
    });
}
const group = groupOf(fc.oneof(sequence, groupOf(fc.oneof(sequence, fc.constant(''))), sequence));
const pattern = fc
  .tuple(
    fc.constantFrom('^', '', '\\A', '(?m)^'),
    fc.array(fc.oneof(group, sequence), { minLength: 1, maxLength: 3 }),
    fc.constantFrom('$', '', '\\z', '\\b'),
  )
  .map(([start, middle, end]) => start + middle.join('') + end);
const subject = fc
  .array(fc.constantFrom('a', 'b', 'A', 'B', 'c', '-', '.', '1', ' ', '\n', '\xe4'), { maxLength: 7 })
  .map((characters) => characters.join(''));

/** Words of a configuration end somewhere: so many patterns fit into one `return`. */
const BATCH = 100;

/** What nginx says: by subject, for each pattern without and with case, `-` or the captures. */
async function askNginx(patterns: readonly string[], subjects: readonly string[]): Promise<string[][]> {
  const answers: string[][] = subjects.map(() => []);
  for (let at = 0; at < patterns.length; at += BATCH) {
    const batch = await askOne(patterns.slice(at, at + BATCH), subjects);
    for (const [row, texts] of batch.entries()) answers[row]?.push(...texts);
  }
  return answers;
}

async function askOne(patterns: readonly string[], subjects: readonly string[]): Promise<string[][]> {
  const maps = patterns.flatMap((each, index) =>
    ['~', '~*'].map((sign, mode) => mapOf(sign + each, `m${index}_${mode}`)),
  );
  const names = patterns.flatMap((_, index) => [`$m${index}_0`, `$m${index}_1`]);
  const http = `map_hash_max_size 4096; variables_hash_max_size 8192; merge_slashes off;\n${maps.join('\n')}`;
  const body = `location ~ "^/s(?<subject>[\\s\\S]*)$" { return 200 "${names.join('\x02')}"; }`;
  const nginx = await startServers([{ body }], http);
  try {
    const answers: string[][] = [];
    for (const each of subjects) answers.push((await fetchText(nginx.ports[0] ?? 0, each)).split('\x02'));
    return answers;
  } finally {
    await nginx.stop();
  }
}

function mapOf(key: string, name: string): string {
  const quoted = key.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
  return `map $subject $${name} { default "-"; "${quoted}" "<$1><$2><$3>"; }`;
}

/** Subjects are bytes: the path is asked for with each of them escaped. */
function fetchText(port: number, text: string): Promise<string> {
  const path = `/s${Array.from(text, (each) => `%${each.charCodeAt(0).toString(16).padStart(2, '0')}`).join('')}`;
  return new Promise((resolve, reject) => {
    httpGet({ port, path, host: '127.0.0.1', agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(Buffer.concat(chunks).toString('latin1')));
    }).on('error', reject);
  });
}

/** What we say of a subject: null where nothing is said. */
function sayerOf(each: string, ignoreCase: boolean): (text: string) => string | null {
  const regex = compileRegex(each, ignoreCase);
  return (text) => {
    const match = regex === null ? 'unknown' : regex.match(text);
    if (match === 'unknown') return null;
    if (match === null) return '-';
    const [, first = '', second = '', third = ''] = match.groups;
    return `<${first}><${second}><${third}>`;
  };
}

/** Where we say otherwise than nginx, and how much was compared. */
async function compare(
  patterns: readonly string[],
  subjects: readonly string[],
): Promise<[unknown[], number]> {
  // A map tries no pattern on an empty source.
  const texts = [...new Set(subjects)].filter((each) => each !== '');
  const answers = await askNginx(patterns, texts);
  const differences: unknown[] = [];
  let compared = 0;
  for (const [index, each] of patterns.entries()) {
    for (const mode of [0, 1]) {
      const say = sayerOf(each, mode === 1);
      for (const [row, text] of texts.entries()) {
        const said = say(text);
        const nginx = answers[row]?.[index * 2 + mode];
        if (said === null) continue;
        compared += 1;
        if (said !== nginx) differences.push({ each, mode, text, said, nginx });
      }
    }
  }
  return [differences, compared];
}

it('means by each construct what nginx means', async () => {
  const patterns = CONSTRUCTS.map(([each]) => each);
  expect(patterns.filter((each) => compileRegex(each, false) === null)).toEqual([]);
  const [differences] = await compare(
    patterns,
    CONSTRUCTS.flatMap(([, ...each]) => each),
  );
  expect(differences).toEqual([]);
});

it.each(NOT_TRANSLATED)('says nothing of %s', (each) => {
  expect(compileRegex(each, false)).toBeNull();
});

it(`agrees with nginx on ${PATTERNS} random patterns (SEED=${SEED})`, async () => {
  const patterns = [...new Set(fc.sample(pattern, { seed: SEED, numRuns: PATTERNS }))];
  const known = patterns.filter((each) => compileRegex(each, false) !== null);
  // What we translate nginx takes: else it does not start here.
  const [differences, compared] = await compare(known, fc.sample(subject, { seed: SEED, numRuns: 40 }));
  expect(differences.slice(0, 5)).toEqual([]);
  expect(known.length / patterns.length).toBeGreaterThan(0.5);
  console.log(`SEED=${SEED}: ${compared} matches of ${known.length} of ${patterns.length} patterns`);
});
