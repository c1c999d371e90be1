import * as fc from 'fast-check';
import type { NginxVersion } from '../../../server/src/reference/versions';
import { Choices } from './choices';
import { errorPage } from './detours';
import { Draft, type Feature } from './draft';
import { UPSTREAMS } from './handlers';
import { proxySettings } from './headers';
import { maps } from './maps';
import { hopsOf, listenersFor, type Port, portsOf, UNIX_SOCKET } from './ports';
import { releaseFeatures } from './release-features';
import { server } from './servers';
import { Style } from './style';
import { block, directive, type Directive } from './tree';
import type { Root } from './trial';
import { urls } from './urls';

/**
 * A random configuration and URLs to try on it. In words and URLs `@PORT0`, `@PORT1`, … are ports, `@BACKEND` is the
 * address of the back end, `@AUX` that of the one that subrequests go to.
 */
export interface RandomConfiguration {
  readonly directives: readonly Directive[];
  /** How many ports it listens on. */
  readonly ports: number;
  readonly urls: readonly string[];
  readonly features: ReadonlySet<Feature>;
  /** Where its locations take their files from. */
  readonly roots: readonly Root[];
}

/**
 * Configurations by seed: the same seed gives the same ones, a smaller count the first of them.
 *
 * @param release the nginx that they are for; null for what any nginx takes
 */
export function randomConfigurations(
  seed: number,
  count: number,
  urlCount: number,
  release: NginxVersion | null = null,
): RandomConfiguration[] {
  return fc.sample(
    fc.gen().map((next) => draw(new Draft(new Choices(next), release), urlCount)),
    { seed, numRuns: count },
  );
}

function draw(draft: Draft, urlCount: number): RandomConfiguration {
  const { choices } = draft;
  const ports = portsOf(draft);
  const hops = hopsOf(draft, ports);
  draft.hops = hops.urls;
  const servers = choices.several(2, 5, () => server(draft, listenersFor(choices, ports)));
  const beside = choices.shuffled([
    ...(choices.chance(25) ? proxySettings(draft, 'any') : []),
    ...(choices.chance(6) ? errorPage(draft, { named: ['@ws'] }) : []),
    ...UPSTREAMS.map((name) =>
      block(['upstream', name], [directive('server', '@BACKEND'), ...releaseFeatures(draft, 'upstream')]),
    ),
    ...hops.groups.map(({ name, server: to }) => block(['upstream', name], [directive('server', to)])),
    ...maps(draft),
    ...(ports.some(({ tls }) => tls) ? certificate() : []),
  ]);
  const blocks = [...servers.map((each) => each.directive), variablesServer(ports, hops.urls.length > 0)];
  const before = choices.chance(70) ? beside.length : choices.below(beside.length);
  const http = [...limits(), ...beside.slice(0, before), ...blocks, ...beside.slice(before)];
  return {
    // A request that goes round ends sooner, and leaves connections for the next.
    directives: [
      block(['events'], [directive('worker_connections', '64')]),
      block(['http'], new Style(draft).restyle(http)),
    ],
    ports: ports.length,
    urls: urls(choices, urlCount, servers),
    features: draft.features,
    roots: draft.roots,
  };
}

/** What nginx wants for long names; it has to know before the first map. */
function limits(): Directive[] {
  return [
    directive('map_hash_bucket_size', '128'),
    directive('server_names_hash_bucket_size', '128'),
    directive('variables_hash_bucket_size', '128'),
  ];
}

function certificate(): Directive[] {
  return [
    directive('ssl_certificate', 'certificate.crt'),
    directive('ssl_certificate_key', 'certificate.key'),
  ];
}

/** The variables that a configuration may use without setting them: nginx refuses a name that it has never met. */
const VARIABLES = ['set_a', 'set_b', 'set_c', 'set_up', 'target', 'name', 'first', 'sub'] as const;

/**
 * A server that no URL names, for the sake of its variables, and so that somebody listens wherever a `proxy_pass` may
 * lead.
 */
function variablesServer(ports: readonly Port[], hasSocket: boolean): Directive {
  const listeners = ports.flatMap((port) => port.listeners);
  return block(
    ['server'],
    [
      ...listeners.map(({ address, tls }) => directive('listen', address, ...(tls ? ['ssl'] : []))),
      ...(hasSocket ? [directive('listen', `unix:${UNIX_SOCKET}`)] : []),
      directive('server_name', 'variables.invalid'),
      ...VARIABLES.map((name) => directive('set', `$${name}`, '')),
    ],
  );
}
