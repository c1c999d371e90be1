import { isAtLeast, type NginxVersion, parseVersion } from '../../../server/src/reference/versions';
import type { Draft } from './draft';
import { directive, type Directive } from './tree';

/** What later releases brought that decides over a handshake. */
interface ReleaseFeature {
  readonly since: string;
  readonly name: string;
  readonly levels: readonly ('server' | 'location')[];
  readonly make: (draft: Draft) => readonly Directive[];
}

const FEATURES: readonly ReleaseFeature[] = [
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
];

/** Now and then what the release has, where it has anything of its own. */
export function releaseFeatures(draft: Draft, level: 'server' | 'location'): readonly Directive[] {
  const { choices, release } = draft;
  const [first, ...others] = FEATURES.filter(
    ({ since, levels }) => levels.includes(level) && isSince(since, release),
  );
  if (first === undefined || !choices.chance(6)) return [];
  const { name, make } = choices.of([first, ...others]);
  draft.note(name);
  return make(draft);
}

function isSince(since: string, release: NginxVersion | null): boolean {
  const first = parseVersion(since);
  return first !== null && release !== null && isAtLeast(release, first);
}
