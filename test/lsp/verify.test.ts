import { RequestType, WorkDoneProgress } from 'vscode-languageserver/node';
import { describe, expect, it } from 'vitest';
import type { Environment } from '../../server/src/lsp/environment';
import { type VerifyAnswer, type VerifyParams, verifyRequest } from '../../server/src/protocol';
import { capable } from './support/client';
import { openFile, type SessionOptions, startSession } from './support/in-process';

const request = new RequestType<VerifyParams, VerifyAnswer, never>(verifyRequest);

const MAIN = '/work/nginx.conf';
const FILES = {
  [MAIN]: 'events {}\nhttp { include conf.d/*.conf; }\n',
  '/work/conf.d/a.conf': 'server { listen 80; location /ws { proxy_pass http://app; } }\n',
};

/** Tells the main file, what it is given to read, and the URLs. */
const verify: Environment['verify'] = async ({ closure }, files, urls, _token, onUrl) => {
  onUrl('1 of 1: ws://localhost/ws');
  const reading = await files.readFile(closure.main.path);
  const report = `${[closure.main.path, ...urls].join('\n')}\n`;
  return { kind: 'result', report, summary: reading.kind, program: 'nginx', urls: [], adapted: [] };
};

async function answerTo(
  options: SessionOptions,
  path = MAIN,
  params: Partial<VerifyParams> = {},
): Promise<VerifyAnswer> {
  const trusted = { initializationOptions: { trusted: true } };
  const session = await startSession(FILES, { folders: ['file:///work'], ...trusted, ...options });
  const uri = await openFile(session, path);
  return session.client.connection.sendRequest(request, { uri, ...params });
}

describe('nginxWebsocket/verify', () => {
  it('is about the configuration that a document belongs to', async () => {
    expect(await answerTo({ verify }, '/work/conf.d/a.conf')).toMatchObject({
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
      folders: ['file:///work'],
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
