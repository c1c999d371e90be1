import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { acceptance, probing } from './support';

/** What the server sends next, in pieces, before it closes. */
let pieces: readonly (string | Uint8Array)[] = [];
let server: Server;
let url = '';

beforeAll(async () => {
  server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', (request) => {
      const [first, ...rest] = pieces;
      socket.write(first === 'accept' ? acceptance(request.toString('latin1')) : (first ?? ''));
      const next = (index: number): void => {
        const piece = rest[index];
        if (piece === undefined) socket.end();
        else socket.write(piece, () => setImmediate(next, index + 1));
      };
      next(0);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});

afterAll(async () => {
  const closed = once(server, 'close');
  server.close();
  await closed;
});

const bytes = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 4 });

describe('whatever a server sends', () => {
  it('instead of an answer, the probe has a result', async () => {
    const line = fc.constantFrom(
      'HTTP/1.1 ',
      'HTTP/1.1 200',
      'HTTP/1.1 101 x\r\n',
      'HTTP/1.0 404\n',
      '\r\n\r\n',
      'A:b\r\n',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(line, fc.uint8Array({ maxLength: 20 })), { maxLength: 5 }),
        async (sent) => {
          pieces = sent;
          const result = await probing(url);
          expect(result.ok).toBe(false);
          expect(result.cause).not.toBe(null);
          expect(result.steps.at(-1)?.name).toBe('handshake');
        },
      ),
      { seed: 20_261_122, numRuns: 150 },
    );
  });

  it('after it has accepted, the probe has a result', async () => {
    await fc.assert(
      fc.asyncProperty(bytes, async (sent) => {
        pieces = ['accept', ...sent];
        const result = await probing(url, { message: 'hello' });
        expect(result).toMatchObject({ ok: false, status: 101 });
        expect(['closed-after-open', 'echo-failed']).toContain(result.cause);
      }),
      { seed: 20_261_122, numRuns: 150 },
    );
  });

  it('in whatever pieces, an answer is the same', async () => {
    const answer = Buffer.from(
      'HTTP/1.1 103 x\r\nA: b\r\n\r\nHTTP/1.1 503 Busy\r\nRetry-After: 5\r\nContent-Length: 3\r\n\r\nyes',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: answer.length - 1 }), { maxLength: 6 }),
        async (cuts) => {
          const ends = [...new Set(cuts)].toSorted((a, b) => a - b);
          pieces = [0, ...ends].map((start, index) => answer.subarray(start, ends[index] ?? answer.length));
          expect(await probing(url)).toMatchObject({
            status: 503,
            cause: 'unavailable',
            response: {
              headers: [
                ['Retry-After', '5'],
                ['Content-Length', '3'],
              ],
            },
          });
        },
      ),
      { seed: 20_261_122, numRuns: 60 },
    );
  });
});
