import { contextsOf } from '../reference/directives';
import { meantDirective } from '../reference/near-directives';
import { moduleOf } from '../reference/third-party';
import type { ConfigDirective } from './configuration';
import type { Context } from './context';

/** The directives of `http` that what is found for its servers may depend on. */

/** What the levels within `http` may have themselves, and so inherit. */
const WITHIN: ReadonlySet<string> = new Set([
  'server',
  'location',
  'if in server',
  'if in location',
  'limit_except',
  'any',
]);

/** Of what they inherit, that which no handshake depends on. Whoever looks one of these up gets an error. */
const WITHOUT_SAY: ReadonlySet<string> = new Set(
  (
    'access_log error_log log_not_found log_subrequest open_log_file_cache server_tokens ' +
    'sendfile sendfile_max_chunk aio directio tcp_nopush tcp_nodelay output_buffers postpone_output ' +
    'keepalive_timeout keepalive_requests keepalive_time lingering_close lingering_time lingering_timeout ' +
    'reset_timedout_connection send_timeout limit_rate limit_rate_after ' +
    'client_body_buffer_size client_body_temp_path client_body_timeout client_header_timeout ' +
    'client_max_body_size default_type types_hash_bucket_size types_hash_max_size ' +
    'variables_hash_bucket_size variables_hash_max_size ' +
    'open_file_cache open_file_cache_errors open_file_cache_min_uses open_file_cache_valid ' +
    'gzip gzip_buffers gzip_comp_level gzip_disable gzip_http_version gzip_min_length gzip_proxied gzip_types ' +
    'gzip_vary gzip_static gunzip expires etag if_modified_since ' +
    'proxy_buffer_size proxy_buffers proxy_busy_buffers_size proxy_temp_file_write_size proxy_temp_path ' +
    'proxy_max_temp_file_size proxy_send_timeout proxy_headers_hash_bucket_size ' +
    'proxy_headers_hash_max_size proxy_socket_keepalive ' +
    'ssl_ciphers ssl_prefer_server_ciphers ssl_session_cache ssl_session_timeout ssl_session_tickets ' +
    'ssl_buffer_size ssl_stapling ssl_stapling_verify ssl_dhparam ssl_ecdh_curve'
  ).split(' '),
);

function hasSay(name: string): boolean {
  if (WITHOUT_SAY.has(name)) return false;
  return contextsOf(name).some((context) => WITHIN.has(context)) || moduleOf(name) !== null;
}

/** Those directives of `http` itself that what is found for its servers may depend on: what nobody knows is none of them. */
export function withSay(
  directives: readonly ConfigDirective[],
  context: Context,
): readonly ConfigDirective[] {
  return directives.filter(({ name }) => hasSay(meantDirective(name, context) ?? name));
}

/** Such directives by name. To ask for others is a mistake: they may have changed. */
export class WithSay extends Map<string, readonly ConfigDirective[]> {
  override get(name: string): readonly ConfigDirective[] | undefined {
    refuseWithoutSay(name);
    return super.get(name);
  }

  override has(name: string): boolean {
    refuseWithoutSay(name);
    return super.has(name);
  }
}

function refuseWithoutSay(name: string): void {
  if (WITHOUT_SAY.has(name))
    throw new RangeError(`What is found for servers depends on \`${name}\` of http.`);
}
