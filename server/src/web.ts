import {
  BrowserMessageReader,
  BrowserMessageWriter,
  createConnection,
  ProposedFeatures,
} from 'vscode-languageserver/browser';
import { startServer } from './lsp/server';

declare const self: DedicatedWorkerGlobalScope;

const connection = createConnection(
  ProposedFeatures.all,
  new BrowserMessageReader(self),
  new BrowserMessageWriter(self),
);

startServer(connection, {
  timer: {
    setImmediate(callback) {
      const handle = self.setTimeout(callback);
      return { dispose: () => self.clearTimeout(handle) };
    },
    setTimeout(callback, milliseconds) {
      const handle = self.setTimeout(callback, milliseconds);
      return { dispose: () => self.clearTimeout(handle) };
    },
  },
  localFiles: null,
});
