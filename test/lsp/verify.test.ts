import {
  type ClientCapabilities,
  CodeLensRefreshRequest,
  CodeLensRequest,
  RequestType,
  WorkDoneProgress,
} from 'vscode-languageserver/node';
import { describe, expect, it } from 'vitest';
import type { Environment } from '../../server/src/lsp/environment';
import {
  explainCommand,
  type Routes,
  routesChanged,
  type RoutesParams,
  routesRequest,
  type VerifyAnswer,
  verifyCommand,
  type VerifyParams,
  verifyRequest,
} from '../../server/src/protocol';
import { routes } from '../../server/src/service';
import { capable } from './support/client';
import { openFile, type Session, type SessionOptions, startSession } from './support/in-process';
import { until } from './support/until';

const request = new RequestType<VerifyParams, VerifyAnswer, never>(verifyRequest);

const MAIN = '/project/nginx.conf';
const FILES = {
  [MAIN]: 'events {}\nhttp { include conf.d/*.conf; }\n',
  '/project/conf.d/a.conf': 'server { listen 80; location /ws { proxy_pass http://app; } }\n',
};

type Verify = NonNullable<Environment['verify']>;

/** Tells the main file, what it is given to read, and the URLs; all that is seen is as predicted. */
const verify: Verify = async (analysis, files, urls, _token, onUrl) => {
  const { main } = analysis.closure;
  onUrl('1 of 1: ws://localhost/ws');
  const reading = await files.readFile(main.path);
  const report = `${[main.path, ...urls].join('\n')}\n`;
  const sights = routes(analysis).map(({ place: { file, start }, verdict }) => {
    return { file: file.realPath, start, verdict, same: true, nginx: 'nginx 1.28.0' };
  });
  const program = 'nginx';
  return {
    answer: { kind: 'result', report, summary: reading.kind, program, urls: [], adapted: [] },
    sights,
  };
};

async function answerTo(
  options: SessionOptions,
  path = MAIN,
  params: Partial<VerifyParams> = {},
): Promise<VerifyAnswer> {
  const trusted = { initializationOptions: { trusted: true } };
  const session = await startSession(FILES, { folders: ['file:///project'], ...trusted, ...options });
  const uri = await openFile(session, path);
  return session.client.connection.sendRequest(request, { uri, ...params });
}

describe('what was seen', () => {
  const capabilities: ClientCapabilities = {
    ...capable,
    textDocument: { ...capable.textDocument, codeLens: {} },
    workspace: { ...capable.workspace, codeLens: { refreshSupport: true } },
  };
  const initializationOptions = { trusted: true, commands: [explainCommand, verifyCommand] };

  /** The marks of all routes, and the lenses. */
  async function shown({ client: { connection } }: Session, uri: string): Promise<unknown[]> {
    const routesOf = new RequestType<RoutesParams, Routes, never>(routesRequest);
    const { servers } = await connection.sendRequest(routesOf, { uri });
    const lenses = await connection.sendRequest(CodeLensRequest.type, { textDocument: { uri } });
    const titles = (lenses ?? [])
      .map(({ command }) => command?.title)
      .filter((title) => title?.startsWith('Included by') !== true);
    const marks = servers.flatMap(({ locations }) => locations.map(({ seen }) => seen));
    return [...marks, ...titles];
  }

  it('stands beside the verdict until the text changes', async () => {
    const session = await startSession(FILES, { capabilities, initializationOptions, verify });
    const { client } = session;
    const told = new Set<string>();
    client.connection.onRequest(CodeLensRefreshRequest.type, () => {
      told.add('lenses');
    });
    client.connection.onNotification(routesChanged, () => {
      told.add('routes');
    });
    const uri = await openFile(session, '/project/conf.d/a.conf');
    const verdict = expect.stringContaining('WebSocket blocked') as unknown;
    const entries = ['Explain', 'Verify'];
    expect(await shown(session, uri)).toEqual([null, verdict, ...entries]);
    await client.connection.sendRequest(request, { uri });
    await until('both are outdated', () => told.size === 2);
    const mark = 'seen in nginx 1.28.0';
    expect(await shown(session, uri)).toEqual([mark, verdict, mark, ...entries]);
    await client.replace(uri, 'listen 80;', 'listen  80;');
    expect(await shown(session, uri)).toEqual([null, verdict, ...entries]);
    // So it is with the text of before.
    await client.replace(uri, 'listen  80;', 'listen 80;');
    expect(await shown(session, uri)).toEqual([mark, verdict, mark, ...entries]);
  });

  it('is not offered in a workspace that is not trusted', async () => {
    const untrusted = { ...initializationOptions, trusted: false };
    const session = await startSession(FILES, { capabilities, initializationOptions: untrusted, verify });
    const uri = await openFile(session, '/project/conf.d/a.conf');
    expect(await shown(session, uri)).not.toContain('Verify');
  });
});

describe('nginxWebsocket/verify', () => {
  it('is about the configuration that a document belongs to', async () => {
    expect(await answerTo({ verify }, '/project/conf.d/a.conf')).toMatchObject({
      kind: 'result',
      report: `${MAIN}\n`,
      summary: 'text',
    });
  });

  it('is about the URLs that are named', async () => {
    const url = 'ws://localhost/ws';
    expect(await answerTo({ verify }, MAIN, { urls: [url] })).toMatchObject({ report: `${MAIN}\n${url}\n` });
  });

  it('starts nothing in a workspace that is not trusted, nor in a browser', async () => {
    const untrusted = { verify, initializationOptions: { trusted: false } };
    expect(await answerTo(untrusted)).toEqual({
      kind: 'refused',
      reason: 'nginx is started in a trusted workspace only.',
    });
    expect(await answerTo({})).toEqual({ kind: 'refused', reason: 'nginx cannot be started in a browser.' });
  });

  it('says that something went wrong', async () => {
    const failing = (): Promise<never> => Promise.reject(new Error('oh'));
    expect(await answerTo({ verify: failing })).toEqual({
      kind: 'refused',
      reason: 'The verification has failed, by a fault of ours. The output says more.',
    });
  });

  it('tells of each URL', async () => {
    const session = await startSession(FILES, {
      folders: ['file:///project'],
      initializationOptions: { trusted: true },
      verify,
      capabilities: { ...capable, window: { workDoneProgress: true } },
    });
    const uri = await openFile(session, MAIN);
    const told: unknown[] = [];
    session.client.connection.onProgress(WorkDoneProgress.type, 'here', (value) => {
      told.push(value);
    });
    await session.client.connection.sendRequest(request, { uri, workDoneToken: 'here' });
    expect(told[0]).toMatchObject({ kind: 'begin', title: 'Verify', cancellable: true });
    expect(told).toContainEqual({ kind: 'report', message: '1 of 1: ws://localhost/ws' });
    expect(told.at(-1)).toEqual({ kind: 'end' });
  });
});
