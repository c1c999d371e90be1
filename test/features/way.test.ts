import { describe, expect, it } from 'vitest';
import { type Way, type WayCase, wayOf } from '../../server/src/features/way';
import { explain } from '../../server/src/service';
import { analysisOf } from '../support/memory-host';

const http = (body: string): string => `events {}\nhttp {\n${body}\n}\n`;

const HEADERS =
  'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;';

async function wayFor(text: string, url: string): Promise<Way> {
  const analysis = await analysisOf(text);
  return wayOf(analysis.problems, explain(analysis, url));
}

/** The stations of the case that is shown, as a person reads them. */
function stations({ cases, shown }: Way): string[] {
  return (cases[shown]?.stations ?? []).map(({ kind, name, mark, hop }) =>
    [kind, name, mark === 'passed' ? '' : `(${mark})`, hop === 1 ? '' : `hop ${hop}`]
      .filter((part) => part !== '')
      .join(' '),
  );
}

function request({ cases, shown }: Way): string[] {
  return (cases[shown]?.request ?? []).map(
    ({ name, value, origin, isAtFault }) => `${name} ${value ?? '-'} ${origin}${isAtFault ? ' ✗' : ''}`,
  );
}

const first = ({ cases, shown }: Way): WayCase | undefined => cases[shown];

const HUB = http(`  server {
    listen 443 ssl;
    server_name chat.example;
    location ^~ /hub {
      proxy_pass http://127.0.0.1:5000;
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection "close";
    }
  }`);

describe('the way of a handshake', () => {
  it('goes from the client to the back end, which refuses it', async () => {
    const way = await wayFor(HUB, 'wss://chat.example/hub');
    expect(way).toMatchObject({ verdict: 'blocked', outcome: 'blocked, 400 Bad Request', error: null });
    expect(stations(way)).toEqual([
      'client wss://chat.example',
      'listener 443 ssl',
      'server chat.example',
      'location ^~ /hub',
      'back-end http://127.0.0.1:5000 (stopped)',
    ]);
    expect(request(way).slice(0, 4)).toEqual([
      'GET /hub HTTP/1.1 file',
      'Upgrade websocket file',
      'Connection close file ✗',
      'Host 127.0.0.1:5000 nginx',
    ]);
    expect(request(way)).toContain('Sec-WebSocket-Version 13 client');
  });

  it('says first what stops it, and what lets it go on', async () => {
    const stop = first(await wayFor(HUB, 'wss://chat.example/hub'))?.stop;
    expect(stop?.reason.id).toBe('websocket-header-value');
    expect(stop?.fix?.edits).toHaveLength(2);
  });

  it('names headers that are missing', async () => {
    const way = await wayFor(
      http('server { listen 80; location /ws { proxy_pass http://10.0.0.1; proxy_http_version 1.1; } }'),
      'ws://a/ws',
    );
    expect(request(way).slice(0, 3)).toEqual([
      'GET /ws HTTP/1.1 file',
      'Upgrade - nginx ✗',
      'Host 10.0.0.1 nginx',
    ]);
    expect(request(way)).toContain('Connection close nginx ✗');
    expect(stations(way).slice(2)).toEqual(['server', 'location /ws', 'back-end http://10.0.0.1 (stopped)']);
  });

  it('ends where nginx itself answers', async () => {
    const way = await wayFor(http('server { listen 80; location /ws { return 403; } }'), 'ws://a/ws');
    expect(stations(way).slice(3)).toEqual(['location /ws (stopped)', 'back-end (not-reached)']);
    expect(request(way)).toEqual([]);
    const port = await wayFor(HUB.replace('443 ssl', '443'), 'wss://chat.example/hub');
    expect(stations(port).slice(1)).toEqual(['listener 443 (stopped)', 'back-end (not-reached)']);
  });

  it('says that no server takes it, and what to write', async () => {
    const way = await wayFor(HUB, 'ws://chat.example:8080/hub');
    expect(way).toMatchObject({ verdict: 'blocked', cases: [] });
    expect(way.error).toContain('port 8080');
    expect(way.nextStep?.lines[0]).toBe('server {');
    expect(await wayFor(HUB, 'nonsense')).toMatchObject({ outcome: 'no URL', cases: [], nextStep: null });
  });

  it('is told for each case of what it depends on', async () => {
    const way = await wayFor(
      http(
        `server { listen 80; location /ws { auth_basic x; auth_basic_user_file u; proxy_pass http://a; ${HEADERS} } }`,
      ),
      'ws://a/ws',
    );
    expect(way.conditions).toEqual(['the client sends a password (otherwise 401)']);
    expect(way.cases.map(({ verdict, status }) => [verdict, status])).toEqual([
      ['passes', 101],
      ['blocked', 401],
    ]);
    const [passing, failing] = way.cases.map((_, shown) => stations({ ...way, shown }));
    expect(passing?.at(-1)).toBe('back-end http://a');
    expect(failing?.slice(-2)).toEqual(['location /ws (stopped)', 'back-end (not-reached)']);
    expect(way.cases[0]?.request.length).toBeGreaterThan(3);
    expect(way.cases[1]?.request).toEqual([]);
  });

  it('goes on at the next hop', async () => {
    const text = http(`
      server { listen 443 ssl; server_name a; location / { proxy_pass http://127.0.0.1:8080; ${HEADERS} } }
      server { listen 127.0.0.1:8080; server_name b; location /ws { proxy_pass http://c; ${HEADERS} } }`);
    expect(stations(await wayFor(text, 'wss://a/ws'))).toEqual([
      'client wss://a',
      'listener 443 ssl',
      'server a',
      'location /',
      'back-end http://127.0.0.1:8080',
      'listener 127.0.0.1:8080 hop 2',
      'server b hop 2',
      'location /ws hop 2',
      'back-end http://c hop 2',
    ]);
  });

  it('says what is not known', async () => {
    const text = http('server { listen 80; location /ws { include gone.conf; proxy_pass http://a; } }');
    const way = await wayFor(text, 'ws://a/ws');
    expect(way.verdict).toBe('unknown');
    expect(stations(way).join()).toContain('(unknown)');
  });

  it('hides secrets', async () => {
    const way = await wayFor(HUB, 'wss://chat.example/hub?token=abcdef123');
    expect([way.url, ...stations(way), ...request(way)].join('\n')).not.toContain('abcdef123');
    expect(request(way)[0]).toContain('•••');
  });
});
