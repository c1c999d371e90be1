import type { Level } from '../model/levels';
import { known } from './value';
import type { UpstreamHeader, UpstreamRequest, Values } from './upstream-request';

/**
 * The request as uwsgi and SCGI carry it: every header of the client is a parameter HTTP_NAME, unless a `uwsgi_param`
 * of that name takes its place (ngx_http_uwsgi_create_request).
 *
 * @param prefix `uwsgi` or `scgi`
 */
export function gatewayRequest(level: Level, prefix: string, values: Values): UpstreamRequest {
  const set = values.inForce(level, `${prefix}_param`);
  const drop = values.inForce(level, `${prefix}_pass_request_headers`).directives.at(-1);
  const dropsClientHeaders = drop?.argument(0).toLowerCase() === 'off' ? drop : null;
  const written = set.directives
    .filter((directive) => directive.argument(0).startsWith('HTTP_'))
    .map((directive) => ({
      name: headerName(directive.argument(0)),
      value: values.argument(directive, 1),
      directive,
    }));
  const taken = new Set(written.map(({ name }) => name.toLowerCase()));
  const passed = values.clientHeaders
    .filter(({ name }) => dropsClientHeaders === null && !taken.has(name.toLowerCase()))
    .map(({ name, value }): UpstreamHeader => ({ name, value, directive: null }));
  const headers = [...written, ...passed];
  return {
    method: known('GET'),
    version: { value: '1.1', directive: null, certain: true },
    headers: () => headers,
    named: (name) => headers.filter((header) => header.name.toLowerCase() === name),
    set,
    wellFormed: true,
    complete: set.certain,
    taken: null,
    dropsClientHeaders,
  };
}

/** `HTTP_SEC_WEBSOCKET_KEY` is `Sec-Websocket-Key`. */
function headerName(parameter: string): string {
  return parameter
    .slice('HTTP_'.length)
    .split('_')
    .map((part) => part.slice(0, 1) + part.slice(1).toLowerCase())
    .join('-');
}
