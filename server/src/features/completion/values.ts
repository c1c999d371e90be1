import type { NginxVersion } from '../../reference/versions';

/** Values that the manual describes rather than lists. */

/** A value and what it is for; '' where that needs no word. */
export type Choice = readonly [value: string, note: string];

/** Values of the first argument, by directive. */
export const firstValues: Readonly<Record<string, readonly Choice[]>> = {
  return: [
    ['301', 'moved for good'],
    ['302', 'found elsewhere'],
    ['307', 'elsewhere, with the same method'],
    ['308', 'moved for good, with the same method'],
    ['200', 'a text'],
    ['204', 'nothing'],
    ['400', 'bad request'],
    ['403', 'forbidden'],
    ['404', 'not found'],
    ['426', 'upgrade required'],
    ['444', 'closes the connection without an answer'],
    ['503', 'unavailable'],
  ],
  error_page: [
    ['404', 'not found'],
    ['401', 'unauthorized'],
    ['403', 'forbidden'],
    ['500', 'fault in the server'],
    ['502', 'bad gateway'],
    ['503', 'unavailable'],
    ['504', 'gateway timeout'],
  ],
  proxy_read_timeout: [['3600s', 'an idle WebSocket stays open for an hour']],
  proxy_cache_bypass: [['$http_upgrade', 'no handshake is answered from the cache']],
  proxy_no_cache: [['$http_upgrade', 'no handshake is put into the cache']],
  proxy_pass: [
    ['http://', 'a back end'],
    ['https://', 'a back end over TLS'],
  ],
  grpc_pass: [
    ['grpc://', 'a back end'],
    ['grpcs://', 'a back end over TLS'],
  ],
  server_name: [
    ['_', 'a name that no client asks for'],
    ['localhost', 'this machine'],
  ],
  location: [
    ['=', 'this path alone'],
    ['^~', 'this prefix, before any regex'],
    ['~', 'a regex'],
    ['~*', 'a regex, without case'],
  ],
  limit_except: ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'].map((method) => [method, '']),
  if: [
    ['($http_upgrade', 'asks for an upgrade'],
    ['($request_method', 'the method'],
    ['($scheme', 'http or https'],
    ['($host', 'the name that the client asked for'],
  ],
};

/** Of the arguments behind the first. */
export const laterValues: Readonly<Record<string, readonly Choice[]>> = {
  error_page: [
    ['=200', 'answers with this status'],
    ['=', 'answers with the status of the page'],
  ],
  return: [
    ['https://$host$request_uri', 'the same address over TLS'],
    ['/', 'the first page'],
  ],
  error_log: [
    ['error', 'what went wrong: the default'],
    ['warn', 'what may go wrong'],
    ['notice', 'what is worth knowing'],
    ['info', 'what happens'],
    ['debug', 'all, where nginx is built for it'],
    ['crit', 'what must be seen to'],
    ['alert', 'what must be seen to at once'],
    ['emerg', 'what stops nginx'],
  ],
  try_files: [
    ['$uri', 'the path of the request'],
    ['$uri/', 'its directory'],
    ['/index.html', 'the page of an application'],
    ['=404', 'not found'],
  ],
};

/** Those of them that have one argument behind the first, and no more. */
export const twoArguments = new Set(['return', 'error_log']);

/** Directives whose first values may follow each other. */
export const sameValues = new Set(['limit_except', 'error_page']);

/** The flags of `rewrite` (ngx_http_rewrite). */
export const rewriteFlags: readonly Choice[] = [
  ['last', 'searches for a location again'],
  ['break', 'stays in this location'],
  ['redirect', 'sends the client there, 302'],
  ['permanent', 'sends the client there, 301'],
];

/** The parameters of a server of an upstream (ngx_http_upstream_server, ngx_stream_upstream_server). */
export const upstreamServerParameters: readonly Choice[] = [
  ['weight=', 'its share of the requests'],
  ['max_conns=', 'connections at a time'],
  ['max_fails=', 'failures until it counts as down'],
  ['fail_timeout=', 'how long it then does'],
  ['backup', 'only when the others are down'],
  ['down', 'not in use'],
  ['resolve', 'follows changes of its address'],
  ['service=', 'the name of its DNS SRV record'],
];

/** Parameters of `listen` that nginx had not always. */
export const listenSince: Readonly<Record<string, NginxVersion>> = {
  quic: { major: 1, minor: 25, patch: 0 },
  multipath: { major: 1, minor: 29, patch: 7 },
};

/** Since this release `resolve` and `service` of an upstream's server need no licence (CHANGES, 1.27.3). */
export const resolveSince: NginxVersion = { major: 1, minor: 27, patch: 3 };

/** RFC 8996 and RFC 7568. */
export const weakProtocols = new Set(['SSLv2', 'SSLv3', 'TLSv1', 'TLSv1.1']);

/** Parameters of the manual that nginx has only with a licence. */
export const commercialWords = new Set(['status_zone=']);
