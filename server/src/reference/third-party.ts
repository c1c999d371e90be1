import { directiveFacts, documentedModule } from './directives';
import { type Fork, forksWith } from './forks';

/**
 * Modules of other authors by the names of their directives, as real configurations have them. The first pattern that
 * fits counts.
 */
const BY_NAME: readonly (readonly [pattern: RegExp, module: string])[] = [
  [/^brotli(?:_|$)/, 'ngx_brotli'],
  [/^zstd(?:_|$)/, 'zstd-nginx-module'],
  [/^(?:vhost_traffic_status|stream_server_traffic_status|server_traffic_status)/, 'nginx-module-vts'],
  [/^modsecurity(?:_|$)/, 'ModSecurity-nginx'],
  [/^pagespeed(?:_|$)/, 'ngx_pagespeed'],
  [/^nchan_/, 'nchan'],
  [/^push_stream_/, 'nginx-push-stream-module'],
  [
    /^(?:rtmp|rtmp_\w+|hls_\w+|dash_\w+|hls|dash|live|allow_play|publish_notify|exec_\w+|on_(?:play|publish|done|update|connect|disconnect|record_done)\w*|record\w*|pull|push|application|wait_key|wait_video|interleave|idle_streams|drop_idle_publisher|chunk_size)$/,
    'nginx-rtmp-module',
  ],
  [/^geoip2(?:_|$)/, 'ngx_http_geoip2_module'],
  [/^(?:upload_|upload$)/, 'nginx-upload-module'],
  [/^(?:uploadprogress|upload_progress|track_uploads|report_uploads)/, 'nginx-upload-progress-module'],
  [/^(?:check|check_\w+)$/, 'nginx_upstream_check_module'],
  [/^(?:fancyindex)(?:_|$)/, 'ngx-fancyindex'],
  [/^(?:passenger|union_station)_/, 'Phusion Passenger'],
  [/^(?:redis2?_|redis$)/, 'redis2-nginx-module'],
  [/^memc_/, 'memc-nginx-module'],
  [/^srcache_/, 'srcache-nginx-module'],
  [
    /^(?:postgres_|drizzle_|rds_json|rds_csv|xss_|encrypted_session_|form_input|set_form_input|array_\w+|eval(?:_|$))/,
    'OpenResty',
  ],
  [/^(?:opentracing|opentelemetry|jaeger_|zipkin_|datadog_)/, 'a tracing module'],
  [/^(?:auth_ldap|ldap_server)/, 'nginx-auth-ldap'],
  [/^auth_pam/, 'ngx_http_auth_pam_module'],
  [/^(?:auth_gss|auth_spnego)/, 'spnego-http-auth-nginx-module'],
  [/^(?:naxsi|BasicRule|MainRule|CheckRule|SecRules|LearningMode|DeniedUrl)/i, 'naxsi'],
  [/^(?:app_protect|hm_|nap_)/, 'NGINX App Protect'],
  [/^(?:dav_ext_|create_full_put_path$)/, 'nginx-dav-ext-module'],
  [
    /^proxy_connect(?:_(?:allow|address|bind|response|(?:connect|data|read|send)_timeout))?$/,
    'ngx_http_proxy_connect_module',
  ],
  [
    /^(?:concat|concat_\w+|footer|trim|trim_\w+|sysguard\w*|reqstat\w*|dyups_\w+|server_info|server_tag|server_admin)$/,
    'Tengine',
  ],
  [/^(?:cache_purge|\w+_cache_purge)/, 'ngx_cache_purge'],
  [/^vod(?:_|$)/, 'nginx-vod-module'],
  [/^(?:js_|njs_)/, 'njs'],
  [/^(?:lua_|\w+_by_lua(?:_block|_file)?$)/, 'lua-nginx-module'],
  [/^echo(?:_|$)/, 'echo-nginx-module'],
  [
    /^set_(?:(?:un)?escape_uri|(?:un)?quote_\w+|(?:en|de)code_\w+|md5|sha1|hmac_\w+|random|secure_random_\w+|rotate|local_today|formatted_\w+|hashed_upstream|if_empty|misc_\w+|cgi_\w+)$/,
    'set-misc-nginx-module',
  ],
  [/^(?:iconv|set_iconv)(?:_|$)/, 'iconv-nginx-module'],
  [/^more_(?:set|clear)_(?:input_)?headers$/, 'headers-more-nginx-module'],
  [/^mruby_/, 'ngx_mruby'],
  [/^(?:zmauth|zmauth_\w+|exact_version_check|tcp_keepalive)$/, 'the nginx of Zimbra'],
  [/^testcookie/, 'testcookie-nginx-module'],
  [/^(?:subs_filter)/, 'ngx_http_substitutions_filter_module'],
  [/^(?:wasm|proxy_wasm|wasmtime|wasmer)/, 'ngx_wasm_module'],
  [/^(?:sticky_\w+|upsync\w*|upstream_show|upstream_fair|fair|jdomain)$/, 'an upstream module'],
];

/** The module outside nginx's free core, or the fork, that defines a directive of that name; null for none that is known. */
export function moduleOf(name: string): string | null {
  const fact = directiveFacts()
    .get(name)
    ?.find(({ thirdParty }) => thirdParty !== null);
  if (fact !== undefined) return fact.module;
  return (
    documentedModule(name) ?? forksWith(name) ?? BY_NAME.find(([pattern]) => pattern.test(name))?.[1] ?? null
  );
}

/** The modules of other authors that OpenResty builds in, by the names that they have here. */
const OF_OPENRESTY: ReadonlySet<string> = new Set([
  'OpenResty',
  'echo-nginx-module',
  'headers-more-nginx-module',
  'iconv-nginx-module',
  'lua-nginx-module',
  'memc-nginx-module',
  'ngx_http_echo_module',
  'ngx_http_headers_more_filter_module',
  'ngx_http_lua_module',
  'ngx_http_set_misc_module',
  'ngx_stream_lua_module',
  'redis2-nginx-module',
  'set-misc-nginx-module',
  'srcache-nginx-module',
]);

/** The directives of the commercial nginx that Angie has too, by its command tables. */
const COMMERCIAL_OF_ANGIE: ReadonlySet<string> = new Set([
  'api',
  'mp4_limit_rate',
  'mp4_limit_rate_after',
  'mqtt_preread',
  'status_zone',
]);

/** Whether a fork has a directive of that name from a module that it builds in, or that only the commercial nginx has otherwise. */
export function isBundled(fork: Fork, name: string): boolean {
  switch (fork) {
    case 'OpenResty':
      return OF_OPENRESTY.has(moduleOf(name) ?? '');
    case 'NGINX Plus':
      return documentedModule(name) !== null;
    case 'Angie':
      return COMMERCIAL_OF_ANGIE.has(name);
    default:
      return false;
  }
}
