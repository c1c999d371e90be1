import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import {
  createProtocolConnection,
  ExitNotification,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { watchReader } from '../../server/src/node-stdio';
import { probeRequest } from '../../server/src/protocol';
import { bundle } from './support/bundle';
import { pullOnly, pushOnly, TestClient } from './support/client';
import { until } from './support/until';

const RULE = 'websocket-upgrade-missing';

let directory = '';
let server = '';

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'nginx-websocket-'));
  server = join(directory, 'server.js');
  await bundle('node.ts', { platform: 'node', target: 'node20', format: 'cjs', outfile: server });
  cpSync(join(import.meta.dirname, '../../examples/broken/nginx.conf'), join(directory, 'nginx.conf'));
});

afterAll(() => rmSync(directory, { recursive: true }));

function startServer(...parameters: string[]): ChildProcess {
  const child = spawn(process.execPath, [server, ...parameters], { stdio: ['pipe', 'pipe', 'pipe'] });
  onTestFinished(() => {
    child.kill();
  });
  return child;
}

async function startClient(
  child: ChildProcess,
  options: Parameters<typeof TestClient.start>[1],
): Promise<TestClient> {
  if (child.stdout === null || child.stdin === null) throw new Error('The server has no streams.');
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  onTestFinished(() => connection.dispose());
  return TestClient.start(connection, options);
}

describe('the server as a program', () => {
  it('probes', async () => {
    const client = await startClient(startServer('--stdio'), { capabilities: pullOnly });
    const answer: unknown = await client.connection.sendRequest(probeRequest, { url: 'ws://127.0.0.1:1/' });
    expect(answer).toMatchObject({ kind: 'result', result: { ok: false, cause: 'refused' } });
  });

  it.each([
    ['push', pushOnly],
    ['pull', pullOnly],
  ])('serves a client that knows only %s', async (kind, capabilities) => {
    const child = startServer('--stdio');
    const client = await startClient(child, { capabilities });
    const path = join(directory, 'nginx.conf');
    const uri = pathToFileURL(path).href;
    await client.open(uri, readFileSync(path, 'utf8'));
    const diagnostics =
      kind === 'pull'
        ? await client.diagnostics(uri)
        : await until('diagnostics', () => client.published.get(uri));
    const found = diagnostics.filter(({ code }) => code === RULE);
    expect(found).toHaveLength(2);
    const [action] = await client.actions(uri, found[0]?.range ?? 'proxy_pass');
    expect(action?.isPreferred).toBe(true);
    expect([...(await client.apply(action?.edit)).values()].join('')).toContain(
      'proxy_set_header Upgrade $http_upgrade;',
    );
    await client.connection.sendRequest(ShutdownRequest.type);
    await client.connection.sendNotification(ExitNotification.type);
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('ends when its client does', async () => {
    const child = startServer('--stdio');
    await startClient(child, { capabilities: pullOnly });
    child.stdin?.end();
    const [code] = await once(child, 'exit');
    expect(code).toBe(1);
  });

  const BODY = '{"jsonrpc":"2.0","id":7,"method":"shutdown"}';
  it.each([
    ['no number', `Content-Length: abc\r\n\r\n${BODY}`],
    ['less than nothing', `Content-Length: -5\r\n\r\n${BODY}`],
    ['too small', `Content-Length: 5\r\n\r\n${BODY}`],
    ['too large', `Content-Length: ${BODY.length + 10}\r\n\r\n${BODY}${BODY}`],
    ['missing', `Content-Type: x\r\n\r\n${BODY}`],
    ['in no header', `hello\r\n\r\n${BODY}`],
    ['that of no JSON', 'Content-Length: 5\r\n\r\n{{{{{'],
  ])('ends in words where the length of a message is %s', async (_name, bytes) => {
    const child = startServer('--stdio');
    await startClient(child, { capabilities: pullOnly });
    let words = '';
    child.stderr?.on('data', (part: Buffer) => {
      words += part.toString();
    });
    child.stdin?.write(bytes);
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(words).toMatch(
      /^nginx-websocket: a message of the client cannot be read, so the server ends: .+\n$/,
    );
  });

  it('says when a message does not come to its end, and waits for it', async () => {
    const input = new PassThrough();
    const reader = new StreamMessageReader(input);
    reader.partialMessageTimeout = 10;
    onTestFinished(() => reader.dispose());
    const told: string[] = [];
    watchReader(reader, (text, isOver) => told.push(`${text}; ${isOver ? 'over' : 'goes on'}`));
    const messages: unknown[] = [];
    reader.listen((message) => messages.push(message));
    input.write(`Content-Length: ${BODY.length}\r\n\r\n`);
    await until('the words', () => told[0]);
    expect(told[0]).toBe('a message of the client has not come to its end for 0.01 s; goes on');
    input.write(BODY);
    await until('the message', () => messages[0]);
    expect(told.filter((each) => each.endsWith('over'))).toEqual([]);
  });

  it('ends well when its client ends after the shutdown without saying so', async () => {
    const child = startServer('--stdio');
    const client = await startClient(child, { capabilities: pullOnly });
    await client.connection.sendRequest(ShutdownRequest.type);
    child.stdin?.end();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('says how it is started when it is started in no known way', async () => {
    const child = startServer();
    let words = '';
    child.stderr?.on('data', (part: Buffer) => {
      words += part.toString();
    });
    expect(await once(child, 'close')).toEqual([2, null]);
    expect(words).toContain('--stdio');
  });
});
