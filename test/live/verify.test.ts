import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { chmod, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { hasOwnNetworks } from '../../server/src/verify/network';
import { findNginx } from '../../server/src/verify/program';
import { type Verified, verify } from '../../server/src/verify/verify';
import { verifyReport } from '../../server/src/verify/report';
import { analyze } from '../../server/src/service';
import { answerVerify } from '../../server/src/verify/answer-request';
import { analysisOf, closureOf, MemoryHost } from '../support/memory-host';
import { runIn } from '../cli/support';
import { cliProgram, runCli } from './harness/cli';
import { nginxBinary, writeTree } from './harness/nginx';
import { before, release } from './harness/release';
import { Resources, temporaryDirectory } from './harness/resources';
import { until } from './harness/waiting';

/** `verify`: configurations in the nginx at hand, each outcome as predicted. */

const resources = new Resources();
afterEach(() => resources.stop());

/** `KILLS=34` kills as many of each signal, spread over the time that one takes. */
const KILLS = Number(process.env['KILLS'] ?? 6);

const MAIN = '/etc/nginx/nginx.conf';
const WS =
  'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;';

async function verified(
  text: string,
  {
    urls = [],
    auth = 200,
    files = {},
  }: { urls?: string[]; auth?: number; files?: Record<string, string> } = {},
): Promise<Verified> {
  const program = await findNginx(nginxBinary(), process.env);
  const analysis = await analysisOf({ [MAIN]: text, ...files }, release);
  return verify(analysis, { program, urls, auth, signal: new AbortController().signal });
}

/** `URL verdict status: seen`, with a mark where these differ. */
function outcomes({ urls, refused }: Verified): string[] {
  expect(refused).toBeNull();
  return urls.map(({ predicted, seen, same }) => {
    const mark = same === false ? ' DIFFERS' : same === null ? ' ?' : '';
    return `${predicted.url} ${predicted.verdict}: ${seen.works ? 'works' : 'fails'} ${seen.status}${mark}`;
  });
}

interface Fixture {
  readonly name: string;
  /** What stands in `http`. */
  readonly http: string;
  readonly outcomes: readonly string[];
  readonly options?: Parameters<typeof verified>[1];
}

const FIXTURES: readonly Fixture[] = [
  {
    name: 'with and without the headers',
    http: `server { listen 80; server_name a.example; location /ws { proxy_pass http://app:3000; ${WS} } location /plain { proxy_pass http://app:3000; } }`,
    outcomes: ['ws://a.example/ws passes: works 101', 'ws://a.example/plain blocked: fails 426'],
  },
  {
    name: 'TLS on both sides, with names',
    http: `server { listen 443 ssl; server_name a.example; ssl_certificate a.pem; ssl_certificate_key a.key; location / { proxy_pass https://app; proxy_ssl_server_name on; ${WS} } }
      server { listen 443 ssl default_server; ssl_certificate b.pem; ssl_certificate_key b.key; return 444; }`,
    outcomes: ['wss://a.example/ passes: works 101'],
  },
  {
    name: 'servers of one name on several ports, told apart by the port',
    http: `map $server_port $up { 8080 websocket; default ""; }
      server { listen 80; listen 8080; server_name a.example; location / { proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Upgrade $up; proxy_set_header Connection upgrade; } }`,
    options: { urls: ['ws://a.example/', 'ws://a.example:8080/'] },
    outcomes: ['ws://a.example/ blocked: fails 426', 'ws://a.example:8080/ passes: works 101'],
  },
  {
    name: 'a login that lets in',
    http: `server { listen 80; location / { auth_request /auth; proxy_pass http://app; ${WS} } location = /auth { proxy_pass http://login/check; proxy_pass_request_body off; } }`,
    outcomes: ['ws://localhost/ depends: works 101', 'ws://localhost/auth blocked: fails 200'],
  },
  {
    name: 'a login that does not',
    http: `server { listen 80; location / { auth_request /auth; proxy_pass http://app; ${WS} } location = /auth { internal; proxy_pass http://login/check; } }`,
    options: { auth: 401, urls: ['ws://localhost/'] },
    outcomes: ['ws://localhost/ depends: fails 401'],
  },
  {
    name: 'hops over ports and a socket',
    http: `upstream second { server unix:/run/second.sock; }
      server { listen 80; server_name a.example; location / { proxy_pass http://second; ${WS} } }
      server { listen unix:/run/second.sock; location / { proxy_pass http://127.0.0.1:8080; ${WS} } }
      server { listen 127.0.0.1:8080; location / { proxy_pass http://app; ${WS} } location /plain { proxy_pass http://app; } }`,
    options: { urls: ['ws://a.example/', 'ws://a.example/plain'] },
    outcomes: ['ws://a.example/ passes: works 101', 'ws://a.example/plain blocked: fails 426'],
  },
  {
    name: 'a host in a variable, with and without a resolver',
    http: `server { listen 80; set $app app; location /with { resolver 8.8.8.8; proxy_pass http://$app:3000; ${WS} } location /without { proxy_pass http://$app:3000; ${WS} } }`,
    outcomes: ['ws://localhost/with passes: works 101', 'ws://localhost/without blocked: fails 502'],
  },
  {
    name: 'redirects, files and answers of nginx itself',
    http: `server { listen 80; root /var/www; location /old { proxy_pass http://app; if ($http_upgrade) { return 301 /new; } } location / { try_files $uri /index.html; } }`,
    options: { urls: ['ws://localhost/old', 'ws://localhost/', 'ws://localhost:81/'] },
    outcomes: [
      'ws://localhost/old blocked: fails 301',
      'ws://localhost/ blocked: fails 200',
      'ws://localhost:81/ blocked: fails null',
    ],
  },
  {
    name: 'a page that a named location falls back to, in its own directory',
    http: `server { listen 80; location / { root first; try_files $uri/ @app; }
      location @app { root second; try_files $uri /page/room.html; proxy_pass http://app; ${WS} } }`,
    options: { urls: ['ws://localhost/chat'] },
    outcomes: ['ws://localhost/chat passes: works 101'],
  },
  {
    name: 'a page that it falls back to, in a directory of a variable name',
    http: `server { listen 80; root /var/www/$host/public; location / { try_files $uri $uri/ /index.html; } }`,
    options: { urls: ['ws://localhost/chat', 'ws://b.example/chat'] },
    outcomes: ['ws://localhost/chat blocked: fails 200', 'ws://b.example/chat blocked: fails 200'],
  },
  {
    name: 'directories as Windows has them, with what is a line break for nginx',
    http: String.raw`server { listen 80; location / { root D:\nginx\temp\html; proxy_pass http://app; ${WS} }
      location /a/ { alias 'C:\new site\html/'; proxy_pass http://app; ${WS} } }`,
    outcomes: ['ws://localhost/ passes: works 101', 'ws://localhost/a/ passes: works 101'],
  },
  {
    name: 'uwsgi and SCGI, which carry the headers as parameters',
    http: `server { listen 80; location /uwsgi { uwsgi_pass app:9000; } location /scgi { scgi_pass app:9001; }
      location /none { uwsgi_pass app:9000; uwsgi_pass_request_headers off; } }`,
    outcomes: [
      'ws://localhost/uwsgi passes: works 101',
      'ws://localhost/scgi passes: works 101',
      'ws://localhost/none blocked: fails 426',
    ],
  },
  {
    name: 'included files, one of them for several servers',
    http: `include conf.d/*.conf;`,
    options: {
      files: {
        '/etc/nginx/conf.d/a.conf':
          'server { listen 80; server_name a.example; location / { include ws.inc; } }',
        '/etc/nginx/conf.d/b.conf':
          'server { listen 80; server_name b.example; location /b { include ws.inc; } }',
        '/etc/nginx/ws.inc': `proxy_pass http://app; ${WS}`,
      },
    },
    outcomes: ['ws://a.example/ passes: works 101', 'ws://b.example/b passes: works 101'],
  },
  {
    name: 'modules that are not here',
    http: `vhost_traffic_status_zone; server { listen 80; location / { brotli on; proxy_pass http://app; proxy_set_header X-Country $geoip2_country; ${WS} } }`,
    outcomes: ['ws://localhost/ passes: works 101'],
  },
  {
    name: 'limits, caches, users and logs of another machine',
    http: `limit_req_zone $remote_addr zone=z:1m rate=1r/m; proxy_cache_path /var/cache/x keys_zone=c:1m; access_log /var/log/none/a.log;
      server { listen 80; limit_req zone=z; location /a { proxy_pass http://app; ${WS} } location /b { proxy_pass http://app; proxy_cache c; proxy_cache_bypass $http_upgrade; ${WS} } }`,
    outcomes: ['ws://localhost/a passes: works 101', 'ws://localhost/b passes: works 101'],
  },
  {
    name: 'paths of patterns, whatever is before them',
    http: `server { listen 80; location ~ "^/ws/(?<room>\\w+)/v\\d{2}$" { proxy_pass http://app; ${WS} } location ~* \\.php$ { proxy_pass http://app; } location @named { proxy_pass http://app; } }`,
    outcomes: [
      'ws://localhost/ws/x/v00 passes: works 101',
      'ws://localhost/x.php blocked: fails 426',
      'ws://localhost/ blocked: fails 403',
    ],
  },
  {
    name: 'hosts that only a request tells: an own listener by its name and port, a group, none',
    http: `upstream group { server a:1; } resolver 8.8.8.8;
      server { listen 8080; location /self { proxy_pass http://$host:8080/ws; ${WS} } location /port { proxy_pass http://127.0.0.1:$server_port/ws; ${WS} }
      location /group { proxy_pass http://$arg_to; ${WS} } location /ws { proxy_pass http://app; ${WS} } }`,
    options: {
      urls: [
        'ws://localhost:8080/self',
        'ws://localhost:8080/port',
        'ws://localhost:8080/group?to=group',
        'ws://localhost:8080/group',
      ],
    },
    outcomes: [
      'ws://localhost:8080/self passes: works 101',
      'ws://localhost:8080/port passes: works 101',
      'ws://localhost:8080/group?to=group passes: works 101',
      'ws://localhost:8080/group blocked: fails 500',
    ],
  },
  {
    name: 'a hop whose Host is the name in proxy_pass, for as many names as there are',
    http: `server { listen 80; location /name { proxy_pass http://localhost:8080/; } location /address { proxy_pass http://127.0.0.1:8080/; }
      location /own { proxy_set_header X-A b; proxy_pass http://localhost:8080/; } location /told { proxy_set_header Host $proxy_host; proxy_pass http://localhost:8080/; }
      location /variable { proxy_pass http://127.0.0.1:$arg_port/; } }
      server { listen 8080 default_server; return 404; } server { listen 8080; server_name localhost; return 403; }
      server { listen 8080; server_name 127.0.0.1; if ($http_host = 127.0.0.1:8080) { return 402; } return 410; }`,
    options: {
      urls: [
        'ws://localhost/name',
        'ws://localhost/address',
        'ws://localhost/own',
        'ws://localhost/told',
        'ws://localhost/variable?port=8080',
      ],
    },
    outcomes: [
      'ws://localhost/name blocked: fails 403',
      'ws://localhost/address blocked: fails 402',
      'ws://localhost/own blocked: fails 403',
      'ws://localhost/told blocked: fails 403',
      'ws://localhost/variable?port=8080 blocked: fails 402',
    ],
  },
  {
    name: 'values that are a host, with the port elsewhere, and names that another proxy_pass has looked up',
    http: `server { listen 80; set $address 10.0.0.1; set $url http://10.0.0.1; set $name app; location /a { proxy_pass http://$address:3000; ${WS} } location /b { proxy_pass $url:3000; ${WS} }
      location /c { proxy_pass http://$name:3000; ${WS} } location /d { proxy_pass http://app:3000; ${WS} } location /e { proxy_pass http://other$request_uri; ${WS} } }`,
    outcomes: [
      'ws://localhost/a passes: works 101',
      'ws://localhost/b passes: works 101',
      'ws://localhost/c passes: works 101',
      'ws://localhost/d passes: works 101',
      'ws://localhost/e blocked: fails 502',
    ],
  },
  {
    name: 'a charset that is not there',
    http: `server { listen 80; location / { charset $arg_c; return 404; } }`,
    options: { urls: ['ws://localhost/', 'ws://localhost/?c=utf-8'] },
    outcomes: ['ws://localhost/ blocked: fails null', 'ws://localhost/?c=utf-8 blocked: fails 404'],
  },
];

function childrenOf(parents: readonly string[]): string[] {
  const parentOf = (id: string): string => {
    try {
      return /^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? '';
    } catch {
      // It has ended meanwhile.
      return '';
    }
  };
  return readdirSync('/proc').filter((id) => /^\d+$/.test(id) && parents.includes(parentOf(id)));
}

describe('verify', () => {
  it.each(FIXTURES)('$name', async ({ http, outcomes: expected, options }) => {
    expect(outcomes(await verified(`user nobody; events {}\nhttp {\n${http}\n}\n`, options))).toEqual(
      expected,
    );
  });

  it('predicts what is left of the configuration, and says what is known of all of it', async () => {
    const text = `events {} http { include missing.conf; server { listen 80; location / { access_by_lua_block { x() } proxy_pass http://app; ${WS} } } }`;
    const result = await verified(text);
    expect(outcomes(result)).toEqual(['ws://localhost/ passes: works 101']);
    expect(result.urls[0]?.ofAll.verdict).toBe('unknown');
    const report = verifyReport(result, await findNginx(nginxBinary(), process.env));
    expect(report).toContain('  with all   unknown, with what is left out of the copy');
    expect(report).toContain('  - These files are not here, and taken to be empty: `missing.conf`.');
  });

  // One that is not installed has its modules elsewhere than it was built for.
  if (process.env['NGINX_MODULES'] === undefined)
    it('goes through stream', async () => {
      const text = `events {} stream { server { listen 9000; proxy_pass 127.0.0.1:80; } }
      http { server { listen 80; location / { proxy_pass http://app; ${WS} } } }`;
      expect(outcomes(await verified(text, { urls: ['ws://localhost:9000/'] }))).toEqual([
        'ws://localhost:9000/ passes: works 101',
      ]);
    });

  it('shows the request that reached the back end, with the names of the configuration', async () => {
    const text = `events {} http { server { listen 80; location /a/ { proxy_pass http://app:3000/b/; proxy_set_header Cookie "s=1"; ${WS} } } }`;
    const { urls, adapted } = await verified(text);
    expect(urls[0]?.seen.upstreamRequest).toMatchObject({
      backEnd: 'app:3000',
      method: 'GET',
      uri: '/b/',
      version: '1.1',
    });
    expect(urls[0]?.seen.upstreamRequest?.headers).toEqual(
      expect.arrayContaining([
        ['Host', 'app:3000'],
        ['Cookie', 's=•••'],
      ]),
    );
    expect(adapted.join('\n')).toContain('`app:3000`');
  });

  if (process.getuid?.() === 0)
    it('runs nginx as nobody where root starts it', async () => {
      const users: number[] = [];
      const program = await findNginx(nginxBinary(), process.env);
      const analysis = await analysisOf(
        { [MAIN]: `events {} http { server { listen 80; location / { proxy_pass http://a; } } }` },
        release,
      );
      const onUrl = (): void => {
        for (const id of childrenOf([`${process.pid}`])) users.push(statSync(`/proc/${id}`).uid);
      };
      await verify(analysis, { program, urls: [], auth: 200, signal: new AbortController().signal, onUrl });
      expect(users).toContain(65_534);
    });

  if (process.platform === 'linux')
    it('gives nginx a network of its own where the system has it, and says which it has', async () => {
      const networks = new Set<string>();
      const program = await findNginx(nginxBinary(), process.env);
      const text = `events {} http { server { listen 80; location / { proxy_pass http://a; ${WS} } } }`;
      const analysis = await analysisOf({ [MAIN]: text }, release);
      const onUrl = (): void => {
        const own = childrenOf([`${process.pid}`]);
        const further = childrenOf(own);
        for (const id of [...own, ...further]) {
          const command = readFileSync(`/proc/${id}/cmdline`, 'latin1');
          // By its title or its path, or that of the loader that has started it.
          if (/^nginx: |^\S*\/(?:nginx|ld-[\w.-]+)\0/.test(command))
            networks.add(readlinkSync(`/proc/${id}/ns/net`));
        }
      };
      const { signal } = new AbortController();
      const { urls, adapted } = await verify(analysis, { program, urls: [], auth: 200, signal, onUrl });
      expect(urls.map(({ same }) => same)).toEqual([true]);
      const isOwn = await hasOwnNetworks();
      expect(networks.size).toBeGreaterThan(0);
      expect(networks.has(readlinkSync('/proc/self/ns/net'))).toBe(!isOwn);
      const has = isOwn ? 'a network of its own' : 'the network of this machine';
      expect(adapted.at(-1)).toMatch(`nginx has ${has}`);
    });

  it('says what nginx says where it refuses the configuration, which is as predicted or not', async () => {
    const predicted = await verified(
      'events {} http { server { listen 80; location / { proxy_pass http://a; foo on; } } }',
    );
    expect(predicted.refused).toContain(`unknown directive "foo" in ${MAIN}:1`);
    expect(predicted.urls.map(({ same }) => same)).toEqual([true]);
  });

  if (before('1.25.1'))
    it('leaves out what later releases know', async () => {
      const text = `events {} http { server { listen 80; http2 on; location / { proxy_pass http://a; ${WS} } } }`;
      const result = await verified(text);
      expect(outcomes(result)).toEqual(['ws://localhost/ passes: works 101']);
      expect(result.adapted).toContain('This nginx lacks the module of `http2`: it is left out.');
    });
});

describe('for an editor', () => {
  /** So long that it is read in parts. */
  const long = '# A comment of a long file.\n'.repeat(1000);

  const textWith = (location: string): string =>
    `events {}\nhttp {\n${long}    server {\n        listen 80;\n${location}\n    }\n${long}}\n`;

  async function outcomeOf(location: string, urls: readonly string[] = []): ReturnType<typeof answerVerify> {
    const files = { [MAIN]: textWith(location) };
    const analysis = analyze(await closureOf(files), { version: release });
    const environment = { PATH: dirname(nginxBinary()) };
    const { signal } = new AbortController();
    return answerVerify(analysis, new MemoryHost(files), urls, environment, signal, () => {});
  }
  const answered = async (server: string): Promise<string> => {
    const { answer } = await outcomeOf(server);
    return answer.kind === 'result' ? answer.report : answer.reason;
  };

  it('says 426, and 101 once it is fixed', async () => {
    const broken = await answered('location /ws { proxy_pass http://app; }');
    expect(broken).toContain('predicted  blocked, 426\n  seen       fails, 426');
    const fixed = await answered(`location /ws { proxy_pass http://app; ${WS} }`);
    expect(fixed).toContain('predicted  passes, 101\n  seen       works, 101');
    expect(fixed).toMatch(/1 of 1 WebSocket opened, all as predicted\.\n$/);
  });

  it('tells what came of the URLs that are named', async () => {
    const url = 'ws://localhost/ws?token=secret';
    const { answer } = await outcomeOf('location /ws { proxy_pass http://app; }', [url]);
    if (answer.kind === 'refused') throw new Error(answer.reason);
    expect(answer.urls).toEqual([
      {
        url: 'ws://localhost/ws?token=•••',
        predicted: 'blocked, 426 Upgrade Required',
        same: true,
        works: false,
        status: 426,
        outcome: 'did not open: 426 Upgrade Required',
        message: expect.stringContaining('asks for an upgrade'),
        upstreamRequest: expect.stringMatching(/^app got GET \/ws\?token=••• HTTP\/1\.[01]\nHost: app\n/),
        log: '',
      },
    ]);
    expect(answer.program).toMatch(/^nginx\/\d/);
    expect(answer.adapted.length).toBeGreaterThan(0);
  });

  it('says what was seen of each route, and where it stands', async () => {
    const location = `location ~ ^/ws { proxy_pass http://app; ${WS} }`;
    const { sights } = await outcomeOf(location);
    const start = textWith(location).indexOf('location');
    const nginx = expect.stringMatching(/^nginx 1\.\d+\.\d+$/) as unknown;
    expect(sights).toEqual([{ file: MAIN, start, verdict: 'passes', same: true, nginx }]);
  });

  it('says why it verifies nothing', async () => {
    expect(await answered('return 404;')).toContain('name a URL');
    const analysis = await analysisOf(
      'events {} http { server { listen 80; location / { proxy_pass http://a; } } }',
      release,
    );
    const { answer: none } = await answerVerify(
      analysis,
      new MemoryHost({}),
      [],
      { PATH: '/none' },
      new AbortController().signal,
      () => {},
    );
    if (none.kind === 'refused') expect(none.reason).toContain('Install one');
    const { answer: stopped } = await answerVerify(
      analysis,
      new MemoryHost({}),
      [],
      { PATH: dirname(nginxBinary()) },
      AbortSignal.abort(),
      () => {},
    );
    expect(stopped).toEqual({ kind: 'refused', reason: 'The verification was cancelled.' });
  });
});

/** What processes and folders there are of runs whose folders are in a directory. */
async function leftovers(directory: string): Promise<string[]> {
  const folders = await readdir(directory);
  const processes: string[] = [];
  for (const id of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const command = await readFile(`/proc/${id}/cmdline`, 'latin1').catch(() => '');
    if (command.includes(`${directory}/`)) processes.push(command);
  }
  return [...folders, ...processes];
}

describe('the command', () => {
  const text = `events {} http { server { listen 80; location /ws { proxy_pass http://app; ${WS} } location /no { proxy_pass http://app; } } }\n`;

  async function placed(files: Record<string, string> = { 'nginx.conf': text }): Promise<string> {
    const { path } = resources.add(await temporaryDirectory());
    await writeTree(path, files);
    return join(path, Object.keys(files)[0] ?? '');
  }

  it('prints JSON, and its status says what came of it', async () => {
    const file = await placed();
    const run = await runCli('verify', '--nginx', nginxBinary(), '--format', 'json', file);
    expect(run.code).toBe(1);
    expect(JSON.parse(run.stdout)).toEqual([
      {
        url: 'ws://localhost/ws',
        predicted: { verdict: 'passes', status: 101 },
        seen: {
          status: 101,
          works: true,
          upstreamRequest: expect.objectContaining({ backEnd: 'app', uri: '/ws' }) as unknown,
          log: [],
        },
        same: true,
        adapted: expect.arrayContaining([expect.stringContaining('`listen 80`')]) as unknown,
      },
      expect.objectContaining({
        url: 'ws://localhost/no',
        predicted: { verdict: 'blocked', status: 426 },
        same: true,
      }),
    ]);
    expect((await runCli('verify', '--nginx', nginxBinary(), file, 'ws://localhost/ws')).code).toBe(0);
  });

  it('puts a whole configuration around part of one', async () => {
    const file = await placed({ 'ws.conf': `location /ws { proxy_pass http://app; ${WS} }\n` });
    const run = await runCli('verify', '--nginx', nginxBinary(), file);
    expect(run.stdout).toContain('1 of 1 WebSocket opened, all as predicted.');
    expect(run.code).toBe(0);
  });

  it('starts the nginx of an image by docker, without a network', async () => {
    const file = await placed();
    // In place of docker: it notes what it is asked for, and starts the nginx of this machine, in a network of its own.
    const { path } = resources.add(await temporaryDirectory());
    const isolated = (await hasOwnNetworks())
      ? `$as unshare --user --map-current-user --net --keep-caps -- sh -c 'ip link set lo up && exec "$@"' sh`
      : '';
    const script = `#!/bin/sh
      PATH=${path}/bin:$PATH:/usr/sbin:/usr/bin:/sbin:/bin
      echo "$@" >> ${path}/asked
      if [ "$(id -u)" = 0 ]; then as='setpriv --reuid=65534 --regid=65534 --clear-groups'; fi
      for word; do case $word in --entrypoint=*) entry=\${word#*=};; esac; done
      while [ "$1" != nginx:1.28 ]; do shift; done; shift
      if [ "$entry" = sh ]; then exec ${isolated} sh "$@"; fi
      exec $as $entry "$@"\n`;
    const modules = process.env['NGINX_MODULES'] ?? '/usr/lib/nginx/modules';
    await writeTree(path, {
      docker: script,
      'bin/nginx': `#!/bin/sh\n[ "$*" != -V ] || { echo "nginx version: nginx/1.28.0\nconfigure arguments: --with-stream" >&2; exit; }\ncase "$*" in */tunnels.conf) set -- "$@" -g 'load_module ${modules}/ngx_stream_module.so;';; esac\nexec ${nginxBinary()} "$@"\n`,
    });
    for (const program of ['.', 'docker', 'bin/nginx', 'bin']) await chmod(join(path, program), 0o755);
    const run = await runIn(path, ['verify', '--image', 'nginx:1.28', file], { environment: { PATH: path } });
    expect(run.stdout).toContain('(nginx:1.28)');
    expect(run.stdout).toContain('1 of 2 WebSockets opened, all as predicted.');
    const [asked = '', tested = '', started = ''] = (await readFile(join(path, 'asked'), 'utf8')).split('\n');
    expect(asked).toMatch(
      /^run --rm --network=none --cap-drop=ALL .* --user=\d+:\d+ --entrypoint=nginx nginx:1\.28 -V$/,
    );
    expect(tested).toMatch(/ --volume=(\S+):\1 --entrypoint=nginx nginx:1\.28 -p \1\/ .* -t -q$/);
    expect(started).toMatch(/ --network=none .* --entrypoint=sh nginx:1\.28 -c trap .* -p \S+ /);
  });

  it('says what it cannot verify', async () => {
    const missing = await runCli('verify', '--nginx', '/no/nginx', await placed());
    expect(missing.stderr).toContain('/no/nginx is no program that can be run. Install one');
    const template = await placed({ 'nginx.conf.j2': text.replace('80', '{{ port }}') });
    expect((await runCli('verify', '--nginx', nginxBinary(), template)).stderr).toContain('is a template');
    const shell = await placed({ 'nginx.conf.template': text.replace('//app', '//${APP_HOST}') });
    expect((await runCli('verify', '--nginx', nginxBinary(), shell)).stderr).toContain('is a template');
    const plain = await placed({
      'nginx.conf': text.replace('proxy_pass', "proxy_set_header X-Text 'a;b{c}'; proxy_pass"),
    });
    expect((await runCli('verify', '--nginx', nginxBinary(), plain)).stdout).toContain('as predicted');
    const none = await placed({ 'nginx.conf': 'events {} http { server { listen 80; } }' });
    expect((await runCli('verify', '--nginx', nginxBinary(), none)).stderr).toContain('name a URL');
    expect(missing.code).toBe(2);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
    'leaves nothing behind after %s, whenever it comes',
    async (signal) => {
      const file = await placed();
      const { path } = resources.add(await temporaryDirectory());
      for (let kill = 0; kill < KILLS; kill += 1) {
        const after = Math.round((kill * 900) / KILLS);
        const child = spawn(
          process.execPath,
          [await cliProgram(), 'verify', '--nginx', nginxBinary(), file],
          {
            stdio: 'ignore',
            env: { ...process.env, TMPDIR: path },
          },
        );
        const ended = once(child, 'close');
        await sleep(after);
        child.kill(signal);
        await ended;
        await until(10_000, 'nothing is left', async () => (await leftovers(path)).length === 0);
      }
    },
  );
});
