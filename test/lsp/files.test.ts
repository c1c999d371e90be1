import { describe, expect, it } from 'vitest';
import { FileChangeType, UnregistrationRequest } from 'vscode-languageserver/node';
import { pullOnly } from './support/client';
import { openFile, startSession } from './support/in-process';
import { until } from './support/until';

const MAIN = '/etc/nginx/nginx.conf';
const APP = '/etc/nginx/conf.d/app.conf';
const OTHER = '/etc/nginx/conf.d/other.conf';
const RULE = 'websocket-upgrade-missing';

const HEADERS = `proxy_http_version 1.1;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection "upgrade";`;

const http = (lines: string): string => `events {}\nhttp {\n    ${lines}\n    include conf.d/*.conf;\n}\n`;

const FILES = {
  [MAIN]: http(''),
  [APP]: 'server {\n    location /ws {\n        proxy_pass http://127.0.0.1:8080;\n    }\n}\n',
};

const CHANGED = { type: FileChangeType.Changed } as const;
const CREATED = { type: FileChangeType.Created } as const;
const DELETED = { type: FileChangeType.Deleted } as const;

describe('files that change before the client watches them', () => {
  it('are looked at again once it does', async () => {
    const session = await startSession(FILES);
    const { client, disk } = session;
    const uri = await openFile(session, MAIN);
    expect(await client.rules(uri)).toEqual([]);
    // Nobody tells.
    disk.files.set(OTHER, FILES[APP]);
    await until('a refresh', () => client.refreshes > 0);
  });
});

describe('open documents', () => {
  it('win over the disk, in every configuration they are part of', async () => {
    const session = await startSession(FILES);
    const { client } = session;
    const uri = await openFile(session, APP);
    expect(await client.rules(uri)).toContain(RULE);
    await client.open(`file://${MAIN}`, http(HEADERS));
    expect(await client.rules(uri)).not.toContain(RULE);
    await client.close(`file://${MAIN}`);
    expect(await client.rules(uri)).toContain(RULE);
    await until('a refresh, for the changes that were given up', () => client.refreshes === 1);
  });

  it('have no byte order mark where their file has one: it is told, and cannot be edited away', async () => {
    const marked = { ...FILES, [MAIN]: `\uFEFF${http(HEADERS)}` };
    const session = await startSession(marked);
    const { client, disk } = session;
    const uri = await openFile(session, APP);
    // The text that editors show: places in it are the same as in theirs.
    await client.open(`file://${MAIN}`, http(HEADERS));
    expect(await client.rules(`file://${MAIN}`)).toEqual(['syntax']);
    const [mark] = await client.diagnostics(`file://${MAIN}`);
    expect(mark?.message).toContain('begins with a byte order mark');
    expect(mark?.range.start).toEqual({ line: 0, character: 0 });
    expect(await client.rules(uri)).not.toContain(RULE);
    disk.files.set(MAIN, http(HEADERS));
    await client.filesChanged({ uri: `file://${MAIN}`, ...CHANGED });
    expect(await client.rules(`file://${MAIN}`)).toEqual([]);
  });

  it('count by their real path', async () => {
    const files = { ...FILES, [MAIN]: '->/srv/nginx.conf', '/srv/nginx.conf': http('') };
    const session = await startSession(files);
    const { client } = session;
    const uri = await openFile(session, APP);
    expect(await client.rules(uri)).toContain(RULE);
    await client.open('file:///srv/nginx.conf', http(HEADERS));
    expect(await client.rules(uri)).not.toContain(RULE);
  });

  it('count when they are opened by a symbolic link', async () => {
    const link = '/etc/nginx/sites-enabled/app';
    const target = '/etc/nginx/sites-available/app';
    const files = {
      [MAIN]: 'events {}\nhttp {\n    include sites-enabled/*;\n}\n',
      [link]: `->${target}`,
      [target]: FILES[APP],
    };
    const session = await startSession(files);
    const { client } = session;
    const uri = await openFile(session, target);
    expect(await client.rules(uri)).toContain(RULE);
    const { edit } = await client.action(uri, 'proxy_pass', /^Forward/);
    await client.apply(edit);
    expect(await client.rules(uri)).not.toContain(RULE);
    expect(await client.rules(uri)).not.toContain('include-missing');
  });

  it('are judged in the main file that is open', async () => {
    const files = { ...FILES, '/srv/main.conf': `http {\n    ${HEADERS}\n    include ${APP};\n}\n` };
    const session = await startSession(files);
    const { client } = session;
    const uri = await openFile(session, APP);
    expect(await client.rules(uri)).toContain(RULE);
    await openFile(session, '/srv/main.conf');
    await until('a refresh', () => client.refreshes === 1);
    expect(await client.rules(uri)).not.toContain(RULE);
  });

  it('may change while the disk is slow: the answer is for the text of that moment', async () => {
    const session = await startSession(FILES);
    const { client, disk } = session;
    let letThrough = (): void => {};
    const gate = new Promise<void>((resolve) => {
      letThrough = resolve;
    });
    const readFile = disk.readFile.bind(disk);
    let reads = 0;
    disk.readFile = async (path) => {
      reads += 1;
      if (path === MAIN) await gate;
      return readFile(path);
    };
    const uri = await openFile(session, APP);
    const answer = client.pull(uri);
    await until('the first reads', () => reads > 1);
    await client.replace(uri, 'proxy_pass', `${HEADERS}\n        proxy_pass`);
    // Messages are taken in order: with the answer to this one the change has arrived.
    await expect(client.connection.sendRequest('no/such/request')).rejects.toThrow('no/such/request');
    letThrough();
    const report = await answer;
    expect(JSON.stringify(report)).not.toContain(RULE);
  });

  it('may be deleted on the disk', async () => {
    const session = await startSession(FILES);
    const { client, disk } = session;
    const uri = await openFile(session, APP);
    await client.diagnostics(uri);
    disk.files.delete(APP);
    await client.filesChanged({ uri, ...DELETED });
    await until('a refresh', () => client.refreshes === 1);
    expect((await client.pull(uri)).kind).toBe('full');
    disk.files.set(APP, FILES[APP]);
    await client.filesChanged({ uri, ...CREATED });
    expect(await client.rules(uri)).toContain(RULE);
  });
});

describe('files on the disk', () => {
  it('are watched where they are looked for', async () => {
    const session = await startSession(FILES);
    const uri = await openFile(session, APP);
    await session.client.diagnostics(uri);
    const globs = await session.client.watchedGlobs();
    expect(globs).toContain('file:///etc/nginx nginx.conf');
    expect(globs).toContain('file:///etc/nginx/conf.d *');
    expect(globs).toContain('file:///etc/nginx conf.d');
  });

  it('are watched anew only when others are looked for', async () => {
    const session = await startSession(FILES);
    const { client } = session;
    const uri = await openFile(session, APP);
    await client.diagnostics(uri);
    const first = await client.watching();
    await client.replace(uri, 'location /ws', 'location /websocket');
    await client.diagnostics(uri);
    expect(await client.watching()).toBe(first);
    await client.replace(uri, 'server {', 'server {\n    include extra[1].inc;\n    include extra/one.inc;');
    await client.diagnostics(uri);
    await until('another registration', () => !client.registrations.has(first.id));
    expect(await client.watchedGlobs()).toContain('file:///etc/nginx/extra one.inc');
  });

  it('may still be watched anew when the connection ends', async () => {
    const session = await startSession(FILES);
    const { client } = session;
    const uri = await openFile(session, APP);
    await client.diagnostics(uri);
    await client.watching();
    // Open when the test ends and disposes the connection: a rejection that nobody handles fails the whole run.
    const asked = new Promise((resolve) => {
      client.connection.onRequest(UnregistrationRequest.type, () => new Promise<void>(() => resolve(null)));
    });
    await client.replace(uri, 'server {', 'server {\n    include extra/one.inc;');
    await client.diagnostics(uri);
    await asked;
  });

  it('are watched by whole paths for a client without relative patterns', async () => {
    const capabilities = { workspace: { didChangeWatchedFiles: { dynamicRegistration: true } }, ...pullOnly };
    const session = await startSession(FILES, { capabilities });
    await session.client.diagnostics(await openFile(session, APP));
    expect(await session.client.watchedGlobs()).toContain('/etc/nginx/conf.d/*');
  });

  it('count anew when they change', async () => {
    const session = await startSession(FILES);
    const { client, disk } = session;
    const uri = await openFile(session, APP);
    expect(await client.rules(uri)).toContain(RULE);
    disk.files.set(MAIN, http(HEADERS));
    await client.filesChanged({ uri: `file://${MAIN}`, ...CHANGED });
    await until('a refresh', () => client.refreshes === 1);
    expect(await client.rules(uri)).not.toContain(RULE);
  });

  it('count when they appear where a pattern looks, and no more when they vanish', async () => {
    const session = await startSession(FILES);
    const { client, disk } = session;
    const uri = await openFile(session, APP);
    expect(await client.rules(uri)).toContain(RULE);
    disk.files.set(OTHER, `${HEADERS}\n`);
    await client.filesChanged({ uri: `file://${OTHER}`, ...CREATED });
    await until('a refresh', () => client.refreshes === 1);
    expect(await client.rules(uri)).not.toContain(RULE);
    disk.files.delete(OTHER);
    await client.filesChanged({ uri: `file://${OTHER}`, ...DELETED });
    await until('a refresh', () => client.refreshes === 2);
    expect(await client.rules(uri)).toContain(RULE);
  });

  it('count when their directory appears', async () => {
    const session = await startSession({ [MAIN]: 'events {}\nhttp {\n    include lib/a.conf;\n}\n' });
    const { client, disk } = session;
    const uri = await openFile(session, MAIN);
    expect(await client.rules(uri)).toContain('include-missing');
    disk.files.set('/etc/nginx/lib/a.conf', '# nothing\n');
    await client.filesChanged({ uri: 'file:///etc/nginx/lib', ...CREATED });
    expect(await client.rules(uri)).not.toContain('include-missing');
  });

  it('do not matter when no answer depends on them, or when they are open', async () => {
    const session = await startSession(FILES);
    const { client } = session;
    const uri = await openFile(session, APP);
    await client.diagnostics(uri);
    await client.filesChanged({ uri: 'file:///etc/nginx/notes.txt', ...CREATED }, { uri, ...CHANGED });
    await client.diagnostics(uri);
    expect(client.refreshes).toBe(0);
  });

  it('are read again when a document is saved, for a client that watches none', async () => {
    const session = await startSession(FILES, { capabilities: pullOnly });
    const { client, disk } = session;
    const uri = await openFile(session, APP);
    expect(await client.rules(uri)).toContain(RULE);
    disk.files.set(MAIN, http(HEADERS));
    await client.save(uri);
    expect(await client.rules(uri)).not.toContain(RULE);
  });
});
