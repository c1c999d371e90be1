import { describe, expect, it } from 'vitest';
import { CancellationTokenSource, type Diagnostic, WorkDoneProgress } from 'vscode-languageserver/node';
import { checkFilesRequest, type CheckFilesResult } from '../../server/src/protocol';
import { capable } from './support/client';
import { openFile, type Session, startSession } from './support/in-process';

const LOCATION = 'location /ws { proxy_pass http://127.0.0.1:9000; proxy_read_timeout 1h; }\n';

const FILES = {
  '/srv/one/nginx.conf':
    'events {}\nhttp {\n    include conf.d/*.conf;\n    include snippets/missing.conf;\n}\n',
  '/srv/one/conf.d/a.conf': `server { ${LOCATION} }\n`,
  '/srv/one/conf.d/b.conf': 'server { listen 81; return 204; }\n',
  '/srv/two/nginx.conf': `events {}\nhttp { server { ${LOCATION} } }\n`,
  '/srv/alone.conf': `server { include part.conf; }\n`,
  '/srv/part.conf': LOCATION,
};

const ALL = Object.keys(FILES).map((path) => `file://${path}`);

const check = ({ client }: Session, uris: readonly string[]): Promise<CheckFilesResult<Diagnostic>> =>
  client.connection.sendRequest(checkFilesRequest, { uris });

/** The rules found in each file. */
function shown({ files }: CheckFilesResult<Diagnostic>): Record<string, unknown[]> {
  return Object.fromEntries(
    files.map(({ uri, diagnostics }) => [
      uri.replace('file:///srv/', ''),
      diagnostics.map(({ code }) => code),
    ]),
  );
}

const BROKEN = ['websocket-upgrade-missing'];

describe('nginxWebsocket/checkFiles', () => {
  it('tells of all files of all configurations, fragments of one only as part of it', async () => {
    const session = await startSession(FILES);
    const result = await check(session, ALL);
    expect(result.configurations).toBe(3);
    expect(Object.fromEntries(result.files.map(({ uri, mains }) => [uri, mains]))).toMatchObject({
      'file:///srv/one/conf.d/b.conf': ['file:///srv/one/nginx.conf'],
      'file:///srv/part.conf': ['file:///srv/alone.conf'],
    });
    const rules = shown(result);
    expect(Object.keys(rules).toSorted()).toEqual(
      [
        'one/nginx.conf',
        'one/conf.d/a.conf',
        'one/conf.d/b.conf',
        'two/nginx.conf',
        'alone.conf',
        'part.conf',
      ].toSorted(),
    );
    expect(rules).toMatchObject({
      'one/nginx.conf': ['include-missing'],
      'one/conf.d/b.conf': [],
      'two/nginx.conf': BROKEN,
      'alone.conf': [],
      'part.conf': BROKEN,
    });
  });

  it('tells of what is shared once', async () => {
    const session = await startSession({
      '/srv/a.conf': 'events {}\nhttp { include part.conf; }\n',
      '/srv/b.conf': 'events {}\nhttp { include part.conf; }\n',
      '/srv/part.conf': `server { ${LOCATION} }\n`,
    });
    const result = await check(session, [
      'file:///srv/a.conf',
      'file:///srv/b.conf',
      'file:///srv/part.conf',
    ]);
    expect(result.configurations).toBe(2);
    expect(shown(result)).toEqual({ 'a.conf': [], 'b.conf': [], 'part.conf': BROKEN });
    expect(result.files.find(({ uri }) => uri.endsWith('part.conf'))?.mains).toEqual([
      'file:///srv/a.conf',
      'file:///srv/b.conf',
    ]);
  });

  it.each(['/srv/one/nginx.conf', '/srv/one/conf.d/a.conf', '/srv/two/nginx.conf', '/srv/alone.conf'])(
    'says the same of %s as when it is open',
    async (path) => {
      const session = await startSession(FILES);
      const { files } = await check(session, ALL);
      const uri = await openFile(session, path);
      const open = await session.client.diagnostics(uri);
      expect(files.find((file) => file.uri === uri)?.diagnostics).toEqual(open);
    },
  );

  it('reads open documents as they are in the editor, and the disk as it is now', async () => {
    const session = await startSession(FILES);
    const uri = await openFile(session, '/srv/two/nginx.conf');
    await session.client.replace(uri, 'proxy_pass http://127.0.0.1:9000', 'return 204');
    await check(session, ALL);
    session.disk.files.set('/srv/part.conf', 'return 204;\n');
    const rules = shown(await check(session, ALL));
    expect(rules['part.conf']).toEqual([]);
    expect(rules['two/nginx.conf']).toEqual([]);
    expect(rules['alone.conf']).toEqual([]);
  });

  it('has nothing watched, and leaves out what cannot be read', async () => {
    const session = await startSession(FILES);
    const result = await check(session, ['file:///srv/gone.conf', 'file:///srv/two/nginx.conf']);
    expect(Object.keys(shown(result))).toEqual(['two/nginx.conf']);
    expect(session.client.registrations.size).toBeLessThanOrEqual(1);
    expect([...session.client.registrations.values()].map(({ method }) => method)).not.toContain(
      'workspace/didChangeWatchedFiles',
    );
  });

  it('takes the settings of the editor, and of the file beside the main file', async () => {
    const json = JSON.stringify({ rules: { 'websocket-upgrade-missing': 'off' } });
    const session = await startSession(
      { ...FILES, '/srv/two/nginx-websocket.json': json },
      { settings: { rules: { 'include-missing': 'off' } } },
    );
    expect(shown(await check(session, ALL))).toMatchObject({
      'one/nginx.conf': [],
      'part.conf': BROKEN,
      'two/nginx.conf': [],
    });
  });

  it('reports progress, and ends when it is cancelled', async () => {
    const capabilities = { ...capable, window: { workDoneProgress: true } };
    const session = await startSession(FILES, { capabilities });
    const { connection } = session.client;
    const messages: (string | undefined)[] = [];
    connection.onProgress(WorkDoneProgress.type, 'token', (value) => {
      messages.push(value.kind === 'report' ? value.message : value.kind);
    });
    await connection.sendRequest(checkFilesRequest, { uris: ALL, workDoneToken: 'token' });
    expect(messages).toEqual(['begin', ...[0, 1, 2].map((done) => `${done} of 3 configurations`), 'end']);

    const source = new CancellationTokenSource();
    const cancelled = connection.sendRequest(checkFilesRequest, { uris: ALL }, source.token);
    source.cancel();
    await expect(cancelled).rejects.toThrow('cancelled');
  });
});
