import { type DirectiveFact, directiveFacts, existsIn } from '../../../server/src/reference/directives';
import { valueWords } from '../../../server/src/reference/value-words';
import { isAtLeast, type NginxVersion, parseVersion } from '../../../server/src/reference/versions';
import type { Draft } from './draft';
import { directive, type Directive } from './tree';

/** What later releases brought that touches a handshake. */
interface ReleaseFeature {
  readonly since: string;
  readonly name: string;
  readonly levels: readonly Level[];
  readonly make: (draft: Draft) => readonly Directive[];
}

type Level = 'server' | 'location' | 'upstream';

/** Those that decide over one. */
const FEATURES: readonly ReleaseFeature[] = [
  {
    since: '1.25.1',
    name: 'http2',
    levels: ['server'],
    make: ({ choices }) => [directive('http2', choices.of(['on', 'on', 'off']))],
  },
  {
    since: '1.29.3',
    name: 'add_header_inherit',
    levels: ['server', 'location'],
    make: ({ choices }) => [
      directive('add_header_inherit', choices.of(['on', 'off', 'merge'])),
      ...(choices.chance(50) ? [directive('add_header', 'X-Own', '1')] : []),
      ...(choices.chance(20) ? [directive('add_header', 'Sec-WebSocket-Protocol', 'a', 'always')] : []),
    ],
  },
  {
    since: '1.29.0',
    name: 'early_hints',
    levels: ['server', 'location'],
    make: ({ choices }) => [directive('early_hints', choices.of(['1', '$http_upgrade', '$arg_x']))],
  },
  {
    since: '1.29.8',
    name: 'max_headers',
    levels: ['server'],
    make: ({ choices }) => [directive('max_headers', choices.of(['4', '60', '100']))],
  },
  {
    since: '1.31.0',
    name: 'tunnel_pass',
    levels: ['location'],
    make: () => [directive('tunnel_pass', '127.0.0.1:9')],
  },
  {
    since: '1.29.6',
    name: 'sticky',
    levels: ['upstream'],
    make: ({ choices }) => [
      directive('sticky', 'cookie', 'srv', ...choices.of([[], ['path=/'], ['httponly']])),
    ],
  },
  {
    since: '1.29.7',
    name: 'keepalive local',
    levels: ['upstream'],
    make: ({ choices }) => [directive('keepalive', ...choices.of([['4', 'local'], ['4'], ['0']]))],
  },
];

/** Modules that have to do with a request on its way to a back end and in every build. */
const MODULES: ReadonlySet<string> = new Set(
  ['core', 'headers_filter', 'proxy', 'ssl', 'tunnel', 'v2'].map((name) => `ngx_http_${name}_module`),
);

/** The last release that was known when the other directives here were chosen. */
const CHOSEN_FOR: NginxVersion = { major: 1, minor: 22, patch: 1 };

/** A value of each kind that nginx takes for any directive of it. */
const VALUES: Readonly<Record<string, readonly [string, ...string[]]>> = {
  flag: ['on', 'off'],
  size: ['16k', '64k'],
  msec: ['5s', '100ms'],
  num: ['1', '8'],
};

const byRelease = new WeakMap<NginxVersion, readonly ReleaseFeature[]>();

/** What a release has by the tables of the reference, which nobody has thought of. */
function fromTables(release: NginxVersion): readonly ReleaseFeature[] {
  const known = byRelease.get(release);
  if (known !== undefined) return known;
  const own = new Set(FEATURES.map(({ name }) => name));
  const found = [...directiveFacts().values()].flat().flatMap((fact): ReleaseFeature[] => {
    const isNew = fact.since !== null && !isAtLeast(CHOSEN_FOR, fact.since) && existsIn(fact, release);
    if (!isNew || own.has(fact.name) || fact.thirdParty !== null || !MODULES.has(fact.module)) return [];
    const values = valuesOf(fact);
    if (values === null) return [];
    const levels = (['server', 'location'] as const).filter((level) => fact.contexts.includes(level));
    const make: ReleaseFeature['make'] = ({ choices }) => [directive(fact.name, choices.of(values))];
    return [{ since: '', name: fact.name, levels, make }];
  });
  byRelease.set(release, found);
  return found;
}

/** Values that nginx takes; null where that is not known. */
function valuesOf({ name, slot }: DirectiveFact): readonly [string, ...string[]] | null {
  const [first, ...others] = slot === 'enum' ? (valueWords(name)?.written ?? []) : [];
  return first === undefined ? (VALUES[slot] ?? null) : [first, ...others];
}

/** Now and then what the release has, where it has anything of its own. */
export function releaseFeatures(draft: Draft, level: Level): readonly Directive[] {
  const { choices, release } = draft;
  if (release === null) return [];
  const isHere = ({ levels }: ReleaseFeature): boolean => levels.includes(level);
  const [first, ...others] = FEATURES.filter((each) => isHere(each) && isSince(each.since, release));
  const [added, ...further] = fromTables(release).filter(isHere);
  if ((first === undefined && added === undefined) || !choices.chance(level === 'upstream' ? 30 : 10))
    return [];
  const drawsKnown = first !== undefined && (added === undefined || choices.chance(65));
  const feature = drawsKnown ? choices.of([first, ...others]) : added && choices.of([added, ...further]);
  if (feature === undefined) return [];
  draft.note(feature.name);
  return feature.make(draft);
}

function isSince(since: string, release: NginxVersion): boolean {
  const first = parseVersion(since);
  return first !== null && isAtLeast(release, first);
}
