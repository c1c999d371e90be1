import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { type CancellationToken, createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import type { Environment } from './lsp/environment';
import { startServer } from './lsp/server';
import { limitBacktracking, nodeHost } from './node-host';
import { runProgram } from './node-run';
import { connectStdio } from './node-stdio';

const USAGE = `nginx-websocket-language-server: says whether a WebSocket handshake gets through an nginx configuration.

Editors start it with one of
  --stdio            messages on standard input and output
  --node-ipc         messages over the channel of a Node process
  --pipe=NAME        messages over a named pipe or socket
  --socket=PORT      messages over a port of this machine
`;

/** `nginx -V` prints a few lines and is done; what takes longer is not nginx. */
const VERSION_TIMEOUT_MS = 3000;

limitBacktracking();

const environment: Environment = {
  timer: {
    setImmediate(callback) {
      const handle = setImmediate(callback);
      return { dispose: () => clearImmediate(handle) };
    },
    setTimeout(callback, milliseconds) {
      const handle = setTimeout(callback, milliseconds);
      return { dispose: () => clearTimeout(handle) };
    },
  },
  localFiles: nodeHost,
  probe: (params, token, onStep) =>
    untilCancelled(token, async (signal) => {
      // Few sessions probe, and its modules of Node take long to load.
      const { answerProbe } = await import('./probe/answer-request');
      return answerProbe(params, process.env, signal, onStep);
    }),
  verify: (analysis, files, urls, token, onUrl) =>
    untilCancelled(token, async (signal) => {
      const { answerVerify } = await import('./verify/answer-request');
      return answerVerify(analysis, files, urls, process.env, signal, onUrl);
    }),
  run: runProgram,
  nginxVersion() {
    return new Promise((resolve) => {
      // Not in the workspace: on Windows a program in the working directory comes before those on PATH.
      const options = { timeout: VERSION_TIMEOUT_MS, cwd: dirname(process.execPath) };
      execFile('nginx', ['-V'], options, (_error, stdout, stderr) => {
        const output = `${stderr}${stdout}`.trim();
        resolve(output === '' ? null : output);
      });
    });
  },
};

/** Does some work with a signal that is aborted when the token is cancelled. */
async function untilCancelled<Result>(
  token: CancellationToken,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const cancellation = new AbortController();
  const listening = token.onCancellationRequested(() => cancellation.abort());
  try {
    return await work(cancellation.signal);
  } finally {
    listening.dispose();
  }
}

const [argument = ''] = process.argv.slice(2);
if (/^--(?:stdio|node-ipc|pipe|socket)\b/.test(argument)) {
  const isStdio = argument === '--stdio';
  startServer(isStdio ? connectStdio() : createConnection(ProposedFeatures.all), environment);
} else {
  process.stderr.write(USAGE);
  process.exitCode = argument === '--help' ? 0 : 2;
}
