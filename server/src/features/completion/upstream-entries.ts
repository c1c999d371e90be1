import type { ConfigDirective } from '../../model/configuration';
import type { Model } from '../../model/model';
import { passFact } from '../../reference/pass-directives';
import type { ArgumentScope } from './argument-entries';
import type { Entry } from './entry';

/** The names of upstreams where a back end is being named. */
export interface UpstreamNames {
  readonly entries: readonly Entry[];
  /** The part of the name that is typed. */
  readonly typed: string;
  /** Whether the name is inserted alone; otherwise each entry has a scheme in front. */
  readonly isAuthority: boolean;
}

/** The upstreams that are allowed at the place; null where no back end is named. */
export function upstreamEntries(
  { model, contexts, statement }: ArgumentScope,
  typed: string,
): UpstreamNames | null {
  const directive = statement.before[0]?.value ?? '';
  if (statement.before.length !== 1) return null;
  const isStream = contexts.includes('stream server');
  const schemes = isStream && directive === 'proxy_pass' ? [''] : passFact(directive)?.schemes;
  if (schemes === undefined) return null;
  const names = isStream ? streamUpstreams(model) : httpUpstreams(model);
  const [scheme = ''] = /^[a-z]+:\/\//i.exec(typed) ?? [];
  const rest = typed.slice(scheme.length);
  if (/[/:?]/.test(rest)) return null;
  const isAuthority = schemes.includes(scheme.toLowerCase()) || (scheme !== '' && !isStream);
  const entries = isAuthority ? entriesOf(names, '') : schemes.flatMap((each) => entriesOf(names, each, 4));
  return { entries, typed: rest, isAuthority };
}

function entriesOf(names: ReadonlyMap<string, number>, scheme: string, rank?: number): Entry[] {
  return [...names].map(([name, servers]) => ({
    label: `${scheme}${name}`,
    kind: 'upstream',
    note: servers === 1 ? '1 server' : `${servers} servers`,
    rank,
  }));
}

/** The names with the number of their servers. */
function httpUpstreams({ upstreams }: Model): Map<string, number> {
  return new Map(
    upstreams.filter(({ name }) => name !== '').map(({ name, servers }) => [name, servers.length]),
  );
}

function streamUpstreams({ configuration }: Model): Map<string, number> {
  const isUpstream = ({ name, children }: ConfigDirective): boolean =>
    name === 'upstream' && children !== null;
  const blocks = configuration.directives
    .flatMap((each) => (each.name === 'stream' ? (each.children ?? []) : [each]))
    .filter(isUpstream);
  return new Map(
    blocks
      .filter((block) => block.argument(0) !== '')
      .map((block) => [
        block.argument(0),
        (block.children ?? []).filter(({ name }) => name === 'server').length,
      ]),
  );
}
