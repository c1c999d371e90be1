import {
  type CancellationToken,
  CancellationTokenSource,
  LSPErrorCodes,
  RequestType,
  WorkDoneProgress,
} from 'vscode-languageserver/node';
import { describe, expect, it } from 'vitest';
import type { Environment } from '../../server/src/lsp/environment';
import { answerProbe } from '../../server/src/probe/answer-request';
import { type ProbeAnswer, type ProbeParams, probeRequest } from '../../server/src/protocol';
import { acceptance, answering, serve } from '../probe/support';
import { capable } from './support/client';
import { startSession } from './support/in-process';

const request = new RequestType<ProbeParams, ProbeAnswer | null, never>(probeRequest);

/** As node.ts has it. */
const probe: Environment['probe'] = async (params, token, onStep) => {
  const cancellation = new AbortController();
  const listening = token.onCancellationRequested(() => cancellation.abort());
  try {
    return await answerProbe(params, {}, cancellation.signal, onStep);
  } finally {
    listening.dispose();
  }
};

const withProgress = { ...capable, window: { workDoneProgress: true } };

describe('nginxWebsocket/probe', () => {
  it('gives the result, the report and the commands, and tells of each step', async () => {
    const port = await answering((text) => acceptance(text));
    const { client } = await startSession({}, { probe, capabilities: withProgress });
    const told: unknown[] = [];
    client.connection.onProgress(WorkDoneProgress.type, 'here', (value) => {
      told.push(value);
    });
    const url = `ws://127.0.0.1:${port}/`;
    const answer = await client.connection.sendRequest(request, { url, timeout: 0.2, workDoneToken: 'here' });
    if (answer?.kind !== 'result') throw new Error(JSON.stringify(answer));
    expect(answer.result).toMatchObject({ url, ok: true, status: 101, cause: null });
    expect(answer.report).toMatch(/^✓ ws:.*opened/);
    expect(answer.curl).toMatch(/^curl --http1\.1 .* http:\/\/127\.0\.0\.1:\d+\/$/);
    expect(answer.wscat).toBe(`wscat --connect ${url}`);
    expect(told[0]).toMatchObject({ kind: 'begin', title: 'Probe', cancellable: true });
    expect(told).toContainEqual({ kind: 'report', message: 'handshake: 101 Switching Protocols' });
    expect(told.at(-1)).toEqual({ kind: 'end' });
  });

  it('hides secrets in all of it', async () => {
    const port = await answering('HTTP/1.1 403 Forbidden\r\n\r\n', (socket) => socket.end());
    const { client } = await startSession({}, { probe });
    const answer = await client.connection.sendRequest(request, {
      url: `ws://127.0.0.1:${port}/`,
      headers: [['Authorization', 'Bearer abcdefgh1234']],
    });
    expect(answer).toMatchObject({ kind: 'result', result: { cause: 'forbidden' } });
    expect(JSON.stringify(answer)).not.toContain('abcdefgh1234');
  });

  it('runs eight at once, and the rest when their turn comes', async () => {
    const running: (() => void)[] = [];
    const stub: Environment['probe'] = async () => {
      await new Promise<void>((resolve) => running.push(resolve));
      return { kind: 'refused', reason: 'done' };
    };
    const { client } = await startSession({}, { probe: stub });
    const source = new CancellationTokenSource();
    const send = (token?: CancellationToken): Promise<ProbeAnswer | null> =>
      client.connection.sendRequest(request, { url: 'ws://a/' }, token);
    const first = Array.from({ length: 8 }, () => send());
    await expect.poll(() => running).toHaveLength(8);
    const ninth = send(source.token);
    const tenth = send();
    // Answered while all eight run: it waits for none of them, and so do other requests.
    source.cancel();
    await expect(ninth).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
    expect(running).toHaveLength(8);
    for (const done of running.splice(0)) done();
    await Promise.all(first);
    await expect.poll(() => running).toHaveLength(1);
    running[0]?.();
    expect(await tenth).toMatchObject({ kind: 'refused', reason: 'done' });
  });

  it('tells what it has seen when a hold is ended', async () => {
    const port = await answering((text) => acceptance(text));
    const { client } = await startSession({}, { probe, capabilities: withProgress });
    const source = new CancellationTokenSource();
    client.connection.onProgress(WorkDoneProgress.type, 'here', (value) => {
      if (value.kind === 'report' && value.message?.startsWith('ping') === true)
        setTimeout(() => source.cancel(), 20);
    });
    const url = `ws://127.0.0.1:${port}/`;
    const wish = { url, timeout: 0.2, hold: 60, workDoneToken: 'here' };
    const answer = await client.connection.sendRequest(request, wish, source.token);
    expect(answer).toMatchObject({
      kind: 'result',
      result: { cause: 'cancelled', response: { status: 101 } },
    });
    expect(answer?.kind === 'result' && answer.report).toMatch(
      /The hold was ended by hand after [\d.]+ s: the WebSocket was open until then\./,
    );
  });

  it('ends when it is cancelled', async () => {
    let closed = false;
    const port = await serve((socket) => {
      socket.resume();
      socket.once('close', () => {
        closed = true;
      });
      // The handshake is under way.
      source.cancel();
    });
    const source = new CancellationTokenSource();
    const { client } = await startSession({}, { probe });
    const answer = client.connection.sendRequest(request, { url: `ws://127.0.0.1:${port}/` }, source.token);
    await expect(answer).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
    await expect.poll(() => closed).toBe(true);
  });

  it.each([
    [{ url: 'localhost' }, '`localhost` is not the URL of a WebSocket'],
    [{ url: 5 }, '`url` is not what it should be'],
    [{}, '`url` is not what it should be'],
    [{ url: 'ws://a/', headers: [['A', 'b\nc']] }, '`A` holds a control character'],
    [{ url: 'ws://a/', headers: { A: 'b' } }, '`headers` is not what it should be'],
    [{ url: 'ws://a/', protocols: ['a b'] }, '`a b` is no subprotocol'],
    [{ url: 'ws://a/', origin: 'a' }, '`a` is no Origin'],
    [{ url: 'ws://a/', origin: 5 }, '`origin` is not what it should be'],
    [{ url: 'ws://a/', connect: 'nowhere' }, '`nowhere` is not HOST:PORT'],
    [{ url: 'ws://a/', hold: -1 }, '`hold` is a number of seconds above 0'],
    [{ url: 'ws://a/', timeout: '5' }, '`timeout` is a number of seconds above 0'],
  ])('%j makes no sense', async (params, reason) => {
    const { client } = await startSession({}, { probe });
    const answer = await client.connection.sendRequest(request, params as unknown as ProbeParams);
    expect(answer).toMatchObject({ kind: 'refused' });
    expect(answer?.kind === 'refused' ? answer.reason : '').toContain(reason);
    expect(client.log).toEqual([]);
  });

  it('says so where there are no sockets', async () => {
    const { client } = await startSession({});
    const answer = await client.connection.sendRequest(request, { url: 'ws://localhost/' });
    expect(answer).toMatchObject({ kind: 'refused' });
  });
});
