import { parseTime } from '../values/time';
import { bytesOf } from '../model/bytes';
import type { ConfigDirective } from '../model/configuration';
import { effective } from '../model/inheritance';
import type { Level } from '../model/levels';
import { locationName } from '../values/location';
import { hostOf, parseProxyTarget, type ProxyTarget } from '../values/pass-url';
import { hasPlaceholder } from '../syntax/placeholders';
import { internalError, refusal, type Refusal } from './answer';
import type { Value } from './evaluate';
import { CannotTell, type ContentHandler, type Request } from './request';
import { valueOf } from './request-variables';
import { isAddress } from './target';
import { escapePath } from './uri';

/** The back end that a request goes to, and the path that it is asked for. */
export interface BackEnd {
  /** The directive that names it. */
  readonly pass: ConfigDirective;
  /** `$proxy_host`: host and port, the port left out where it is the scheme's own. */
  readonly host: Value;
  /** Path and query as they are sent, in bytes. */
  readonly uri: string;
}

/**
 * The `proxy_pass` (`uwsgi_pass`, …) in force at a level. An `if` or `limit_except` without one has that of its
 * location (ngx_http_proxy_merge_loc_conf); it is found even when another directive has made the handler.
 */
function passInForce(level: Level, name: string): ConfigDirective | undefined {
  const own = level.byName.get(name)?.at(-1);
  if (own !== undefined || level.kind === 'location') return own;
  return level.parent?.kind === 'location' ? level.parent.byName.get(name)?.at(-1) : undefined;
}

/** Where a `proxy_pass` leads, or the answer of nginx where it leads nowhere (ngx_http_proxy_eval). */
export function backEndOf(request: Request, handler: ContentHandler): BackEnd | Refusal {
  const pass = passInForce(request.level, handler.name);
  if (pass === undefined) {
    const message =
      'The `if` in force has no back end of its own, and its location has none either: nginx answers 500.';
    return internalError(message, request.level);
  }
  if (handler.name !== 'proxy_pass')
    return { pass, host: { kind: 'some', text: 'backend', isWord: true }, uri: requestUri(request) };
  const written = pass.argument(0);
  const isVariable = written.includes('$') && !hasPlaceholder(written);
  const value: Value = isVariable ? valueOf(request, written) : { kind: 'known', text: bytesOf(written) };
  if (value.kind !== 'known') {
    const message = `Which back end \`${written}\` means is known only when nginx runs.`;
    throw new CannotTell('request', message, pass);
  }
  const target = parseProxyTarget(value.text);
  const isKnownScheme = /^https?:\/\//i.test(value.text);
  if (!isKnownScheme && !hasPlaceholder(written)) {
    const message = `\`proxy_pass\` knows http:// and https://, not \`${value.text}\`: nginx answers 500.`;
    return refusal(500, 'proxy-pass-scheme', message, pass);
  }
  if (isVariable && !isAuthority(target.authority)) {
    const message = `\`${value.text}\` names no host and port: nginx answers 500.`;
    return internalError(message, pass);
  }
  if (isVariable && !isReachable(request, target)) {
    const message = `No \`resolver\` is in force that could look up \`${hostOf(target.authority)}\`: nginx answers 502.`;
    return refusal(502, 'websocket-proxy-variable', message, pass);
  }
  request.backEnd = { host: hostHeader(target), port: portOf(target) };
  const uri = upstreamUri(request, pass, target, isVariable);
  if (uri === '') return internalError('The path for the back end has no length: nginx answers 500.', pass);
  return { pass, host: { kind: 'known', text: hostHeader(target) }, uri };
}

/** Whether nginx can read host and port (ngx_parse_url). */
function isAuthority(authority: string): boolean {
  if (/^unix:/i.test(authority)) return authority.length > 'unix:'.length;
  const match = /^(?:\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(authority);
  const port = match?.[1];
  return match !== null && (port === undefined || (Number(port) >= 1 && Number(port) <= 65_535));
}

/**
 * A name is known when an upstream has it, which goes by its name alone, or when the `proxy_pass` of another location
 * has it with the same port; else a `resolver` looks it up (ngx_http_upstream_init_request).
 */
function isReachable({ model, level }: Request, target: ProxyTarget): boolean {
  const host = hostOf(target.authority);
  if (host.startsWith('unix:') || isAddress(host)) return true;
  if (effective(level, 'resolver').directives.length > 0 || !effective(level, 'resolver').certain)
    return true;
  if (model.hasUnseenParts) return true;
  if (model.upstreams.some(({ name }) => name.toLowerCase() === host)) return !hasPort(target);
  return fixedHosts(model.http).has(`${host}:${portOf(target)}`);
}

const hosts = new WeakMap<Level, ReadonlySet<string>>();

function hasPort({ authority }: ProxyTarget): boolean {
  return /:\d+$/.test(authority);
}

/** The hosts that directives without variables name, with their ports: nginx has looked them up when it started. */
function fixedHosts(http: Level | null): ReadonlySet<string> {
  if (http === null) return new Set();
  const known = hosts.get(http) ?? new Set(passTargets(http));
  hosts.set(http, known);
  return known;
}

function* passTargets(http: Level): Generator<string> {
  const pending = [http];
  for (let level = pending.pop(); level !== undefined; level = pending.pop()) {
    for (const directive of level.byName.get('proxy_pass') ?? []) {
      const value = directive.argument(0);
      const target = parseProxyTarget(value);
      if (!value.includes('$')) yield `${hostOf(target.authority)}:${portOf(target)}`;
    }
    pending.push(...level.levels);
  }
}

/** `$proxy_host` (ngx_http_proxy_set_vars). */
function hostHeader({ scheme, authority }: ProxyTarget): string {
  if (authority.toLowerCase().startsWith('unix:')) return 'localhost';
  return authority.replace(scheme?.toLowerCase() === 'https' ? /:443$/ : /:80$/, '');
}

function portOf({ scheme, authority }: ProxyTarget): string {
  if (authority.toLowerCase().startsWith('unix:')) return '';
  return /:(\d+)$/.exec(authority)?.[1] ?? (scheme?.toLowerCase() === 'https' ? '443' : '80');
}

function requestUri({ target }: Request): string {
  return target.query === '' ? target.path : `${target.path}?${target.query}`;
}

/** The path and query of the request line (ngx_http_proxy_create_request). */
function upstreamUri(
  request: Request,
  pass: ConfigDirective,
  target: ProxyTarget,
  isVariable: boolean,
): string {
  const { uri } = target;
  if (isVariable && uri !== '') return uri.startsWith('?') ? `/${uri}` : uri;
  if (uri === '' && request.isPathAsSent && request.isMain) return requestUri(request);
  const replaced = request.isLocationPath && uri !== '' ? locationLength(pass) : 0;
  const rest = request.uri.slice(replaced);
  const isEscaped = request.internal || request.target.path.includes('%');
  const path = isEscaped ? escapePath(rest) : rest;
  // A `proxy_pass` without variables gets no slash in front of its query.
  const front = request.isLocationPath ? uri : '';
  return request.args === '' ? `${front}${path}` : `${front}${path}?${request.args}`;
}

/** How much of the path the location stands for, which the path of `proxy_pass` takes the place of. */
function locationLength(pass: ConfigDirective): number {
  const { parent } = pass;
  return parent?.name === 'location' ? bytesOf(locationName(parent).name).length : 0;
}

/** The answer of nginx when it waits for nothing at all, or null. */
export function timeoutRefusal(level: Level, prefix: string): Refusal | null {
  for (const name of [`${prefix}_connect_timeout`, `${prefix}_read_timeout`]) {
    const directive = effective(level, name).directives.at(-1);
    if (directive !== undefined && parseTime(directive.argument(0)) === 0) {
      const message = `\`${name} 0\` is no "off": nginx gives up at once, with 504.`;
      return refusal(504, 'websocket-idle-timeout', message, directive);
    }
  }
  return null;
}
