import { describe, expect, it } from 'vitest';
import type { Socket } from 'node:net';
import { FrameReader, Opcode } from '../../server/src/verify/frames';
import { acceptance, answering, detailOf, frame, probing, stepsOf, talk } from './support';

/** A server that accepts every handshake. @returns its URL */
async function accepting(then: (socket: Socket) => void): Promise<string> {
  const port = await answering((request) => acceptance(request), then);
  return `ws://127.0.0.1:${port}/`;
}

const closeWith = (code: number, reason = ''): Buffer =>
  frame('close', Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)]));

describe('closed after it opened', () => {
  it.each([
    ['a close frame', (socket: Socket) => socket.write(closeWith(1008, 'no session')), '(1008: no session)'],
    ['a close frame without a code', (socket: Socket) => socket.write(frame('close', '')), '(1005)'],
    ['no frame', (socket: Socket) => socket.end(), '(1006)'],
    ['a reset', (socket: Socket) => setTimeout(() => socket.resetAndDestroy(), 50), '(1006: ECONNRESET)'],
    ['no frames at all', (socket: Socket) => socket.write('<html>'), '(1002: Invalid WebSocket frame:'],
    ['a masked frame', (socket: Socket) => socket.write('\u0081\u0081abcd!', 'latin1'), 'MASK must be clear'],
    [
      'text that is not UTF-8',
      (socket: Socket) => socket.write(frame('text', Buffer.from([0xff]))),
      '(1007:',
    ],
    [
      'a message of 2 MB',
      (socket: Socket) => socket.write(frame('binary', Buffer.alloc(2 * 1024 * 1024))),
      '(1009:',
    ],
  ])('%s', async (_name, then, expected) => {
    const result = await probing(await accepting(then));
    expect(result).toMatchObject({ ok: false, status: 101, cause: 'closed-after-open' });
    expect(stepsOf(result)).toBe('resolve connect handshake ping!');
    expect(detailOf(result, 'ping')).toMatch(/^closed by the other side after \d+\.\d s \(/);
    expect(detailOf(result, 'ping')).toContain(expected);
  });

  it('tells when an idle connection is cut', async () => {
    const url = await accepting((socket) => {
      talk(socket);
      setTimeout(() => socket.end(), 400);
    });
    const result = await probing(url, { hold: 5000 });
    expect(result).toMatchObject({ ok: false, status: 101, cause: 'closed-after-open' });
    expect(stepsOf(result)).toBe('resolve connect handshake ping hold!');
    expect(detailOf(result, 'hold')).toMatch(/^closed by the other side after 0\.[3-9] s idle \(1006\)$/);
    expect(result.message).toContain('proxy_read_timeout');
  });

  it('answers pings while it waits, and counts them', async () => {
    let pongs = 0;
    const url = await accepting((socket) => {
      const reader = new FrameReader(true);
      const timer = setInterval(() => socket.write(frame('ping', 'x')), 50);
      socket.once('close', () => clearInterval(timer));
      socket.on('data', (chunk: Buffer) => {
        for (const { opcode, payload } of reader.push(chunk)) {
          if (opcode === Opcode.ping) socket.write(frame('pong', payload));
          if (opcode === Opcode.pong) pongs += 1;
          if (opcode === Opcode.close) socket.end(frame('close', payload));
        }
      });
    });
    const result = await probing(url, { hold: 400 });
    expect(result.ok).toBe(true);
    expect(detailOf(result, 'hold')).toMatch(
      /^still open after 0\.4 s; the other side sent \d pings meanwhile$/,
    );
    expect(pongs).toBeGreaterThan(1);
  });
});

describe('a flood', () => {
  it('has one frame in a turn of the event loop: others get their turn', async () => {
    let turns = 0;
    let isOver = false;
    const count = (): void => {
      turns += 1;
      if (!isOver) setImmediate(count);
    };
    const pings = Buffer.concat(Array.from({ length: 2000 }, () => frame('ping', '')));
    const url = await accepting((socket) => {
      count();
      socket.write(pings);
      talk(socket);
    });
    const result = await probing(url, { origin: null });
    isOver = true;
    expect(result.ok).toBe(true);
    // The answer to the probe's own ping comes behind them.
    expect(turns).toBeGreaterThanOrEqual(2000);
  });
});

describe('ping, echo and close', () => {
  it('a ping without an answer is a failed step, no more', async () => {
    const result = await probing(await accepting(() => {}), { timeout: 200 });
    expect(result).toMatchObject({ ok: true, cause: null, status: 101 });
    expect(stepsOf(result)).toBe('resolve connect handshake ping! close!');
    expect(result.message).toContain('the ping was not answered');
  });

  it('pongs nobody asked for answer nothing', async () => {
    const result = await probing(await accepting((socket) => socket.write(frame('pong', 'hello'))), {
      timeout: 200,
    });
    expect(stepsOf(result)).toContain('ping!');
  });

  it('the echo may come after other messages', async () => {
    const url = await accepting((socket) => {
      socket.write(frame('text', 'welcome'));
      talk(socket, (text) => {
        socket.write(frame('text', 'one moment'));
        socket.write(frame('text', text));
      });
    });
    const result = await probing(url, { message: 'hello' });
    expect(stepsOf(result)).toBe('resolve connect handshake ping echo close');
    expect(result.ok).toBe(true);
  });

  it.each([
    ['nothing', () => null, 'no echo within 0.3 s: nothing came'],
    [
      'another text',
      (text: string) => frame('text', `${text}!`),
      'no echo within 0.3 s: 1 message, first "hello!" came',
    ],
    ['the same in binary', (text: string) => frame('binary', text), '1 message, first binary came'],
    ['the end', () => closeWith(1003, 'no text'), 'closed by the other side after 0.0 s (1003: no text)'],
  ])('%s is no echo', async (_name, answer, detail) => {
    const url = await accepting((socket) =>
      talk(socket, (text) => {
        const bytes = answer(text);
        if (bytes !== null) socket.write(bytes);
      }),
    );
    const result = await probing(url, { message: 'hello', timeout: 300 });
    expect(result).toMatchObject({ ok: false, status: 101, cause: 'echo-failed' });
    expect(detailOf(result, 'echo')).toContain(detail);
  });

  it('the message may be larger than what is taken otherwise', async () => {
    const message = 'x'.repeat(1_500_000);
    const url = await accepting((socket) => {
      let unread = Buffer.alloc(0);
      socket.on('data', (chunk: Buffer) => {
        // The harness's reader refuses messages over 1 MB: count, then answer.
        unread = Buffer.concat([unread, chunk]);
        if (unread.length === 14 + 1_500_000 + 14) socket.write(frame('text', message));
      });
    });
    expect(await probing(url, { message, timeout: 2000 })).toMatchObject({ ok: true });
  });
});
