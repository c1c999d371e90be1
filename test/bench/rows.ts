import { handshake } from '../../server/src/handshake/handshake';
import { isDirective } from '../../server/src/reference/directives';
import { parse } from '../../server/src/syntax/parser';
import { modelOf } from '../support/memory-host';
import { generateConfiguration } from './generated-configuration';
import { type Files, hostile, MAIN, manyFiles, manyLocations, oneServer } from './inputs';
import {
  completion,
  findings,
  hover,
  inHttp,
  inListen,
  inLocation,
  plainLoop,
  textsOf,
  type Typed,
  typing,
} from './keystrokes';
import { median, ratio, timeInRounds, usedMegabytes } from './measure';
import { onDisk, type Run, runNode, runProgram, startServer } from './processes';

/** One line of `docs/performance.md`. */
export interface Row {
  readonly what: string;
  readonly unit: '×' | 'ms' | 'MB';
  /** The value that it shall not be above. */
  readonly goal: number;
  /** Null where it cannot be measured: a program is not there. */
  readonly measure: (dist: string) => Promise<number | null> | number | null;
}

/** So many keys are timed: those of all that is typed, and more. */
const KEYS = 60;

function ofTyping(
  what: string,
  goal: number,
  files: () => Files,
  typed: Typed,
  ask: Parameters<typeof typing>[2],
  of: (times: readonly number[]) => number = median,
): Row {
  const measure = async (): Promise<number> => {
    const { closure, press } = await typing(files(), typed, ask);
    const texts = textsOf(closure);
    const [keys = [], loops = []] = timeInRounds(KEYS, [press, () => plainLoop(texts)]);
    return of(keys) / median(loops);
  };
  return { what, unit: '×', goal, measure };
}

function percentile95(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? Number.NaN;
}

const ofKeystrokes: readonly Row[] = [
  ofTyping(
    '12,000 lines and 1,000 files: key in a location until its findings, 95th percentile',
    15,
    manyFiles,
    inLocation,
    findings,
    percentile95,
  ),
  ofTyping('the same at the level of http', 75, manyFiles, inHttp, findings),
  ofTyping('the same in a `listen`', 75, manyFiles, inListen, findings),
  ofTyping('completion right after a change there', 10, manyFiles, inLocation, completion),
  ofTyping('hover right after a change there', 10, manyFiles, inLocation, hover),
  ofTyping('one server of 12,000 lines: key in it until its findings', 40, oneServer, inLocation, findings),
];

const ofMemory: Row = {
  what: '12,000 lines and 1,000 files: memory that is held after 60 keys',
  unit: 'MB',
  goal: 300,
  async measure() {
    const { press } = await typing(manyFiles(), inLocation, findings);
    let last: unknown;
    for (let key = 0; key < KEYS; key += 1) last = press();
    const used = usedMegabytes();
    return last === undefined ? null : used;
  },
};

function loopsOfParsing(
  text: string,
  rounds: number,
): { readonly times: number[]; readonly loops: number[] } {
  const [times = [], loops = []] = timeInRounds(rounds, [
    () => parse(text, { isDirective }),
    () => plainLoop([text]),
  ]);
  return { times, loops };
}

const ofParsing: readonly Row[] = [
  ...([1, 10] as const).map(
    (megabytes): Row => ({
      what: `parse of ${megabytes} MB`,
      unit: '×',
      goal: 6,
      measure() {
        const { times, loops } = loopsOfParsing(generateConfiguration(megabytes * 1_000_000), 15);
        return ratio(times, loops);
      },
    }),
  ),
  {
    what: 'parse of 10 MB, a megabyte, in times of that of 1 MB',
    unit: '×',
    goal: 1.2,
    measure() {
      const [large, small] = [10_000_000, 1_000_000].map(
        (size) => loopsOfParsing(generateConfiguration(size), 7).times,
      );
      return ratio(large ?? [], small ?? []) / 10;
    },
  },
];

const TINY: Files = { [MAIN]: 'events {}\nhttp { server { listen 80; } }\n' };

/** nginx starts with it: the files of its certificates and logs are nowhere. */
function valid(size: number): Files {
  const text = generateConfiguration(size)
    .replaceAll(' ssl;', ';')
    .replaceAll(/^ *ssl_.*\n/gm, '')
    .replaceAll(/\/var\/log\/nginx\/\S+/g, '/dev/null');
  return { [MAIN]: text };
}

/** Runs two commands in turn. */
function inTurn<Result>(rounds: number, ...run: readonly (() => Result)[]): Result[][] {
  const results = run.map((): Result[] => []);
  for (let round = 0; round < rounds; round += 1) run.forEach((each, index) => results[index]?.push(each()));
  return results;
}

const walls = (runs: readonly (Run | null)[] = []): number =>
  median(runs.map((each) => each?.wall ?? Number.NaN));

function checkOf(dist: string, folder: string): () => Run {
  return () => runNode([`${dist}/cli.js`, 'check', `${folder}${MAIN}`]);
}

function testOf(folder: string): () => Run | null {
  return () => runProgram('nginx', ['-t', '-q', '-c', `${folder}${MAIN}`]);
}

const ofCheck: readonly Row[] = [
  ...([1, 10] as const).map(
    (megabytes): Row => ({
      what: `\`check\` of ${megabytes} MB less that of a tiny file, in times of \`nginx -t\` likewise`,
      unit: '×',
      goal: megabytes === 1 ? 5 : 1,
      measure: (dist) =>
        onDisk(TINY, (tiny) =>
          onDisk(valid(megabytes * 1_000_000), (large) => {
            const test = testOf(large);
            if (test() === null) return null;
            const [own, least] = inTurn(7, checkOf(dist, large), checkOf(dist, tiny));
            const [theirs, theirLeast] = inTurn(7, test, testOf(tiny));
            return (walls(own) - walls(least)) / (walls(theirs) - walls(theirLeast));
          }),
        ),
    }),
  ),
  {
    what: '`check` of 10 MB: memory',
    unit: 'MB',
    goal: 350,
    measure: (dist) => onDisk(valid(10_000_000), (folder) => checkOf(dist, folder)().memory),
  },
];

const ofOneUrl: Row = {
  what: 'one URL, 5,000 prefixes and 100 patterns in its server, model built',
  unit: 'ms',
  goal: 1,
  async measure() {
    const model = await modelOf(manyLocations(5000, 100));
    let asked = 0;
    const [times = []] = timeInRounds(101, [
      () => {
        asked += 1;
        return handshake(model, `ws://a.example/prefix/${asked}`);
      },
    ]);
    return median(times);
  },
};

const ofStart: readonly Row[] = [
  {
    what: '`check` of a tiny file, less `node -e 0`',
    unit: 'ms',
    goal: 100,
    measure: (dist) =>
      onDisk(TINY, (folder) => {
        const [own, least] = inTurn(15, checkOf(dist, folder), () => runNode(['-e', '0']));
        return walls(own) - walls(least);
      }),
  },
  {
    what: 'start of the server until `initialize` is answered, less `node -e 0`',
    unit: 'ms',
    goal: 100,
    async measure(dist) {
      const times: number[] = [];
      const least: Run[] = [];
      for (let round = 0; round < 15; round += 1) {
        times.push(await startServer(`${dist}/server.js`));
        least.push(runNode(['-e', '0']));
      }
      return median(times) - walls(least);
    },
  },
];

const ofHostile: readonly Row[] = [...hostile].flatMap(([name, files]): Row[] => {
  const run = (dist: string): Run => onDisk(files(), (folder) => checkOf(dist, folder)());
  return [
    { what: `\`check\` of ${name}`, unit: 'ms', goal: 2000, measure: (dist) => run(dist).wall },
    { what: `\`check\` of ${name}: memory`, unit: 'MB', goal: 300, measure: (dist) => run(dist).memory },
  ];
});

/** All rows, in the order in which they are shown. */
export const rows: readonly Row[] = [
  ...ofKeystrokes,
  ofMemory,
  ...ofParsing,
  ...ofCheck,
  ofOneUrl,
  ...ofStart,
  ...ofHostile,
];
