import { Uri, workspace } from 'vscode';
import type { MessageTransports } from 'vscode-languageclient/browser';
import { defineExtension } from './client';

/** The entry in a browser: the server is a worker, which requests files from us. */
export const { activate, deactivate } = defineExtension((context) => {
  let worker: Worker | undefined;
  return async (options) => {
    const { LanguageClient, State } = await import('vscode-languageclient/browser');
    const connect = async () => {
      worker?.terminate();
      worker = await startWorker(Uri.joinPath(context.extensionUri, 'dist', 'server.web.js'));
      return transports(worker);
    };
    const client = new LanguageClient('nginxWebsocket', 'NGINX WebSocket', connect, options);
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Stopped || newState === State.StartFailed) worker?.terminate();
    });
    return client;
  };
}, true);

async function transports(worker: Worker): Promise<MessageTransports> {
  const { BrowserMessageReader, BrowserMessageWriter } = await import('vscode-languageclient/browser');

  /**
   * A worker whose script cannot be loaded, or throws, tells so by an error event and lives on in silence. Until it
   * has said something we take that as its end.
   */
  class Reader extends BrowserMessageReader {
    constructor(port: Worker) {
      super(port);
      const close = () => this.fireClose();
      port.addEventListener('error', close);
      port.addEventListener('message', () => port.removeEventListener('error', close), { once: true });
    }
  }

  return { reader: new Reader(worker), writer: new BrowserMessageWriter(worker) };
}

/**
 * Where the extension comes from a remote machine but runs in the browser, a worker cannot be started from the
 * script's address; its text can still be read.
 */
async function startWorker(script: Uri): Promise<Worker> {
  if (script.scheme !== 'vscode-remote') return new Worker(script.toString(true));
  const text = await workspace.fs.readFile(script);
  const url = URL.createObjectURL(new Blob([new Uint8Array(text)], { type: 'text/javascript' }));
  const worker = new Worker(url);
  // The worker may load it later.
  const revoke = () => URL.revokeObjectURL(url);
  worker.addEventListener('message', revoke, { once: true });
  worker.addEventListener('error', revoke, { once: true });
  return worker;
}
