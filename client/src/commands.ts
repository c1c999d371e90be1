import { commands, Disposable, type LogOutputChannel } from 'vscode';
import { registerPlaces } from './places';
import type { Server } from './server';

/** The commands of the palette. */
export function registerCommands(server: Server, output: LogOutputChannel): Disposable {
  return Disposable.from(
    registerPlaces(),
    commands.registerCommand('nginxWebsocket.restartServer', () => server.restart()),
    commands.registerCommand('nginxWebsocket.showOutput', () => output.show()),
  );
}
