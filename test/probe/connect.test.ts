import { describe, expect, it } from 'vitest';
import { proxyVariables } from '../../server/src/probe/proxies';
import { acceptance, answering, detailOf, probing, serve, stepsOf } from './support';

const url = (port: number): string => `ws://chat.test:${port}/`;

describe('resolving', () => {
  it.each([
    ['ENOTFOUND', 'chat.test has no address (ENOTFOUND)'],
    ['EAI_AGAIN', 'the name servers cannot be asked now (EAI_AGAIN)'],
    ['EAI_FAIL', 'chat.test could not be resolved (EAI_FAIL)'],
  ])('%s', async (code, detail) => {
    const lookup = () => Promise.reject(Object.assign(new Error(code), { code }));
    const result = await probing(url(80), { lookup });
    expect(result).toMatchObject({ ok: false, status: null, cause: 'dns' });
    expect(stepsOf(result)).toBe('resolve!');
    expect(detailOf(result, 'resolve')).toBe(detail);
  });

  it('a name with no address at all', async () => {
    expect((await probing(url(80), { lookup: () => Promise.resolve([]) })).cause).toBe('dns');
  });

  it('name servers that do not answer', async () => {
    const result = await probing(url(80), { lookup: () => new Promise(() => {}), timeout: 100 });
    expect(result.cause).toBe('dns');
    expect(detailOf(result, 'resolve')).toBe('no answer within 0.1 s');
  });

  it('takes an address as it is', async () => {
    const lookup = () => Promise.reject(new Error('nobody asks for that'));
    const port = await answering('HTTP/1.1 404 Not Found\r\n\r\n', (socket) => socket.end());
    const result = await probing(`ws://127.0.0.1:${port}/`, { lookup });
    expect(detailOf(result, 'resolve')).toBe('127.0.0.1');
  });
});

describe('connecting', () => {
  it('tries the addresses in order, and says which one it was', async () => {
    const port = await answering((request) => acceptance(request));
    const lookup = () => Promise.resolve(['127.0.0.9', '127.0.0.1', '127.0.0.1', '127.0.0.7']);
    const result = await probing(url(port), { lookup, timeout: 1000 });
    expect(result.ok).toBe(true);
    expect(detailOf(result, 'resolve')).toBe('127.0.0.9, 127.0.0.1, 127.0.0.7');
    expect(detailOf(result, 'connect')).toBe(`127.0.0.1:${port}; 127.0.0.9:${port} refused (ECONNREFUSED)`);
  });

  it('a refusal tells more than a missing route', async () => {
    const port = await serve(() => {});
    const lookup = () => Promise.resolve(['127.0.0.9', '255.255.255.255']);
    const result = await probing(url(port), { lookup });
    expect(result.cause).toBe('refused');
    expect(detailOf(result, 'connect')).toMatch(
      /^127\.0\.0\.9:\d+ refused \(ECONNREFUSED\); 255\.255\.255\.255:\d+ unreachable \(E\w+\)$/,
    );
    expect((await probing(url(port), { lookup: () => Promise.resolve(['255.255.255.255']) })).cause).toBe(
      'unreachable',
    );
  });

  it('says that the proxy of the environment is not used', async () => {
    const port = await answering((request) => acceptance(request));
    const lookup = () => Promise.resolve(['127.0.0.1']);
    const result = await probing(url(port), { lookup, proxies: ['http_proxy'], timeout: 1000 });
    expect(detailOf(result, 'connect')).toContain('directly: the proxy in http_proxy is not used');
  });
});

describe('proxies of the environment', () => {
  it.each([
    [{ HTTP_PROXY: 'http://p', https_proxy: 'http://p' }, false, ['HTTP_PROXY']],
    [{ HTTP_PROXY: 'http://p', https_proxy: 'http://p', ALL_PROXY: 'x' }, true, ['https_proxy', 'ALL_PROXY']],
    [{ http_proxy: '', no_proxy: '*' }, false, []],
  ])('%j, secure %s: %j', (environment, isSecure, expected) => {
    expect(proxyVariables(environment, isSecure)).toEqual(expected);
  });
});
