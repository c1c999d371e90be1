import type { Socket } from 'node:net';
import { type Limit, TimedOut, timeLeft, waitFor } from './waiting';

/**
 * The next bytes of a socket, no more than it buffers at a time; null once the other side has closed.
 *
 * @throws what went wrong on the connection, TimedOut, or Cancelled
 */
export async function readChunk(socket: Socket, limit: Limit): Promise<Buffer | null> {
  for (;;) {
    // A stream of bytes that never pauses must not outlast the limit.
    if (timeLeft(limit) === 0) throw new TimedOut();
    const chunk = socket.read() as Buffer | null;
    if (chunk !== null) return chunk;
    if (socket.errored !== null) throw socket.errored;
    if (socket.readableEnded || socket.destroyed) return null;
    await waitFor<void>(limit, ({ resolve, reject }) => {
      const ready = (): void => resolve();
      socket.once('readable', ready).once('end', ready).once('close', ready).once('error', reject);
      return () => socket.off('readable', ready).off('end', ready).off('close', ready).off('error', reject);
    });
  }
}
