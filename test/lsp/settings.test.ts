import { describe, expect, it } from 'vitest';
import { DidChangeConfigurationNotification } from 'vscode-languageserver/node';
import { didGrantTrust, type Status, statusRequest } from '../../server/src/protocol';
import { pullOnly, pushOnly, type TestClient } from './support/client';
import { openFile, startSession } from './support/in-process';
import { until } from './support/until';

const MAIN = '/etc/nginx/nginx.conf';
const TEXT =
  'events {}\nhttp {\n    server {\n        location /ws {\n            proxy_pass http://127.0.0.1:8080;\n        }\n    }\n}\n';

function status(client: TestClient, uri: string): Promise<Status | null> {
  return client.connection.sendRequest<Status | null>(statusRequest, { uri });
}

describe('settings', () => {
  it('are asked for where the client can be asked, and again when they change', async () => {
    const session = await startSession({ [MAIN]: TEXT }, { settings: { nginxVersion: '1.30' } });
    const { client } = session;
    const uri = await openFile(session, MAIN);
    expect(await status(client, uri)).toMatchObject({ version: '1.30.0', versionFrom: 'setting' });
    await until('a registration', () =>
      [...client.registrations.values()].some(
        ({ method }) => method === DidChangeConfigurationNotification.method,
      ),
    );
    client.settings = { nginxVersion: '1.18.0' };
    await client.configurationChanged();
    await until('a refresh', () => client.refreshes === 1);
    expect(await status(client, uri)).toMatchObject({ version: '1.18.0' });
  });

  it.each([
    ['with the section', { nginxWebsocket: { nginxVersion: '1.29.7' } }],
    ['without it', { nginxVersion: '1.29.7' }],
  ])('are taken as they are sent: %s', async (_what, settings) => {
    const session = await startSession({ [MAIN]: TEXT }, { capabilities: pullOnly });
    const uri = await openFile(session, MAIN);
    expect(await status(session.client, uri)).toMatchObject({ version: '1.28.0', versionFrom: 'assumed' });
    await session.client.configurationChanged(settings);
    expect(await status(session.client, uri)).toMatchObject({ version: '1.29.7', versionFrom: 'setting' });
  });

  it.each([
    { nginxVersion: 7 },
    { nginxVersion: 'newest', mainConfiguration: 'nginx.conf' },
    { mainConfiguration: [1] },
  ])('take their default where they make no sense: %j', async (settings) => {
    const session = await startSession({ [MAIN]: TEXT }, { settings: settings as never });
    const uri = await openFile(session, MAIN);
    expect(await status(session.client, uri)).toEqual({
      main: uri,
      version: '1.28.0',
      versionFrom: 'assumed',
      files: 1,
    });
  });

  it('name main files, relative to the workspace folder', async () => {
    const files = {
      '/srv/deploy/one/main.conf': 'http {\n    include ../../sites/app.conf;\n}\n',
      '/srv/sites/app.conf': 'server {\n    listen 80;\n}\n',
    };
    const options = { folders: ['file:///srv'], settings: { mainConfiguration: ['deploy/*/main.conf'] } };
    const session = await startSession(files, options);
    const uri = await openFile(session, '/srv/sites/app.conf');
    expect(await status(session.client, uri)).toMatchObject({
      main: 'file:///srv/deploy/one/main.conf',
      files: 2,
    });
    expect(await session.client.watchedGlobs()).toContain('file:///srv/deploy *');
  });
});

describe('the version of nginx', () => {
  it('is asked for once, in a trusted workspace', async () => {
    let asked = 0;
    const nginxVersion = (): Promise<string> => {
      asked += 1;
      return Promise.resolve('nginx version: nginx/1.22.1\n');
    };
    const session = await startSession({ [MAIN]: TEXT }, { nginxVersion });
    const { client } = session;
    const uri = await openFile(session, MAIN);
    expect(await status(client, uri)).toMatchObject({ version: '1.28.0', versionFrom: 'assumed' });
    expect(asked).toBe(0);
    await client.connection.sendNotification(didGrantTrust);
    await until('a refresh', () => client.refreshes === 1);
    await client.diagnostics(uri);
    await until('word that the status has changed', () => client.statusChanges === 1);
    expect(await status(client, uri)).toMatchObject({ version: '1.22.1', versionFrom: 'nginx' });
    expect(asked).toBe(1);
  });

  it('is asked for from the start where the workspace is trusted', async () => {
    const options = {
      initializationOptions: { trusted: true },
      nginxVersion: () => Promise.resolve('no such thing'),
    };
    const session = await startSession({ [MAIN]: TEXT }, options);
    const uri = await openFile(session, MAIN);
    expect(await status(session.client, uri)).toMatchObject({ version: '1.28.0', versionFrom: 'assumed' });
  });
});

describe('the status', () => {
  it('has no main file for a fragment, and is null for what is not open', async () => {
    const fragment = '/srv/app.conf';
    const session = await startSession({ [fragment]: 'location / {\n}\n' });
    const uri = await openFile(session, fragment);
    expect(await status(session.client, uri)).toMatchObject({ main: null, files: 1 });
    expect(await status(session.client, 'file:///srv/other.conf')).toBeNull();
  });

  it('that was asked for too early is said to have changed when the document is open', async () => {
    const session = await startSession({ [MAIN]: TEXT });
    const { client } = session;
    expect(await status(client, `file://${MAIN}`)).toBeNull();
    await client.diagnostics(await openFile(session, MAIN));
    await until('word that the status has changed', () => client.statusChanges === 1);
    expect(await status(client, `file://${MAIN}`)).toMatchObject({ files: 1 });
  });

  it('is never mentioned to a client that has not asked', async () => {
    const session = await startSession({ [MAIN]: TEXT }, { capabilities: pushOnly });
    const { client } = session;
    const uri = await openFile(session, MAIN);
    await until('diagnostics', () => client.published.get(uri));
    await client.configurationChanged({ nginxVersion: '1.18.0' });
    await client.replace(uri, '/ws', '/chat');
    await until('others', () => client.published.get(uri)?.[0]?.severity !== 2);
    expect(client.statusChanges).toBe(0);
  });
});
