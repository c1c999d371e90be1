import { expect, it } from 'vitest';
import { routeTable } from '../../server/src/handshake/route-table';
import { modelOf } from '../support/memory-host';

const HEADERS =
  'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;';

/** The URLs of each route. */
async function urlsIn(http: string): Promise<(readonly string[])[]> {
  return routeTable(await modelOf(`events {} http { ${HEADERS} ${http} }`)).map(({ urls }) => urls);
}

it('of every listener, whatever the scheme decides', async () => {
  const [urls] = await urlsIn(
    'map $scheme $x { https Upgrade; http upgrade; } ' +
      'server { listen 80; listen 443 ssl; server_name a.example; ' +
      'location /ws { proxy_set_header Upgrade websocket; proxy_set_header Connection $x; proxy_pass http://a; } }',
  );
  expect(urls).toEqual(['ws://a.example/ws', 'wss://a.example/ws']);
});

it('none that another server takes', async () => {
  const text = 'listen 80; location /ws { proxy_pass http://a; }';
  expect(
    await urlsIn(`server { ${text} } server { ${text} } server { server_name a.example; ${text} }`),
  ).toEqual([['ws://localhost/ws'], [], ['ws://a.example/ws']]);
});

it('none that another location takes', async () => {
  const text = 'rewrite ^/a(.*)$ /$1 last; proxy_pass http://a;';
  expect(
    await urlsIn(`server { location / { ${text} } location ~ ^/a { } location /ws/ { return 200; } }`),
  ).toEqual([[]]);
});

it('none for a location from within', async () => {
  expect(
    await urlsIn(
      'server { location /ws { internal; proxy_pass http://a; } location / { error_page 404 /ws; } }',
    ),
  ).toEqual([[]]);
});

it('none where the query must be one of many', async () => {
  const text = 'if ($arg_x !~ [ab]$) { return 403; } proxy_pass http://a;';
  expect(await urlsIn(`server { location /ws { ${text} } }`)).toEqual([[]]);
  const exact = 'if ($arg_x != a) { return 403; } proxy_pass http://a;';
  expect(await urlsIn(`server { location /ws { ${exact} } }`)).toEqual([['ws://localhost/ws?x=a']]);
});

it('none where a part of the path that a pattern has captured must be another', async () => {
  const text = 'rewrite ^(.*)/$ /$1 last; location / { return 404; proxy_pass http://a; }';
  expect(await urlsIn(`server { ${text} location = /x { proxy_pass http://a; } }`)).toEqual([
    [],
    ['ws://localhost/x'],
  ]);
});

it('with the query that it must be', async () => {
  expect(
    await urlsIn('server { location /ws { if ($args != a) { return 403; } proxy_pass http://a; } }'),
  ).toEqual([['ws://localhost/ws?a']]);
});

it('none whose argument gives the whole query what it must not have', async () => {
  const only = 'if ($arg_x = 1) { proxy_pass http://a; }';
  expect(await urlsIn(`server { location /ws { ${only} } }`)).toEqual([['ws://localhost/ws?x=1']]);
  expect(await urlsIn(`server { location /ws { ${only} if ($args ~ x=\\d) { } } }`)).toEqual([[]]);
});
