import { commands, Disposable, type LogOutputChannel } from 'vscode';
import type { Server } from './server';

/** The commands of the palette. */
export function registerCommands(server: Server, output: LogOutputChannel): Disposable {
  return Disposable.from(
    commands.registerCommand('nginxWebsocket.restartServer', () => server.restart()),
    commands.registerCommand('nginxWebsocket.showOutput', () => output.show()),
  );
}
