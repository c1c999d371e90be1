import {
  BrowserMessageReader,
  BrowserMessageWriter,
  createConnection,
  ProposedFeatures,
} from 'vscode-languageserver/browser';
import { startServer } from './lsp/server';
import { type Browser, probeInBrowser } from './probe/in-browser';

declare const self: DedicatedWorkerGlobalScope;

const browser: Browser = {
  // The origin of a worker is that of its page. http://localhost is a secure context too, but may open ws.
  isSecurePage: self.origin.startsWith('https:'),
  open: (url, protocols) => new WebSocket(url, [...protocols]),
};

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
  async probe(params, token, onStep) {
    const cancellation = new AbortController();
    const listening = token.onCancellationRequested(() => cancellation.abort());
    try {
      return await probeInBrowser(params, browser, cancellation.signal, onStep);
    } finally {
      listening.dispose();
    }
  },
});
