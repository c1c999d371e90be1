import type { Socket } from 'node:net';
import { english, t } from '../l10n';
import { PLAIN_TO_TLS, saysTls } from './answer';
import { connectToFirst } from './connect';
import { codeOf, type NoWord, ProbeFailure } from './failure';
import { NotHttp, readBody, readHead } from './response';
import { speaksTls, USE_PLAIN } from './secure';
import type { Endpoint, Target } from './target';
import { type Limit, TimedOut } from './waiting';

/**
 * Why the other side said nothing: a second, short connection tries plain HTTP where TLS was not answered, and TLS where
 * plain HTTP was not. Nothing of the URL but its host is sent, so no secret goes out without TLS.
 *
 * @param failure what happened on the first connection
 * @param end where that one led to
 * @returns the failure with what the second connection told
 * @throws Cancelled
 */
export async function triedTheOtherWay(
  failure: NoWord,
  end: Endpoint,
  target: Target,
  limit: Limit,
): Promise<ProbeFailure> {
  const { isSecure, host, authority } = target;
  const speaks = await onConnection(end, limit, (socket) =>
    isSecure ? speaksHttp(socket, authority, limit) : speaksTls(socket, host, limit),
  );
  const { reason, detail, message } = failure;
  if (!speaks) return new ProbeFailure(reason, detail, t`${message} ${t(isSecure ? NOT_PLAIN : NOT_TLS)}`);
  return isSecure
    ? new ProbeFailure(
        'tls-to-plain-port',
        t`${detail}; plain HTTP is answered`,
        t`The port does not answer TLS, but it does answer plain HTTP. ${t(USE_PLAIN)}`,
      )
    : new ProbeFailure('plain-to-tls-port', t`${detail}; TLS is answered`, t(PLAIN_TO_TLS));
}

const NOT_PLAIN = english('It is not a port for plain HTTP: that was tried, too.');
const NOT_TLS = english('It is not a port for TLS: that was tried, too.');

/** Works on a connection of its own, closed then; false where there is none. */
async function onConnection(
  end: Endpoint,
  limit: Limit,
  work: (socket: Socket) => Promise<boolean>,
): Promise<boolean> {
  try {
    const { socket } = await connectToFirst(end.host, [end.host], end.port, limit);
    try {
      return await work(socket);
    } finally {
      socket.destroy();
    }
  } catch (error) {
    if (error instanceof ProbeFailure) return false;
    throw error;
  }
}

/** Whether a plain request is answered. A 400 is no sign: that is what many TLS ports answer. */
async function speaksHttp(socket: Socket, authority: string, limit: Limit): Promise<boolean> {
  try {
    socket.write(`GET / HTTP/1.1\r\nHost: ${authority}\r\nConnection: close\r\n\r\n`);
    const head = await readHead(socket, limit);
    return head.status !== 400 && !saysTls(await readBody(socket, head, limit));
  } catch (error) {
    if (error instanceof TimedOut || error instanceof NotHttp || codeOf(error) !== '') return false;
    throw error;
  }
}
