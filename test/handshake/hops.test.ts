import { describe, expect, it } from 'vitest';
import { routesOf } from '../../server/src/handshake/routes';
import { modelOf } from '../support/memory-host';
import { handshakeIn, PASS, shownCase, UPGRADE } from './support';

const TLS = 'ssl_certificate c; ssl_certificate_key k;';

/** A server on 8080 that hands over to another, and the others. */
const through = (to: string, servers: string, location = ''): string =>
  `server { listen 8080; location / { proxy_pass ${to}; ${UPGRADE} ${location} } } ${servers}`;

/** A server that is reached by the way of another, and passes. */
const inner = (listen: string): string => `server { ${listen} location / { ${PASS} } }`;

/** Verdict, status and number of hops of the handshake for ws://localhost:8080/. */
async function ends(http: string): Promise<string> {
  const { verdict, status, hops } = await handshakeIn(http, 'ws://localhost:8080/');
  return `${verdict} ${status}, ${hops}`;
}

describe('a proxy_pass that comes back to this nginx is followed', () => {
  it.each<[to: string, listen: string]>([
    ['http://localhost', 'listen 80;'],
    ['http://localhost:81', 'listen 81;'],
    ['http://LOCALHOST:81', 'listen 81;'],
    ['http://localhost:81', 'listen 127.0.0.1:81;'],
    ['http://localhost:81', 'listen [::1]:81;'],
    ['http://localhost:81', 'listen localhost:81;'],
    ['http://127.0.0.1:81', 'listen 81;'],
    ['http://127.0.0.2:81', 'listen 81;'],
    ['http://127.0.0.2:81', 'listen 127.0.0.2:81;'],
    ['http://127.0.0.1:81', 'listen [::]:81 ipv6only=off;'],
    ['http://[::1]:81', 'listen [::]:81;'],
    ['http://[::1]:81', 'listen [::1]:81;'],
    ['http://unix:/run/inner.sock', 'listen unix:/run/inner.sock;'],
    ['http://unix:/run/inner.sock:/path', 'listen unix:/run/inner.sock;'],
    ['https://localhost', `listen 443 ssl; ${TLS}`],
    ['https://localhost:81', `listen 81 ssl; ${TLS}`],
  ])('%s to %s', async (to, listen) => {
    expect(await ends(through(to, inner(listen)))).toBe('passes 101, 2');
    // What stops it there stops it.
    const stopped = through(to, `server { ${listen} return 403; }`);
    expect(await ends(stopped)).toBe('blocked 403, 2');
  });

  it.each<[to: string, listen: string]>([
    ['http://127.0.0.1:81', 'listen 82;'],
    ['http://127.0.0.1:81', 'listen 127.0.0.2:81;'],
    ['http://127.0.0.1:81', 'listen [::]:81;'],
    ['http://[::1]:81', 'listen 81;'],
    ['http://10.0.0.1:81', 'listen 81;'],
    ['http://example.com:81', 'listen 81;'],
    ['http://unix:/run/other.sock', 'listen unix:/run/inner.sock;'],
  ])('but not %s to %s', async (to, listen) => {
    expect(await ends(through(to, `server { ${listen} return 403; }`))).toBe('passes 101, 1');
  });

  it('with the Host and the path that are sent', async () => {
    const named = `server { listen 81; return 403; } server { listen 81; server_name ws.example; location /inner/ { ${PASS} } }`;
    expect(await ends(through('http://127.0.0.1:81/inner/', named))).toBe('blocked 403, 2');
    expect(
      await ends(through('http://127.0.0.1:81/inner/', named, 'proxy_set_header Host ws.example;')),
    ).toBe('passes 101, 2');
    expect(await ends(through('http://127.0.0.1:81/x/', named, 'proxy_set_header Host ws.example:81;'))).toBe(
      'blocked 404, 2',
    );
  });

  it('with the headers that are sent: what the next server lacks it sets anew', async () => {
    const bare = (headers: string): string =>
      `server { listen 8080; location / { proxy_pass http://localhost:81; ${headers} } } ${inner('listen 81;')}`;
    // What is lost on the way is told of the first hop alone.
    expect(await ends(bare(''))).toBe('blocked 426, 1');
    expect(await ends(bare('proxy_set_header Upgrade $http_upgrade;'))).toBe('passes 101, 2');
  });

  it('with the address of this nginx', async () => {
    const allowing = (address: string): string =>
      `server { listen 127.0.0.1:81; location / { allow ${address}; deny all; ${PASS} } }`;
    expect(await ends(through('http://127.0.0.1:81', allowing('127.0.0.1')))).toBe('passes 101, 2');
    expect(await ends(through('http://127.0.0.1:81', allowing('10.0.0.0/8')))).toBe('blocked 403, 2');
  });

  it('with the scheme and port of the next server', async () => {
    const redirecting = (condition: string): string =>
      `server { listen 81; if (${condition}) { return 301 https://$host$request_uri; } location / { ${PASS} } }`;
    expect(await ends(through('http://localhost:81', redirecting('$scheme = http')))).toBe('blocked 301, 2');
    expect(await ends(through('http://localhost:81', redirecting('$server_port = 80')))).toBe(
      'passes 101, 2',
    );
  });

  it('and every step says which hop it is of', async () => {
    const { because, location, upstream, hops } = await handshakeIn(
      through('http://localhost:81/x/', 'server { listen 81; location /x/ { proxy_pass http://back; } }'),
      'ws://localhost:8080/',
    );
    expect(because.map(({ hop, step }) => `${hop} ${step}`)).toEqual([
      '1 listen',
      '1 server',
      '1 location',
      '1 request',
      '2 listen',
      '2 server',
      '2 location',
      '2 request',
      '2 back end',
      '2 back end',
      '2 back end',
    ]);
    expect([hops, location?.block?.argument(0), upstream?.backEnd.pass.argument(0)]).toEqual([
      2,
      '/x/',
      'http://back',
    ]);
  });
});

describe('TLS between hops', () => {
  it('to a plain listener: nginx cannot shake hands', async () => {
    expect(await ends(through('https://localhost:81', inner('listen 81;')))).toBe('blocked 502, 2');
  });

  it('none to a TLS listener: it answers 400', async () => {
    const to = through('http://localhost:81', inner(`listen 81 ssl; ${TLS}`));
    expect(await ends(to)).toBe('blocked 400, 2');
  });

  it('by the name that is sent only where proxy_ssl_server_name is on', async () => {
    const servers = `server { listen 81 ssl; ${TLS} ssl_reject_handshake on; } server { listen 81 ssl; ${TLS} server_name ws.example; location / { ${PASS} } }`;
    const sent = (on: string): string =>
      through(
        'https://127.0.0.1:81',
        servers,
        `proxy_set_header Host ws.example; proxy_ssl_name ws.example; ${on}`,
      );
    expect(await ends(sent(''))).toBe('blocked 502, 2');
    expect(await ends(sent('proxy_ssl_server_name on;'))).toBe('passes 101, 2');
  });
});

describe('an upstream', () => {
  const group = (servers: string, more = ''): string =>
    `upstream group { ${servers} } ${through('http://group', more)}`;

  it('with one server of this nginx is that', async () => {
    expect(await ends(group('server 127.0.0.1:81;', inner('listen 81;')))).toBe('passes 101, 2');
    expect(await ends(group('server 127.0.0.1:81;', 'server { listen 81; return 403; }'))).toBe(
      'blocked 403, 2',
    );
  });

  it('with several is a case for each', async () => {
    const servers = 'server 127.0.0.1:81; server unix:/s; server 10.0.0.1;';
    const { verdict, cases } = await handshakeIn(
      group(servers, `server { listen 81; return 403; } ${inner('listen unix:/s;')}`),
      'ws://localhost:8080/',
    );
    expect(verdict).toBe('depends');
    expect(cases.map(shownCase)).toEqual([
      '`upstream group` chooses 127.0.0.1:81: blocked 403',
      '`upstream group` chooses unix:/s, or `upstream group` chooses 10.0.0.1: passes 101',
    ]);
  });

  it('does not choose a backup, nor one that is down', async () => {
    const servers = 'server 127.0.0.1:81 backup; server 127.0.0.1:81 down; server unix:/s;';
    expect(await ends(group(servers, `server { listen 81; return 403; } ${inner('listen unix:/s;')}`))).toBe(
      'passes 101, 2',
    );
  });
});

describe('hops upon hops', () => {
  const chain = (count: number): string =>
    Array.from(
      { length: count },
      (_, index) =>
        `server { listen ${8080 + index}; location / { proxy_pass http://127.0.0.1:${8081 + index}; ${UPGRADE} } }`,
    ).join('\n');

  it('are followed five times', async () => {
    expect(await ends(chain(2))).toBe('passes 101, 2');
    expect(await ends(chain(5))).toBe('passes 101, 5');
    expect(await ends(`${chain(4)} server { listen 8084; return 403; }`)).toBe('blocked 403, 5');
    expect(await ends(chain(6))).toMatch(/^blocked .*, 5$/);
  });

  it('without end are blocked', async () => {
    const loop = 'server { listen 8080; location / { proxy_pass http://127.0.0.1:8080; } }';
    const { verdict, because } = await handshakeIn(
      loop.replace('; }', `; ${UPGRADE} }`),
      'ws://localhost:8080/',
    );
    expect(verdict).toBe('blocked');
    expect(because.filter(({ id }) => id !== null).map(({ id, message }) => [id, message])).toEqual([
      ['internal-error', 'The request comes back to this nginx again and again.'],
    ]);
  });
});

describe('a route through a hop', () => {
  it('is a case for each location that its paths reach', async () => {
    const model =
      await modelOf(`events {} http { server { listen 443 ssl; ${TLS} server_name localhost; location / { proxy_pass http://localhost/; ${UPGRADE} } }
      server { listen 80; server_name localhost; location / { root html; } location /api/chat { ${PASS} } location = /old { return 410; } } }`);
    const [route] = routesOf(model);
    expect(route?.verdict).toBe('depends');
    expect(route?.cases.all.map(shownCase)).toEqual([
      'the path is `/old`: blocked 410',
      'the path begins with `/api/chat`: passes 101',
      expect.stringMatching(/^no other location takes the path: blocked/),
    ]);
    expect(route?.cases.conditions).toEqual(['the path begins with `/api/chat`']);
  });

  it('is judged by what stops it there, and knows which hop that is of', async () => {
    const model =
      await modelOf(`events {} http { server { listen 8080; location /ws/ { proxy_pass http://127.0.0.1:81; ${UPGRADE} } }
      server { listen 81; location / { proxy_pass http://back; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; } } }`);
    const [outer, next] = routesOf(model);
    expect([outer?.verdict, outer?.status]).toEqual(['blocked', 400]);
    expect(outer?.reasons.map(({ id, hop }) => [id, hop])).toEqual([['websocket-upgrade-missing', 2]]);
    // It is no fault of its own request.
    expect([outer?.faults, next?.faults.length]).toEqual([[], 1]);
  });

  it('takes none of the paths that another location of its server takes', async () => {
    const front = (locations: string): string =>
      `events {} http { server { listen 8080; location / { proxy_pass http://127.0.0.1:81; ${UPGRADE} } ${locations} }
      server { listen 81; location / { ${PASS} } location /ws/ { return 403; } location = /ws/old { return 410; } } }`;
    const [route] = routesOf(await modelOf(front('')));
    expect(route?.cases.all.map(shownCase)).toEqual([
      'the path is `/ws/old`: blocked 410',
      'the path begins with `/ws/`: blocked 403',
      'no other location takes the path: passes 101',
    ]);
    const [below] = routesOf(await modelOf(front('location /ws { return 404; }')));
    expect(below?.cases.all.map(shownCase)).toEqual([': passes 101']);
    const [exact] = routesOf(await modelOf(front('location = /ws/old { return 404; }')));
    expect(exact?.cases.all.map(shownCase)).toEqual([
      'the path begins with `/ws/`: blocked 403',
      'no other location takes the path: passes 101',
    ]);
    const [regex] = routesOf(await modelOf(front('location ~ old$ { return 404; }')));
    expect(regex?.cases.all.map(shownCase)).toEqual(exact?.cases.all.map(shownCase));
    const nested = `location /ws { return 404; location /ws/x { proxy_pass http://127.0.0.1:81; ${UPGRADE} } }`;
    const [, inner] = routesOf(await modelOf(front(nested)));
    expect(inner?.cases.all.map(shownCase)).toEqual([': blocked 403']);
  });

  it('takes none of the paths that match a pattern which is tried before it', async () => {
    const front = (locations: string): string =>
      `events {} http { server { listen 8080; ${locations} }
      server { listen 81; location ~ /$ { return 403; } location / { ${PASS} } } }`;
    const shown = async (locations: string): Promise<string[] | undefined> =>
      routesOf(await modelOf(front(locations)))[0]?.cases.all.map(shownCase);
    const on = `proxy_pass http://127.0.0.1:81; ${UPGRADE}`;
    const each = [
      expect.stringMatching(/matches `\/\$`: blocked 403$/),
      expect.stringMatching(/: passes 101$/),
    ];
    expect(await shown(`location / { ${on} }`)).toEqual(each);
    expect(await shown(`location / { ${on} } location ~ /$ { return 404; }`)).toEqual([': passes 101']);
    expect(await shown(`location ^~ / { ${on} } location ~ /$ { return 404; }`)).toEqual(each);
    expect(await shown(`location / { ${on} location ~ /$ { return 404; } }`)).toEqual([': passes 101']);
    expect(await shown(`location ~ /$ { return 404; } location ~ ^/a { ${on} }`)).toEqual([': passes 101']);
    expect(await shown(`location ~ ^/a { ${on} } location ~ /$ { return 404; }`)).toEqual(each);
  });

  it('asks for a name without the port that it sends along, whichever that is', async () => {
    const model = await modelOf(`events {} http { server { listen 80; listen 8080; server_name a.example;
        location /ws { proxy_pass http://127.0.0.1:81; ${UPGRADE} proxy_set_header Host a.example:$server_port; } }
      server { listen 81; server_name a.*; return 403; }
      server { listen 81; server_name a.example; location / { ${PASS} } } }`);
    const [route] = routesOf(model);
    expect(route?.cases.all.map(shownCase)).toEqual([': passes 101']);
  });
});
