import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import {
  AbstractMessageReader,
  AbstractMessageWriter,
  createProtocolConnection,
  type DataCallback,
  type Disposable,
  type Message,
  RequestType,
} from 'vscode-languageserver/node';
import { build } from 'esbuild';
import { WebSocket, WebSocketServer } from 'ws';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { bundles } from '../../scripts/lib/bundles.mjs';
import {
  type FileParams,
  probeRequest,
  readDirectoryRequest,
  type ReadFileResult,
  readFileRequest,
} from '../../server/src/protocol';
import { TestClient } from './support/client';

let directory = '';

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'nginx-websocket-'));
  const [servers] = bundles({ minify: true });
  await build({ ...servers, outdir: directory });
});

afterAll(() => rmSync(directory, { recursive: true }));

class WorkerReader extends AbstractMessageReader {
  callback: DataCallback = () => {};

  listen(callback: DataCallback): Disposable {
    this.callback = callback;
    return { dispose: () => {} };
  }
}

class WorkerWriter extends AbstractMessageWriter {
  constructor(private readonly post: (message: Message) => void) {
    super();
  }

  write(message: Message): Promise<void> {
    this.post(message);
    return Promise.resolve();
  }

  end(): void {}
}

/** Runs the bundle where only a worker's globals are, and gives a client that is connected to it. */
async function startInWorker(files: Readonly<Record<string, string>>): Promise<TestClient> {
  const reader = new WorkerReader();
  const self: Record<string, unknown> = {
    setTimeout: (callback: () => void, milliseconds?: number) => setTimeout(callback, milliseconds),
    clearTimeout,
    origin: 'http://localhost:3000',
    WebSocket,
    URL,
    AbortController,
    performance,
    TextDecoder,
    TextEncoder,
    console,
    onmessage: null,
    addEventListener: () => {},
    // Messages are copied on their way, and come later.
    postMessage: (message: Message) => setImmediate(() => reader.callback(structuredClone(message))),
  };
  self['self'] = self;
  const context = createContext(self);
  const load = (name: string): void => {
    runInContext(readFileSync(join(directory, name), 'utf8'), context);
  };
  self['importScripts'] = (...names: string[]) => names.forEach(load);
  expect(runInContext('typeof process + typeof require + typeof Buffer', context)).toMatch(/^(undefined)+$/);
  load('server.web.js');
  const writer = new WorkerWriter((message) => {
    const { onmessage } = self;
    if (typeof onmessage !== 'function') throw new Error('The worker does not listen.');
    const data: unknown = structuredClone(message);
    setImmediate(() => {
      onmessage({ data });
    });
  });
  const connection = createProtocolConnection(reader, writer);
  onTestFinished(() => connection.dispose());
  const readFile = new RequestType<FileParams, ReadFileResult, never>(readFileRequest);
  connection.onRequest(readFile, ({ uri }): ReadFileResult => {
    const text = files[uri];
    return text === undefined ? { kind: 'missing' } : { kind: 'text', text };
  });
  connection.onRequest(readDirectoryRequest, ({ uri }: FileParams) => {
    const inside = Object.keys(files).filter((each) => each.startsWith(`${uri}/`));
    return inside.length === 0 ? null : inside.map((each) => each.slice(uri.length + 1));
  });
  return TestClient.start(connection);
}

describe('the server in a web worker', () => {
  it('needs none of Node, and reads files through the client', async () => {
    const root = 'vscode-vfs://github/owner/repository/nginx';
    const files = {
      [`${root}/nginx.conf`]:
        'events {}\nhttp {\n    proxy_http_version 1.1;\n    include conf.d/*.conf;\n}\n',
      [`${root}/conf.d/app.conf`]:
        'server {\n    location /ws {\n        proxy_pass http://127.0.0.1:8080;\n    }\n}\n',
    };
    const client = await startInWorker(files);
    expect(client.result.serverInfo?.name).toBe('nginx-websocket');
    const uri = `${root}/conf.d/app.conf`;
    await client.open(uri, files[uri] ?? '');
    const found = (await client.diagnostics(uri)).find((each) => each.code === 'websocket-upgrade-missing');
    expect(found?.message).not.toContain('HTTP/1.0');
    expect(client.log).toEqual([]);
  });

  it('probes with the WebSocket of the browser', async () => {
    const webSockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    onTestFinished(() => webSockets.close());
    await once(webSockets, 'listening');
    const { port } = webSockets.address() as AddressInfo;
    const client = await startInWorker({});
    const url = `ws://127.0.0.1:${port}/chat`;
    const answer: unknown = await client.connection.sendRequest(probeRequest, { url });
    expect(answer).toMatchObject({
      kind: 'result',
      result: { url, ok: true, status: 101 },
      report: expect.stringContaining('A browser shows no status') as string,
    });
    const refused: unknown = await client.connection.sendRequest(probeRequest, { url, insecure: true });
    expect(refused).toMatchObject({ kind: 'refused' });
  });

  it('takes what the client cannot read as missing', async () => {
    const client = await startInWorker({});
    const uri = 'vscode-vfs://github/owner/repository/nginx.conf';
    await client.open(uri, 'events {}\nhttp {\n    include a.conf;\n}\n');
    expect(await client.rules(uri)).toContain('include-missing');
  });
});
