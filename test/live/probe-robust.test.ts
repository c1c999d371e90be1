import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { acceptance, answering, frame, probing, serve } from '../probe/support';

const url = (port: number, scheme = 'ws'): string => `${scheme}://127.0.0.1:${port}/`;

/** Writes the same bytes as fast as they are taken. */
function flood(socket: Socket, bytes: Buffer): void {
  const fill = (): void => {
    while (socket.writable && socket.write(bytes));
  };
  socket.on('drain', fill);
  fill();
}

/** Bytes in buffers, at most, while something is done. */
async function mostBuffered(work: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  }, 5);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return most;
}

const MEGABYTE = 1024 * 1024;

/** Bytes: what has no bound exceeds them soon; a busy machine does not. */
const MUCH = 96 * MEGABYTE;

describe('servers that never end', () => {
  const block = Buffer.alloc(64 * 1024, 'x');
  const endlessHead = (socket: Socket): void => {
    socket.write('HTTP/1.1 200 OK\r\nX: ');
    flood(socket, block);
  };
  const interim = (socket: Socket): void =>
    flood(socket, Buffer.from('HTTP/1.1 100 Continue\r\n\r\n'.repeat(1000)));
  const body = (socket: Socket): void => {
    socket.write('HTTP/1.1 404 Not Found\r\n\r\n');
    flood(socket, block);
  };
  it.each([
    ['garbage', (socket: Socket) => flood(socket, block), 'not-http'],
    ['a head', endlessHead, 'not-http'],
    ['interim answers', interim, 'not-http'],
    ['a body', body, 'not-found'],
  ])('%s', async (_name, then, cause) => {
    const port = await serve(then);
    const most = await mostBuffered(async () => {
      expect((await probing(url(port))).cause).toBe(cause);
    });
    // The server of this test is part of the process, and has its own buffers.
    expect(most).toBeLessThan(MUCH);
  });

  it.each([
    ['messages', frame('text', 'x'.repeat(60_000))],
    ['pings', frame('ping', 'x'.repeat(100))],
    ['parts of a message', Buffer.concat(Array.from({ length: 1000 }, () => Buffer.from([0, 1, 120])))],
  ])('%s', async (_name, bytes) => {
    const port = await answering(
      (request) => acceptance(request),
      (socket) => {
        if (_name === 'parts of a message') socket.write(Buffer.from([1, 1, 120]));
        flood(socket, bytes);
      },
    );
    const most = await mostBuffered(async () => {
      const result = await probing(url(port), { timeout: 500 });
      expect(result.status).toBe(101);
    });
    expect(most).toBeLessThan(MUCH);
  });

  it('a head that drips', async () => {
    const port = await serve((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const timer = setInterval(() => socket.write('a'), 20);
      socket.once('close', () => clearInterval(timer));
    });
    expect((await probing(url(port), { timeout: 400 })).cause).toBe('handshake-timeout');
  });

  it('a body that drips is not waited for', async () => {
    const port = await answering('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 100000\r\n\r\n', (socket) => {
      const timer = setInterval(() => socket.write('a'), 20);
      socket.once('close', () => clearInterval(timer));
    });
    // Its time is longer than the test may take.
    expect((await probing(url(port), { timeout: 3_600_000 })).cause).toBe('bad-gateway');
  });

  it.each([
    ['silent', () => {}, 'tls-failed'],
    ['plain', (socket: Socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'), 'tls-to-plain-port'],
    ['sending garbage', (socket: Socket) => flood(socket, Buffer.alloc(65_536, 'x')), 'tls-to-plain-port'],
    ['closing', (socket: Socket) => socket.end(), 'tls-failed'],
  ])('a server that is %s instead of speaking TLS', async (_name, then, cause) => {
    const port = await serve(then);
    const result = await probing(url(port, 'wss'), { timeout: 400 });
    expect(result).toMatchObject({ ok: false, cause, tls: null, status: null });
  });
});

describe('nothing is left behind', () => {
  /** What keeps the process alive: sockets, timers, lookups. */
  const active = (): string[] =>
    process
      .getActiveResourcesInfo()
      .filter((kind) => /TCP|TLS|Timeout|GetAddrInfo/.test(kind))
      .toSorted();

  /** What is active now and was not before. Waits for it to end, without a timer of its own, which would count. */
  const leftSince = async (before: readonly string[]): Promise<string[]> => {
    const end = performance.now() + 3000;
    for (;;) {
      const rest = [...before];
      const left = active().filter(
        (kind) => !rest.includes(kind) || rest.splice(rest.indexOf(kind), 1).length === 0,
      );
      if (left.length === 0 || performance.now() > end) return left;
      await new Promise(setImmediate);
    }
  };

  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;

  it.each(['ws', 'wss'])(
    'by 100 probes of a stalled server: %s',
    async (scheme) => {
      let open = 0;
      const port = await serve((socket) => {
        open += 1;
        socket.once('close', () => {
          open -= 1;
        });
        socket.resume();
      });
      const hundred = async (): Promise<void> => {
        const results = await Promise.all(
          Array.from({ length: 100 }, () => probing(url(port, scheme), { timeout: 1000 })),
        );
        expect(new Set(results.map(({ cause }) => cause))).toEqual(
          new Set([scheme === 'ws' ? 'handshake-timeout' : 'tls-failed']),
        );
      };
      const before = active();
      await hundred();
      expect(await leftSince(before)).toEqual([]);
      await expect.poll(() => open).toBe(0);
      collect();
      const heap = process.memoryUsage().heapUsed;
      await hundred();
      await hundred();
      expect(await leftSince(before)).toEqual([]);
      await expect.poll(() => open).toBe(0);
      collect();
      expect(process.memoryUsage().heapUsed - heap).toBeLessThan(8 * MEGABYTE);
    },
    60_000,
  );

  it.each([1, 50, 200])('by a probe that is cancelled after %d ms', async (delay) => {
    let open = 0;
    const port = await answering(
      (request) => acceptance(request),
      (socket) => {
        open += 1;
        socket.once('close', () => {
          open -= 1;
        });
      },
    );
    const cancellation = new AbortController();
    const done = probing(url(port), { hold: 3_600_000, timeout: 3_600_000 }, cancellation.signal);
    setTimeout(() => cancellation.abort(), delay);
    const result = await done;
    expect(result).toMatchObject({ ok: false, cause: 'cancelled' });
    await expect.poll(() => open, { timeout: 5000 }).toBe(0);
  });

  it('by one that was cancelled before it began', async () => {
    const port = await serve(() => {
      throw new Error('nobody should connect');
    });
    const result = await probing(url(port), {}, AbortSignal.abort());
    expect(result).toMatchObject({ ok: false, cause: 'cancelled' });
  });
});
