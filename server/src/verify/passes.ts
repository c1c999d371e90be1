import { fixedHosts, proxyHostOf } from '../handshake/back-end';
import type { ConfigDirective } from '../model/configuration';
import { upstreamNamed } from '../model/upstreams';
import { passDirectives, passFact } from '../reference/pass-directives';
import { isInet } from '../values/address';
import { hostOf } from '../values/pass-url';
import { hasVariables } from '../values/script';
import type { Draft, MapEntry } from './draft';
import { type Hosts, ownListener, replaceHost } from './hosts';
import { addressIn, addressOf, isUnix, portIn } from './listeners';
import type { Scope, Scoped } from './scopes';

/** Where the `*_pass` of a configuration lead, and where those of the copy do. */

/** Whether a directive hands requests on. */
export function isPass({ name }: ConfigDirective, { area }: Scope): boolean {
  return area === 'stream' ? name === 'proxy_pass' : area === 'http' && passDirectives.includes(name);
}

/** Has a `*_pass` lead to a back end of ours; to where it leads within the configuration, if it does. */
export function movePass(pass: Scoped, hosts: Hosts, draft: Draft): void {
  const { directive, scope } = pass;
  const value = directive.argument(0);
  const { scheme, authority, rest } = destinationIn(value);
  if (hasVariables(`${scheme}${authority}`)) {
    replaceHost(directive, mappedPass(value, pass, hosts, draft), value, draft);
    return;
  }
  // nginx itself says that it cannot look the name up.
  if (hasVariables(value) && !isKnown(authority, isSecure(scheme), scope, hosts)) return;
  const moved = moveAuthority(authority, isSecure(scheme), scope, hosts, draft);
  if (moved !== null) replaceHost(directive, `${scheme}${moved}${restFor(moved, rest)}`, authority, draft);
}

/** A URL or an address that requests are handed to. */
interface Destination {
  readonly scheme: string;
  readonly authority: string;
  readonly rest: string;
}

/** Takes the argument of a `*_pass` apart. Scheme and host may be variables; one that begins with a slash ends the host. */
function destinationIn(value: string): Destination {
  const scheme = /^(?:[a-z][a-z0-9+.-]*|\$\w+|\$\{\w+\}):\/\//i.exec(value)?.[0] ?? '';
  const rest = value.slice(scheme.length);
  const unix = /^unix:[^:]*/i.exec(rest)?.[0];
  const end = rest.search(/[/?]|\$\{?(?:request_uri|uri|document_uri|is_args)\b/);
  const authority = unix ?? (end === -1 ? rest : rest.slice(0, end));
  return { scheme, authority, rest: rest.slice(authority.length) };
}

/** The path of a socket ends with a colon, that of a host does not. */
function restFor(moved: string, rest: string): string {
  return moved.startsWith('unix:') ? rest : rest.replace(/^:/, '');
}

/** What stands for a host and port; null where they stay. */
function moveAuthority(
  authority: string,
  secure: boolean,
  { area, isLogin }: Scope,
  hosts: Hosts,
  draft: Draft,
): string | null {
  const own = ownListener(authority, secure, hosts, draft);
  const host = proxyHostOf({ scheme: secure ? 'https' : 'http', authority });
  if (own !== null) return written(own, host, area, draft);
  if (isGroup(authority, area, hosts) && !isLogin) return null;
  return written(draft.backEndFor(authority, isLogin), host, area, draft);
}

/** An address of the copy, as what stands for a host in `http` or `stream`. */
function written(address: string, host: string, area: Scope['area'], draft: Draft): string {
  return area === 'http' ? draft.addressOfHost(address, host) : address;
}

function isGroup(authority: string, area: Scope['area'], { model, streamGroups }: Hosts): boolean {
  const name = authority.toLowerCase();
  return area === 'stream' ? streamGroups.has(name) : upstreamNamed(model.upstreams, name) !== undefined;
}

/** Whether nginx knows a host without looking it up (ngx_http_upstream_init_request). */
function isKnown(authority: string, secure: boolean, { area, hasResolver }: Scope, hosts: Hosts): boolean {
  const host = hostOf(authority);
  if (hasResolver || isInet(host) || host.startsWith('unix:') || host.startsWith('[')) return true;
  const port = /:(\d+)$/.exec(authority)?.[1] ?? (secure ? '443' : '80');
  return isGroup(authority, area, hosts) || fixedHosts(hosts.model.http).has(`${host}:${port}`);
}

function isSecure(scheme: string): boolean {
  return /^(?:https|grpcs|suwsgi):/i.test(scheme);
}

// --- With variables

/**
 * Where such a one leads is told by each request. A `map` of the copy takes what the argument comes to apart, as nginx
 * does, and puts a listener of the copy or a back end of ours in the place of its host. Variables keep their values.
 */

/** What the patterns of such a `map` take from it. */
const SCHEME = 'nginx_websocket_scheme';
const HOST = 'nginx_websocket_host';
const REST = 'nginx_websocket_rest';

/** From 1 to 65535, in as many digits as one likes. */
const PORT = ':0*(?:[1-9]\\d{0,3}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d\\d|655[0-2]\\d|6553[0-5])';
const PATH = '(?:[/?][\\s\\S]*)?';
const ADDRESS = '(?:\\d+(?:\\.\\d+){3}|\\[[\\da-f:.]+\\])';
const NAME = '[^/?:\\[\\]\\s]+';

const DEFAULT_PORTS: ReadonlyMap<string, number> = new Map([
  ['http://', 80],
  ['https://', 443],
  ['grpc://', 80],
  ['grpcs://', 443],
]);

/** The variable in place of an argument with variables. */
function mappedPass(source: string, { directive, scope }: Scoped, hosts: Hosts, draft: Draft): string {
  const { area, isLogin } = scope;
  const schemes = (area === 'stream' ? undefined : passFact(directive.name)?.schemes) ?? [''];
  const { authority } = destinationIn(source);
  const backEnd = draft.backEndFor(authority, isLogin);
  const entries = schemes.flatMap((scheme) => entriesFor(scheme, source, backEnd, scope, hosts, draft));
  return draft.mapFor(area, source, entries);
}

/** What it becomes where it comes to a scheme, by patterns: the first that matches holds. What none matches stays. */
function entriesFor(
  scheme: string,
  source: string,
  backEnd: string,
  { area, hasResolver, isLogin }: Scope,
  hosts: Hosts,
  draft: Draft,
): MapEntry[] {
  const { model, sockets, streamGroups } = hosts;
  const defaultPort = DEFAULT_PORTS.get(scheme) ?? null;
  const isDefaultPort = defaultPort === null ? '' : `(?::0*${defaultPort})?`;
  const anyPort = defaultPort === null ? PORT : `(?:${PORT})??`;
  const to = (pattern: string, address: string): MapEntry => [
    `~*^(?<${SCHEME}>${scheme})${pattern}$`,
    `\${${SCHEME}}${address}\${${REST}}`,
  ];
  const toHost = (host: string, address: string): MapEntry =>
    to(`(?<${HOST}>${host})${isDefaultPort}(?<${REST}>${PATH})`, written(address, `$${HOST}`, area, draft));
  const withPort = (host: string, port: number): string =>
    port === defaultPort ? quotedPattern(host) : `${quotedPattern(host)}:0*${port}`;

  const groups =
    area === 'stream' ? [...streamGroups] : model.upstreams.map(({ name }) => name.toLowerCase());
  const known = [...fixedHosts(model.http)].flatMap((each) => {
    const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(each) ?? [];
    return host === '' || groups.includes(host) ? [] : [{ host, port: Number(port) }];
  });
  const isLookedUp = (host: string, port: number): boolean =>
    hasResolver || host !== 'localhost' || known.some((each) => each.host === host && each.port === port);
  const ports = new Set([...sockets].filter((key) => !isUnix(key)).map(portIn));
  const own = [...ports].flatMap((port) =>
    ownHosts(sockets).flatMap((host) => {
      const isOpen = isLookedUp(host, port);
      const address = isOpen ? ownListener(`${host}:${port}`, defaultPort === 443, hosts, draft) : null;
      return address === null ? [] : [toHost(withPort(host, port), address)];
    }),
  );
  const ownUnix = [...sockets]
    .filter(isUnix)
    .map((key) => to(`${quotedPattern(addressIn(key))}(?<${REST}>(?::[\\s\\S]*)?)`, addressOf(key, draft)));
  const unix = to(`unix:[^:]+:?(?<${REST}>[\\s\\S]*)`, written(backEnd, 'localhost', area, draft));
  const names = `(?:${groups.map(quotedPattern).join('|')})`;
  const toGroup: MapEntry = isLogin ? toHost(names, backEnd) : [`~*^${scheme}${names}${PATH}$`, source];
  return [
    ...own,
    ...ownUnix,
    unix,
    ...(groups.length === 0 ? [] : [toGroup]),
    ...(hasResolver ? [] : known.map(({ host, port }) => toHost(withPort(host, port), backEnd))),
    toHost(`${ADDRESS}${anyPort}`, backEnd),
    ...(hasResolver ? [toHost(`${NAME}${anyPort}`, backEnd)] : []),
  ];
}

/** The hosts by which a configuration may reach itself. */
function ownHosts(sockets: ReadonlySet<string>): string[] {
  const addresses = [...sockets].map(addressIn).filter((address) => address.startsWith('127.'));
  return [...new Set(['localhost', '127.0.0.1', '[::1]', ...addresses])];
}

/** A text as a pattern that matches nothing else. */
function quotedPattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
