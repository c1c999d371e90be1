import { expect, it } from 'vitest';
import { handshake } from '../../server/src/handshake/handshake';
import { routesOf } from '../../server/src/handshake/routes';
import { modelOf } from '../support/memory-host';

const HEADERS =
  'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;';

it('what an `error_page` makes of the directory of a location cannot be told: of no URL, and of no route', async () => {
  const model = await modelOf(`events {} http { ${HEADERS} server {
    error_page 404 = @page; location @page { proxy_pass http://a; }
    location /x/ { if ($host = a.example) { proxy_pass http://a; } }
  } }`);
  expect(handshake(model, 'ws://localhost/x/y').verdict).toBe('passes');
  expect(handshake(model, 'ws://localhost/x/').verdict).toBe('unknown');
  const route = routesOf(model).find(({ location }) => location.block?.argument(0) === '/x/');
  expect(route?.cases.all.map(({ verdict, status }) => `${verdict} ${status}`)).toEqual([
    'passes 101',
    'opaque null',
  ]);
});

it('however many slashes stand in a row', async () => {
  const model = await modelOf(`events {} http { ${HEADERS} server {
    error_page 403 = @page; location @page { proxy_pass http://a; }
    location / { rewrite ^(.*)$ /$1 break; limit_except GET { proxy_pass http://a; } }
  } }`);
  expect(handshake(model, 'ws://localhost/').verdict).toBe('unknown');
  expect(handshake(model, 'ws://localhost/x').status).toBe(404);
  const route = routesOf(model).find(({ location }) => location.block?.argument(0) === '/');
  expect(route?.cases.all.map(({ verdict, status }) => `${verdict} ${status}`)).toEqual([
    'opaque null',
    'blocked 404',
  ]);
});

it('also where a rewrite has taken the slash from its path: nginx sends it back there', async () => {
  const model = await modelOf(`events {} http { server {
    location = /a/ { rewrite ^(.*)/$ $1 break; } location /b { rewrite ^(.*)/$ $1 break; }
    location /c/d/ { rewrite ^/(c)/ //$1 break; } location /e/f/ { rewrite ^/(e)/ /f break; }
  } }`);
  expect(handshake(model, 'ws://localhost/a/').status).toBeNull();
  expect(handshake(model, 'ws://localhost/b/').status).toBe(404);
  expect(handshake(model, 'ws://localhost/c/d/').status).toBeNull();
  expect(handshake(model, 'ws://localhost/e/f/').status).toBe(404);
});
