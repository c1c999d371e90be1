import { PassThrough } from 'node:stream';
import {
  createConnection,
  createProtocolConnection,
  ProposedFeatures,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { onTestFinished } from 'vitest';
import type { Environment, Run, Timer } from '../../../server/src/lsp/environment';
import { startServer } from '../../../server/src/lsp/server';
import { MemoryHost } from '../../support/memory-host';
import { type ClientOptions, TestClient } from './client';

export interface Session {
  readonly client: TestClient;
  readonly disk: MemoryHost;
  /** Ends both now, where a test has many. */
  readonly dispose: () => void;
}

export interface SessionOptions extends ClientOptions {
  readonly nginxVersion?: () => Promise<string | null>;
  readonly probe?: NonNullable<Environment['probe']>;
  readonly verify?: NonNullable<Environment['verify']>;
  /** Starts programs. Default: there are none, as in a browser. */
  readonly run?: Run;
  /** Whether it is the test that ends it, rather than its end. */
  readonly outlives?: boolean;
  /** Puts work off. Default: for a moment. */
  readonly setTimeout?: Timer['setTimeout'];
}

/** A server and a client in this process, over files in memory; both end with the test. */
export async function startSession(
  files: Readonly<Record<string, string>>,
  options: SessionOptions = {},
): Promise<Session> {
  const toServer = new PassThrough();
  const toClient = new PassThrough();
  const disk = new MemoryHost(files);
  const server = createConnection(
    ProposedFeatures.all,
    new StreamMessageReader(toServer),
    new StreamMessageWriter(toClient),
  );
  startServer(server, environment(disk, options));
  const connection = createProtocolConnection(
    new StreamMessageReader(toClient),
    new StreamMessageWriter(toServer),
  );
  const dispose = (): void => {
    connection.dispose();
    server.dispose();
  };
  if (options.outlives !== true) onTestFinished(dispose);
  return { client: await TestClient.start(connection, options), disk, dispose };
}

function environment(
  localFiles: MemoryHost,
  { nginxVersion, probe, verify, run, setTimeout = briefly }: SessionOptions,
): Environment {
  return {
    localFiles,
    ...(nginxVersion === undefined ? {} : { nginxVersion }),
    ...(probe === undefined ? {} : { probe }),
    ...(verify === undefined ? {} : { verify }),
    ...(run === undefined ? {} : { run }),
    timer: {
      setImmediate(callback) {
        const handle = setImmediate(callback);
        return { dispose: () => clearImmediate(handle) };
      },
      setTimeout,
    },
  };
}

/** A timer of this process, that waits no longer than it must. */
function briefly(callback: () => void, milliseconds: number): { dispose(): void } {
  const handle = setTimeout(callback, Math.min(milliseconds, 10));
  return { dispose: () => clearTimeout(handle) };
}

/** Opens a file with the text that it has on the disk. */
export async function openFile(
  { client, disk }: Session,
  path: string,
  languageId = 'nginx',
): Promise<string> {
  const uri = `file://${path}`;
  const text = disk.files.get(path);
  if (text === undefined) throw new Error(`There is no ${path}.`);
  await client.open(uri, text, languageId);
  return uri;
}
