import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { execute, MOST_STEPS, type Outcome } from '../../../server/src/model/pattern/matcher';
import { parsePattern } from '../../../server/src/model/pattern/parser';
import { compile, type Program } from '../../../server/src/model/pattern/program';

function programOf(pattern: string): Program | null {
  const parsed = parsePattern(pattern, false);
  return parsed === null ? null : compile(parsed);
}

function outcomeOf(pattern: string, subject: string): Outcome {
  const program = programOf(pattern);
  if (program === null) throw new Error(`${pattern} is not known`);
  return execute(program, subject);
}

/** In words, without the captures. */
function answerOf(pattern: string, subject: string): string {
  const { found } = outcomeOf(pattern, subject);
  return found === null ? 'no' : found === 'unknown' ? found : 'yes';
}

const SEED = Number(process.env['SEED'] ?? 20_261_130);

/** Random patterns of little else than repetitions within repetitions. */
const atom = fc.constantFrom('a', 'b', '.', '[ab]', '\\w', '(?:a|b)', '(?:a?)', '(?:(a|b)\\g{-1})', '(?:)');
const times = fc.constantFrom('*', '+', '?', '*?', '+?', '{2,}', '{0,9}', '{3}', '*+', '');
const open = fc.constantFrom('(', '(?:', '(?=', '(?!', '(?>');
const { pattern } = fc.letrec<{ pattern: string; group: string }>((tie) => ({
  pattern: fc
    .array(
      fc.oneof(
        { depthSize: 'medium' },
        fc.tuple(atom, times).map((parts) => parts.join('')),
        tie('group'),
      ),
      { minLength: 1, maxLength: 4 },
    )
    .map((parts) => parts.join('')),
  group: fc.tuple(open, tie('pattern'), fc.option(tie('pattern')), times).map(([start, one, other, end]) => {
    const isLook = /[=!]$/.test(start);
    return `${start}${one}${other === null ? '' : `|${other}`})${isLook ? '' : end}`;
  }),
}));

/** What backtracks without end, or for a long time, where it is matched one way after another. */
const HOSTILE: readonly string[] = [
  '(a+)+$',
  '(a*)*$',
  '((a+)b?)+$',
  '(?:(?:a*)){2,}b',
  '(.*)*y',
  '.*.*y$',
  '.*.*.*y$',
  '.*.*.*.*.*y$',
  '.*'.repeat(100),
  `${'.*'.repeat(100)}y`,
  '(a|a)*b',
  '(?:a|aa)+$',
  '(a?b?)+y',
  '(\\w+\\s?)*$',
  '(/?[^/]+)*$',
  '([^/]+/)*[^/]+\\.php$',
  '(?=(a+)+b)',
  '(?!(a+)+b)a+y',
  '(?<=a)(a+)+b',
  '(?>(a))*b',
  '(?>(a+)+)b',
  '(a+)++b',
  '(a*)*\\1b',
  '(a+)(a+)(a+)\\1\\2\\3b',
  '(?:(?=.*b)a)*',
  '(?:(?=(a*))\\1a?)*b',
  '(((a*)*)*)*b',
  '(?:a?){50}a{50}b',
  `${'a?'.repeat(500)}${'a'.repeat(500)}b`,
  'a{1000}b',
  '(?:a{0,100}){0,30}y',
  '(a{1,100}){1,30}b',
  '(?:|a|aa|aaa)*?b',
  '(?:(?:)|a)*+b',
];

describe('a pattern that is written to take for ever', () => {
  it.each(HOSTILE)('%s has an end', (pattern) => {
    for (const length of [100, 1000, 100_000]) {
      for (const end of ['', '!', '\n', 'ab!']) {
        const { steps } = outcomeOf(pattern, 'a'.repeat(length) + end);
        expect([length, end, steps > 1.5 * MOST_STEPS ? steps : 'few']).toEqual([length, end, 'few']);
      }
    }
  });

  it(`has an end in random ones (SEED=${SEED})`, () => {
    let known = 0;
    fc.assert(
      fc.property(
        pattern,
        fc.constantFrom(10, 100, 5000),
        fc.constantFrom('', '!', 'b'),
        (text, length, end) => {
          const program = programOf(text);
          if (program === null) return;
          known += 1;
          expect(execute(program, 'a'.repeat(length) + end).steps).toBeLessThan(1.5 * MOST_STEPS);
        },
      ),
      { numRuns: 300, seed: SEED },
    );
    expect(known).toBeGreaterThan(100);
  });

  it.each([
    '((a{1,100}){1,100}){1,100}',
    '(((a{50}){50}){50}){50}',
    '(?:(?:(?:){65535}){65535}){65535}',
    '.{0,65535}.{0,65535}',
    `${'('.repeat(200)}a${'){2}'.repeat(200)}`,
  ])('%s is too large, and nothing is known of it', (pattern) => {
    expect(parsePattern(pattern, false)).not.toBeNull();
    expect(programOf(pattern)).toBeNull();
  });
});

describe('what is told', () => {
  it.each([
    ['(a+)+$', 'aaaa', 'yes'],
    ['(a+)+$', 'aaaa!', 'no'],
    ['.*.*.*.*.*y$', 'a'.repeat(20), 'no'],
    ['.*.*.*.*.*y$', `${'a'.repeat(1000)}y`, 'yes'],
    ['(\\w+\\s?)*$', 'a few words that end', 'yes'],
    // Each letter is looked at a few times.
    ['^(?:a|b)*c', 'ab'.repeat(10_000), 'no'],
    ['.*y', 'a'.repeat(50_000), 'no'],
    ['[^/]*$', 'a'.repeat(50_000), 'yes'],
    // PCRE gives up after 10,000,000 ways, and nginx answers 500: it is neither yes nor no.
    ['(a+)+$', `${'a'.repeat(40)}!`, 'unknown'],
    ['.*.*.*.*.*y$', 'a'.repeat(100), 'unknown'],
    ['(?!(a+)+b)', 'a'.repeat(40), 'unknown'],
  ])('%s', (pattern, subject, expected) => {
    expect(answerOf(pattern, subject)).toBe(expected);
  });

  it('takes steps in proportion to the text where there is one way for each place', () => {
    for (const pattern of ['.*y', '^(?:a|b)*c', '(?:a|b)*?c$', '^(?>a*)*b', '(a*)*']) {
      const [short, long] = [1000, 10_000].map((length) => outcomeOf(pattern, 'a'.repeat(length)).steps);
      expect([pattern, (long ?? 0) < 11 * (short ?? 0)]).toEqual([pattern, true]);
    }
  });

  it(`is the same whether what has failed is remembered or not (SEED=${SEED})`, () => {
    // Turns that take nothing come up again at the same place with other loops begun.
    fc.assert(
      fc.property(pattern, fc.stringMatching(/^[abc]{0,8}$/), (text, subject) => {
        const program = programOf(text);
        if (program === null) return;
        const never = execute(program, subject, Infinity);
        const always = execute(program, subject, 0);
        if (never.found !== 'unknown') expect(always.found).toEqual(never.found);
      }),
      { numRuns: 500, seed: SEED },
    );
  });
});
