import { execFile, type ExecFileException } from 'node:child_process';
import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startStrictBackEnd } from '../../../server/src/verify/strict-back-end';
import { get, handshake } from './client';
import { NginxRefused, nginxBinary, startMainFile, startServers, testMainFile, writeTree } from './nginx';
import { accepts, freePorts } from './ports';
import { Resources, temporaryDirectory } from './resources';
import { until } from './waiting';

const run = promisify(execFile);
const resources = new Resources();
afterEach(() => resources.stop());

/** A directory of the test with these files; its path. */
async function directoryWith(files: Readonly<Record<string, string>>): Promise<string> {
  const { path } = resources.add(await temporaryDirectory());
  await writeTree(path, files);
  return path;
}

describe('nginx', () => {
  it('says what to install when there is none', () => {
    vi.stubEnv('NGINX_BINARY', '/nonexistent/nginx');
    expect(nginxBinary).toThrow('NGINX_BINARY is /nonexistent/nginx, which is no program that can be run.');
    vi.unstubAllEnvs();
    expect(nginxBinary()).toMatch(/nginx$/);
  });

  it('leaves no process, no listener and no directory', async () => {
    const nginx = resources.add(await startServers([{ body: 'return 204;' }, { body: 'return 418;' }]));
    const [first = 0, second = 0] = nginx.ports;
    expect(await get(`ws://127.0.0.1:${first}/`)).toBe(204);
    expect(await get(`ws://127.0.0.1:${second}/`)).toBe(418);
    const pid = Number(await readFile(join(nginx.directory, 'nginx.pid'), 'utf8'));
    await nginx.stop();
    await nginx.stop();
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(await accepts(first)).toBe(false);
    await expect(access(nginx.directory)).rejects.toThrow('ENOENT');
  });

  it('ends with the process that started it, even when that is killed', async () => {
    const directory = await directoryWith({});
    await build({
      entryPoints: [fileURLToPath(new URL('nginx.ts', import.meta.url))],
      outfile: join(directory, 'nginx.cjs'),
      bundle: true,
      platform: 'node',
      logLevel: 'error',
    });
    const script = `require('./nginx.cjs').startServers([{ body: 'return 204;' }]).then(({ ports }) => {
      process.stdout.write(String(ports[0]), () => process.kill(process.pid, 'SIGKILL'));
    });`;
    const killed = run(process.execPath, ['-e', script], {
      cwd: directory,
      env: { ...process.env, TMPDIR: directory },
    });
    const { stdout, signal } = (await killed.catch((error: unknown) => error)) as ExecFileException;
    expect(signal).toBe('SIGKILL');
    expect(Number(stdout)).toBeGreaterThan(0);
    await until(5000, 'nginx ended', async () => !(await accepts(Number(stdout))));
  });

  it('says what it refuses', async () => {
    const refused = startServers([{ body: 'no_such_directive on;' }]);
    await expect(refused).rejects.toThrow(NginxRefused);
    await expect(refused).rejects.toThrow('[emerg] unknown directive "no_such_directive" in ');
  });

  it('keeps an error log of its own', async () => {
    const nginx = resources.add(await startServers([{ body: 'location / { root @DIR/none; }' }]));
    expect(await handshake(`ws://127.0.0.1:${nginx.ports[0]}/missing`)).toMatchObject({
      status: 404,
      passes: false,
    });
    expect(await nginx.errorLog()).toContain('/none/missing" failed (2: No such file or directory)');
  });

  const complete = (port: number) => `# a complete main file
user www-data; worker_processes auto;
pid /run/nginx.pid;
error_log /nonexistent/error.log warn;
events { worker_connections 64; }
http
{
    map $host $kind { default 0;
        user 1;
    }
    access_log /nonexistent/access.log;
    client_body_temp_path body;
    include parts/*.conf; server { listen 127.0.0.1:${port}; location / { if ($kind = 0) { return 418; } return 204; } }
}
`;

  it('runs a complete main file with its includes, and leaves nothing beside it', async () => {
    const [plain = 0, included = 0] = await freePorts(2);
    const directory = await directoryWith({
      'nginx.conf': complete(plain),
      'parts/one.conf': `server { listen 127.0.0.1:${included}; return 418; }`,
    });
    const nginx = resources.add(await startMainFile(join(directory, 'nginx.conf'), [plain, included]));
    expect(await get(`ws://user:${plain}/`, { connectTo: { port: plain } })).toBe(204);
    expect(await get(`ws://127.0.0.1:${included}/`)).toBe(418);
    await nginx.stop();
    expect((await readdir(directory)).sort()).toStrictEqual(['nginx.conf', 'parts']);
    expect(await readFile(join(directory, 'nginx.conf'), 'utf8')).toBe(complete(plain));
  });

  it('names the file itself when it refuses a complete main file', async () => {
    const directory = await directoryWith({
      'nginx.conf': 'events {}\nhttp {\n  include missing.conf;\n}\n',
    });
    const file = join(directory, 'nginx.conf');
    const error: unknown = await startMainFile(file, []).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(NginxRefused);
    expect((error as NginxRefused).messages).toMatchObject([{ level: 'emerg', file, line: 3 }]);
    expect(await readdir(directory)).toStrictEqual(['nginx.conf']);
  });

  it('tests a complete main file and names its lines', async () => {
    const directory = await directoryWith({
      'good.conf': complete(8080),
      'bad.conf': complete(8080).replace('return 204', 'retrun 204'),
      'warned.conf':
        'events {}\nhttp { server { listen 8080; server_name a; } server { listen 8080; server_name a; } }\n',
      'upstream.conf':
        'events {}\nhttp {\n  proxy_set_header Connection $connection_upgrade;\n  server {}\n}\n',
    });
    expect(await testMainFile(join(directory, 'good.conf'))).toMatchObject({ ok: true, messages: [] });
    const bad = join(directory, 'bad.conf');
    expect(await testMainFile(bad)).toMatchObject({
      ok: false,
      crashed: false,
      first: { level: 'emerg', text: 'unknown directive "retrun"', file: bad, line: 13 },
    });
    expect(await testMainFile(join(directory, 'warned.conf'))).toMatchObject({
      ok: true,
      first: {
        level: 'warn',
        text: 'conflicting server name "a" on 0.0.0.0:8080, ignored',
        file: null,
        line: null,
      },
    });
    expect((await testMainFile(join(directory, 'upstream.conf'), { exact: true })).first).toStrictEqual({
      level: 'emerg',
      text: 'unknown "connection_upgrade" variable',
      file: null,
      line: null,
    });
  });

  it('tests a file byte for byte', async () => {
    const directory = await directoryWith({
      'nginx.conf': 'pid nginx.pid;\nevents {}\nhttp {\n  access_log /nonexistent/a.log;\n}\n',
    });
    const file = join(directory, 'nginx.conf');
    expect((await testMainFile(file)).ok).toBe(true);
    const exact = await testMainFile(file, { exact: true });
    expect(exact.first?.text).toContain('open() "/nonexistent/a.log" failed (2: No such file or directory)');
  });

  it('loads the stream module where a file needs it', async () => {
    const [port = 0] = await freePorts(1);
    const backEnd = resources.add(await startStrictBackEnd());
    const directory = await directoryWith({
      'nginx.conf': `events {}\nstream { server { listen 127.0.0.1:${port}; proxy_pass ${backEnd.address}; } }\n`,
    });
    const file = join(directory, 'nginx.conf');
    expect((await testMainFile(file)).ok).toBe(true);
    resources.add(await startMainFile(file, [port]));
    expect(await handshake(`ws://127.0.0.1:${port}/`)).toMatchObject({ status: 101, passes: true });
  });
});
