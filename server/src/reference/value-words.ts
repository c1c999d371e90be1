import { http2ToBackEnds, type NginxVersion } from './versions';

/**
 * The words that directives with a fixed set of values take, and the bounds of numbers, from the tables beside the
 * command tables of nginx (ngx_conf_enum_t, ngx_conf_bitmask_t, ngx_conf_num_bounds_t). Case does not matter.
 */

const STATUS_WORDS = 'http_500 http_502 http_503 http_504 http_403 http_404 http_429';
const NEXT_UPSTREAM = 'error timeout invalid_header non_idempotent';
const IGNORED_HEADERS =
  'X-Accel-Redirect X-Accel-Expires X-Accel-Limit-Rate X-Accel-Buffering X-Accel-Charset Expires Cache-Control ' +
  'Set-Cookie Vary';
const PROTOCOLS = 'SSLv2 SSLv3 TLSv1 TLSv1.1 TLSv1.2 TLSv1.3';
const FASTCGI_NEXT = `${NEXT_UPSTREAM} http_500 http_503 http_403 http_404 http_429 updating off`;

const WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    debug_points: 'stop abort',
    autoindex_format: 'html json jsonp xml',
    degrade: '204 444',
    gzip_static: 'off on always',
    add_header_inherit: 'off on merge',
    add_trailer_inherit: 'off on merge',
    limit_conn_log_level: 'info notice warn error',
    limit_req_log_level: 'info notice warn error',
    proxy_http_version: '1.0 1.1',
    ssl_verify_client: 'off on optional optional_no_ca',
    ssl_ocsp: 'off on leaf',
    userid: 'off log v1 on',
    client_body_in_file_only: 'off on clean',
    satisfy: 'all any',
    lingering_close: 'off on always',
    server_tokens: 'off on build',
    if_modified_since: 'off exact before',
    gzip_http_version: '1.0 1.1',
    proxy_protocol: 'off on v2',
    dav_methods: 'off PUT DELETE MKCOL COPY MOVE',
    proxy_next_upstream: `${NEXT_UPSTREAM} ${STATUS_WORDS} updating off`,
    proxy_cache_use_stale: `${NEXT_UPSTREAM} ${STATUS_WORDS} updating off`,
    fastcgi_next_upstream: FASTCGI_NEXT,
    fastcgi_cache_use_stale: FASTCGI_NEXT,
    scgi_next_upstream: FASTCGI_NEXT,
    scgi_cache_use_stale: FASTCGI_NEXT,
    uwsgi_next_upstream: FASTCGI_NEXT,
    uwsgi_cache_use_stale: FASTCGI_NEXT,
    grpc_next_upstream: `${NEXT_UPSTREAM} ${STATUS_WORDS} off`,
    tunnel_next_upstream: 'error timeout off',
    memcached_next_upstream: 'error timeout invalid_response not_found off',
    proxy_cache_methods: 'GET HEAD POST',
    fastcgi_cache_methods: 'GET HEAD POST',
    scgi_cache_methods: 'GET HEAD POST',
    uwsgi_cache_methods: 'GET HEAD POST',
    proxy_ignore_headers: IGNORED_HEADERS,
    fastcgi_ignore_headers: IGNORED_HEADERS,
    scgi_ignore_headers: IGNORED_HEADERS,
    uwsgi_ignore_headers: IGNORED_HEADERS,
    grpc_ignore_headers: IGNORED_HEADERS,
    ssl_protocols: PROTOCOLS,
    proxy_ssl_protocols: PROTOCOLS,
    grpc_ssl_protocols: PROTOCOLS,
    uwsgi_ssl_protocols: PROTOCOLS,
    userid_flags: 'off secure httponly samesite=strict samesite=lax samesite=none',
    keepalive_disable: 'none msie6 safari',
    gzip_proxied: 'off expired no-cache no-store private no_last_modified no_etag auth any',
    imap_auth: 'plain login cram-md5 external',
    pop3_auth: 'plain apop cram-md5 external',
    smtp_auth: 'plain login cram-md5 external none',
    starttls: 'off on only',
  }),
);

/** Words that came later than 1.10.0. */
const LATER_WORDS: readonly (readonly [name: string, word: string, since: NginxVersion])[] = [
  ['proxy_http_version', '2', http2ToBackEnds],
];

/** The least and the most that a number may be. */
const BOUNDS: ReadonlyMap<string, readonly [least: number, most: number]> = new Map(
  Object.entries<readonly [number, number]>({
    gzip_comp_level: [1, 9],
    limit_req_status: [400, 599],
    limit_conn_status: [400, 599],
    uwsgi_modifier1: [0, 255],
    uwsgi_modifier2: [0, 255],
  }),
);

/** The words that a directive takes. */
export interface ValueWords {
  /** As the manual writes them. */
  readonly written: readonly string[];
  /** The same in lower case. */
  readonly words: ReadonlySet<string>;
  /** Those that later releases brought, with the release. */
  readonly later: ReadonlyMap<string, NginxVersion>;
}

/** The words that a directive takes; null when we do not know. */
export function valueWords(name: string): ValueWords | null {
  const known = made.get(name);
  if (known !== undefined) return known;
  const words = WORDS.get(name);
  if (words === undefined) return null;
  const later = LATER_WORDS.filter(([each]) => each === name).map(([, word]) => word);
  const result = {
    written: [...words.split(' '), ...later],
    words: new Set(words.toLowerCase().split(' ')),
    later: new Map(LATER_WORDS.filter(([each]) => each === name).map(([, word, since]) => [word, since])),
  };
  made.set(name, result);
  return result;
}

const made = new Map<string, ValueWords>();

/** The bounds of the number that a directive takes; null for none. */
export function numberBounds(name: string): readonly [least: number, most: number] | null {
  return BOUNDS.get(name) ?? null;
}
