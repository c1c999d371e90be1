import { describe, expect, it } from 'vitest';
import type { WorkspaceEdit } from 'vscode-languageserver/node';
import {
  type ConfigurationMap,
  explainRequest,
  type ExplainResult,
  mapRequest,
  type RouteReason,
  type RouteRemedy,
  type Routes,
  routeFixRequest,
  routesChanged,
  routesRequest,
  type Way,
  wayRequest,
} from '../../server/src/protocol';
import { pullOnly } from './support/client';
import { openFile, type Session, startSession } from './support/in-process';
import { until } from './support/until';

const MAIN = '/project/nginx.conf';
const APP = '/project/conf.d/app.conf';

const FILES = {
  [MAIN]: 'events {}\nhttp {\n    include conf.d/*.conf;\n}\n',
  [APP]: `server {
    listen 8080;
    server_name chat.example;
    location /ws {
        proxy_pass http://127.0.0.1:9000;
    }
}
`,
};

const routesOf = ({ client }: Session, uri: string): Promise<Routes | null> =>
  client.connection.sendRequest(routesRequest, { uri });

const explained = (
  { client }: Session,
  uri: string,
  url: string,
): Promise<ExplainResult<WorkspaceEdit> | null> =>
  client.connection.sendRequest(explainRequest, { uri, url });

const fixed = ({ client }: Session, uri: string, id: string): Promise<RouteRemedy<WorkspaceEdit> | null> =>
  client.connection.sendRequest(routeFixRequest, { uri, id });

/** The reason with a fix of the first location of the first server. */
async function mendable(session: Session, uri: string): Promise<RouteReason & { fix: { id: string } }> {
  const reason = (await routesOf(session, uri))?.servers[0]?.locations[0]?.reasons.find(
    (each) => each.fix !== null,
  );
  if (reason === undefined || reason.fix === null) throw new Error('There is nothing to mend.');
  return { ...reason, fix: reason.fix };
}

describe('nginxWebsocket/routes', () => {
  it('has the servers and locations of the whole configuration, with places', async () => {
    const session = await startSession(FILES);
    const uri = await openFile(session, MAIN);
    const app = `file://${APP}`;
    const range = (line: number, character: number, endLine: number, endCharacter: number) => ({
      uri: app,
      range: { start: { line, character }, end: { line: endLine, character: endCharacter } },
    });
    expect(await routesOf(session, uri)).toMatchObject({
      main: uri,
      servers: [
        {
          names: ['chat.example'],
          listen: [':8080'],
          answer: null,
          place: range(0, 0, 0, 6),
          block: range(0, 0, 6, 1),
          locations: [
            {
              path: '/ws',
              modifier: '',
              upstream: 'http://127.0.0.1:9000',
              servers: null,
              target: '127.0.0.1:9000',
              intent: 'strong',
              verdict: 'blocked',
              summary: 'upgrade not forwarded',
              urls: ['ws://chat.example:8080/ws'],
              place: range(3, 4, 3, 16),
              block: range(3, 4, 5, 5),
              reasons: [
                {
                  id: 'websocket-upgrade-missing',
                  place: range(4, 8, 4, 40),
                  fix: { title: 'Forward the WebSocket upgrade' },
                },
                {},
                {},
              ],
            },
          ],
        },
      ],
    });
  });

  it('is null for a document that is not open', async () => {
    const session = await startSession(FILES);
    expect(await routesOf(session, `file://${MAIN}`)).toBeNull();
    expect(await explained(session, `file://${MAIN}`, 'ws://chat.example:8080/ws')).toBeNull();
  });

  it('shows no place in a file that stands in for a missing one', async () => {
    const text = 'events {} http { server { location /ws { include proxy_params; proxy_pass http://a; } } }';
    const session = await startSession({ [MAIN]: text });
    const uri = await openFile(session, MAIN);
    const result = await explained(session, uri, 'ws://localhost/ws');
    expect(result?.text).toContain('X-Real-IP');
    for (const { target } of result?.links ?? []) expect(target.uri).toBe(uri);
  });
});

describe('nginxWebsocket/routeFix', () => {
  it('gives an edit that mends the route', async () => {
    const session = await startSession(FILES);
    await openFile(session, MAIN);
    const uri = await openFile(session, APP);
    const { fix } = await mendable(session, uri);
    const remedy = await fixed(session, uri, fix.id);
    expect(remedy?.title).toBe('Forward the WebSocket upgrade');
    await session.client.apply(remedy?.edit);
    const [location] = (await routesOf(session, uri))?.servers[0]?.locations ?? [];
    expect(location).toMatchObject({ verdict: 'passes', summary: 'passes', reasons: [] });
  });

  it('gives none once the configuration is another', async () => {
    const session = await startSession(FILES);
    const uri = await openFile(session, APP);
    const { fix } = await mendable(session, uri);
    await session.client.replace(uri, 'server {', '# A comment\nserver {');
    expect(await fixed(session, uri, fix.id)).toBeNull();
    expect(await fixed(session, uri, 'nonsense')).toBeNull();
  });

  it('gives an edit for the file on the disk as it is now', async () => {
    const session = await startSession(FILES, { capabilities: pullOnly });
    const uri = await openFile(session, MAIN);
    const { fix } = await mendable(session, uri);
    session.disk.files.set(APP, `# A comment\n${FILES[APP]}`);
    expect(await fixed(session, uri, fix.id)).toBeNull();
    const { fix: now } = await mendable(session, uri);
    const [change] = Object.values((await fixed(session, uri, now.id))?.edit.changes ?? {});
    expect(change?.[0]?.range.start.line).toBeGreaterThan(4);
  });
});

describe('nginxWebsocket/explain', () => {
  it('tells the way of a handshake as the terminal does, with links to the places', async () => {
    const session = await startSession(FILES);
    const uri = await openFile(session, APP);
    const result = await explained(session, uri, 'ws://chat.example:8080/ws');
    expect(result).toMatchObject({
      verdict: 'blocked',
      status: 426,
      error: null,
      location: { uri, range: { start: { line: 3, character: 4 }, end: { line: 5, character: 5 } } },
      remedy: { title: 'Forward the WebSocket upgrade' },
    });
    const lines = result?.text.split('\n') ?? [];
    expect(lines[0]).toMatch(/^ws:\/\/chat\.example:8080\/ws +blocked, 426 Upgrade Required$/);
    const linked = result?.links.map(({ range: { start, end }, target }) => {
      expect(end.line).toBe(start.line);
      return [
        lines[start.line]?.slice(start.character, end.character),
        target.uri.endsWith('app.conf') ? `conf.d/app.conf:${target.range.start.line + 1}` : target.uri,
      ];
    });
    expect(linked?.length).toBeGreaterThan(4);
    for (const [text, target] of linked ?? []) expect(text).toBe(target);
    expect(result?.because.filter(({ id }) => id !== null)).toHaveLength(3);
  });

  it('has the cases, what they depend on, and the hops', async () => {
    const forward =
      'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;';
    const text = `events {}
http {
  server { listen 8080; location / { proxy_pass http://127.0.0.1:9090; ${forward} } }
  server { listen 127.0.0.1:9090; auth_basic x; auth_basic_user_file users; location / { proxy_pass http://a; ${forward} } }
}
`;
    const session = await startSession({ [MAIN]: text });
    const uri = await openFile(session, MAIN);
    const expected = {
      verdict: 'depends',
      conditions: ['the client sends a password (otherwise 401)'],
      cases: [
        { when: ['the client sends a password'], verdict: 'passes', status: 101, because: [] },
        {
          when: ['the client sends no password'],
          verdict: 'blocked',
          status: 401,
          because: [{ id: 'websocket-limited', hop: 2, place: { uri, range: { start: { line: 3 } } } }],
        },
      ],
    };
    const result = await explained(session, uri, 'ws://localhost:8080/');
    expect(result).toMatchObject({ ...expected, status: 401, hops: 2 });
    expect(new Set(result?.because.map(({ hop }) => hop))).toEqual(new Set([1, 2]));
    expect((await routesOf(session, uri))?.servers[0]?.locations).toMatchObject([
      { ...expected, summary: 'passes, if the client sends a password' },
    ]);
  });

  it('gives a remedy that opens the way', async () => {
    const session = await startSession(FILES);
    await openFile(session, MAIN);
    const uri = await openFile(session, APP);
    const url = 'ws://chat.example:8080/ws';
    await session.client.apply((await explained(session, uri, url))?.remedy?.edit);
    expect(await explained(session, uri, url)).toMatchObject({
      verdict: 'passes',
      status: 101,
      remedy: null,
    });
  });

  it('says how long an open WebSocket may be silent, and what allows more', async () => {
    const session = await startSession(FILES);
    await openFile(session, MAIN);
    const uri = await openFile(session, APP);
    const url = 'ws://chat.example:8080/ws';
    await session.client.apply((await explained(session, uri, url))?.remedy?.edit);
    const byDefault = (await explained(session, uri, url))?.silence;
    expect(byDefault).toMatchObject({
      seconds: 60,
      message: '`proxy_read_timeout` is 60 s, the default: nothing here sets another.',
      place: { uri, range: { start: { line: 4, character: 8 } } },
      remedy: { title: 'Allow `1h` of silence' },
    });
    await session.client.apply(byDefault?.remedy?.edit);
    const longer = (await explained(session, uri, url))?.silence;
    expect(longer).toMatchObject({ seconds: 3600, message: '`proxy_read_timeout 1h`.', remedy: null });
    await session.client.replace(uri, 'proxy_read_timeout 1h', 'proxy_read_timeout 20s');
    expect((await explained(session, uri, url))?.silence).toMatchObject({
      seconds: 20,
      place: { uri, range: { start: longer?.place?.range.start } },
      remedy: { title: 'Allow `1h` of silence' },
    });
    await session.client.replace(uri, 'proxy_read_timeout 20s', 'include gone.conf');
    expect((await explained(session, uri, url))?.silence).toBeNull();
  });

  it.each([
    ['chat.example/ws', 'blocked'],
    ['ws://chat.example/ws', 'blocked'],
  ])('says what is wrong with %s', async (url, verdict) => {
    const session = await startSession(FILES);
    const uri = await openFile(session, APP);
    const result = await explained(session, uri, url);
    expect(result).toMatchObject({ verdict, status: null, links: [], because: [], remedy: null });
    expect(result?.error).not.toBeNull();
    expect(result?.text.replaceAll('\n', ' ')).toContain(result?.error);
  });
});

describe('nginxWebsocket/routesChanged', () => {
  it('is sent once after a change to what was asked about, and not to those who have not asked', async () => {
    const session = await startSession(FILES);
    const { client } = session;
    let changes = 0;
    client.connection.onNotification(routesChanged, () => {
      changes += 1;
    });
    const uri = await openFile(session, APP);
    await client.diagnostics(uri);
    await client.replace(uri, 'listen 8080', 'listen 8081');
    await client.diagnostics(uri);
    await routesOf(session, uri);
    await client.diagnostics(uri);
    expect(changes).toBe(0);
    await client.replace(uri, 'listen 8081', 'listen 8082');
    await client.diagnostics(uri);
    await until('the news', () => changes > 0);
    await client.replace(uri, 'listen 8082', 'listen 8083');
    await client.diagnostics(uri);
    expect(changes).toBe(1);
    expect((await routesOf(session, uri))?.servers[0]?.listen).toEqual([':8083']);
  });

  it('is sent when a file of the configuration changes that was not asked about itself', async () => {
    const session = await startSession(FILES);
    const { client } = session;
    let changes = 0;
    client.connection.onNotification(routesChanged, () => {
      changes += 1;
    });
    const main = await openFile(session, MAIN);
    const app = await openFile(session, APP);
    await routesOf(session, main);
    await client.diagnostics(app);
    expect(changes).toBe(0);
    await client.replace(app, 'listen 8080', 'listen 8081');
    await client.diagnostics(app);
    await until('the news', () => changes === 1);
    expect((await routesOf(session, main))?.servers[0]?.listen).toEqual([':8081']);
  });
});

describe('nginxWebsocket/way', () => {
  const wayOf = ({ client }: Session, uri: string, url: string): Promise<Way<WorkspaceEdit> | null> =>
    client.connection.sendRequest(wayRequest, { uri, url });

  it('has the stations with their places, and what stops it with its fix', async () => {
    const session = await startSession(FILES);
    const uri = await openFile(session, APP);
    const way = await wayOf(session, uri, 'ws://chat.example:8080/ws');
    const [shown] = way?.cases ?? [];
    expect(shown?.stations.map(({ kind, place }) => [kind, place?.range.start.line])).toEqual([
      ['client', undefined],
      ['listener', 1],
      ['server', 0],
      ['location', 3],
      ['back-end', 4],
    ]);
    const fix = shown?.stop?.fix;
    expect(fix?.title).toBe('Forward the WebSocket upgrade');
    expect(fix?.diff.flatMap(({ lines }) => lines.map(({ kind }) => kind))).toContain('added');
    expect(fix?.edit.documentChanges).toHaveLength(1);
    expect(await wayOf(session, 'file:///project/other.conf', 'ws://a/')).toBeNull();
  });

  it('shows on one line what would turn the direction of writing', async () => {
    const evil = '"/\u202E<img src=x>"';
    const session = await startSession({
      [MAIN]: `events {}\nhttp { server { listen 80; location ${evil} { proxy_pass http://a; } } }\n`,
    });
    const uri = await openFile(session, MAIN);
    const map: ConfigurationMap | null = await session.client.connection.sendRequest(mapRequest, { uri });
    expect(map?.locations[0]?.label).toBe('/\\u202e<img src=x>');
    const way = await wayOf(session, uri, 'ws://a/%E2%80%AE%3Cimg%20src=x%3E');
    expect(way?.cases[0]?.stations.map(({ name }) => name)).toContain('/\\u202e<img src=x>');
    expect(JSON.stringify(way)).not.toContain('\u202E');
  });

  it('is outdated by a change, as the routes are', async () => {
    const session = await startSession(FILES);
    const { client } = session;
    const uri = await openFile(session, APP);
    let changes = 0;
    client.connection.onNotification(routesChanged, () => {
      changes += 1;
    });
    await wayOf(session, uri, 'ws://chat.example:8080/ws');
    await client.replace(uri, '9000', '9001');
    await client.diagnostics(uri);
    await until('the news', () => changes > 0);
  });
});

describe('nginxWebsocket/map', () => {
  it('has places in few words', async () => {
    const session = await startSession(FILES);
    const uri = await openFile(session, APP);
    const map: ConfigurationMap | null = await session.client.connection.sendRequest(mapRequest, { uri });
    expect(map?.files).toEqual([`file://${APP}`]);
    expect(map?.locations).toMatchObject([
      { label: '/ws', verdict: 'blocked', isMeant: true, place: { file: 0, line: 3, endLine: 5 } },
    ]);
    expect(map?.servers).toMatchObject([{ label: 'chat.example', place: { file: 0, line: 0, endLine: 6 } }]);
  });
});
