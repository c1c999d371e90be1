import { describe, expect, it } from 'vitest';
import { locationLenses } from '../../server/src/features/code-lens';
import { firstReason } from '../../server/src/features/reason-text';
import { routesTree } from '../../server/src/features/routes-tree';
import { routes } from '../../server/src/service';
import { analysisOf } from '../support/memory-host';

const UPGRADE = 'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade;';
const PASS = 'proxy_pass http://127.0.0.1:1;';

const REASONS: readonly (readonly [body: string, text: string, place: string | null])[] = [
  [`${PASS} proxy_set_header Host $host;`, 'Upgrade header lost', 'proxy_set_header Host $host'],
  [
    `${PASS} ${UPGRADE} proxy_set_header  Connection\n "close";`,
    'Connection: close',
    'proxy_set_header  Connection\n "close"',
  ],
  [
    `${PASS} ${UPGRADE} proxy_set_header Connection $nothing;`,
    'variable not defined',
    'proxy_set_header Connection $nothing',
  ],
  [`${PASS} deny all;`, 'deny all', 'deny all'],
  [`${PASS} include none.conf;`, 'include none.conf not found', 'include none.conf'],
  [
    `${PASS} return 301 https://a-name-that-is-rather-long.example.com/with/a/path;`,
    'return 301 https://a-name-that-is-rather-long.example.com/w…',
    'return 301 https://a-name-that-is-rather-long.example.com/with/a/path',
  ],
  ['fastcgi_pass 127.0.0.1:1;', 'fastcgi_pass cannot carry a WebSocket', 'fastcgi_pass 127.0.0.1:1'],
  [`${PASS} access_by_lua_block { x() }`, 'access_by_lua_block decides', 'access_by_lua_block'],
];

describe('the first reason', () => {
  it.each(REASONS)('of %s', async (body, text, place) => {
    const analysis = await analysisOf(around(body));
    const [row] = routes(analysis);
    const reason = row === undefined ? null : firstReason(row);
    expect(reason?.text).toBe(text);
    const at = reason?.place ?? null;
    expect(at === null ? null : at.file.text.slice(at.start, at.end)).toBe(place);
  });

  it('has no place where nothing forwards the upgrade', async () => {
    const [row] = routes(await analysisOf(`events {} http { server { location /ws { ${PASS} } } }`));
    expect(row === undefined ? null : firstReason(row)).toEqual({
      text: 'upgrade not forwarded',
      place: null,
    });
  });

  it('has the place at the next hop, where that is at fault', async () => {
    const text = `events {} http {
      server { listen 8080; location /ws { ${PASS.replace(':1', ':9090')} ${UPGRADE} proxy_set_header Connection upgrade; } }
      server {
        listen 127.0.0.1:9090; ${UPGRADE} proxy_set_header Connection upgrade;
        location / { ${PASS} } location /ws { ${PASS.replace(':1', ':2')} proxy_set_header Host $host; }
      }
    }`;
    const [row] = routes(await analysisOf(text));
    const reason = row === undefined ? null : firstReason(row);
    expect(reason?.text).toBe('Upgrade header lost');
    const place = reason?.place ?? null;
    expect(place?.file.text.slice(place.start, place.end)).toBe('proxy_set_header Upgrade $http_upgrade');
  });

  it.each(REASONS)('is the same in the lens and in the tree: %s', async (body, text) => {
    const analysis = await analysisOf(around(body));
    const rows = routes(analysis);
    const [lens] = locationLenses(rows, analysis.closure.main);
    expect(lens?.text).toContain(`: ${text}`);
    expect(routesTree(analysis.model, rows)[0]?.locations[0]?.summary).toBe(text);
  });

  it('is none where handshakes pass', async () => {
    const body = `${PASS} ${UPGRADE} proxy_set_header Connection upgrade;`;
    const [row] = routes(await analysisOf(around(body)));
    expect(row === undefined ? undefined : firstReason(row)).toBeNull();
  });
});

function around(body: string): string {
  return `events {}
http {
  server {
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection upgrade;
    proxy_http_version 1.1;
    location /ws { ${body} }
  }
}
`;
}
