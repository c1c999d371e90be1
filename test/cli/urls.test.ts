import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { directoryWith, runIn } from './support';

/** Nothing tells that the first location is for WebSocket. */
const PLAIN = `events {}
http {
    server {
        listen 80;
        server_name a.example;
        location / {
            proxy_pass http://127.0.0.1:3000;
        }
        location /ok {
            proxy_pass http://127.0.0.1:3000;
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
            proxy_set_header Host $host;
            proxy_read_timeout 1h;
        }
    }
}
`;

const FAILS = 'ws://a.example/notices';
const OPENS = 'ws://a.example/ok';

async function check(settings: unknown, ...argv: string[]) {
  const directory = await directoryWith({
    'nginx.conf': PLAIN,
    ...(settings === null ? {} : { 'nginx-websocket.json': JSON.stringify(settings) }),
  });
  return runIn(directory, ['check', ...argv, 'nginx.conf']);
}

describe('--url', () => {
  it('says that the location which takes it is meant for WebSocket', async () => {
    expect(await check(null)).toMatchObject({ status: 0 });
    const { status, stdout } = await check(null, '--url', FAILS);
    expect(stdout).toContain('nginx.conf:7:13  warning');
    expect(stdout).toContain(
      `\n\n${FAILS}  blocked, 426: No \`Upgrade: websocket\` reaches the back end.\n\n1 warning`,
    );
    expect(stdout).toContain(`1 fixable: nginx-websocket fix --url ${FAILS} nginx.conf`);
    expect(status).toBe(1);
  });

  it('may be given several times; JSON has what becomes of each', async () => {
    const { stdout } = await check(null, '--format', 'json', '--url', OPENS, '--url', FAILS);
    expect(JSON.parse(stdout)).toMatchObject({
      urls: [
        { url: OPENS, verdict: 'passes', status: 101, location: { file: 'nginx.conf', line: 9 }, hops: 1 },
        { url: FAILS, verdict: 'blocked', status: 426, conditions: [] },
      ],
    });
  });

  it('is mended by fix', async () => {
    const directory = await directoryWith({ 'nginx.conf': PLAIN });
    expect(await runIn(directory, ['fix', '--url', FAILS, 'nginx.conf'])).toMatchObject({ status: 0 });
    expect(await readFile(join(directory, 'nginx.conf'), 'utf8')).toContain(
      'proxy_pass http://127.0.0.1:3000;\n            proxy_http_version 1.1;',
    );
    expect(await runIn(directory, ['explain', 'nginx.conf', '--url', FAILS])).toMatchObject({ status: 0 });
  });

  it('must be the URL of a WebSocket', async () => {
    const { status, stderr } = await check(null, '--url', 'a.example/ws');
    expect(stderr).toContain('--url: `a.example/ws` is not the URL of a WebSocket');
    expect(status).toBe(2);
  });

  it('fails where no server takes it', async () => {
    const { status, stdout } = await check(null, '--url', 'wss://a.example/ok');
    expect(stdout).toContain('wss://a.example/ok  blocked: ');
    expect(status).toBe(1);
  });
});

describe('websocketUrls', () => {
  it.each([
    [[OPENS], 0, ''],
    [[{ url: OPENS, expect: 'passes' }], 0, ''],
    [[{ url: FAILS, expect: 'blocked' }], 0, ''],
    [[FAILS], 1, `${FAILS}  blocked, 426: `],
    [[{ url: OPENS, expect: 'depends' }], 1, `${OPENS}  passes, 101 (expected: depends)`],
  ])('of %j: exit status %i', async (websocketUrls, status, line) => {
    const result = await check({ websocketUrls });
    expect(result.status).toBe(status);
    expect(result.stdout).toContain(line);
  });

  it('are asked about in workflows of GitHub and for code scanning, too', async () => {
    const settings = { websocketUrls: [{ url: OPENS, expect: 'blocked' }] };
    const github = await check(settings, '--format', 'github');
    expect(github).toMatchObject({
      status: 1,
      stdout: `::error title=ws%3A//a.example/ok::${OPENS}  passes, 101 (expected: blocked)\n`,
    });
    const sarif = await check(settings, '--format', 'sarif');
    expect(sarif).toMatchObject({ status: 1, stderr: `${OPENS}  passes, 101 (expected: blocked)\n` });
  });

  it('that are none are told', async () => {
    const { stderr } = await check({ websocketUrls: ['a.example/ws'] });
    expect(stderr).toContain('nginx-websocket.json: `websocketUrls`: `a.example/ws` is not the URL of');
  });

  it('give way to those of the command line', async () => {
    expect(await check({ websocketUrls: [FAILS] }, '--url', OPENS)).toMatchObject({ status: 0 });
  });
});
