import {
  type CodeLens,
  CodeLensRefreshRequest,
  CodeLensRequest,
  type ClientCapabilities,
} from 'vscode-languageserver/node';
import { describe, expect, it } from 'vitest';
import { explainCommand, openCommand, probeCommand } from '../../server/src/protocol';
import { capable, type TestClient } from './support/client';
import { openFile, type Session, startSession } from './support/in-process';
import { until } from './support/until';

const MAIN = '/etc/nginx/nginx.conf';
const PROXY = '/etc/nginx/proxy.conf';

const UPGRADE =
  'proxy_http_version 1.1;\nproxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection upgrade;\n';

const FILES = {
  [MAIN]: `events {}
http {
    server {
        listen 8080;
        location /ws {
            include proxy.conf;
            proxy_pass http://127.0.0.1:1;
        }
        location /shop {
            proxy_pass http://127.0.0.1:1;
        }
    }
}
`,
  [PROXY]: UPGRADE,
};

const capabilities: ClientCapabilities = {
  ...capable,
  textDocument: { ...capable.textDocument, codeLens: {} },
  workspace: { ...capable.workspace, codeLens: { refreshSupport: true } },
};

const commands = [explainCommand, probeCommand, openCommand];

async function start(
  given: readonly string[],
  files = FILES,
): Promise<Session & { refreshes: () => number }> {
  const session = await startSession(files, { capabilities, initializationOptions: { commands: given } });
  let count = 0;
  session.client.connection.onRequest(CodeLensRefreshRequest.type, () => {
    count += 1;
  });
  return { ...session, refreshes: () => count };
}

async function lenses({ connection }: TestClient, uri: string): Promise<CodeLens[]> {
  return (await connection.sendRequest(CodeLensRequest.type, { textDocument: { uri } })) ?? [];
}

const titles = (found: readonly CodeLens[]): string[] => found.map(({ command }) => command?.title ?? '');

const URL = 'ws://localhost:8080/ws';

describe('lenses', () => {
  it('say whether the handshake passes, and lead to what says more', async () => {
    const session = await start(commands);
    const uri = await openFile(session, MAIN);
    const found = await lenses(session.client, uri);
    expect(found.map(({ range, command }) => [range.start.line, command])).toEqual([
      [4, { title: '✓ WebSocket passes', command: '' }],
      [4, { title: 'Explain', command: explainCommand, arguments: [{ uri, url: URL }] }],
      [4, { title: `Probe ${URL}`, command: probeCommand, arguments: [{ uri, url: URL }] }],
    ]);
  });

  it('are for clients that have the commands', async () => {
    const generic = await start([]);
    expect(generic.client.result.capabilities.codeLensProvider).toBeUndefined();
    const session = await start([probeCommand]);
    expect(session.client.result.capabilities.codeLensProvider).toEqual({ resolveProvider: false });
    const uri = await openFile(session, MAIN);
    expect(titles(await lenses(session.client, uri))).toEqual(['✓ WebSocket passes', `Probe ${URL}`]);
  });

  it('are asked for again when an included file has changed', async () => {
    const session = await start(commands);
    const { client } = session;
    const uri = await openFile(session, MAIN);
    const included = await openFile(session, PROXY);
    expect(titles(await lenses(client, uri))[0]).toBe('✓ WebSocket passes');
    await client.replace(included, 'Connection upgrade', 'Connection close');
    await client.diagnostics(uri);
    await until('a refresh', () => session.refreshes() === 1);
    expect(titles(await lenses(client, uri))).toEqual([
      '✗ WebSocket blocked: Connection: close at proxy.conf:3',
      'Explain',
      'Probe',
    ]);
    // Nothing is new since.
    await client.diagnostics(uri);
    await client.diagnostics(included);
    expect(session.refreshes()).toBe(1);
  });

  it('are not asked for again when their own document changes: editors do that by themselves', async () => {
    const session = await start(commands);
    const { client } = session;
    const uri = await openFile(session, MAIN);
    await lenses(client, uri);
    await client.replace(uri, 'events {}', '\nevents {}');
    await client.diagnostics(uri);
    expect((await lenses(client, uri))[0]?.range.start.line).toBe(5);
    await client.diagnostics(uri);
    expect(session.refreshes()).toBe(0);
  });

  it('are gone at once when the setting says so', async () => {
    const session = await start(commands);
    const { client } = session;
    const uri = await openFile(session, MAIN);
    expect(await lenses(client, uri)).toHaveLength(3);
    client.settings = { codeLens: false };
    await client.configurationChanged();
    await until('diagnostics are asked for again', () => client.refreshes > 0);
    await client.diagnostics(uri);
    await until('a refresh', () => session.refreshes() === 1);
    expect(await lenses(client, uri)).toEqual([]);
  });
});

describe('the light bulb', () => {
  const broken = { ...FILES, [PROXY]: '# nothing\n' };

  it('offers to explain, to probe and to read after what mends', async () => {
    const session = await start(commands, broken);
    const uri = await openFile(session, MAIN);
    const actions = (await session.client.actions(uri, 'proxy_pass')).filter(({ diagnostics }) =>
      diagnostics?.some(({ code }) => code === 'websocket-upgrade-missing'),
    );
    expect(actions.map(({ title }) => title)).toEqual([
      expect.stringMatching(/^Forward the WebSocket upgrade/),
      expect.stringMatching(/^Forward the WebSocket upgrade/),
      'Explain this verdict',
      `Probe ${URL}`,
      'Disable websocket-upgrade-missing for this line',
      'Open documentation',
    ]);
    const byCommand = actions.flatMap(({ command }) => (command === undefined ? [] : [command]));
    expect(byCommand.map(({ command, arguments: given }) => [command, given])).toEqual([
      [explainCommand, [{ uri, url: URL }]],
      [probeCommand, [{ uri, url: URL }]],
      [openCommand, [expect.stringMatching(/^https:.*websocket-upgrade-missing\.md$/)]],
    ]);
    // None of them is a fix: what applies the preferred one must not start a probe.
    expect(
      actions.filter(({ isPreferred }) => isPreferred).every(({ command }) => command === undefined),
    ).toBe(true);
  });

  it('has no commands for clients without them', async () => {
    const session = await start([], broken);
    const uri = await openFile(session, MAIN);
    const actions = await session.client.actions(uri, 'proxy_pass');
    expect(actions.length).toBeGreaterThan(0);
    expect(actions.filter(({ command }) => command !== undefined)).toEqual([]);
  });
});
