import { describe, expect, it } from 'vitest';
import { directoryWith, runIn } from './support';

const WS =
  'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;';

const CONF = `events {}
http {
  upstream chat { server 127.0.0.1:3000; }
  server {
    listen 443 ssl;
    listen [::]:443 ssl;
    listen 8080;
    server_name chat.example *.chat.example;
    location /api/chat {
      proxy_pass http://chat;
      ${WS}
    }
    location = /hub { proxy_pass http://chat; }
    location ~ \\.php$ { fastcgi_pass 127.0.0.1:9000; }
    location / { root /srv; }
  }
  server {
    listen 127.0.0.1:81;
    return 301 https://chat.example$request_uri;
    location /live { proxy_pass http://chat; ${WS} }
  }
}
`;

async function routes(format: string): Promise<string> {
  const directory = await directoryWith({ 'nginx.conf': CONF });
  const { status, stdout } = await runIn(directory, ['routes', '--format', format, 'nginx.conf']);
  expect(status).toBe(0);
  return stdout;
}

describe('routes', () => {
  it('lists the locations with a back end by server', async () => {
    expect(await routes('text')).toBe(`chat.example *.chat.example  443 ssl, [::]:443 ssl, 8080
  ✓ /api/chat  →  http://chat  passes  nginx.conf:9
      wss://chat.example/api/chat
      ws://chat.example:8080/api/chat
  ✗ = /hub  →  http://chat  blocked  nginx.conf:13
      wss://chat.example/hub
      ws://chat.example:8080/hub
      nginx.conf:13 No \`Upgrade: websocket\` reaches the back end.
      nginx.conf:13 No \`Connection: upgrade\` reaches the back end.
      nginx.conf:13 The request to the back end is HTTP/1.0 before nginx 1.29.7: a handshake needs HTTP/1.1.
  ✗ ~ \\.php$  →  127.0.0.1:9000  blocked  nginx.conf:14
      nginx.conf:14 \`fastcgi_pass\` cannot carry a WebSocket.

(no name)  127.0.0.1:81
  ✗ /live  →  http://chat  blocked  nginx.conf:20
      ws://127.0.0.1:81/live
      nginx.conf:19 \`return\` sends the client elsewhere (301): a handshake does not follow.

4 routes (nginx 1.28.0 assumed; --nginx-version to change).
`);
  });

  it('gives JSON that other programs read', async () => {
    const value = JSON.parse(await routes('json')) as { nginxVersion: string; routes: unknown[] };
    expect(value.nginxVersion).toBe('1.28.0');
    expect(value.routes).toHaveLength(4);
    expect(value.routes[0]).toEqual({
      file: 'nginx.conf',
      line: 9,
      server: ['chat.example', '*.chat.example'],
      listen: ['443 ssl', '[::]:443 ssl', '8080'],
      location: '/api/chat',
      modifier: '',
      upstream: 'http://chat',
      intent: 'strong',
      verdict: 'passes',
      because: [],
      conditions: [],
      cases: [{ when: [], verdict: 'passes', status: 101, because: [] }],
      urls: ['wss://chat.example/api/chat', 'ws://chat.example:8080/api/chat'],
    });
  });

  it('says what a verdict depends on', async () => {
    const directory = await directoryWith({
      'nginx.conf': `events {}
http {
  server {
    location /ws {
      auth_basic chat;
      auth_basic_user_file users;
      proxy_pass http://127.0.0.1:3000;
      ${WS.replace('proxy_http_version 1.1;', '')}
    }
  }
}
`,
    });
    const { stdout: text } = await runIn(directory, ['routes', 'nginx.conf']);
    expect(text).toContain(`  ~ /ws  →  http://127.0.0.1:3000  depends  nginx.conf:4
      ws://localhost/ws
      passes, if the client sends a password (otherwise 401) and nginx is 1.29.7 or later, or the back end accepts HTTP/1.0 (otherwise 400)
      nginx.conf:7 The request to the back end is HTTP/1.0 before nginx 1.29.7: a handshake needs HTTP/1.1.
`);
    const { stdout } = await runIn(directory, ['routes', '--format', 'json', 'nginx.conf']);
    const reason = (id: string, line: number): object => ({
      id,
      file: 'nginx.conf',
      line,
      message: expect.any(String),
    });
    expect(JSON.parse(stdout)).toMatchObject({
      routes: [
        {
          verdict: 'depends',
          conditions: [
            'the client sends a password (otherwise 401)',
            'nginx is 1.29.7 or later, or the back end accepts HTTP/1.0 (otherwise 400)',
          ],
          cases: [
            {
              when: [
                'the client sends a password',
                'nginx is 1.29.7 or later, or the back end accepts HTTP/1.0',
              ],
              verdict: 'passes',
              status: 101,
              because: [],
            },
            {
              when: [
                'the client sends a password',
                'nginx is older than 1.29.7',
                'the back end accepts HTTP/1.1 only',
              ],
              verdict: 'blocked',
              status: 400,
              because: [reason('websocket-upgrade-missing', 7)],
            },
            {
              when: ['the client sends no password'],
              verdict: 'blocked',
              status: 401,
              because: [reason('websocket-limited', 5)],
            },
          ],
        },
      ],
    });
  });

  it('has a row for each place that an included file takes effect in', async () => {
    const directory = await directoryWith({
      'nginx.conf':
        'events {}\nhttp {\n  server { listen 81; include ws.conf; }\n  server { listen 82; include ws.conf; }\n}\n',
      'ws.conf': `location /ws { proxy_pass http://127.0.0.1:3000; ${WS} }\n`,
    });
    const { stdout } = await runIn(directory, ['routes', '--format', 'json', 'nginx.conf']);
    const value = JSON.parse(stdout) as { routes: { file: string; urls: string[] }[] };
    expect(value.routes.map(({ file, urls }) => `${file} ${urls.join(' ')}`)).toEqual([
      'ws.conf ws://localhost:81/ws',
      'ws.conf ws://localhost:82/ws',
    ]);
  });

  it('has no URL and no port where a template fills the port in', async () => {
    const directory = await directoryWith({
      'nginx.conf.template':
        'events {}\nhttp {\n  server { listen ${PORT}; location /ws { proxy_pass http://a:1; } }\n}\n',
    });
    const { stdout } = await runIn(directory, ['routes', '--format', 'json', 'nginx.conf.template']);
    expect(JSON.parse(stdout)).toMatchObject({
      routes: [{ listen: ['${PORT}'], verdict: 'blocked', urls: [] }],
    });
  });

  it('makes up no server around a part of one', async () => {
    const directory = await directoryWith({
      'ws.conf': 'location /ws { proxy_pass http://a:1; proxy_http_version 1.1; }\n',
    });
    const { stdout } = await runIn(directory, ['routes', 'ws.conf']);
    expect(stdout).toBe(`(server not found here)
  ✗ /ws  →  http://a:1  blocked  ws.conf:1
      ws.conf:1 No \`Upgrade: websocket\` reaches the back end.
      ws.conf:1 No \`Connection: upgrade\` reaches the back end.

1 route (nginx 1.28.0 assumed; --nginx-version to change).
`);
  });

  it('judges no host that the name of the server does not match', async () => {
    const directory = await directoryWith({
      'nginx.conf': `events {}\nhttp {\n  server {\n    server_name ~^(?<sub>\\w+)\\.chat\\.example$;\n    resolver 127.0.0.1;\n    location /ws { proxy_pass http://$sub:3000; ${WS} }\n  }\n}\n`,
    });
    const { stdout } = await runIn(directory, ['routes', '--format', 'json', 'nginx.conf']);
    expect(JSON.parse(stdout)).toMatchObject({ routes: [{ verdict: 'passes', because: [] }] });
  });
});
