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
}, null);

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
 * A worker cannot be started from the address of a script that comes from a remote machine, nor load one from there.
 * Their texts can always be read: that of the program, and of the parts that its first line names.
 */
async function startWorker(program: Uri): Promise<Worker> {
  const read = async (file: Uri) => new TextDecoder().decode(await workspace.fs.readFile(file));
  const text = await read(program);
  const names = text.slice('// '.length, text.indexOf('\n')).split(' ');
  const parts = await Promise.all(names.map((name) => read(Uri.joinPath(program, '..', name))));
  const texts = ['self.nginxWebsocketParts = {};', ...parts, text];
  const url = URL.createObjectURL(new Blob([texts.join('\n')], { type: 'text/javascript' }));
  const worker = new Worker(url);
  // The worker may load it later.
  const revoke = () => URL.revokeObjectURL(url);
  worker.addEventListener('message', revoke, { once: true });
  worker.addEventListener('error', revoke, { once: true });
  return worker;
}
