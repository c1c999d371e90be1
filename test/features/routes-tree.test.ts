import { describe, expect, it } from 'vitest';
import { type LocationNode, routesTree, type ServerNode } from '../../server/src/features/routes-tree';
import { routes } from '../../server/src/service';
import { analysisOf } from '../support/memory-host';

type Files = string | Readonly<Record<string, string>>;

async function treeOf(files: Files): Promise<readonly ServerNode[]> {
  const analysis = await analysisOf(files);
  return routesTree(analysis.model, routes(analysis));
}

/** The tree as people see it, a line for each node. */
async function shown(files: Files): Promise<string[]> {
  const MARKS = { passes: '✓', depends: '~', blocked: '✗', unknown: '?' } as const;
  const line = ({ path, modifier, target, verdict, summary }: LocationNode): string => {
    const mark = verdict === null ? '–' : MARKS[verdict];
    return `  ${[mark, modifier, path, '→', target, summary].filter((each) => each !== '').join(' ')}`;
  };
  const lines: string[] = [];
  for (const { names, listen, answer, locations } of await treeOf(files)) {
    lines.push([...names, ...listen, answer ?? ''].filter((each) => each !== '').join(' '));
    lines.push(...locations.map(line));
  }
  return lines;
}

/** The ids of all servers and locations. */
async function idsIn(files: Files): Promise<string[]> {
  const servers = await treeOf(files);
  return [...servers, ...servers.flatMap(({ locations }) => locations)].map(({ id }) => id);
}

const http = (text: string): string => `events {} http { ${text} }`;

const HEADERS =
  'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;';

describe('the tree of routes', () => {
  it('has servers with their listeners, and locations with what becomes of a handshake', async () => {
    const text = http(`
      upstream chat { server a; }
      upstream two { server a; server b; }
      server {
        listen 443 ssl; listen [::]:443 ssl; listen 80;
        server_name chat.example;
        location /api/chat { proxy_pass http://chat; ${HEADERS} }
        location /two { proxy_pass http://TWO/x; ${HEADERS} }
        location ^~ /hub {
          proxy_pass http://127.0.0.1:5000;
          proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "close";
        }
        location /old { proxy_pass http://chat; proxy_http_version 1.0;
          proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; }
        location / { root /srv; }
      }
    `);
    expect(await shown(text)).toEqual([
      'chat.example :443 ssl :80',
      '  ✓ /api/chat → chat (1 server) passes',
      '  ✓ /two → TWO (2 servers) passes',
      '  ✗ ^~ /hub → 127.0.0.1:5000 Connection: close',
      '  ~ /old → chat (1 server) passes, if the back end accepts HTTP/1.0',
      '  – / → static files',
    ]);
  });

  it('says what a location depends on, in full beside the few words', async () => {
    const text = http(`server {
      location /ws { proxy_pass http://a; ${HEADERS} auth_basic x; auth_basic_user_file users; }
    }`);
    const [server] = await treeOf(text);
    expect(server?.locations).toMatchObject([
      {
        verdict: 'depends',
        summary: 'passes, if the client sends a password',
        conditions: ['the client sends a password (otherwise 401)'],
        cases: [{ verdict: 'passes' }, { verdict: 'blocked', status: 401 }],
      },
    ]);
  });

  it.each([
    ['return 301 https://$host$request_uri;', 'redirects to https'],
    ['rewrite ^(.*)$ https://$server_name$1 permanent;', 'redirects to https'],
    ['return 302 https://other.example/;', 'redirects to https://other.example/'],
    ['return https://$host;', 'redirects to https'],
    ['return 444;', 'return 444'],
    ['return 200 "return 301";', 'return 200'],
    ['location / { return 301 https://$host$request_uri; }', 'redirects to https'],
  ])('says what a server answers to everything: %s', async (text, answer) => {
    const [server] = await treeOf(http(`server { ${text} }`));
    expect(server?.answer).toBe(answer);
  });

  it.each([
    'rewrite ^/old https://$host/new permanent;',
    'rewrite ^ /index.php last; return 301 https://$host;',
    'if ($scheme = http) { return 301 https://$host; }',
    'location / { return 301 https://$host; } location /ws { proxy_pass http://a; }',
  ])('says nothing of a server that answers otherwise too: %s', async (text) => {
    const [server] = await treeOf(http(`server { ${text} }`));
    expect(server?.answer).toBeNull();
  });

  it.each([
    ['return 302 /signin;', 'redirects to /signin'],
    ['return 204;', 'return 204'],
    ['stub_status;', 'stub_status'],
    ['content_by_lua_block { ngx.say("return") }', 'content_by_lua_block'],
    ['root /srv; try_files $uri /index.html;', 'static files'],
  ])('says what a location without a back end does: %s', async (text, target) => {
    const [server] = await treeOf(http(`server { location @x { ${text} } }`));
    expect(server?.locations).toMatchObject([
      { path: '@x', target, upstream: null, verdict: null, summary: '' },
    ]);
  });

  it('has nested locations, and those of included files once for each server', async () => {
    const files = {
      '/etc/nginx/nginx.conf': http(`
        server { server_name a; include ws.conf; }
        server { server_name b; include ws.conf; location /x { location /x/y { proxy_pass http://y; } } }`),
      '/etc/nginx/ws.conf': `location /ws { proxy_pass http://a; ${HEADERS} }`,
    };
    expect(await shown(files)).toEqual([
      'a :80',
      '  ✓ /ws → a passes',
      'b :80',
      '  ✓ /ws → a passes',
      '  – /x → static files',
      '  ✗ /x/y → y upgrade not forwarded',
    ]);
    const ids = await idsIn(files);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('has a server once whose file is included twice', async () => {
    const files = {
      '/etc/nginx/nginx.conf': http('include a.conf; include a.c*;'),
      '/etc/nginx/a.conf': 'server { location /ws { proxy_pass http://a; } }',
    };
    expect(await shown(files)).toEqual([':80', '  ✗ /ws → a upgrade not forwarded']);
  });

  it.each([['location /ws { proxy_pass http://a; }'], ['server { location /ws { proxy_pass http://a; } }']])(
    'is there for a fragment: %s',
    async (text) => {
      const [server, ...others] = await treeOf(text);
      expect(others).toEqual([]);
      expect(server?.locations).toMatchObject([{ path: '/ws' }]);
    },
  );

  it.each([[''], ['events {}'], ['types { text/html html; }'], ['server {'], ['http { server { location']])(
    'is there for whatever is written: %j',
    async (text) => {
      expect((await treeOf(text)).flatMap(({ locations }) => locations)).toEqual([]);
    },
  );

  it('keeps ids when lines are added, and gives two of one name different ones', async () => {
    const server = `server { listen 80; server_name a; location /ws { proxy_pass http://a; } location /ws { } }`;
    const before = await idsIn(http(server + server));
    expect(new Set(before).size).toBe(6);
    expect(await idsIn(`# comment\n${http(`sendfile on; ${server} ${server}`)}`)).toEqual(before);
  });

  it('shows port ranges, sockets and addresses shortly', async () => {
    const [server] = await treeOf(
      http(
        'server { listen 8000-8100; listen unix:/run/x.sock; listen [::1]:9000; listen 443 quic; listen 127.0.0.1; }',
      ),
    );
    expect(server?.listen).toEqual([':8000-8100', 'unix:/run/x.sock', '[::1]:9000', '127.0.0.1:80']);
  });
});
