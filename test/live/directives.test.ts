import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type DirectiveFact, directiveFacts, existsIn } from '../../server/src/reference/directives';
import { type NginxVersion, parseVersion } from '../../server/src/reference/versions';
import { nginxTestOf } from '../../server/src/service';
import { analysisOf } from '../support/memory-host';
import { nginxVersion, testMainFile } from './harness/nginx';
import { Resources, temporaryDirectory } from './harness/resources';
import { Random } from './support/random-configurations';

/**
 * Each directive of nginx with arguments of all shapes, in the blocks that take it, once and twice: what nginx refuses,
 * and what we say. CASES is their number, SEED the seed; `CASES=all` takes all there are (about a quarter of an hour).
 */

const SEED = Number(process.env['SEED'] ?? 20_261_123);
const CASES = process.env['CASES'] ?? '500';

/** What belongs to the machine: names that are looked up, files, and what the platform can do. */
const MACHINE =
  /^host not found|^open\(\)|^pread\(\)|^cannot load|^BIO_new_file|SSL_CTX|^PEM_read|^ENGINE_by_id|^bind\(\)|^mkdir\(\)|^chown\(\)|^getpwnam|^getgrnam|^dlopen|unsupported on this platform|^could not build|worker_connections are not enough/;

const AROUND: Readonly<Record<string, (lines: string) => string>> = {
  main: (lines) => `${lines}\nevents {}\nhttp {}\n`,
  events: (lines) => `events {\n${lines}\n}\n`,
  http: (lines) => `events {}\nhttp {\n${lines}\n}\n`,
  server: (lines) => `events {}\nhttp {\nserver {\n${lines}\n}\n}\n`,
  location: (lines) => `events {}\nhttp {\nserver {\nlocation /a {\n${lines}\n}\n}\n}\n`,
  'if in server': (lines) => `events {}\nhttp {\nserver {\nif ($host) {\n${lines}\n}\n}\n}\n`,
  'if in location': (lines) =>
    `events {}\nhttp {\nserver {\nlocation / {\nif ($host) {\n${lines}\n}\n}\n}\n}\n`,
  limit_except: (lines) =>
    `events {}\nhttp {\nserver {\nlocation / {\nlimit_except GET {\n${lines}\n}\n}\n}\n}\n`,
  upstream: (lines) => `events {}\nhttp {\nupstream u {\nserver 127.0.0.1;\n${lines}\n}\n}\n`,
  stream: (lines) => `events {}\nstream {\n${lines}\n}\n`,
  'stream server': (lines) =>
    `events {}\nstream {\nserver {\nlisten 127.0.0.1:81;\nproxy_pass 127.0.0.1:1;\n${lines}\n}\n}\n`,
  'stream upstream': (lines) => `events {}\nstream {\nupstream u {\nserver 127.0.0.1:1;\n${lines}\n}\n}\n`,
};

const ARGUMENTS = `
a|on|off|all|GET|""|0|1|10|-1|1x|1k|10m|99999999999999999999
/a|a=b|*.a.b|127.0.0.1|127.0.0.1:80|http://127.0.0.1|$host|$undefined|$|~(
a b|on on|1 2|1m 2m|8 4k|a $b|$a b|/a b|a b c|a b c d e f g h i
`.split(/[\n|]/);

/** Blocks that the nginx at hand may not have, and what names a module of the machine. */
const NOT_HERE: ReadonlySet<string> = new Set(['mail', 'stream', 'load_module']);

interface Case {
  readonly text: string;
  readonly about: string;
}

function casesFor(version: NginxVersion): Case[] {
  const facts = [...directiveFacts().values()].flat();
  return facts
    .filter((fact) => fact.thirdParty === null && existsIn(fact, version) && !NOT_HERE.has(fact.name))
    .flatMap((fact) => fact.contexts.flatMap((context) => casesIn(fact, context)));
}

function casesIn({ name, kind }: DirectiveFact, context: string): Case[] {
  const around = AROUND[context];
  if (around === undefined) return [];
  return ARGUMENTS.flatMap((words) => {
    const line = `${name}${words === '' ? '' : ` ${words}`}${kind === 'block' ? ' {\n}' : ';'}`;
    return [line, `${line}\n${line}`].map((lines) => ({
      text: around(lines),
      about: `${context}: ${lines.replaceAll('\n', ' ')}`,
    }));
  });
}

/** As many as asked for, taken at random. */
function taken(cases: readonly Case[]): readonly Case[] {
  if (CASES === 'all') return cases;
  const random = new Random(SEED);
  return Array.from({ length: Number(CASES) }, () => random.of(cases));
}

/** PCRE's own words are left aside. */
function print(text: string, line: number | null): string {
  return `${line ?? '-'}: ${text.replace(/^(pcre2?_compile\(\) failed:) .*$/s, '$1 …')}`;
}

it(`is refused as nginx refuses it, in ${CASES} cases (SEED=${SEED})`, { timeout: 3_600_000 }, async () => {
  const version = parseVersion(await nginxVersion());
  if (version === null) throw new Error('The version of nginx cannot be read.');
  const resources = new Resources();
  const differences: unknown[] = [];
  let refused = 0;
  try {
    const file = join(resources.add(await temporaryDirectory()).path, 'nginx.conf');
    for (const { text, about } of taken(casesFor(version))) {
      await writeFile(file, text);
      const { ok, first } = await testMainFile(file, { exact: true });
      // Some setters refuse, or crash, without a word.
      if (!ok && (first === null || MACHINE.test(first.text))) continue;
      const test = nginxTestOf(await analysisOf(text, version));
      const ours = test === null ? null : print(test.text, test.line);
      const theirs = ok || first === null ? null : print(first.text, first.line);
      if (theirs !== null) refused += 1;
      if (ours !== theirs) differences.push({ about, nginx: theirs, ours });
    }
  } finally {
    await resources.stop();
  }
  expect(differences).toEqual([]);
  expect(refused).toBeGreaterThan(0);
});
