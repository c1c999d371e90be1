import { describe, expect, it } from 'vitest';
import { type Intent, intentOf } from '../../server/src/model/intent';
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
    '/api/live/',
    '= /stream',
    '/hub',
    '/hubs',
    '/events',
    '/realtime',
    '/notifications',
    '/terminal',
    '/vnc',
    '~ ^/(chat|live)',
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
    '/websockets',
  ])('%s is none', async (path) => {
    expect(await strength(location(path))).toBe('none');
  });

  it('of a location around it counts too', async () => {
    expect(await strength('http { server { location /ws { location /ws/a { } } } }')).toBe('strong by path');
    expect(await strength('http { server { location /chat { location /chat/a { } } } }')).toBe('weak');
  });

  it('may be as long as it likes', async () => {
    expect(await strength(location(`${'/a'.repeat(200_000)}/ws`))).toBe('strong by path');
  });
});

describe('what is written in the location', () => {
  it.each([
    ['Upgrade', 'proxy_set_header Upgrade websocket;'],
    ['Upgrade in other letters', 'proxy_set_header UPGRADE h2c;'],
    ['Connection', 'proxy_set_header Connection upgrade;'],
    ['a Connection that cannot work', 'proxy_set_header Connection close;'],
    ['a name with a colon', 'proxy_set_header Upgrade: websocket;'],
    ['$http_upgrade in a header', 'proxy_set_header X-Upgrade $http_upgrade;'],
    ['${HTTP_UPGRADE}', 'proxy_set_header X-Upgrade "${HTTP_UPGRADE}";'],
    ['$http_upgrade in a condition', 'if ($http_upgrade = websocket) { set $a b; }'],
    ['$http_upgrade in a cache bypass', 'proxy_cache_bypass $http_upgrade;'],
  ])('%s is a strong sign', async (_, body) => {
    expect(await strength(location('/', body))).toBe('strong');
  });

  it.each([
    ['Connection "" alone', 'proxy_set_header Connection "";'],
    ['Upgrade "" alone', 'proxy_set_header Upgrade "";'],
    ['a variable of a longer name', 'proxy_set_header X $http_upgrade_insecure_requests;'],
    ['another header', 'proxy_set_header X-Connection upgrade;'],
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

  it('but not at the level of the server or of http', async () => {
    const headers = 'proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;';
    expect(await strength(`http { ${headers} server { location / { } } }`)).toBe('none');
    expect(await strength(`http { server { ${headers} location / { } } }`)).toBe('none');
  });

  it('and not in a location within or beside it', async () => {
    const header = 'proxy_set_header Upgrade $http_upgrade;';
    expect(await strength(`http { server { location /a { ${header} } location / { } } }`)).toBe('none');
    const { http } = await modelOf(`http { server { location / { location /a { ${header} } } } }`);
    const outer = http?.levels[0]?.levels[0];
    expect(outer === undefined ? null : intentOf(outer, 'http://app').strength).toBe('none');
  });
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
    ['about sockets', location('/', '# a unix socket')],
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
    ['http://ws', 'weak'],
    ['http://ws-backend:8080/', 'weak'],
    ['http://my_chat', 'weak'],
    ['http://unix:/run/ws.sock', 'weak'],
    ['http://$chat_backend', 'weak'],
    ['http://live.example.com', 'weak'],
    ['http://wsgi', 'none'],
    ['http://chats', 'none'],
    ['http://app/ws', 'none'],
  ])('%s: %s', async (target, expected) => {
    expect(await strength(location('/'), target)).toBe(expected);
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
    expect(await expected(location(written), [pattern])).toEqual([{ strength: 'strong', byPath: false }]);
  });

  it('says nothing of the locations around and within', async () => {
    const text = 'http { server { location /a { location /a/b { location /a/b/c {} } } } }';
    const strengths = (await expected(text, ['/a/b'])).map(({ strength }) => strength);
    expect(strengths).toEqual(['none', 'strong', 'none']);
  });

  it('gives way to a comment that says ignore', async () => {
    const text = location('/rooms', '# nginx-websocket: ignore');
    expect(await expected(text, ['/rooms'])).toEqual([{ strength: 'none', byPath: false }]);
  });
});
