import { describe, expect, it } from 'vitest';
import { urlsOfCases } from '../../server/src/handshake/route-urls';
import { routesOf } from '../../server/src/handshake/routes';
import { handshake } from '../../server/src/handshake/handshake';
import { modelOf } from '../support/memory-host';
import { PASS, UPGRADE } from './support';

const TLS = 'ssl_certificate c; ssl_certificate_key k;';

/** The verdict of the last route and its URLs. Each URL, explained, is what the route says of it. */
async function routeIn(http: string): Promise<{ readonly verdict: string; readonly urls: string[] }> {
  const model = await modelOf(`events {} http { ${http} }`);
  const route = routesOf(model).at(-1);
  if (route === undefined) throw new Error('There is no route.');
  const { verdict, location, cases } = route;
  const urls = urlsOfCases(model, location, cases.all);
  for (const url of urls) {
    const explained = handshake(model, url);
    expect([url, explained.verdict]).toEqual([url, verdict === 'depends' ? 'passes' : verdict]);
  }
  return { verdict, urls };
}

describe('the URLs of a route', () => {
  it('are one for each listener and name', async () => {
    const { verdict, urls } = await routeIn(
      `server { listen 80; listen 8443 ssl; ${TLS} server_name a.example .b.example *.c.example; location /ws/ { ${PASS} } }`,
    );
    expect(verdict).toBe('passes');
    expect(urls).toEqual([
      'ws://a.example/ws/',
      'ws://b.example/ws/',
      'wss://a.example:8443/ws/',
      'wss://b.example:8443/ws/',
    ]);
  });

  it('of a server without a name are its addresses', async () => {
    const { urls } = await routeIn(`server { listen 80; listen 127.0.0.2:81; location /ws { ${PASS} } }`);
    expect(urls).toEqual(['ws://localhost/ws', 'ws://127.0.0.2:81/ws']);
  });

  it('are none that another server takes', async () => {
    const { urls } = await routeIn(
      `server { server_name a.example; return 403; } server { server_name a.example b.example; location /ws { ${PASS} } }`,
    );
    expect(urls).toEqual(['ws://b.example/ws']);
  });

  it('are none of a pattern or a name', async () => {
    expect((await routeIn(`server { location ~ ^/ws { ${PASS} } }`)).urls).toEqual([]);
    expect((await routeIn(`server { location @ws { ${PASS} } }`)).urls).toEqual([]);
  });

  it('are all where none passes', async () => {
    const { verdict, urls } = await routeIn(
      'server { listen 80; listen 81; location /ws { proxy_pass http://back; } }',
    );
    expect([verdict, urls]).toEqual(['blocked', ['ws://localhost/ws', 'ws://localhost:81/ws']]);
  });

  it('have the query that `$request_uri` has behind the path of an exact location', async () => {
    const byUri = async (entries: string): ReturnType<typeof routeIn> =>
      routeIn(
        `map $request_uri $c { ${entries} } server { location / { return 404; } location = / { proxy_pass http://back; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $c; } }`,
      );
    expect(await byUri('/a upgrade;')).toEqual({ verdict: 'blocked', urls: ['ws://localhost/'] });
    expect(await byUri('/?a upgrade;')).toEqual({ verdict: 'depends', urls: ['ws://localhost/?a'] });
  });

  it('of one server for both ports are those that pass', async () => {
    const { verdict, urls } =
      await routeIn(`server { listen 80; listen 443 ssl; ${TLS} server_name talk.example;
      if ($scheme = http) { return 301 https://$host$request_uri; } location /ws { ${PASS} } }`);
    expect([verdict, urls]).toEqual(['depends', ['wss://talk.example/ws']]);
  });

  it('of a name that is turned away are those of the others', async () => {
    const { verdict, urls } = await routeIn(`server { server_name a.example old.example;
      if ($host = old.example) { return 301 https://a.example$request_uri; } location /ws { ${PASS} } }`);
    expect([verdict, urls]).toEqual(['depends', ['ws://a.example/ws']]);
  });

  it('have more behind the path of a location at the next hop that an exact one takes for itself', async () => {
    const hop = `proxy_http_version 1.1; ${UPGRADE}`;
    const { urls } = await routeIn(
      `server { listen 81; location /page/ { ${PASS} } location = /page/ {} } ` +
        `server { listen 80; location /b/chat { proxy_pass http://127.0.0.1:81/; ${hop} } }`,
    );
    expect(urls).toEqual(['ws://localhost/b/chatpage/x']);
  });

  it('have the query that a case asks for', async () => {
    const { verdict, urls } = await routeIn(`server { listen 3100; server_name desk.example;
      if ($arg_key != "s3cret") { return 403; } location /websocket { ${PASS} } }`);
    expect([verdict, urls]).toEqual(['depends', ['ws://desk.example:3100/websocket?key=s3cret']]);
  });

  it('have the query that a map asks for', async () => {
    const { verdict, urls } = await routeIn(
      'map $arg_mode $c { ws upgrade; default close; } server { location /a { proxy_pass http://back; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $c; } }',
    );
    expect([verdict, urls]).toEqual(['depends', ['ws://localhost/a?mode=ws']]);
  });

  it('have the path that a hop asks for', async () => {
    const { verdict, urls } =
      await routeIn(`server { listen 80; location / { root html; } location /api/chat { ${PASS} } }
      server { listen 443 ssl; ${TLS} server_name localhost; location / { proxy_pass http://localhost/; ${UPGRADE} } }`);
    expect([verdict, urls]).toEqual(['depends', ['wss://localhost/api/chat']]);
  });

  it('have no path that a pattern takes at the hop', async () => {
    const { verdict, urls } = await routeIn(`server { listen 81; location ~ ^/(ws|live)/ { root html; }
        location / { rewrite ^/ws/(.*)$ /app/$1 last; proxy_pass http://back/; } location /app { ${PASS} } }
      server { listen 80; location /app { return 404; } location / { proxy_pass http://127.0.0.1:81; ${UPGRADE} } }`);
    expect([verdict, urls]).toEqual(['blocked', ['ws://localhost/']]);
  });

  it('have no path that begins as was asked last, and is too short for what was asked before', async () => {
    const { verdict, urls } = await routeIn(`server { location /a/a { ${PASS} } location / { location / {
      rewrite /api /a$uri last; if ($http_upgrade) { proxy_pass https://localhost:443; } } } }`);
    expect([verdict, urls]).toEqual(['depends', []]);
  });

  it('of what fails for all of a server are blocked', async () => {
    const model = await modelOf(
      `events {} http { server { listen 3200; server_name closed.example; return 503; location /websocket { ${PASS} } } }`,
    );
    const [route] = routesOf(model);
    expect([route?.verdict, route?.status, route?.reasons.map(({ id }) => id)]).toEqual([
      'blocked',
      503,
      ['answered-by-nginx'],
    ]);
  });
});
