import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { detailOf, probing, serve } from './support';

/** Long enough for a busy machine. */
const options = { timeout: 1000 } as const;

/** Does something with a connection once it knows whether TLS or plain HTTP comes; a TLS hello begins with 22. */
function byProtocol(onTls: (socket: Socket) => void, onPlain: (socket: Socket, request: string) => void) {
  return (socket: Socket): void => {
    socket.once('data', (chunk: Buffer) => {
      if (chunk[0] === 22) onTls(socket);
      else onPlain(socket, chunk.toString('latin1'));
    });
  };
}

const silent = (): void => {};
const close = (socket: Socket): void => {
  socket.end();
};
const say =
  (text: string) =>
  (socket: Socket): void => {
    socket.end(text);
  };
/** A fatal alert, `handshake_failure`: what a TLS server says when it wants something else (RFC 8446 §6). */
const alert = (socket: Socket): void => {
  socket.end(Buffer.from([21, 3, 3, 0, 2, 2, 40]));
};

describe('a port that says nothing to TLS', () => {
  it.each([
    ['is silent', silent],
    ['closes', close],
    ['resets', (socket: Socket) => socket.resetAndDestroy()],
  ])('%s, and answers plain HTTP: it is a plain port', async (_name, onTls) => {
    let plain = '';
    const port = await serve(
      byProtocol(onTls, (socket, request) => {
        plain = request;
        socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
      }),
    );
    const url = `wss://127.0.0.1:${port}/room?token=abcdefgh1234`;
    const result = await probing(url, { ...options, headers: [['Cookie', 'session=abcdefgh1234']] });
    expect(result).toMatchObject({ ok: false, cause: 'tls-to-plain-port', tls: null, status: null });
    expect(detailOf(result, 'tls')).toContain('; plain HTTP is answered');
    // Nothing that is secret goes out without TLS.
    expect(plain).toBe(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`);
  });

  it.each([
    ['nor to plain HTTP', silent, silent],
    ['and closes both', close, close],
    ['and answers plain HTTP with a 400', silent, say('HTTP/1.1 400 Bad Request\r\n\r\n')],
    [
      'and says that it expects TLS',
      close,
      say('HTTP/1.0 403 x\r\n\r\nClient sent an HTTP request to an HTTPS server.\n'),
    ],
    ['and answers plain HTTP with an alert', close, alert],
    ['and sends other bytes', close, say('220 mail.example\r\n')],
  ])('%s: it is not known to be a plain port', async (_name, onTls, onPlain) => {
    const port = await serve(byProtocol(onTls, onPlain));
    const result = await probing(`wss://127.0.0.1:${port}/`, options);
    expect(result).toMatchObject({ ok: false, cause: 'tls-failed', tls: null, status: null });
    expect(result.message).toContain('It is not a port for plain HTTP: that was tried, too.');
  });

  it('and takes no second connection: nothing more is known', async () => {
    let count = 0;
    const port = await serve((socket) => {
      count += 1;
      if (count > 1) socket.destroy();
    });
    expect(await probing(`wss://127.0.0.1:${port}/`, options)).toMatchObject({ cause: 'tls-failed' });
    await expect.poll(() => count).toBe(2);
  });

  it('ends at once when it is cancelled', async () => {
    const cancellation = new AbortController();
    const port = await serve(byProtocol(close, () => cancellation.abort()));
    const result = await probing(`wss://127.0.0.1:${port}/`, { timeout: 60_000 }, cancellation.signal);
    expect(result.cause).toBe('cancelled');
  });
});

describe('a port that says nothing to plain HTTP', () => {
  it.each([
    ['closes', close],
    ['resets', (socket: Socket) => socket.resetAndDestroy()],
    ['is silent', silent],
  ])('%s, and answers TLS: it is a TLS port', async (_name, onPlain) => {
    const port = await serve(byProtocol(alert, onPlain));
    const result = await probing(`ws://127.0.0.1:${port}/`, options);
    expect(result).toMatchObject({ ok: false, cause: 'plain-to-tls-port', status: null, response: null });
    expect(detailOf(result, 'handshake')).toContain('; TLS is answered');
    expect(result.message).toContain('Connect with wss://.');
  });

  it.each([
    ['nor to TLS', close, close, 'not-http'],
    ['and answers TLS with HTTP', say('HTTP/1.1 400 Bad Request\r\n\r\n'), close, 'not-http'],
    ['and is silent to both', silent, silent, 'handshake-timeout'],
  ])('%s: it is not known to be a TLS port', async (_name, onTls, onPlain, cause) => {
    const port = await serve(byProtocol(onTls, onPlain));
    const result = await probing(`ws://127.0.0.1:${port}/`, options);
    expect(result).toMatchObject({ ok: false, cause, status: null });
    expect(result.message).toContain('It is not a port for TLS: that was tried, too.');
  });

  it('that answers something is not tried another way', async () => {
    let count = 0;
    const port = await serve((socket) => {
      count += 1;
      socket.end('SSH-2.0-OpenSSH_9.2\r\n');
    });
    expect(await probing(`ws://127.0.0.1:${port}/`, options)).toMatchObject({ cause: 'not-http' });
    // Once a connection of this test is there, one of the probe would be, too.
    connect(port, '127.0.0.1').on('error', () => {});
    await expect.poll(() => count).toBe(2);
  });
});
