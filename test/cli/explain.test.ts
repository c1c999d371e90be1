import { describe, expect, it } from 'vitest';
import { directoryWith, runIn } from './support';

const CONF = `events {}
http {
  server {
    listen 443 ssl;
    ssl_certificate chat.crt;
    ssl_certificate_key chat.key;
    server_name chat.example;
    location ^~ /hub {
      proxy_pass http://127.0.0.1:3000/x;
      proxy_http_version 1.1;
      proxy_set_header Host $host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection close;
    }
    location /ws/ {
      proxy_pass http://127.0.0.1:3000;
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection "upgrade";
    }
  }
}
`;

async function explain(...argv: readonly string[]): ReturnType<typeof runIn> {
  return runIn(await directoryWith({ 'nginx.conf': CONF }), ['explain', ...argv]);
}

describe('explain', () => {
  it('shows the way of a handshake, the request, what stops it and what to change', async () => {
    const { status, stdout, stderr } = await explain('nginx.conf', 'wss://chat.example/hub/a?b=1');
    expect(stdout).toBe(`wss://chat.example/hub/a?b=1        blocked, 400 Bad Request

 1  listen     The connection reaches \`listen 443 ssl\`            nginx.conf:4
               (assuming that chat.example resolves to it).
 2  server     \`server_name chat.example\` matches.                nginx.conf:3
 3  location   \`location ^~ /hub\`                                 nginx.conf:8
 4  request    The request goes to \`proxy_pass                    nginx.conf:9
               http://127.0.0.1:3000/x\`.
                 GET /x/a?b=1 HTTP/1.1                            nginx.conf:10
                 Host: chat.example                               nginx.conf:11
                 Upgrade: websocket                               nginx.conf:12
                 Connection: close  ✗                             nginx.conf:13
                 Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
                 Sec-WebSocket-Version: 13
 5  back end   ✗ No \`Connection: upgrade\` reaches the back end.   nginx.conf:13

Set Connection to $connection_upgrade:
nginx.conf:3   map $http_upgrade $connection_upgrade {
nginx.conf:3     default upgrade;
nginx.conf:3     '' close;
nginx.conf:3   }
nginx.conf:13  proxy_set_header Connection $connection_upgrade;

To write it: nginx-websocket fix --url 'wss://chat.example/hub/a?b=1' nginx.conf
`);
    expect(stderr).toBe('');
    expect(status).toBe(1);
  });

  it('marks what is at fault, though all stands on one line', async () => {
    const line = `server { location /ws { proxy_pass http://a:1; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection close; } }`;
    const directory = await directoryWith({ 'nginx.conf': `events {} http { ${line} }\n` });
    const { stdout } = await runIn(directory, ['explain', 'nginx.conf', 'ws://localhost/ws']);
    const marked = stdout.split('\n').filter((each) => each.includes('✗'));
    expect(marked.map((each) => each.trim().split(/ {2,}/).slice(0, 2).join(' '))).toEqual([
      'Connection: close ✗',
      '5 back end',
    ]);
  });

  it('cannot tell who listens where a template fills that in', async () => {
    const name = 'nginx.conf.template';
    const text = 'events {}\nhttp { server { listen ${PORT}; location /ws { proxy_pass http://a:1; } } }\n';
    const directory = await directoryWith({ [name]: text });
    const { stdout, status } = await runIn(directory, ['explain', name, 'ws://localhost/ws']);
    expect(stdout.split('\n')[0]).toMatch(/ unknown$/);
    expect(stdout).toContain('? What `listen ${PORT}` comes to is known only');
    expect(status).toBe(1);
  });

  it.each([
    ['ws://localhost/ws', / blocked, 426 /],
    ['ws://localhost/socket', / blocked, 404 /],
  ])('takes locations alone for the server that is asked: %s', async (url, expected) => {
    const directory = await directoryWith({ 'ws.conf': 'location /ws { proxy_pass http://a:1; }\n' });
    const { stdout } = await runIn(directory, ['explain', 'ws.conf', url]);
    expect(stdout.split('\n')[0]).toMatch(expected);
    expect(stdout).toContain('The server around this part is not here');
  });

  it('does not call blocked what is no URL', async () => {
    const { stdout } = await explain('nginx.conf', 'chat.example');
    expect(stdout.split('\n')[0]).toMatch(/^chat\.example +no URL$/);
  });

  it('gives JSON that other programs read', async () => {
    const { status, stdout } = await explain('--format', 'json', 'nginx.conf', 'wss://chat.example/ws/a');
    expect(JSON.parse(stdout)).toEqual([
      {
        url: 'wss://chat.example/ws/a',
        verdict: 'passes',
        status: 101,
        location: { file: 'nginx.conf', line: 15 },
        upstreamRequest: {
          method: 'GET',
          uri: '/ws/a',
          version: '1.1',
          headers: [
            ['Upgrade', 'websocket'],
            ['Connection', 'upgrade'],
            ['Host', '127.0.0.1:3000'],
            ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
            ['Sec-WebSocket-Version', '13'],
          ],
        },
        because: [
          { id: null, file: 'nginx.conf', line: 4, message: expect.stringContaining('listen 443 ssl') },
          { id: null, file: 'nginx.conf', line: 3, message: '`server_name chat.example` matches.' },
          { id: null, file: 'nginx.conf', line: 15, message: '`location /ws/`' },
          { id: null, file: 'nginx.conf', line: 16, message: expect.stringContaining('proxy_pass') },
          { id: null, file: 'nginx.conf', line: 16, message: 'The back end upgrades the connection.' },
        ],
        conditions: [],
        cases: [{ when: [], verdict: 'passes', status: 101, because: [] }],
        hops: 1,
      },
    ]);
    expect(status).toBe(0);
  });

  it('lists the cases, and marks the one whose way it shows', async () => {
    const text = `events {}
http {
  server {
    auth_basic chat;
    auth_basic_user_file users;
    location /ws {
      proxy_pass http://127.0.0.1:3000;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection upgrade;
    }
    location /one {
      proxy_pass http://127.0.0.1:3000;
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection upgrade;
    }
  }
}
`;
    const directory = await directoryWith({ 'nginx.conf': text });
    const argv = ['explain', 'nginx.conf', 'ws://localhost/ws', 'ws://localhost/one'];
    const { stdout, status } = await runIn(directory, argv);
    expect(stdout).toBe(`ws://localhost/ws                   depends

 passes   101  if the client sends a password and nginx is
               1.29.7 or later, or the back end accepts
               HTTP/1.0
 blocked  400  if the client sends a password and nginx is
               older than 1.29.7 and the back end accepts
               HTTP/1.1 only
               ✗ The request to the back end is HTTP/1.0 before   nginx.conf:7
               nginx 1.29.7: a handshake needs HTTP/1.1.
 blocked  401  if the client sends no password (shown below)

 1  listen     The connection reaches port 80, as no \`listen\`     nginx.conf:3
               says otherwise.
 2  server     No \`server_name\` is localhost: the default         nginx.conf:3
               server of the port takes it.
 3  location   \`location /ws\`                                     nginx.conf:6
 4  answer     ✗ \`auth_basic\` asks for a password: a handshake    nginx.conf:4
               without one gets 401.

Speak HTTP/1.1 to the back end:
nginx.conf:8  proxy_http_version 1.1;

To write it: nginx-websocket fix --url ws://localhost/ws nginx.conf

ws://localhost/one                  depends

 passes   101  if the client sends a password
 blocked  401  otherwise (shown below)

 1  listen     The connection reaches port 80, as no \`listen\`     nginx.conf:3
               says otherwise.
 2  server     No \`server_name\` is localhost: the default         nginx.conf:3
               server of the port takes it.
 3  location   \`location /one\`                                    nginx.conf:11
 4  answer     ✗ \`auth_basic\` asks for a password: a handshake    nginx.conf:4
               without one gets 401.
`);
    // Of 80 characters none is cut off.
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(status).toBe(1);
  });

  it('says which hop a step is of', async () => {
    const forward =
      'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;';
    const text = `events {}
http {
  server {
    listen 8080;
    location / { proxy_pass http://127.0.0.1:9090; ${forward} }
  }
  server {
    listen 127.0.0.1:9090;
    location /ws { proxy_pass http://127.0.0.1:3000; proxy_http_version 1.1; }
  }
}
`;
    const directory = await directoryWith({ 'nginx.conf': text });
    const { stdout } = await runIn(directory, ['explain', 'nginx.conf', 'ws://localhost:8080/ws']);
    const steps = stdout.split('\n').filter((line) => /^ ?\d| {4}hop/.test(line));
    expect(steps.map((line) => line.trim().split(/ {2,}/).slice(0, 2).join(' '))).toEqual([
      '1 listen',
      '2 server',
      '3 location',
      '4 request',
      'hop 2',
      '5 listen',
      '6 server',
      '7 location',
      '8 request',
      '9 back end',
      '10 back end',
    ]);
    const json = await runIn(directory, [
      'explain',
      '--format',
      'json',
      'nginx.conf',
      'ws://localhost:8080/ws',
    ]);
    const [explained] = JSON.parse(json.stdout) as { hops: number; because: { hop?: number }[] }[];
    expect(explained).toMatchObject({
      verdict: 'blocked',
      location: { file: 'nginx.conf', line: 9 },
      hops: 2,
      cases: [{ because: [{ id: 'websocket-upgrade-missing', line: 9, hop: 2 }, { hop: 2 }] }],
    });
    const first = explained?.because.findIndex(({ hop }) => hop !== undefined);
    expect(first).toBe(4);
    expect(explained?.because.slice(first).every(({ hop }) => hop === 2)).toBe(true);
  });

  it('answers several URLs in their order', async () => {
    const urls = ['wss://chat.example/ws', 'ws://chat.example/ws/', 'wss://chat.example/none'];
    const { status, stdout } = await explain('--format', 'json', 'nginx.conf', ...urls);
    const answers = JSON.parse(stdout) as {
      url: string;
      verdict: string;
      status: number | null;
      error?: string;
    }[];
    expect(answers.map(({ url, verdict, status: each, error }) => [url, verdict, each, error])).toEqual([
      ['wss://chat.example/ws', 'blocked', 301, undefined],
      [
        'ws://chat.example/ws/',
        'blocked',
        null,
        'No server of the configuration listens on chat.example port 80.',
      ],
      ['wss://chat.example/none', 'blocked', 404, undefined],
    ]);
    expect(status).toBe(1);
  });

  it.each([
    ['ftp://chat.example/', 'is not the URL of a WebSocket'],
    ['chat.example', 'is not the URL of a WebSocket'],
    ['ws://chat.example/#a', 'fragment'],
    ['ws://me:secret@chat.example/', 'no user and no password'],
  ])('takes %s for no URL', async (url, message) => {
    const { status, stdout } = await explain('--format', 'json', 'nginx.conf', url);
    expect(JSON.parse(stdout)).toEqual([
      {
        url,
        verdict: 'blocked',
        status: null,
        location: null,
        upstreamRequest: null,
        because: [],
        conditions: [],
        cases: [],
        hops: 1,
        error: expect.stringContaining(message),
      },
    ]);
    expect(status).toBe(2);
  });

  it('needs a file and a URL', async () => {
    expect((await explain()).stderr).toContain('`explain` needs a file.');
    const { status, stderr } = await explain('nginx.conf');
    expect(stderr).toContain('`explain` needs a URL');
    expect(status).toBe(2);
    expect((await explain('none.conf', 'ws://a/')).status).toBe(2);
  });

  it('depends on the version of nginx', async () => {
    const bare = CONF.replaceAll('proxy_http_version 1.1;', '');
    const directory = await directoryWith({ 'nginx.conf': bare });
    const ask = async (version: string): Promise<unknown> => {
      const argv = [
        'explain',
        '--format',
        'json',
        '--nginx-version',
        version,
        'nginx.conf',
        'wss://chat.example/ws/',
      ];
      const [answer] = JSON.parse((await runIn(directory, argv)).stdout) as {
        verdict: string;
        status: number;
      }[];
      return [answer?.verdict, answer?.status];
    };
    expect(await ask('1.29.6')).toEqual(['depends', 400]);
    expect(await ask('1.29.7')).toEqual(['passes', 101]);
  });

  it('says what keeps nginx from starting', async () => {
    const directory = await directoryWith({
      'nginx.conf': CONF.replace('    ssl_certificate chat.crt;\n', ''),
    });
    const { stderr } = await runIn(directory, ['explain', 'nginx.conf', 'wss://chat.example/ws/']);
    expect(stderr).toBe(
      'nginx does not start with this: no "ssl_certificate" is defined for the "listen ... ssl" directive in nginx.conf:3. This is what it does once that is fixed.\n',
    );
  });

  it('passes over stream', async () => {
    const text = 'events {}\nstream {\n  server { listen 9000; proxy_pass 127.0.0.1:3000; }\n}\n';
    const directory = await directoryWith({ 'nginx.conf': text });
    const { stdout } = await runIn(directory, [
      'explain',
      '--format',
      'json',
      'nginx.conf',
      'ws://localhost:9000/',
    ]);
    expect(JSON.parse(stdout)).toMatchObject([
      {
        verdict: 'passes',
        status: 101,
        location: null,
        cases: [{ when: [], verdict: 'passes', status: 101 }],
      },
    ]);
  });
});
