import * as fc from 'fast-check';
import { Choices } from './choices';
import { errorPage } from './detours';
import { Draft, type Feature } from './draft';
import { UPSTREAMS } from './handlers';
import { proxySettings } from './headers';
import { maps } from './maps';
import { listenersFor, type Port, portsOf } from './ports';
import { server } from './servers';
import { Style } from './style';
import { block, directive, type Directive } from './tree';
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
  /** Whether the root of nginx is an empty directory; otherwise it does not exist. */
  readonly hasRoot: boolean;
}

/** Configurations by seed: the same seed gives the same ones, a smaller count the first of them. */
export function randomConfigurations(seed: number, count: number, urlCount: number): RandomConfiguration[] {
  return fc.sample(
    fc.gen().map((next) => draw(new Choices(next), urlCount)),
    { seed, numRuns: count },
  );
}

function draw(choices: Choices, urlCount: number): RandomConfiguration {
  const draft = new Draft(choices);
  const ports = portsOf(draft);
  const servers = choices.several(2, 5, () => server(draft, listenersFor(choices, ports)));
  const beside = choices.shuffled([
    ...(choices.chance(25) ? proxySettings(draft, 'any') : []),
    ...(choices.chance(6) ? errorPage(draft, { named: ['@ws'] }) : []),
    ...UPSTREAMS.map((name) => block(['upstream', name], [directive('server', '@BACKEND')])),
    ...maps(draft),
    ...(ports.some(({ tls }) => tls) ? certificate() : []),
  ]);
  const blocks = [...servers.map((each) => each.directive), variablesServer(ports)];
  const before = choices.chance(70) ? beside.length : choices.below(beside.length);
  const http = [...limits(), ...beside.slice(0, before), ...blocks, ...beside.slice(before)];
  return {
    directives: [block(['events'], []), block(['http'], new Style(draft).restyle(http))],
    ports: ports.length,
    urls: urls(choices, urlCount, servers),
    features: draft.features,
    hasRoot: choices.chance(50),
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

/** A server that no URL names, for the sake of its variables. */
function variablesServer([{ listeners }]: readonly [Port, ...Port[]]): Directive {
  return block(
    ['server'],
    [
      directive('listen', listeners[0].address, ...(listeners[0].tls ? ['ssl'] : [])),
      directive('server_name', 'variables.invalid'),
      ...VARIABLES.map((name) => directive('set', `$${name}`, '')),
    ],
  );
}
