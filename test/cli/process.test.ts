import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { link, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { broken, bundleCli, directoryWith, fixed } from './support';

let directory = '';
let program = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'nginx-websocket-bundle-'));
  program = await bundleCli(directory);
});

afterAll(() => rm(directory, { recursive: true }));

/** Runs the bundled program; `closesPipe`: nobody reads its standard output. */
async function spawned(
  cwd: string,
  argv: readonly string[],
  closesPipe = false,
  input: string | null = null,
): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [program, ...argv], { cwd, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => {});
  child.stdin.end(input ?? '');
  const chunks: { stdout: Buffer[]; stderr: Buffer[] } = { stdout: [], stderr: [] };
  child.stderr.on('data', (chunk: Buffer) => chunks.stderr.push(chunk));
  if (closesPipe) child.stdout.destroy();
  else child.stdout.on('data', (chunk: Buffer) => chunks.stdout.push(chunk));
  const [status] = await once(child, 'close');
  const textOf = (list: readonly Buffer[]): string => Buffer.concat(list).toString();
  return { status: Number(status), stdout: textOf(chunks.stdout), stderr: textOf(chunks.stderr) };
}

/** A report of it is larger than what a pipe holds. */
const large = `events {}\nhttp {\nserver {\n${'location /ws { proxy_pass http://127.0.0.1:9000; }\n'.repeat(800)}}\n}\n`;

describe('the program', () => {
  it('reads a large standard input to its end', async () => {
    const cwd = await directoryWith();
    const { status, stdout } = await spawned(
      cwd,
      ['check', '-'],
      false,
      `${'# nothing\n'.repeat(50_000)}${broken}`,
    );
    expect(status).toBe(1);
    expect(stdout).toContain('<stdin>:50006:13  warning');
  });

  it('has the exit statuses 0, 1 and 2', async () => {
    const cwd = await directoryWith({ 'broken.conf': broken, 'fixed.conf': fixed });
    const runs = [
      ['check', 'fixed.conf'],
      ['check', 'broken.conf'],
      ['check', 'nope.conf'],
      ['nonsense'],
      ['--version'],
    ];
    const statuses = await Promise.all(runs.map(async (argv) => (await spawned(cwd, argv)).status));
    expect(statuses).toEqual([0, 1, 2, 2, 0]);
  });

  it('mends', async () => {
    const cwd = await directoryWith({ 'nginx.conf': broken });
    expect(await spawned(cwd, ['fix', 'nginx.conf'])).toMatchObject({ status: 0, stdout: '' });
    expect(await readFile(join(cwd, 'nginx.conf'), 'utf8')).toBe(fixed);
  });

  it('writes all of a large report before it ends', async () => {
    const cwd = await directoryWith({ 'nginx.conf': large });
    const { status, stdout } = await spawned(cwd, ['check', '--format', 'json', 'nginx.conf']);
    expect(status).toBe(1);
    expect(stdout.length).toBeGreaterThan(200_000);
    expect(JSON.parse(stdout)).toMatchObject({ summary: { warning: 800 } });
  });

  it('is not harmed by a pipe that is closed', async () => {
    const cwd = await directoryWith({ 'nginx.conf': large });
    expect(await spawned(cwd, ['check', '--format', 'json', 'nginx.conf'], true)).toEqual({
      status: 1,
      stdout: '',
      stderr: '',
    });
  });
});

describe.skipIf(process.platform === 'win32')('fix that is stopped', () => {
  const COUNT = 120;
  const server =
    'server {\n    listen 80;\n    location /ws {\n        proxy_pass http://127.0.0.1:1;\n    }\n}\n';
  const files = Object.fromEntries([
    ['nginx.conf', 'events {}\nhttp {\n    include conf.d/*.conf;\n}\n'],
    ...Array.from({ length: COUNT }, (_, index) => [
      `conf.d/${index}.conf`,
      server.replace('80', `${8000 + index}`),
    ]),
  ]) as Record<string, string>;

  const leftoversIn = (cwd: string): string[] =>
    [cwd, join(cwd, 'conf.d')]
      .flatMap((each) => readdirSync(each))
      .filter((name) => name.startsWith('.nginx-'));

  /** Starts it, and sends the signal as soon as a temporary file is there. */
  async function stoppedBy(
    signal: NodeJS.Signals,
  ): Promise<{ cwd: string; by: NodeJS.Signals | null; stderr: string }> {
    const cwd = await directoryWith(files);
    const child = spawn(process.execPath, [program, 'fix', 'nginx.conf'], {
      cwd,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    const closed = once(child, 'close');
    const timer = setInterval(() => {
      if (existsSync(cwd) && leftoversIn(cwd).length > 0) child.kill(signal);
    }, 1);
    const [, by] = await closed;
    clearInterval(timer);
    return { cwd, by, stderr };
  }

  async function changedIn(cwd: string): Promise<number> {
    const texts = await Promise.all(
      Object.entries(files).map(async ([name, text]) => (await readFile(join(cwd, name), 'utf8')) !== text),
    );
    return texts.filter(Boolean).length;
  }

  it.each<NodeJS.Signals>(['SIGINT', 'SIGTERM', 'SIGHUP'])(
    'by %s leaves no temporary file, and all files changed or none',
    async (signal) => {
      const { cwd, by, stderr } = await stoppedBy(signal);
      expect(by).toBe(signal);
      expect(leftoversIn(cwd)).toEqual([]);
      const changed = await changedIn(cwd);
      expect([0, COUNT]).toContain(changed);
      expect(stderr.includes('stopped: no file was changed.')).toBe(changed === 0);
    },
    60_000,
  );

  it('by SIGKILL leaves what the next run removes', async () => {
    const { cwd } = await stoppedBy('SIGKILL');
    expect(leftoversIn(cwd).length).toBeGreaterThan(0);
    await writeFile(join(cwd, '.nginx-websocket-mine.tmp'), '');
    await spawned(cwd, ['fix', 'nginx.conf']);
    expect(leftoversIn(cwd)).toEqual(['.nginx-websocket-mine.tmp']);
    expect(await changedIn(cwd)).toBe(COUNT);
  }, 60_000);

  it('does not start on a file with hard links: they would be parted', async () => {
    const cwd = await directoryWith({ 'nginx.conf': broken });
    await link(join(cwd, 'nginx.conf'), join(cwd, 'other.conf'));
    const { status, stderr } = await spawned(cwd, ['fix', 'nginx.conf']);
    expect(status).toBe(1);
    expect(stderr).toContain(
      'skipped nginx.conf: it has 2 names (hard links), which would be parted: edit it by hand.',
    );
    expect(await readFile(join(cwd, 'other.conf'), 'utf8')).toBe(broken);
    expect(await readdir(cwd)).toHaveLength(2);
  });
});
