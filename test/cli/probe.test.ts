import { describe, expect, it } from 'vitest';
import { acceptance, answering, serve } from '../probe/support';
import { directoryWith, runIn } from './support';

describe('probe', () => {
  it('prints one line of outcome, the steps, and exits with 0', async () => {
    const port = await answering((request) => acceptance(request));
    const { status, stdout, stderr } = await runIn('/', [
      'probe',
      '--timeout',
      '0.2',
      `ws://127.0.0.1:${port}/`,
    ]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^✓ ws:\/\/127\.0\.0\.1:\d+\/ opened {2,}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\n/);
    expect(stdout).toMatch(/^ {2}handshake {4}101 Switching Protocols +[\d.]+ ms$/m);
    // Nothing is coloured, and no line ends in blanks.
    expect(stdout).not.toContain('\u001B');
    expect(stdout).not.toMatch(/ $/m);
  });

  it('colours only what a terminal shows, and not against the wish of its owner', async () => {
    const port = await answering('HTTP/1.1 404 Not Found\r\n\r\n', (socket) => socket.end());
    const argv = ['probe', `ws://127.0.0.1:${port}/`];
    const colored = await runIn('/', argv, { isTerminal: true });
    expect(colored.stdout.startsWith('\u001B[31m✗')).toBe(true);
    const plain = await runIn('/', argv, { isTerminal: true, environment: { NO_COLOR: '1' } });
    expect(plain.stdout).toMatch(/^✗/);
  });

  it('prints nothing that a terminal would obey', async () => {
    const port = await answering('HTTP/1.1 404 \u001B[31m\r\nX: \u001B]0;title\u0007\r\n\r\n', (socket) =>
      socket.end(),
    );
    const { status, stdout } = await runIn('/', ['probe', `ws://127.0.0.1:${port}/`]);
    expect(status).toBe(1);
    expect(stdout).toContain('X: \\x1b]0;title\\x07');
    expect(stdout).not.toContain('\u001B');
  });

  it('takes all its options', async () => {
    let seen = '';
    const port = await answering((request) => {
      seen = request;
      return acceptance(request, ['Sec-WebSocket-Protocol: b']);
    });
    const { status, stdout } = await runIn('/', [
      'probe',
      '--format',
      'json',
      '--timeout',
      '0.2',
      '--hold',
      '0.1',
      '--insecure',
      '--header',
      'Origin: https://chat.example',
      '--header',
      'Cookie: session=1234567',
      '--protocol',
      'a',
      '--protocol',
      'b',
      '--connect',
      `127.0.0.1:${port}`,
      'http://chat.example/x',
    ]);
    expect(status).toBe(0);
    expect(seen).toContain('GET /x HTTP/1.1\r\nHost: chat.example\r\n');
    expect(seen).toContain(
      'Sec-WebSocket-Protocol: a, b\r\nOrigin: https://chat.example\r\nCookie: session=1234567',
    );
    expect(stdout).not.toContain('1234567');
    expect(JSON.parse(stdout)).toMatchObject({
      url: 'http://chat.example/x',
      ok: true,
      status: 101,
      cause: null,
    });
  });

  it('names the proxy that it does not use', async () => {
    const port = await answering((request) => acceptance(request));
    const argv = ['probe', '--timeout', '0.2', `ws://127.0.0.1:${port}/`];
    const { stdout } = await runIn('/', argv, { environment: { http_proxy: 'http://proxy.example:3128' } });
    expect(stdout).toContain('directly: the proxy in http_proxy is not used');
  });

  it('is cancelled by Ctrl-C, and leaves no listener behind', async () => {
    let listeners = 0;
    const port = await serve(() => {});
    const { status, stdout } = await runIn('/', ['probe', '--format', 'json', `ws://127.0.0.1:${port}/`], {
      onInterrupt: (listener) => {
        listeners += 1;
        setTimeout(listener, 50);
        return () => {
          listeners -= 1;
        };
      },
    });
    expect({ status, listeners }).toEqual({ status: 1, listeners: 0 });
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, cause: 'cancelled' });
  });
});

describe('probe --all', () => {
  /** A folder whose project's file names these URLs. */
  const folderWith = (websocketUrls: readonly unknown[]): Promise<string> =>
    directoryWith({ 'nginx-websocket.json': JSON.stringify({ websocketUrls }) });

  it('probes the URLs of the project, and says of each whether it did what is expected', async () => {
    const open = await answering((request) => acceptance(request));
    const closed = await answering('HTTP/1.1 403 Forbidden\r\n\r\n', (socket) => socket.end());
    const [a, b] = [`ws://127.0.0.1:${open}/a?token=abcdef`, `ws://127.0.0.1:${closed}/b`];
    const runs = [[a, { url: b, expect: 'blocked' }], [{ url: b, expect: 'depends' }], [a, b]];
    const outcomes = await Promise.all(
      runs.map(async (urls) => {
        const argv = ['probe', '--all', '--format', 'json', '--timeout', '0.2'];
        const { status, stdout } = await runIn(await folderWith(urls), argv);
        expect(stdout).not.toContain('abcdef');
        const told: { ok: boolean; expect: unknown; asExpected: boolean }[] = JSON.parse(stdout);
        return [status, told.map((each) => [each.ok, each.expect, each.asExpected])];
      }),
    );
    const opened = [true, null, true];
    expect(outcomes).toEqual([
      [0, [opened, [false, 'blocked', true]]],
      [0, [[false, 'depends', true]]],
      [1, [opened, [false, null, false]]],
    ]);
    const { stdout } = await runIn(await folderWith([{ url: b, expect: 'passes' }]), ['probe', '--all']);
    expect(stdout).toContain('did not open: 403');
    expect(stdout).toContain('\nnot as expected: passes\n');
  });

  it.each([
    [null, 'There is no nginx-websocket.json in the working directory.'],
    [[], 'nginx-websocket.json has no websocketUrls.'],
    [['ftp://a.example/'], 'nginx-websocket.json: '],
  ])('of %j is refused in words', async (urls, message) => {
    const cwd = urls === null ? await directoryWith() : await folderWith(urls);
    const { status, stdout, stderr } = await runIn(cwd, ['probe', '--all']);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  it('takes no URL', async () => {
    expect(await runIn('/', ['probe', '--all', 'ws://a.example/'])).toMatchObject({ status: 2 });
  });
});
