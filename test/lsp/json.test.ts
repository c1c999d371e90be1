import { describe, expect, it } from 'vitest';
import { type JsonParams, jsonRequest } from '../../server/src/protocol';
import { runIn } from '../cli/support';
import { MemoryHost } from '../support/memory-host';
import { openFile, type Session, startSession } from './support/in-process';

const FILES = {
  '/srv/nginx.conf': 'events {}\nhttp {\n    include conf.d/*.conf;\n    sever {}\n}\n',
  '/srv/conf.d/chat.conf':
    'server {\n    listen 80;\n    server_name chat.example;\n    location /hub {\n        proxy_pass http://127.0.0.1:5000;\n    }\n}\n',
  '/srv/chat.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: chat\ndata:\n  nginx.conf: |\n    events {}\n    http {\n      server {\n        location /ws {\n          proxy_pass http://127.0.0.1:5000;\n        }\n      }\n    }\n',
};

const URLS = ['ws://chat.example/hub', 'wss://chat.example/hub'];

const ask = ({ client }: Session, params: JsonParams): Promise<string | null> =>
  client.connection.sendRequest(jsonRequest, params);

/** What the command line prints. */
async function printed(argv: readonly string[]): Promise<string> {
  const { stdout } = await runIn('/srv', argv, { host: new MemoryHost(FILES) });
  return stdout.trimEnd();
}

describe('nginxWebsocket/json', () => {
  it('is what the command line prints, of files that are not open', async () => {
    const session = await startSession(FILES, { folders: ['file:///srv'] });
    const uris = ['file:///srv/conf.d/chat.conf'];
    const file = 'conf.d/chat.conf';
    expect(await ask(session, { command: 'check', uris })).toBe(
      await printed(['check', '--format', 'json', file]),
    );
    expect(await ask(session, { command: 'routes', uris })).toBe(
      await printed(['routes', '--format', 'json', file]),
    );
    expect(await ask(session, { command: 'explain', uris, urls: URLS })).toBe(
      await printed(['explain', '--format', 'json', file, ...URLS]),
    );
  });

  it('is of the text in the editor where a document is open', async () => {
    const session = await startSession(FILES, { folders: ['file:///srv'] });
    await session.client.open('file:///srv/nginx.conf', 'events {}\nhttp {}\n', 'nginx');
    const text = await ask(session, { command: 'check', uris: ['file:///srv/nginx.conf'] });
    expect(JSON.parse(text ?? '')).toMatchObject({
      mains: [{ file: 'nginx.conf', nginxTest: null }],
      summary: { error: 0, warning: 0 },
    });
  });

  it('is of what an open document has within it', async () => {
    const session = await startSession(FILES, { folders: ['file:///srv'] });
    const uri = await openFile(session, '/srv/chat.yaml', 'yaml');
    for (const command of ['check', 'routes'] as const) {
      expect(await ask(session, { command, uris: [uri] })).toBe(
        await printed([command, '--format', 'json', 'chat.yaml']),
      );
    }
  });

  it('is null where there is nothing', async () => {
    const session = await startSession(FILES);
    expect(await ask(session, { command: 'routes', uris: ['file:///srv/nope.conf'] })).toBeNull();
    expect(await ask(session, { command: 'check', uris: [] })).toBeNull();
  });
});
