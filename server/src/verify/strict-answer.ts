import { hasToken, type Header, valueOf } from './http-message';

/** One request as a back end received it. */
export interface SeenRequest {
  readonly method: string;
  readonly uri: string;
  /** `1.0`, `1.1`. */
  readonly version: string;
  /** In wire order, names as they were sent. */
  readonly headers: readonly Header[];
}

/** What the strict back end answers. */
export interface Answer {
  readonly status: number;
  /** What was wrong; null with a 101. */
  readonly reason: string | null;
}

/** What a server that keeps to RFC 9112 §3.2 and RFC 6455 §4.2.1 answers: the first condition that is not met decides. */
export function strictAnswer(request: SeenRequest): Answer {
  const { headers, method, version } = request;
  const key = valueOf(headers, 'Sec-WebSocket-Key');
  const shown = (name: string) => valueOf(headers, name) ?? 'none';
  if (method !== 'GET') return { status: 405, reason: `the method is ${method}` };
  if (!hasToken(headers, 'Upgrade', 'websocket'))
    return { status: 426, reason: `no websocket in Upgrade: ${shown('Upgrade')}` };
  if (!hasToken(headers, 'Connection', 'upgrade'))
    return { status: 400, reason: `no upgrade in Connection: ${shown('Connection')}` };
  if (version !== '1.1') return { status: 400, reason: `the version is HTTP/${version}` };
  if (request.uri.includes(' ')) return { status: 400, reason: `a blank in ${request.uri}` };
  const hosts = headers.filter(([name]) => name.toLowerCase() === 'host');
  if (hosts.length !== 1 || valueOf(headers, 'Host') === '')
    return { status: 400, reason: hosts.length > 1 ? 'more than one Host' : 'no Host' };
  if (key === null || !/^[A-Za-z0-9+/]{22}==$/.test(key))
    return { status: 400, reason: `Sec-WebSocket-Key is not 16 bytes of base64: ${key ?? 'none'}` };
  if (valueOf(headers, 'Sec-WebSocket-Version') !== '13')
    return {
      status: 426,
      reason: `Sec-WebSocket-Version is not 13: ${shown('Sec-WebSocket-Version')}`,
    };
  return { status: 101, reason: null };
}
