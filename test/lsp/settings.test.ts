import { describe, expect, it } from 'vitest';
import {
  type Diagnostic,
  DidChangeConfigurationNotification,
  FileChangeType,
} from 'vscode-languageserver/node';
import {
  checkFilesRequest,
  type CheckFilesResult,
  didGrantTrust,
  type Status,
  statusRequest,
} from '../../server/src/protocol';
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
      routes: 1,
      blocked: 1,
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

const RULE = 'websocket-upgrade-missing';
const FILE = '/etc/nginx/nginx-websocket.json';

/** The severities of the diagnostics of a rule: 1 is an error, 4 a hint. */
async function severities(client: TestClient, uri: string, rule = RULE): Promise<unknown[]> {
  return (await client.diagnostics(uri)).filter(({ code }) => code === rule).map(({ severity }) => severity);
}

describe('of the analysis', () => {
  it('take effect at once', async () => {
    const text = TEXT.replace('/ws', '/rooms');
    const session = await startSession({ [MAIN]: text });
    const { client } = session;
    const uri = await openFile(session, MAIN);
    const change = async (settings: TestClient['settings']): Promise<unknown[]> => {
      client.settings = settings;
      await client.configurationChanged();
      return severities(client, uri);
    };
    expect(await severities(client, uri)).toEqual([4]);
    expect(await change({ websocketLocations: ['/rooms'] })).toEqual([2]);
    expect(await change({ websocketLocations: ['/room*'], rules: { [RULE]: 'error' } })).toEqual([1]);
    expect(await change({ rules: { [RULE]: 'off' } })).toEqual([]);
    expect(await change({})).toEqual([4]);
  });

  it('are those for the main file, in whichever folder the document is', async () => {
    const files = {
      '/a/nginx.conf': 'events {}\nhttp {\n    include /b/site.conf;\n}\n',
      '/b/site.conf': 'server {\n    location /ws {\n        proxy_pass http://127.0.0.1:8080;\n    }\n}\n',
    };
    const session = await startSession(files, { folders: ['file:///a', 'file:///b'] });
    const { client } = session;
    client.folderSettings.set('file:///a', { rules: { [RULE]: 'error' } });
    client.folderSettings.set('file:///b', {
      rules: { [RULE]: 'hint' },
      mainConfiguration: ['/a/nginx.conf'],
    });
    const uri = await openFile(session, '/b/site.conf');
    expect(await severities(client, uri)).toEqual([1]);
    const { files: checked }: CheckFilesResult<Diagnostic> = await client.connection.sendRequest(
      checkFilesRequest,
      { uris: [uri] },
    );
    const found = checked.find((file) => file.uri === uri)?.diagnostics ?? [];
    expect(found.filter(({ code }) => code === RULE).map(({ severity }) => severity)).toEqual([1]);
  });

  it('are sent to a client that does not ask for diagnostics', async () => {
    const session = await startSession({ [MAIN]: TEXT }, { capabilities: pushOnly });
    const { client } = session;
    const uri = await openFile(session, MAIN);
    await until('a warning', () => client.published.get(uri)?.some(({ severity }) => severity === 2));
    await client.configurationChanged({ rules: { [RULE]: 'off' } });
    await until('none', () => client.published.get(uri)?.length === 0);
  });

  it('map the paths of nginx, relative to the workspace folder', async () => {
    const files = {
      '/project/nginx.conf': 'events {}\nhttp {\n    include /opt/nginx/*.conf;\n}\n',
      '/project/sites/app.conf': 'server {\n}\n',
    };
    const options = { folders: ['file:///project'], settings: { pathMappings: { '/opt/nginx': 'sites' } } };
    const session = await startSession(files, options);
    const { client } = session;
    const uri = await openFile(session, '/project/sites/app.conf');
    expect(await status(client, uri)).toMatchObject({ main: 'file:///project/nginx.conf', files: 2 });
    client.settings = {};
    await client.configurationChanged();
    expect(await status(client, uri)).toMatchObject({ main: null, files: 1 });
  });
});

describe('nginx-websocket.json', () => {
  it('beside the main file holds for all files of the configuration, as far as the editor says nothing', async () => {
    const APP = '/etc/nginx/conf.d/app.conf';
    const session = await startSession({
      [MAIN]: 'events {}\nhttp {\n    include conf.d/*.conf;\n}\n',
      [APP]: 'server {\n    location /ws {\n        proxy_pass http://a;\n    }\n}\n',
      [FILE]: `{ "nginxVersion": "1.22.1", "rules": { "${RULE}": "error" } }`,
    });
    const { client } = session;
    const uri = await openFile(session, APP);
    expect(await severities(client, uri)).toEqual([1]);
    expect(await status(client, uri)).toMatchObject({ version: '1.22.1', versionFrom: 'project' });
    client.settings = { nginxVersion: '1.30', rules: { [RULE]: 'information' } };
    await client.configurationChanged();
    expect(await severities(client, uri)).toEqual([3]);
    expect(await status(client, uri)).toMatchObject({ version: '1.30.0', versionFrom: 'setting' });
  });

  it('takes effect at once when it changes, comes or goes', async () => {
    const session = await startSession({ [MAIN]: TEXT });
    const { client, disk } = session;
    const uri = await openFile(session, MAIN);
    expect(await severities(client, uri)).toEqual([2]);
    expect(await client.watchedGlobs()).toContain('file:///etc/nginx nginx-websocket.json');
    const write = async (text: string | null, type: FileChangeType): Promise<unknown[]> => {
      if (text === null) disk.files.delete(FILE);
      else disk.files.set(FILE, text);
      const { refreshes } = client;
      await client.filesChanged({ uri: `file://${FILE}`, type });
      await until('a refresh', () => client.refreshes > refreshes);
      return severities(client, uri);
    };
    expect(await write(`{ "rules": { "${RULE}": "off" } }`, FileChangeType.Created)).toEqual([]);
    expect(await write(`{ "rules": { "${RULE}": "error" } }`, FileChangeType.Changed)).toEqual([1]);
    expect(await write(null, FileChangeType.Deleted)).toEqual([2]);
  });

  it('above a file names its main files, until it changes', async () => {
    const session = await startSession({
      '/srv/deploy/main.conf': 'http {\n    include ../sites/app.conf;\n}\n',
      '/srv/sites/app.conf': 'server {\n}\n',
      '/srv/nginx-websocket.json': '{ "mainConfiguration": ["deploy/*.conf"] }',
    });
    const { client, disk } = session;
    const uri = await openFile(session, '/srv/sites/app.conf');
    expect(await status(client, uri)).toMatchObject({ main: 'file:///srv/deploy/main.conf' });
    expect(await client.watchedGlobs()).toContain('file:///srv/deploy *');
    disk.files.set('/srv/nginx-websocket.json', '{}');
    await client.filesChanged({ uri: 'file:///srv/nginx-websocket.json', type: FileChangeType.Changed });
    await until('a refresh', () => client.refreshes > 0);
    expect(await status(client, uri)).toMatchObject({ main: null });
  });
});

describe('the main file', () => {
  it('is that of the setting in the editor, else in the project, else an open one, else the nearest', async () => {
    const including = 'http {\n    include /srv/sites/*;\n}\n';
    const session = await startSession(
      {
        '/srv/nginx.conf': including,
        '/srv/open.conf': including,
        '/srv/set.conf': including,
        '/srv/project.conf': including,
        '/srv/sites/app': 'server {\n}\n',
      },
      { folders: ['file:///srv'] },
    );
    const { client, disk } = session;
    const uri = await openFile(session, '/srv/sites/app');
    const main = async (): Promise<unknown> => (await status(client, uri))?.main;
    expect(await main()).toBe('file:///srv/nginx.conf');
    await openFile(session, '/srv/open.conf');
    expect(await main()).toBe('file:///srv/open.conf');
    disk.files.set('/srv/nginx-websocket.json', '{ "mainConfiguration": ["project.conf"] }');
    await client.filesChanged({ uri: 'file:///srv/nginx-websocket.json', type: FileChangeType.Created });
    expect(await main()).toBe('file:///srv/project.conf');
    client.settings = { mainConfiguration: ['set.conf'] };
    await client.configurationChanged();
    expect(await main()).toBe('file:///srv/set.conf');
  });
});

describe('what makes no sense', () => {
  const logged = ({ log }: TestClient, pattern: RegExp): string[] => log.filter((line) => pattern.test(line));

  it('in the settings is told once, and the rest holds', async () => {
    const settings = {
      rules: { [RULE]: 'off', 'no-such-rule': 'off' },
      nginxVersion: 7,
      testCommand: 'nginx',
      codeLens: 'no',
    };
    const session = await startSession({ [MAIN]: TEXT }, { settings: settings as never });
    const { client } = session;
    const uri = await openFile(session, MAIN);
    expect(await severities(client, uri)).toEqual([]);
    await client.configurationChanged();
    expect(await severities(client, uri)).toEqual([]);
    await until('the log', () => logged(client, /testCommand/).length > 0);
    expect(logged(client, /^The settings: /)).toEqual([
      'The settings: `nginxVersion` is `7`: write `auto`, or a version such as 1.28.0.',
      'The settings: There is no rule `no-such-rule`: `rules` names it.',
      'The settings: `testCommand` is no list of a program and its arguments.',
      'The settings: `codeLens` is neither true nor false.',
    ]);
  });

  it('in the file is told once, and the rest holds', async () => {
    const text = `{ "rules": { "${RULE}": "off", "no-such-rule": "off" }, "nginxVersion": 7 }`;
    const session = await startSession({ [MAIN]: TEXT, [FILE]: text });
    const { client } = session;
    const uri = await openFile(session, MAIN);
    expect(await severities(client, uri)).toEqual([]);
    await client.replace(uri, '/ws', '/wss');
    expect(await severities(client, uri)).toEqual([]);
    await until('the log', () => logged(client, /no-such-rule/).length > 0);
    expect(logged(client, /nginx-websocket\.json/)).toEqual([
      `${FILE}: \`nginxVersion\` is \`7\`: write \`auto\`, or a version such as 1.28.0.`,
      `${FILE}: There is no rule \`no-such-rule\`: \`rules\` names it.`,
    ]);
  });

  it('is a whole file that is no JSON: it is told, and not used', async () => {
    const session = await startSession({ [MAIN]: TEXT, [FILE]: '{ "rules": ' });
    const { client } = session;
    const uri = await openFile(session, MAIN);
    expect(await severities(client, uri)).toEqual([2]);
    await until('the log', () => logged(client, /nginx-websocket\.json: It is not JSON: /).length > 0);
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
