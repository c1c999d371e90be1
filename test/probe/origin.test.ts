import { describe, expect, it } from 'vitest';
import { probeAnswer } from '../../server/src/probe/probe-answer';
import { readOrigin } from '../../server/src/probe/origin';
import { readWish } from '../../server/src/probe/wish';
import { acceptance, answering, probing, serve, stepsOf, talk } from './support';

const FORBIDDEN = 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n';

interface Seen {
  readonly url: string;
  /** The Origin of each handshake, null without. */
  readonly origins: (string | null)[];
}

/** A server that answers handshakes by their Origin and by how many came before. */
async function serverThat(answer: (origin: string | null, count: number) => string | null): Promise<Seen> {
  const origins: (string | null)[] = [];
  const port = await answering((request) => {
    const origin = /^Origin: (.*)\r$/im.exec(request)?.[1] ?? null;
    origins.push(origin);
    return answer(origin, origins.length) ?? acceptance(request);
  }, talk);
  return { url: `ws://127.0.0.1:${port}/`, origins };
}

const options = { timeout: 20_000 } as const;

describe('the Origin that a browser sends', () => {
  it('is tried after a success, and the result says that it is accepted', async () => {
    const { url, origins } = await serverThat(() => null);
    const result = await probing(url, options);
    const origin = url.replace('ws:', 'http:').slice(0, -1);
    expect(origins).toEqual([null, origin]);
    expect(result).toMatchObject({ ok: true, cause: null, status: 101 });
    expect(stepsOf(result)).toBe('resolve connect handshake ping close');
    expect(result.message).toContain(`, with Origin ${origin} too.`);
    expect(result.request.map(([name]) => name)).not.toContain('Origin');
  });

  it('is the cause where it is refused, and a handshake without it is accepted again', async () => {
    const { url, origins } = await serverThat((origin) => (origin === null ? null : FORBIDDEN));
    const result = await probing(url, { ...options, origin: 'https://chat.example' });
    expect(origins).toEqual([null, 'https://chat.example', null, 'https://chat.example']);
    expect(result).toMatchObject({ ok: false, cause: 'origin', status: 403, response: { status: 403 } });
    expect(stepsOf(result)).toBe('resolve connect handshake ping close handshake!');
    expect(result.steps.at(-1)?.detail).toBe('with Origin https://chat.example: 403 Forbidden');
    expect(result.request.at(-1)).toEqual(['Origin', 'https://chat.example']);
    expect(result.message).toContain('`Origin: https://chat.example`');
  });

  it('is the cause where the server closes without an answer', async () => {
    const port = await serve((socket) => {
      socket.once('data', (chunk: Buffer) => {
        const request = chunk.toString('latin1');
        if (request.includes('Origin:')) socket.end();
        else {
          socket.write(acceptance(request));
          talk(socket);
        }
      });
    });
    const result = await probing(`ws://127.0.0.1:${port}/`, options);
    expect(result).toMatchObject({ ok: false, cause: 'origin', status: null, response: null });
    expect(result.steps.at(-1)?.detail).toContain('closed without an answer');
  });

  it('is not blamed where a second handshake fails without it, too', async () => {
    const { url, origins } = await serverThat((_origin, count) => (count === 1 ? null : FORBIDDEN));
    const result = await probing(url, options);
    expect(origins).toHaveLength(3);
    expect(result).toMatchObject({ ok: true, cause: null, status: 101, response: { status: 101 } });
    expect(stepsOf(result)).toBe('resolve connect handshake ping close handshake!');
    expect(result.steps.at(-1)?.detail).toMatch(/^with Origin .*: 403 Forbidden; without it, once more: 403/);
    expect(result.message).toContain('but not a second time');
  });

  it('is not blamed where it is accepted once more, as when a worker of before answers', async () => {
    const { url, origins } = await serverThat((_origin, count) => (count === 2 ? FORBIDDEN : null));
    const result = await probing(url, options);
    expect(origins).toHaveLength(4);
    expect(result).toMatchObject({ ok: true, cause: null, status: 101, response: { status: 101 } });
    expect(stepsOf(result)).toBe('resolve connect handshake ping close handshake!');
    expect(result.steps.at(-1)?.detail).toMatch(/: 403 Forbidden; with it, once more: accepted$/);
    expect(result.message).toMatch(/, with Origin http:\S+ too, but not each time\.$/);
  });

  it('is not tried where it is switched off, where the first handshake has one, or failed', async () => {
    const server = await serverThat(() => null);
    await probing(server.url, { ...options, origin: null });
    expect(server.origins).toEqual([null]);
    await probing(server.url, { ...options, headers: [['origin', 'https://own.example']] });
    expect(server.origins).toHaveLength(2);
    const refusing = await serverThat(() => FORBIDDEN);
    await probing(refusing.url, options);
    expect(refusing.origins).toEqual([null]);
  });

  it('is in the commands of the report where it is the cause', async () => {
    const { url } = await serverThat((origin) => (origin === null ? null : FORBIDDEN));
    const wish = readWish({ url, origin: 'https://chat.example', timeout: 20 });
    if ('kind' in wish) throw new Error(wish.reason);
    const answer = probeAnswer(await probing(url, wish.options), wish, new Date());
    if (answer.kind !== 'result') throw new Error(answer.reason);
    expect(answer.curl).toContain("--header 'Origin: https://chat.example'");
    expect(answer.wscat).toContain("--header 'Origin: https://chat.example'");
    expect(answer.report).toMatch(/^✗ ws:\S+ opened, but not with the Origin of a browser/);
    expect(answer.report).not.toContain('not reached');
  });

  it.each([
    'https://chat.example',
    'http://[::1]:8080',
    'null',
    'vscode-webview://abc',
    'chrome-extension://abc',
  ])('may be %s', (text) => {
    expect(readOrigin(text)).toBe(text);
  });

  it.each([
    'chat.example',
    'https://chat.example/',
    'https://',
    'https://a b',
    'https://me@a',
    'a\r\nb://c',
    '',
  ])('is not %j', (text) => {
    expect(() => readOrigin(text)).toThrow(/is no Origin/);
  });
});
