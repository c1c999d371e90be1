import { expect, it } from 'vitest';
import { type DirectiveFact, directiveFacts, existsIn } from '../../server/src/reference/directives';
import { release } from './harness/release';
import { Random } from './support/random';
import { compareRefusals } from './support/refusals';

/**
 * Each directive of nginx with arguments of all shapes, in the blocks that take it, once and twice: what nginx refuses,
 * and what we say. CASES is their number, SEED the seed; `CASES=all` takes all there are (about a quarter of an hour).
 */

const SEED = Number(process.env['SEED'] ?? 20_261_123);
const CASES = process.env['CASES'] ?? '500';

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

function casesFor(): string[] {
  const facts = [...directiveFacts().values()].flat();
  return facts
    .filter((fact) => fact.thirdParty === null && existsIn(fact, release) && !NOT_HERE.has(fact.name))
    .flatMap((fact) => fact.contexts.flatMap((context) => casesIn(fact, context)));
}

function casesIn({ name, kind }: DirectiveFact, context: string): string[] {
  const around = AROUND[context];
  if (around === undefined) return [];
  return ARGUMENTS.flatMap((words) => {
    const line = `${name}${words === '' ? '' : ` ${words}`}${kind === 'block' ? ' {\n}' : ';'}`;
    return [line, `${line}\n${line}`].map(around);
  });
}

/** As many as asked for, taken at random. */
function taken(cases: readonly string[]): readonly string[] {
  if (CASES === 'all') return cases;
  const random = new Random(SEED);
  return Array.from({ length: Number(CASES) }, () => random.of(cases));
}

it(`is refused as nginx refuses it, in ${CASES} cases (SEED=${SEED})`, { timeout: 3_600_000 }, async () => {
  const { mismatches, refused } = await compareRefusals(taken(casesFor()));
  expect(mismatches).toEqual([]);
  expect(refused).toBeGreaterThan(0);
});
