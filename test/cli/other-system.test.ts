import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokenLines, directoryWith, fixedLines } from './support';

type System = 'win32' | 'darwin';

const folder = join(import.meta.dirname, 'other-system');

let directory = '';
const programs = new Map<System, string>();

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'nginx-websocket-'));
  for (const system of ['win32', 'darwin'] as const) programs.set(system, await programFor(system));
});

afterAll(() => rmSync(directory, { recursive: true }));

/** The command line as a program for another system: what it asks of Node is what it would be told there. */
async function programFor(system: System): Promise<string> {
  const outfile = join(directory, `${system}.js`);
  await build({
    entryPoints: [join(import.meta.dirname, '../../server/src/cli.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // They are loaded when they are asked for, and have a Linux in view.
    external: ['./verify', './probe'],
    define: { 'process.platform': JSON.stringify(system) },
    alias: {
      'node:fs': join(folder, 'fs.ts'),
      'node:fs/promises': join(folder, 'fs-promises.ts'),
      ...(system === 'win32'
        ? { 'node:path': 'path/win32', 'node:url': join(folder, 'windows-url.ts') }
        : {}),
    },
    banner: { js: `process.cwd = () => process.env.OTHER_SYSTEM_CWD;` },
  });
  return outfile;
}

interface Outcome {
  readonly status: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

/** A disk of another system with these files, and what runs the command line there. */
async function diskOf(system: System, files: Readonly<Record<string, string>>, held = 0) {
  const root = await directoryWith(files);
  const run = (...args: readonly string[]): Promise<Outcome> =>
    new Promise((resolve) => {
      const env = {
        ...process.env,
        OTHER_SYSTEM: system,
        OTHER_SYSTEM_ROOT: root,
        OTHER_SYSTEM_CWD: system === 'win32' ? 'C:\\Site' : '/Site',
        OTHER_SYSTEM_HELD: String(held),
      };
      execFile(process.execPath, [programs.get(system) ?? '', ...args], { env }, (error, stdout, stderr) => {
        resolve({ status: error?.code ?? 0, stdout, stderr });
      });
    });
  return { root, run };
}

const MAIN = 'events {}\r\nhttp {\r\n    include conf.d/*.conf;\r\n}\r\n';
const SITE = brokenLines.slice(2, -2).join('\r\n');

describe('on Windows', () => {
  const files = {
    'c/Site/conf/nginx.conf': MAIN.replace('conf.d', 'C:/Site/conf/conf.d'),
    'c/Site/conf/conf.d/Chat.conf': SITE,
  };

  it('files are found by drive, by either slash and by any case', async () => {
    const { run } = await diskOf('win32', files);
    for (const [given, named] of [
      ['conf\\nginx.conf', 'conf/conf.d/Chat.conf'],
      ['C:\\Site\\conf\\nginx.conf', 'conf/conf.d/Chat.conf'],
      ['c:/Site/conf/NGINX.conf', 'conf/conf.d/Chat.conf'],
    ] as const) {
      const { stdout, stderr } = await run('check', '--severity', 'error', '--format', 'json', given);
      expect(stderr).toBe('');
      const { files: found } = JSON.parse(stdout) as {
        files: { file: string; diagnostics: { rule: string }[] }[];
      };
      expect(found.map(({ file }) => file)).toEqual([given.replaceAll('\\', '/'), named]);
      expect(found[1]?.diagnostics.map(({ rule }) => rule)).toContain('websocket-upgrade-missing');
    }
  });

  it('a folder is looked through, and SARIF has addresses', async () => {
    const { run } = await diskOf('win32', files);
    const { stdout } = await run('check', '--format', 'sarif', 'C:\\Site');
    expect(stdout).toMatch(/"uri":\s*"(?:file:\/\/\/C:\/Site\/)?conf\/conf\.d\/Chat\.conf"/);
    expect(stdout).not.toContain('\\\\');
  });

  it('a file is mended, line ends kept, though another program holds it for a moment', async () => {
    const { root, run } = await diskOf(
      'win32',
      { 'c/Site/nginx.conf': brokenLines.join('\r\n'), 'c/Site/old.txt': '' },
      2,
    );
    const { status, stderr } = await run('fix', 'nginx.conf');
    expect([status, stderr]).toEqual([0, expect.not.stringContaining('EPERM')]);
    expect(await readFile(join(root, 'c/Site/nginx.conf'), 'utf8')).toBe(fixedLines.join('\r\n'));
    expect(readdirSync(join(root, 'c/Site'))).toEqual(['nginx.conf', 'old.txt']);
  });

  it('a file that stays held is left as it was, and it is said', async () => {
    const text = brokenLines.join('\r\n');
    const { root, run } = await diskOf('win32', { 'c/Site/nginx.conf': text }, 1000);
    const { status, stderr } = await run('fix', 'nginx.conf');
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/^nginx\.conf cannot be written: not as here\. It is as it was/);
    expect(await readFile(join(root, 'c/Site/nginx.conf'), 'utf8')).toBe(text);
    expect(readdirSync(join(root, 'c/Site'))).toEqual(['nginx.conf']);
  });
});

describe('on macOS', () => {
  it('a file under names in two cases is one file, and is mended', async () => {
    const { root, run } = await diskOf('darwin', {
      'Site/nginx.conf': MAIN.replace('conf.d', 'Conf.D'),
      'Site/conf.d/chat.conf': SITE,
    });
    const { stdout } = await run('check', '--format', 'json', 'NGINX.conf', 'nginx.conf');
    const { files } = JSON.parse(stdout) as { files: { file: string }[] };
    expect(files.map(({ file }) => file)).toEqual([
      'NGINX.conf',
      expect.stringMatching(/conf\.d\/chat\.conf$/i),
    ]);
    const { status } = await run('fix', 'nginx.conf');
    expect(status).toBe(0);
    expect(await readFile(join(root, 'Site/conf.d/chat.conf'), 'utf8')).toContain(
      'proxy_http_version 1.1;\r\n',
    );
    expect(readdirSync(join(root, 'Site/conf.d'))).toEqual(['chat.conf']);
  });
});
