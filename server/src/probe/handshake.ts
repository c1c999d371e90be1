import type { Socket } from 'node:net';
import { t } from '../l10n';
import { failureOfBytes, failureOfStatus, judgeUpgrade } from './answer';
import { codeOf, NoWord, ProbeFailure, seconds } from './failure';
import type { HandshakeRequest } from './request';
import { NotHttp, type ResponseHead, readBody, readHead } from './response';
import type { Target } from './target';
import { type Limit, TimedOut, timeLeft } from './waiting';

/** What came of a handshake. A client accepts it where there is no fault. */
export type HandshakeOutcome =
  | { readonly head: ResponseHead; readonly fault: null }
  /** `head` is null where no answer of HTTP came. */
  | { readonly head: ResponseHead | null; readonly fault: ProbeFailure };

/**
 * Sends a handshake over a connection, and judges the answer.
 *
 * @throws Cancelled
 */
export async function shakeHands(
  socket: Socket,
  request: HandshakeRequest,
  target: Target,
  limit: Limit,
): Promise<HandshakeOutcome> {
  const time = timeLeft(limit);
  try {
    socket.write(request.bytes);
    const head = await readHead(socket, limit);
    if (head.status !== 101)
      return { head, fault: failureOfStatus(target, head, await readBody(socket, head, limit)) };
    const fault = judgeUpgrade(request, head);
    return fault === null ? { head, fault } : { head, fault };
  } catch (error) {
    if (error instanceof TimedOut) return { head: null, fault: timeoutFailure(time) };
    if (error instanceof NotHttp) return { head: null, fault: failureOfBytes(error, target.isSecure) };
    if (codeOf(error) !== '') return { head: null, fault: brokenFailure(codeOf(error)) };
    throw error;
  }
}

function timeoutFailure(time: number): ProbeFailure {
  return new NoWord(
    'handshake-timeout',
    t`no answer within ${seconds(time)}`,
    t`The connection stands, but the handshake was not answered within ${seconds(time)}. The back end may hang, or what listens on this port may not be HTTP. Look into its log; nginx waits for \`proxy_read_timeout\` before it says 504.`,
  );
}

function brokenFailure(code: string): ProbeFailure {
  // TLS 1.3 refuses a client's certificate, or its absence, only after its handshake.
  if (code.startsWith('ERR_SSL_'))
    return new ProbeFailure(
      'tls-failed',
      t`the server ended TLS (${code})`,
      t`The server ended the TLS connection (${code}): it may ask clients for a certificate, and the probe has none. Probe the back end behind it, or a server without it.`,
    );
  return new NoWord(
    'not-http',
    t`the connection broke before an answer came (${code})`,
    t`The connection broke before an answer came (${code}). The server, or something on the way, dropped it: look into its log, and check the port.`,
  );
}
