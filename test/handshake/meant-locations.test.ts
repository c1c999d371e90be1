import { expect, it } from 'vitest';
import { locationsMeantByUrl } from '../../server/src/handshake/meant-locations';
import { buildModel } from '../../server/src/model/model';
import { assumedVersion } from '../../server/src/reference/versions';
import { closureOf } from '../support/memory-host';

const WS =
  'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;';

it.each([
  ['where it is blocked', 'location /a { proxy_pass http://10.0.0.1; } location / { return 204; }', ['80/a']],
  ['where nginx itself answers', 'location /a { return 204; } location / { return 204; }', ['80/a']],
  ['at each hop', `location /a { proxy_pass http://127.0.0.1:81; ${WS} }`, ['80/a', '81/a']],
  [
    'in each case',
    `location /a { auth_basic x; auth_basic_user_file p; proxy_pass http://10.0.0.1; ${WS} }`,
    ['80/a'],
  ],
  ['nowhere where the server answers', 'return 204; location /a { proxy_pass http://10.0.0.1; }', []],
])('a URL means the locations that take it: %s', async (_, body, expected) => {
  const http = `server { listen 80; ${body} } server { listen 81; location /a { } location / { } }`;
  const closure = await closureOf({ '/nginx.conf': `events {} http { ${http} }` });
  const model = buildModel(closure, assumedVersion, { locations: [], urls: ['ws://a.example/a/b'] });
  const places = [...locationsMeantByUrl(model).keys()].map(({ server, block }) => {
    const port = server?.byName.get('listen')?.[0]?.argument(0);
    return `${port}${block?.argument(0)}`;
  });
  expect(places.toSorted()).toEqual(expected);
});

it.each([
  ['a proxy in front ends TLS', 'listen 80;', 'wss://a.example/a/b', ['/a']],
  ['a port of a container is published', 'listen 80;', 'ws://a.example:8000/a/b', ['/a']],
  ['both', 'listen 8080;', 'wss://a.example:8443/a/b', ['/a']],
  ['it asks for what nginx expects', 'listen 443 ssl;', 'wss://a.example:8443/a/b', ['/a']],
  ['nothing makes TLS of it', 'listen 443 ssl;', 'ws://a.example/a/b', []],
  ['the server has another name', 'listen 80; server_name b.example;', 'wss://a.example/a/b', []],
  ['the server has its name', 'listen 80; server_name a.example;', 'wss://a.example/a/b', ['/a']],
])(
  'where nobody listens for a URL, those that take what comes of it are meant: %s',
  async (_, head, url, paths) => {
    const http = `server { ${head} location /a { proxy_pass http://10.0.0.1; } location / { } }`;
    const closure = await closureOf({ '/nginx.conf': `events {} http { ${http} }` });
    const model = buildModel(closure, assumedVersion, { locations: [], urls: [url] });
    expect([...locationsMeantByUrl(model).keys()].map(({ block }) => block?.argument(0))).toEqual(paths);
  },
);
