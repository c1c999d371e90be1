import { expect, it } from 'vitest';
import { withTexts } from '../../server/src/model/load';
import { fixAll } from '../../server/src/project/fix-all';
import { type NginxVersion, parseVersion } from '../../server/src/reference/versions';
import { type Analysis, analyze } from '../../server/src/service';
import { randomConfigurations } from '../live/random/configuration';
import { everydayConfigurations } from '../live/random/everyday';
import { reduce } from '../live/random/reduce';
import type { Directive } from '../live/random/tree';
import { analysisOf, closureOf } from '../support/memory-host';
import { textsOf } from '../support/random-texts';

/**
 * What nginx accepts it accepts after fix-all, whatever else the configuration says: every release where the version is
 * only assumed, else the one that was set. Random configurations, the smallest shown.
 */

const SEED = Number(process.env['SEED'] ?? 20_261_123);
/** Configurations of each kind. */
const RUNS = Number(process.env['RUNS'] ?? 12);
const REDUCTION_MS = 10_000;

const releases = ['1.18.0', '1.22.1', '1.25.1', '1.28.0', '1.30.0', '1.31.4'].map(read);

function read(text: string): NginxVersion {
  const version = parseVersion(text);
  if (version === null) throw new Error(`${text} is no version.`);
  return version;
}

interface Tried {
  readonly suggestions: boolean;
  readonly versionIsSet: boolean;
}

const KINDS: readonly Tried[] = [
  { suggestions: false, versionIsSet: false },
  { suggestions: false, versionIsSet: true },
  { suggestions: true, versionIsSet: true },
];

/** What some release refuses after fix-all and accepts before; '' for nothing. */
async function refusedAfter(
  directives: readonly Directive[],
  { suggestions, versionIsSet }: Tried,
): Promise<string> {
  const closure = await closureOf(textsOf(directives));
  const versionFrom = versionIsSet ? 'setting' : 'assumed';
  const analysisFor = (version: NginxVersion): Analysis => analyze(closure, { version, versionFrom });
  const assumed = analysisFor(read('1.28.0'));
  const judged = versionIsSet ? [read('1.28.0')] : releases;
  const accepting = judged.filter((version) => analysisFor(version).refusals().length === 0);
  if (accepting.length === 0) return '';
  const fixed = fixAll([assumed], { suggestions });
  if (fixed.length === 0) return '';
  const texts = new Map(fixed.map(({ file, text }) => [file.realPath, text] as const));
  const after = withTexts(closure, texts);
  const told = accepting.flatMap((version) =>
    analyze(after, { version })
      .refusals()
      .map(({ text }) => `${version.minor}.${version.patch}: ${text}`),
  );
  return told.length === 0 ? '' : `${told[0]}\n${[...texts.values()].join('\n---\n')}`;
}

it.each(KINDS)(
  `%j: never from accepted to refused (SEED=${SEED})`,
  async (tried) => {
    const all = [
      ...randomConfigurations(SEED, RUNS, 0).map(({ directives }) => directives),
      ...everydayConfigurations(SEED, RUNS),
    ];
    for (const directives of all) {
      if ((await refusedAfter(directives, tried)) === '') continue;
      const smallest = await reduce(
        directives,
        async (each) => (await refusedAfter(each, tried)) !== '',
        REDUCTION_MS,
      );
      const texts = Object.entries(textsOf(smallest)).map(([path, text]) => `--- ${path}${text}`);
      expect([await refusedAfter(smallest, tried), ...texts].join('\n')).toBe('');
    }
  },
  10_000_000,
);

/** Two findings of one location, with directives that it takes once. */
const TWO_IN_ONE = `events {}
http {
    server {
        location /ws {
            if ($arg_a) {
                proxy_pass http://10.0.0.1;
            }
            proxy_pass http://10.0.0.2;
            proxy_read_timeout 30s;
        }
    }
}
`;

it.each([false, true])(
  'adds once what two findings of a location lack (suggestions: %s)',
  async (suggestions) => {
    const before = await analysisOf(TWO_IN_ONE);
    const [fixed] = fixAll([before], { suggestions });
    const texts = new Map([[fixed?.file.realPath ?? '', fixed?.text ?? '']]);
    const after = analyze(withTexts(before.closure, texts), before.options);
    expect(after.refusals()).toEqual([]);
    expect(fixed?.text.split('proxy_http_version 1.1;').length).toBe(2);
    expect(after.problems.filter(({ severity }) => severity === 'warning')).toEqual([]);
  },
);
