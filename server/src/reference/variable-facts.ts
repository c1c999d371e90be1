import { isAtLeast, type NginxVersion } from './versions';
import { isBuiltInVariable } from './variables';

/**
 * What nginx lets be done with its variables, measured with nginx 1.22.1: `set` and `return` of each variable that its
 * documentation names. Names are in lower case, without `$`.
 */

/** Variables that nginx defines for good: `set $host …` is refused. */
const FIXED: ReadonlySet<string> = new Set(
  (
    'binary_remote_addr body_bytes_sent bytes_sent connection connection_requests connection_time ' +
    'connections_active connections_reading connections_waiting connections_writing content_length ' +
    'content_type date_gmt date_local document_root document_uri fastcgi_path_info ' +
    'fastcgi_script_name grpc_internal_trailers gzip_ratio host hostname http2 http_cookie http_host http_referer ' +
    'http_user_agent http_via http_x_forwarded_for https is_args limit_conn_status limit_req_status ' +
    'msec nginx_version pid pipe proxy_add_x_forwarded_for proxy_internal_body_length proxy_internal_chunked ' +
    'proxy_protocol_addr proxy_protocol_port proxy_protocol_server_addr proxy_protocol_server_port ' +
    'query_string realip_remote_addr realip_remote_port realpath_root remote_addr remote_port ' +
    'remote_user request request_body request_body_file request_completion request_filename ' +
    'request_id request_length request_method request_time request_uri scheme secure_link ' +
    'secure_link_expires sent_http_cache_control sent_http_connection sent_http_content_length ' +
    'sent_http_content_type sent_http_keep_alive sent_http_last_modified sent_http_link ' +
    'sent_http_location sent_http_transfer_encoding server_addr server_name server_port ' +
    'server_protocol slice_range status tcpinfo_rcv_space tcpinfo_rtt tcpinfo_rttvar tcpinfo_snd_cwnd ' +
    'time_iso8601 time_local uid_got uid_set upstream_addr upstream_bytes_received ' +
    'upstream_bytes_sent upstream_cache_etag upstream_cache_last_modified upstream_cache_status ' +
    'upstream_connect_time upstream_header_time upstream_response_length upstream_response_time ' +
    'upstream_status uri'
  ).split(' '),
);

/** Variables of the documentation that nginx 1.22.1 does not have: later ones, commercial ones, those of other modules. */
const NOT_IN_1_22: ReadonlySet<string> = new Set(
  (
    'acme_certificate acme_certificate_key http3 is_request_port jwt_payload oidc_access_token ' +
    'oidc_id_token oidc_userinfo otel_parent_id otel_parent_sampled otel_span_id otel_trace_id ' +
    'request_port session_log_binary_id session_log_id ssl_client_sigalg ssl_ech_outer_server_name ' +
    'ssl_ech_status ssl_sigalg ssl_sigalgs time_iso8601_ms upstream_cache_age upstream_cache_key ' +
    'upstream_last_addr upstream_last_server_name upstream_queue_time'
  ).split(' '),
);

/** Variables of stream alone. */
const STREAM_ONLY: ReadonlySet<string> = new Set(
  (
    'bytes_received mqtt_preread_clientid mqtt_preread_username protocol session_time ' +
    'ssl_preread_alpn_protocols ssl_preread_protocol ssl_preread_server_name upstream_first_byte_time ' +
    'upstream_session_time'
  ).split(' '),
);

/** The variables that stream defines for good. */
const STREAM_FIXED: ReadonlySet<string> = new Set(
  (
    'binary_remote_addr bytes_received bytes_sent connection hostname limit_conn_status msec nginx_version pid ' +
    'protocol proxy_protocol_addr proxy_protocol_port proxy_protocol_server_addr proxy_protocol_server_port ' +
    'realip_remote_addr realip_remote_port remote_addr remote_port server_addr server_port session_time ' +
    'ssl_preread_alpn_protocols ssl_preread_protocol ssl_preread_server_name status time_iso8601 time_local ' +
    'upstream_addr upstream_bytes_received upstream_bytes_sent upstream_connect_time upstream_first_byte_time ' +
    'upstream_session_time'
  ).split(' '),
);

/** The variables of stream that may be defined again. */
const STREAM_CHANGEABLE: ReadonlySet<string> = new Set(
  (
    'ssl_alpn_protocol ssl_cipher ssl_ciphers ssl_client_cert ssl_client_escaped_cert ssl_client_fingerprint ' +
    'ssl_client_i_dn ssl_client_raw_cert ssl_client_s_dn ssl_client_serial ssl_client_v_end ssl_client_v_remain ' +
    'ssl_client_v_start ssl_client_verify ssl_curve ssl_curves ssl_protocol ssl_server_name ssl_session_id ' +
    'ssl_session_reused'
  ).split(' '),
);

/** Variables that later releases brought to stream, and those of modules that are built apart or sold. */
const STREAM_LATER =
  /^(?:server_name$|mqtt_preread_(?:clientid|username)$|ssl_(?:client_sigalg|sigalgs?|ech_\w+)$|time_iso8601_ms$|upstream_last_|proxy_protocol_tlv_|geoip_|jwt_|acme_|otel_)/;

/** Variables that nginx has and does not document, or that exist only once they are set. */
const UNDOCUMENTED =
  /^(?:ancient_browser|modern_browser|msie|upstream_cache_(?:last_modified|etag|age|key))$/;

const MEASURED: NginxVersion = { major: 1, minor: 22, patch: 1 };

/** Whether nginx itself defines a variable by its full name, and does not allow others to define it. */
export function isFixedVariable(name: string, part: 'http' | 'stream'): boolean {
  return part === 'stream' ? STREAM_FIXED.has(name) : FIXED.has(name);
}

/** Whether nginx of that version, with any of its modules, may define the variable in that part of the configuration. */
export function mayBeBuiltIn(name: string, part: 'http' | 'stream', version: NginxVersion): boolean {
  // A directive of the memcached module reads it; nothing defines it.
  if (name === 'memcached_key') return false;
  const isLater = isAtLeast(version, MEASURED) && !isAtLeast(MEASURED, version);
  if (part === 'stream') {
    const isNamed = STREAM_FIXED.has(name) || STREAM_CHANGEABLE.has(name);
    return isNamed || /^\d/.test(name) || (isLater && STREAM_LATER.test(name));
  }
  if (STREAM_ONLY.has(name) || (!isLater && isAbsent(name))) return false;
  return isBuiltInVariable(name) || FIXED.has(name) || UNDOCUMENTED.test(name);
}

function isAbsent(name: string): boolean {
  return (
    NOT_IN_1_22.has(name) || /^(?:jwt_|oidc_|proxy_protocol_tlv_|upstream_cache_(?:age|key)$)/.test(name)
  );
}
