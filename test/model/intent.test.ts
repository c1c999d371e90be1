import { describe, expect, it } from 'vitest';
import { type Intent, intentOf, isMeantItself } from '../../server/src/model/intent';
import { levelsWithin } from '../../server/src/model/levels';
import { buildModel } from '../../server/src/model/model';
import { assumedVersion } from '../../server/src/reference/versions';
import { closureOf, modelOf } from '../support/memory-host';

type Files = Readonly<Record<string, string>>;

/** The intent of the innermost location. */
async function intent(files: Files | string, target = 'http://app'): Promise<Intent> {
  const { http } = await modelOf(files);
  const location =
    http === null ? undefined : [...levelsWithin(http)].findLast(({ kind }) => kind === 'location');
  if (location === undefined) throw new Error('There is no location.');
  return intentOf(location, target);
}

async function strength(files: Files | string, target?: string): Promise<string> {
  const { strength, byPath } = await intent(files, target);
  return byPath ? `${strength} by path` : strength;
}

/** A location of a server with a proxy_pass; `body` goes before it, `above` before the location. */
const location = (path: string, body = '', above = ''): string =>
  `http {\nserver {\n${above}\nlocation ${path} {\n${body}\nproxy_pass http://app;\n}\n}\n}\n`;

describe('the path', () => {
  it.each([
    '/ws',
    '/ws/',
    '/api/ws/v1',
    '/wss',
    '/websocket',
    '/websockets/',
    '/engine.io/',
    '/sockjs-node/',
    '/websockify',
    '/xmpp-websocket',
    '/cool/adminws',
    '/guacamole/websocket-tunnel',
    '/WebSocket',
    '/socket.io/',
    '/sockjs',
    '/signalr',
    '/cable',
    '/_next/hmr',
    '/graphql-ws',
    '= /ws',
    '=/ws',
    '^~ /ws',
    '^~/ws',
    '~ ^/ws$',
    '~* ^/WS/',
    '~^/(ws|wss)/',
    '~ ^/socket\\.io/',
    '~ /api\\/ws/',
    '"/ws"',
  ])('%s is a strong sign', async (path) => {
    expect(await strength(location(path))).toBe('strong by path');
  });

  it.each([
    '/chat',
    '= /chat',
    '/hub',
    '/hubs',
    '/realtime',
    '/notifications',
    '/terminal',
    '/vnc',
    '/rooms/chat/',
    '~ ^/(chat|rooms)',
    '~ ^/chat/\\d+$',
  ])('%s is a weak one', async (path) => {
    expect(await strength(location(path))).toBe('weak');
  });

  it.each([
    '/',
    '/news',
    '/wsgi',
    '/aws',
    '/chatter',
    '/live-news',
    '/socket',
    '~ \\.php$',
    '@ws',
    '/a.ws',
    '/api/live/',
    '= /stream',
    '/events',
    '/feed',
    '/chat/upload/',
    '/notifications/hub/negotiate',
    '~ ^/(?!ws/)',
    '~ ^/(?!(?:ws|chat)/)',
  ])('%s is none', async (path) => {
    expect(await strength(location(path))).toBe('none');
  });

  it('of a location around it counts too', async () => {
    expect(await strength('http { server { location /ws { location /ws/a { } } } }')).toBe('strong by path');
    expect(await strength('http { server { location /chat { location /chat/a { } } } }')).toBe('weak');
  });

  it('is one sign, however deep locations nest', async () => {
    const deep = `http { server { ${'location /ws { '.repeat(2000)}${'} '.repeat(2000)} } }`;
    expect((await intent(deep)).signs).toHaveLength(1);
  });

  it('may be as long as it likes', async () => {
    expect(await strength(location(`${'/a'.repeat(200_000)}/ws`))).toBe('strong by path');
  });
});

describe('the name of the server', () => {
  const named = (name: string, path = '/'): string =>
    `http { server { server_name ${name}; location ${path} { proxy_pass http://app; } } }`;

  it.each(['ws.example.com', 'chat.example.com', 'www.example.com Socket.example.com'])(
    '%s is a weak sign at the root',
    async (name) => {
      expect(await strength(named(name))).toBe('weak');
      expect(await strength(named(name, '/api'))).toBe('none');
    },
  );

  it.each(['www.example.com', 'wsgi.example.com', 'example.ws', '_'])('%s is none', async (name) => {
    expect(await strength(named(name))).toBe('none');
  });
});

describe('what is written in the location', () => {
  it.each([
    ['Upgrade', 'proxy_set_header Upgrade websocket;'],
    ['Upgrade in other letters', 'proxy_set_header UPGRADE h2c;'],
    ['Connection', 'proxy_set_header Connection upgrade;'],
    ['Connection by a map', 'proxy_set_header Connection $connection_upgrade;'],
    ['a value that a template fills in', 'proxy_set_header Connection "{{ connection }}";'],
    [
      'Upgrade, whatever Connection is',
      'proxy_set_header Upgrade websocket; proxy_set_header Connection close;',
    ],
    ['a name with a colon', 'proxy_set_header Upgrade: websocket;'],
    ['$http_upgrade in a header', 'proxy_set_header X-Upgrade $http_upgrade;'],
    ['${HTTP_UPGRADE}', 'proxy_set_header X-Upgrade "${HTTP_UPGRADE}";'],
    ['$http_upgrade in a condition', 'if ($http_upgrade = websocket) { set $a b; }'],
    ['more than a cache bypass', 'proxy_cache_bypass $http_upgrade; set $a $http_upgrade;'],
  ])('%s is a strong sign', async (_, body) => {
    expect(await strength(location('/', body))).toBe('strong');
  });

  it.each([
    ['Connection "" alone', 'proxy_set_header Connection "";'],
    ['Upgrade "" alone', 'proxy_set_header Upgrade "";'],
    ['a variable of a longer name', 'proxy_set_header X $http_upgrade_insecure_requests;'],
    ['another header', 'proxy_set_header X-Connection upgrade;'],
    ['a Connection that closes', 'proxy_set_header Connection close;'],
    ['a Connection that is kept', 'proxy_set_header Connection keep-alive;'],
    ['$http_upgrade in a cache bypass alone', 'proxy_cache_bypass $http_upgrade;'],
  ])('%s is none', async (_, body) => {
    expect(await strength(location('/', body))).toBe('none');
  });

  it('or in an include of it', async () => {
    const files = {
      '/nginx.conf': location('/', 'include ws.inc;'),
      '/ws.inc': 'proxy_set_header Upgrade $http_upgrade;',
    };
    expect(await strength(files)).toBe('strong');
  });

  it('or in a location around it, when it is $http_upgrade', async () => {
    const nested = (header: string): string => `http { server { location / { ${header} location /a { } } } }`;
    expect(await strength(nested('proxy_set_header Upgrade $http_upgrade;'))).toBe('strong');
    expect(await strength(nested('proxy_set_header Upgrade websocket;'))).toBe('none');
  });

  it('is weak at the level of the server or of http, wiped or not', async () => {
    const headers = 'proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;';
    expect(await strength(`http { ${headers} server { location / { } } }`)).toBe('weak');
    expect(await strength(`http { server { ${headers} location / { } } }`)).toBe('weak');
    const wiped = `http { server { ${headers} location / { proxy_set_header Host $host; } } }`;
    expect(await strength(wiped)).toBe('weak');
    expect(isMeantItself(await intent(wiped))).toBe(false);
  });

  it('is none of an outer level where it is a map or a log', async () => {
    const map = 'map $http_upgrade $connection_upgrade { default upgrade; } log_format u $http_upgrade;';
    expect(await strength(`http { ${map} server { location / { } } }`)).toBe('none');
  });

  it('and not in a location within or beside it', async () => {
    const header = 'proxy_set_header Upgrade $http_upgrade;';
    expect(await strength(`http { server { location /a { ${header} } location / { } } }`)).toBe('none');
    const { http } = await modelOf(`http { server { location / { location /a { ${header} } } } }`);
    const outer = http?.levels[0]?.levels[0];
    expect(outer === undefined ? null : intentOf(outer, 'http://app').strength).toBe('none');
  });
});

describe('what speaks against it', () => {
  it.each([
    ['Connection close', 'proxy_set_header Connection close;'],
    ['Connection ""', 'proxy_set_header Connection "";'],
    ['Upgrade ""', 'proxy_set_header Upgrade "";'],
    ['a cache bypass that is left over', 'proxy_cache_bypass $http_upgrade;'],
    ['the recipe of server-sent events', 'proxy_buffering off; proxy_cache off;'],
    ['the type of server-sent events', 'proxy_set_header Accept text/event-stream;'],
    ['X-Accel-Buffering', 'add_header X-Accel-Buffering no;'],
  ])('outweighs a weak sign, not a strong one: %s', async (_, body) => {
    expect(await strength(location('/chat', body))).toBe('none');
    expect(await strength(location('/ws', body))).toBe('strong by path');
  });

  it('is not that nothing is buffered', async () => {
    expect(await strength(location('/chat', 'proxy_buffering off;'))).toBe('weak');
  });

  it('are paths of media', async () => {
    expect(await strength(location('/hls/chat/'))).toBe('none');
  });

  it.each([
    '~ ^/live/.+\\.m3u8$',
    '~* \\.(css|js|png|jpe?g)$',
    '~* \\.(?:css|js)',
    '~* ^/ws/.*\\.(js|css)$',
    '= /ws/favicon.ico',
    '/socket.io/socket.io.js',
  ])('wins even over a strong sign where only files are served: %s', async (path) => {
    expect(await strength(location(path, 'proxy_set_header Upgrade $http_upgrade;'))).toBe('none');
  });

  it.each(['/socket.io', '~ /socket\\.io$', '~ ^/ws\\.(v1|v2)$', '~ \\.php$'])(
    'is no ending of another kind: %s',
    async (path) => {
      expect(await strength(location(path, 'proxy_set_header Upgrade $http_upgrade;'))).toMatch(/^strong/);
    },
  );
});

describe('a comment', () => {
  it.each([
    ['in it', location('/', '# enable websocket')],
    ['after a directive', location('/', 'gzip off; # for WebSockets')],
    ['above it', location('/', '', '# Web Socket traffic')],
    ['with a dash', location('/', '# web-socket')],
    ['that expects it', location('/', '# nginx-websocket: expect')],
  ])('%s is a strong sign', async (_, text) => {
    expect(await strength(text)).toBe('strong');
  });

  it.each([
    ['above, with an empty line between', location('/', '', '# websocket\n')],
    [
      'in the location within',
      'http { server { location /a {\nlocation /a/b {\n# websocket\n} } location / { } } }',
    ],
    [
      'that silences a rule',
      location('/', '# nginx-websocket-disable-next-line websocket-upgrade-missing -- no websocket here'),
    ],
    ['that only names this program', location('/', '# checked by nginx-websocket')],
    ['that says the opposite', location('/', '# no WebSocket here')],
    ['that turns it off', location('/', '# disable websockets for now')],
    ['about sockets', location('/', '# a unix socket')],
    ['about event streams, too', location('/', '# SSE/WebSocket endpoints need buffering disabled')],
  ])('%s is none', async (_, text) => {
    expect(await strength(text)).toBe('none');
  });

  it('takes any intent away', async () => {
    const upgrade = 'proxy_set_header Upgrade $http_upgrade;';
    expect(await strength(location('/ws', `# nginx-websocket: ignore\n${upgrade}`))).toBe('none');
    expect(await strength(location('/ws', upgrade, '#nginx-websocket:ignore'))).toBe('none');
    expect(await strength(location('/ws', '# nginx-websocket: ignored'))).toBe('strong by path');
  });
});

describe('the name of the upstream', () => {
  it.each([
    ['/', 'http://ws', 'weak'],
    ['/', 'http://ws-backend:8080/', 'weak'],
    ['/', 'http://unix:/run/ws.sock', 'weak'],
    ['/', 'http://$ws_backend', 'weak'],
    ['/orders', 'http://orders-ws', 'none'],
    ['/live', 'http://live-ws', 'weak'],
    ['/', 'http://my_chat', 'none'],
    ['/stream', 'http://my_chat', 'weak'],
    ['/', 'http://live_web_pool', 'none'],
    ['/events', 'http://city_events_pool', 'none'],
    ['/', 'http://wsgi', 'none'],
    ['/', 'http://chats', 'none'],
    ['/', 'http://app/ws', 'none'],
  ])('of %s, %s: %s', async (path, target, expected) => {
    expect(await strength(location(path), target)).toBe(expected);
  });
});

describe('the setting websocketLocations', () => {
  async function expected(text: string, patterns: readonly string[]): Promise<Intent[]> {
    const closure = await closureOf({ '/etc/nginx/nginx.conf': text });
    const { http } = buildModel(closure, assumedVersion, { locations: patterns, urls: [] });
    return http === null
      ? []
      : [...levelsWithin(http)]
          .filter(({ kind }) => kind === 'location')
          .map((level) => intentOf(level, 'http://app'));
  }

  it.each([
    ['/rooms', '/rooms'],
    ['= /rooms', '/rooms'],
    ['^~ /rooms/', '/rooms/*'],
    ['~ ^/r[0-9]', '^/r[0-9]'],
    ['~*/rooms', '/rooms'],
    ['@rooms', '@rooms'],
  ])('names location %s by %s', async (written, pattern) => {
    expect(await expected(location(written), [pattern])).toMatchObject([
      { strength: 'strong', byPath: false, signs: [{ kind: 'setting' }] },
    ]);
  });

  it('says nothing of the locations around and within', async () => {
    const text = 'http { server { location /a { location /a/b { location /a/b/c {} } } } }';
    const strengths = (await expected(text, ['/a/b'])).map(({ strength }) => strength);
    expect(strengths).toEqual(['none', 'strong', 'none']);
  });

  it('gives way to a comment that says ignore', async () => {
    const text = location('/rooms', '# nginx-websocket: ignore');
    expect(await expected(text, ['/rooms'])).toMatchObject([{ strength: 'none', byPath: false }]);
  });
});
