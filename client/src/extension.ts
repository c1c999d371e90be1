import { Uri } from 'vscode';
import { defineExtension } from './client';

/** The entry on the desktop and on remote machines: the server is a process of its own. */
export const { activate, deactivate } = defineExtension(
  (context) => async (options) => {
    const { LanguageClient, TransportKind } = await import('vscode-languageclient/node');
    const module = Uri.joinPath(context.extensionUri, 'dist', 'server.js').fsPath;
    const transport = TransportKind.ipc;
    return new LanguageClient('nginxWebsocket', 'NGINX WebSocket', { module, transport }, options);
  },
  process.execPath,
);
