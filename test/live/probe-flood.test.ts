import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import {
  CancellationTokenSource,
  createProtocolConnection,
  HoverRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { type ProbeAnswer, probeRequest } from '../../server/src/protocol';
import { bundle } from '../lsp/support/bundle';
import { pullOnly, TestClient } from '../lsp/support/client';
import { Resources, temporaryDirectory } from './harness/resources';

const resources = new Resources();
let server = '';

beforeAll(async () => {
  server = join(resources.add(await temporaryDirectory()).path, 'server.js');
  await bundle('node.ts', { platform: 'node', target: 'node20', format: 'cjs', outfile: server });
});
afterAll(() => resources.stop());

const URI = 'file:///nginx.conf';

/** How long a person waits for a hover without noticing; a flood cost seconds. */
const SOON_MS = 1000;

function startProgram(...words: string[]): ChildProcess {
  const child = spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.kill();
  });
  return child;
}

/** @returns the port of the server */
async function startFlood(kind: string): Promise<number> {
  const child = startProgram(join(import.meta.dirname, 'flooding-server.mjs'), kind);
  const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer];
  return Number(line.toString());
}

async function startClient(): Promise<TestClient> {
  const { stdin, stdout } = startProgram(server, '--stdio');
  if (stdout === null || stdin === null) throw new Error('The server has no streams.');
  const connection = createProtocolConnection(
    new StreamMessageReader(stdout),
    new StreamMessageWriter(stdin),
  );
  onTestFinished(() => connection.dispose());
  const client = await TestClient.start(connection, { capabilities: pullOnly });
  await client.open(URI, 'http { server { location /ws { proxy_pass http://a; } } }');
  return client;
}

/** @returns how long the answer took, in milliseconds */
async function hover({ connection }: TestClient): Promise<number> {
  const begun = performance.now();
  const position = { line: 0, character: 34 };
  expect(await connection.sendRequest(HoverRequest.type, { textDocument: { uri: URI }, position })).not.toBe(
    null,
  );
  return performance.now() - begun;
}

it.each(['pings', 'long messages'])(
  'a hover does not wait for twelve probes that are flooded with %s',
  async (kind) => {
    const port = await startFlood(kind);
    const client = await startClient();
    await hover(client);
    const cancellation = new CancellationTokenSource();
    const params = { url: `ws://127.0.0.1:${port}/`, hold: 3600, timeout: 1 };
    const probes = Array.from({ length: 12 }, () =>
      client.connection.sendRequest<ProbeAnswer>(probeRequest, params, cancellation.token).then(
        (answer): string => answer.kind,
        () => 'cancelled',
      ),
    );
    const times: number[] = [];
    // The probes are in their pings for a second, and in the hold then.
    const end = performance.now() + 2000;
    while (performance.now() < end) times.push(await hover(client));
    expect(Math.max(...times)).toBeLessThan(SOON_MS);
    cancellation.cancel();
    // Those in the hold say what they have seen until then.
    const ends = await Promise.all(probes);
    expect(ends.filter((end) => end !== 'cancelled' && end !== 'result')).toEqual([]);
  },
);
