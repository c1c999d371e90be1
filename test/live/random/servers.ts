import { access, type Destinations, errorPage } from './detours';
import type { Draft } from './draft';
import { proxySettings, type Quality } from './headers';
import { type ServerName, serverNames } from './hosts';
import { destinationLocations, type LocationPlan, locations } from './locations';
import { plainPath } from './paths';
import { type Listener, UNIX_SOCKET } from './ports';
import { releaseFeatures } from './release-features';
import { rewriteCodes } from './rewrites';
import { block, directive, type Directive } from './tree';

export interface DrawnServer {
  readonly directive: Directive;
  readonly listeners: readonly Listener[];
  readonly names: readonly ServerName[];
  /** Decoded paths that reach what is in it. */
  readonly paths: readonly string[];
}

/** One server on some of the listeners. */
export function server(draft: Draft, listeners: readonly Listener[]): DrawnServer {
  const { choices } = draft;
  const names = serverNames(choices);
  for (const { kind } of names) draft.note(`server_name ${kind}`);
  const quality: Quality = choices.chance(70) ? 'serving' : 'any';
  const plan: LocationPlan = { quality, destinations: destinations(draft), paths: [] };
  const inside = [
    ...(choices.chance(quality === 'serving' ? 92 : 50) ? proxySettings(draft, quality) : []),
    ...(choices.chance(10) ? noted(draft, 'server rewrites', rewriteCodes(draft, 'server')) : []),
    ...(choices.chance(14) ? errorPage(draft, plan.destinations) : []),
    ...(choices.chance(3)
      ? access(draft, plan.destinations).filter(({ words }) => words[0] !== 'internal')
      : []),
    ...(choices.chance(5)
      ? [noted(draft, 'merge_slashes', directive('merge_slashes', choices.of(['off', 'on'])))]
      : []),
    ...(choices.chance(15) ? [noise(draft)] : []),
    ...releaseFeatures(draft, 'server'),
    ...locations(draft, plan, choices.between(3, 7)),
    ...destinationLocations(draft, plan),
  ];
  const head = [
    ...listeners.map((each) => listen(draft, each)),
    ...(draft.hops.some((url) => url.includes(UNIX_SOCKET)) && choices.chance(40)
      ? [directive('listen', `unix:${UNIX_SOCKET}`)]
      : []),
    ...serverNameDirectives(draft, names),
    ...(listeners.some(({ tls }) => tls) && choices.chance(10) ? verification(draft) : []),
  ];
  plan.paths.push(plainPath(choices), '/');
  const all = choices.chance(85) ? [...head, ...inside] : [...inside, ...head];
  const paths = plan.paths.filter((path) => !path.startsWith('/page/'));
  return { directive: block(['server'], all), listeners, names, paths };
}

/** The certificate of the servers signs itself: who has it is let in. */
function verification(draft: Draft): Directive[] {
  draft.note('ssl_verify_client');
  return [
    directive('ssl_verify_client', draft.choices.of(['on', 'on', 'optional', 'off'])),
    directive('ssl_client_certificate', 'certificate.crt'),
  ];
}

/** What has no effect on a handshake. */
function noise({ choices }: Draft): Directive {
  return choices.of([
    directive('add_header', 'Strict-Transport-Security', 'max-age=63072000; includeSubDomains', 'always'),
    directive('client_max_body_size', '1m'),
    directive('proxy_read_timeout', '1h'),
    directive('proxy_redirect', 'off'),
    directive('gzip', 'on'),
    directive('absolute_redirect', 'off'),
    directive('log_not_found', 'off'),
    directive('default_type', 'text/plain'),
    directive('proxy_ignore_headers', 'X-Accel-Redirect'),
    directive('keepalive_timeout', '0'),
  ]);
}

function noted<T>(draft: Draft, feature: string, value: T): T {
  draft.note(feature);
  return value;
}

/** Copies that go round would become more and more. */
function destinations({ choices, hops }: Draft): Destinations {
  return {
    named: ['@ws', '@other'],
    auth: choices.chance(35) ? ['/auth/a', '/auth/b'].slice(0, choices.between(1, 2)) : [],
    mirrors: choices.chance(25) && hops.length === 0 ? ['/mirror'] : [],
  };
}

function listen(draft: Draft, listener: Listener): Directive {
  const isDefault = draft.choices.chance(20) && draft.isFirst(`default_server ${listener.address}`);
  if (isDefault) draft.note('default_server');
  if (listener.tls) draft.note('TLS');
  return directive(
    'listen',
    listener.address,
    ...(listener.tls ? ['ssl'] : []),
    ...(isDefault ? ['default_server'] : []),
  );
}

/** All names in one directive, or one for each. */
function serverNameDirectives({ choices }: Draft, names: readonly ServerName[]): Directive[] {
  if (names.length === 0) return [];
  const words = names.map(({ written }) => (written === '""' ? '' : written));
  return choices.chance(75)
    ? [directive('server_name', ...words)]
    : words.map((word) => directive('server_name', word));
}
