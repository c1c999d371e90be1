import { afterEach, describe, expect, it } from 'vitest';
import { type SeenRequest, strictAnswer } from '../../../server/src/verify/strict-answer';
import { startStrictBackEnd } from '../../../server/src/verify/strict-back-end';
import { startLenientBackEnd } from './backends';
import { get, handshake, holdOpen } from './client';
import type { Header } from '../../../server/src/verify/http-message';
import { accepts } from './ports';
import { Resources } from './resources';

const resources = new Resources();
afterEach(() => resources.stop());

describe('back ends', () => {
  const request = (changes: Partial<SeenRequest> = {}, without: readonly string[] = []): SeenRequest => {
    const standard: Header[] = [
      ['Host', 'chat.example'],
      ['Upgrade', 'h2c, WebSocket'],
      ['Connection', 'keep-alive, Upgrade'],
      ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
      ['Sec-WebSocket-Version', '13'],
    ];
    const kept = standard.filter(([name]) => !without.includes(name));
    return { method: 'GET', uri: '/', version: '1.1', headers: kept, ...changes };
  };
  const broken = ['Upgrade', 'Connection', 'Host', 'Sec-WebSocket-Key', 'Sec-WebSocket-Version'];

  it('accept what RFC 6455 §4.2.1 accepts', () => {
    expect(strictAnswer(request())).toStrictEqual({ status: 101, reason: null });
  });

  it('refuse two lines of Host', () => {
    const { headers } = request();
    const answer = strictAnswer(request({ headers: [...headers, ['host', 'chat.example']] }));
    expect(answer).toStrictEqual({ status: 400, reason: 'more than one Host' });
  });

  it.each([
    [{ method: 'POST', version: '1.0' }, broken, 405, 'the method is POST'],
    [{ version: '1.0' }, broken, 426, 'no websocket in Upgrade: none'],
    [{ version: '1.0' }, broken.slice(1), 400, 'no upgrade in Connection: none'],
    [{ version: '1.0' }, broken.slice(2), 400, 'the version is HTTP/1.0'],
    [{ uri: '/a b' }, broken.slice(2), 400, 'a blank in /a b'],
    [{}, broken.slice(2), 400, 'no Host'],
    [{}, broken.slice(3), 400, 'Sec-WebSocket-Key is not 16 bytes of base64: none'],
    [{}, broken.slice(4), 426, 'Sec-WebSocket-Version is not 13: none'],
  ])('refuse for the first condition not met: %j without %j', (changes, without, status, reason) => {
    expect(strictAnswer(request(changes, without))).toStrictEqual({ status, reason });
  });

  it.each([
    ['strict', startStrictBackEnd],
    ['lenient', startLenientBackEnd],
  ])('record requests in wire order and as they were written: %s', async (_name, start) => {
    const backEnd = resources.add(await start({ pages: ['/auth'] }));
    const url = `ws://${backEnd.address}`;
    expect(await handshake(`${url}/room?id=1`, { headers: { 'x-MiXed': 'a  b' } })).toMatchObject({
      status: 101,
      passes: true,
      reason: null,
    });
    expect(await get(`${url}/auth`)).toBe(200);
    expect(await get(`${url}/`)).toBe(426);
    const [first, second, third] = backEnd.requests;
    expect(first).toMatchObject({ method: 'GET', uri: '/room?id=1', version: '1.1' });
    expect(first?.headers.map(([name]) => name)).toStrictEqual([
      'Host',
      'Upgrade',
      'Connection',
      'Sec-WebSocket-Key',
      'Sec-WebSocket-Version',
      'x-MiXed',
    ]);
    expect(first?.headers.at(-1)).toStrictEqual(['x-MiXed', 'a  b']);
    expect([second?.uri, third?.uri]).toStrictEqual(['/auth', '/']);
    await backEnd.stop();
    expect(await accepts(backEnd.port)).toBe(false);
  });

  it('close their connections when they stop', async () => {
    const backEnd = await startStrictBackEnd();
    const tunnel = resources.add(await holdOpen(`ws://${backEnd.address}/`));
    expect(tunnel.status).toBe(101);
    await backEnd.stop();
    expect(await accepts(backEnd.port)).toBe(false);
  });
});
