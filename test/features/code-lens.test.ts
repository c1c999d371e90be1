import { describe, expect, it } from 'vitest';
import { lensAround, type LocationLens, locationLenses } from '../../server/src/features/code-lens';
import { routes } from '../../server/src/service';
import { analysisOf } from '../support/memory-host';

const MAIN = '/etc/nginx/nginx.conf';

/** The lenses of a file of a configuration. */
async function lenses(
  files: Readonly<Record<string, string>> | string,
  path = MAIN,
): Promise<readonly LocationLens[]> {
  const analysis = await analysisOf(files);
  const file = analysis.closure.files.get(path);
  if (file === undefined) throw new Error(`There is no ${path}.`);
  return locationLenses(routes(analysis), file);
}

/** What is said of one location at line 7, with this in it. */
async function textOf(body: string): Promise<string> {
  const [lens, ...others] = await lenses(`events {}
http {
  proxy_http_version 1.1;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection upgrade;
  server {
    location /ws {
      ${body}
    }
  }
}
`);
  if (lens === undefined || others.length > 0) throw new Error('There is not one lens.');
  return lens.text;
}

const PASS = 'proxy_pass http://127.0.0.1:1;';

describe('the lens of a location', () => {
  it.each([
    [PASS, '✓ WebSocket passes'],
    [`${PASS} proxy_http_version 1.0;`, '~ WebSocket passes, if the back end accepts HTTP/1.0'],
    [
      `${PASS} auth_basic x; auth_basic_user_file users;`,
      '~ WebSocket passes, if the client sends a password',
    ],
    [
      `if ($cookie_room !~ ^[a-z]+$) { return 403; } ${PASS} auth_basic x; auth_basic_user_file users;`,
      '~ WebSocket passes, if $cookie_room matches ^[a-z]+$, and 1 more',
    ],
    [
      `if ($http_origin !~ ^https://(a-rather-long-name|another-name)\\.example\\.com$) { return 403; } ${PASS}`,
      '~ WebSocket passes, if $http_origin matches ^https://(a-rather-long-name|another-n…',
    ],
    [`${PASS}\n proxy_set_header Host $host;`, '✗ WebSocket blocked: Upgrade header lost at line 9'],
    [
      `${PASS}\n proxy_set_header Upgrade $http_upgrade;\n proxy_set_header Connection   close;`,
      '✗ WebSocket blocked: Connection: close at line 10',
    ],
    [`return 301 /x; ${PASS}`, '✗ WebSocket blocked: return 301 /x at line 8'],
    [`deny all; ${PASS}`, '✗ WebSocket blocked: deny all at line 8'],
    [
      `include /config/nginx/proxy.conf; ${PASS}`,
      '? WebSocket unknown: include /config/nginx/proxy.conf not found at line 8',
    ],
    ['fastcgi_pass 127.0.0.1:1;', '✗ WebSocket blocked: fastcgi_pass cannot carry a WebSocket at line 8'],
  ])('%s', async (body, expected) => {
    expect(await textOf(body)).toBe(expected);
  });

  it('says what is not forwarded at all', async () => {
    const [lens] = await lenses(`events {} http { server { location /ws { ${PASS} } } }`);
    expect(lens?.text).toBe('✗ WebSocket blocked: upgrade not forwarded');
  });

  it('has the URL that the verdict is about', async () => {
    const [named, pattern] = await lenses(
      `events {} http { server { listen 8080; server_name chat.example; location /ws { ${PASS} } location ~ ^/wss/ { ${PASS} } } }`,
    );
    expect(named?.url).toBe('ws://chat.example:8080/ws');
    expect(pattern?.url).toBeNull();
  });

  it('tells what is meant for WebSocket from what is not', async () => {
    const found = await lenses(
      `events {} http { server { location /ws { ${PASS} } location /shop { ${PASS} } location /files { } } }`,
    );
    expect(found.map(({ hasIntent }) => hasIntent)).toEqual([true, false]);
  });

  it('is found from within its block', async () => {
    const text = `events {} http { server { location /ws { ${PASS} location /ws/in { ${PASS} } } } }`;
    const found = await lenses(text);
    const at = (part: string): number => text.indexOf(part);
    expect(lensAround(found, at('proxy_pass'))?.url).toBe('ws://localhost/ws');
    expect(lensAround(found, text.lastIndexOf('proxy_pass'))?.url).toBe('ws://localhost/ws/in');
    expect(lensAround(found, at('server'))).toBeNull();
  });
});

describe('the lens of an included location', () => {
  const included = (first: string, second: string): Record<string, string> => ({
    [MAIN]: `events {}
http {
  server { listen 81; ${first} include ws.conf; }
  server { listen 82; ${second} include ws.conf; }
}
`,
    '/etc/nginx/ws.conf': `location /ws { ${PASS} }\n`,
  });
  const UPGRADE =
    'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;';

  it('counts the places that include it', async () => {
    const [lens, ...others] = await lenses(included(UPGRADE, UPGRADE), '/etc/nginx/ws.conf');
    expect(others).toEqual([]);
    expect(lens?.text).toBe('✓ WebSocket passes (in 2 contexts)');
  });

  it('has the worst verdict, and the URL that it is about', async () => {
    const [lens] = await lenses(
      included(UPGRADE, UPGRADE.replace('Connection upgrade', 'Connection close')),
      '/etc/nginx/ws.conf',
    );
    expect(lens?.text).toBe('✗ WebSocket blocked: Connection: close at nginx.conf:4 (in 1 of 2 contexts)');
    expect(lens?.url).toBe('ws://localhost:82/ws');
  });
});
