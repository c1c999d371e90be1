import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** Systems give none of these to whoever asks for any port: Linux begins at 32768, macOS and Windows at 49152. */
const FIRST = 20_000;
const LAST = 32_767;

/**
 * So many ports of 127.0.0.1 on which nothing listens, all different. Another process may take one before it is used:
 * whoever listens must be ready for that.
 *
 * @param from the port to try first
 * @throws Error when so many are not free
 */
export async function freePorts(count: number, from = randomInt(FIRST, LAST + 1)): Promise<number[]> {
  const held = new Map<number, Server>();
  const all = LAST - FIRST + 1;
  try {
    for (let tried = 0; tried < all && held.size < count; tried += 1) {
      const port = FIRST + ((from - FIRST + tried) % all);
      const server = await listenOn(port);
      if (server !== null) held.set(port, server);
    }
  } finally {
    for (const server of held.values()) server.close();
  }
  if (held.size < count) throw new Error(`There are no ${count} free ports from ${FIRST} to ${LAST}.`);
  return [...held.keys()];
}

/** Null where the port is not free. */
async function listenOn(port: number): Promise<Server | null> {
  const server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
    return server;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Windows keeps some for itself.
    if (code === 'EADDRINUSE' || code === 'EACCES') return null;
    throw error;
  }
}
