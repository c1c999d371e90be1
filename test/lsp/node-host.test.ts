import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  constants,
  mkdirSync,
  mkdtempSync,
  openSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeText, nodeHost } from '../../server/src/node-host';

let directory = '';

beforeAll(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'nginx-websocket-')));
});

afterAll(() => rmSync(directory, { recursive: true }));

function write(name: string, content: string | Uint8Array): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

/** The superuser may read everything: he is somebody else for a while. */
async function asOrdinaryUser<T>(work: () => Promise<T>): Promise<T> {
  const isRoot = process.geteuid?.() === 0;
  const nobody = 65_534;
  if (isRoot) process.seteuid?.(nobody);
  try {
    return await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

describe.skipIf(process.platform === 'win32')('the files of the disk', () => {
  it('are read through symbolic links, and known by their real path', async () => {
    const realPath = write('real.conf', 'events {}\n');
    const link = join(directory, 'link.conf');
    symlinkSync('real.conf', link);
    expect(await nodeHost.readFile(link)).toEqual({ kind: 'text', text: 'events {}\n', realPath });
  });

  it('keep a byte order mark, and bytes that are not UTF-8', async () => {
    const bytes = Uint8Array.from([0x23, 0xe9, 0x0a, 0xc3, 0xa9]);
    expect(await nodeHost.readFile(write('mark.conf', '\uFEFF#é'))).toMatchObject({ text: '\uFEFF#é' });
    expect(await nodeHost.readFile(write('latin.conf', bytes))).toMatchObject({ text: '#é\nÃ©' });
    const { text, encoding } = decodeText(bytes);
    expect(encoding).toBe('latin1');
    expect(Uint8Array.from(Buffer.from(text, encoding))).toEqual(bytes);
  });

  it('may be missing, or directories', async () => {
    mkdirSync(join(directory, 'conf.d'));
    expect(await nodeHost.readFile(join(directory, 'none'))).toEqual({ kind: 'missing' });
    expect(await nodeHost.readFile(join(directory, 'real.conf/none'))).toEqual({ kind: 'missing' });
    expect(await nodeHost.readFile(`${directory}/a\0b`)).toEqual({ kind: 'missing' });
    expect(await nodeHost.readFile('vscode-vfs://github/nginx.conf')).toEqual({ kind: 'missing' });
    expect(await nodeHost.readFile(join(directory, 'conf.d'))).toEqual({ kind: 'directory' });
  });

  it('are not read where they may be endless, and the reason is told', async () => {
    const large = write('large.conf', '');
    truncateSync(large, 16 * 1024 * 1024 + 1);
    const pipe = join(directory, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const circle = join(directory, 'circle');
    symlinkSync('circle', circle);
    const reasons = await Promise.all(
      [large, pipe, '/dev/zero', circle].map((path) => nodeHost.readFile(path)),
    );
    expect(reasons).toEqual([
      { kind: 'unreadable', reason: 'it is larger than 16 MB' },
      { kind: 'unreadable', reason: 'it is not a regular file' },
      { kind: 'unreadable', reason: 'it is not a regular file' },
      { kind: 'unreadable', reason: 'its symbolic links lead in a circle' },
    ]);
  });

  it('are read whole up to the limit', async () => {
    const whole = write('whole.conf', 'a'.repeat(16 * 1024 * 1024));
    const reading = await nodeHost.readFile(whole);
    expect(reading.kind === 'text' ? reading.text.length : reading).toBe(16 * 1024 * 1024);
  });

  it.runIf(process.platform === 'linux')(
    'are not what the kernel makes up, however it is called',
    async () => {
      const link = join(directory, 'pagemap');
      symlinkSync('/proc/self/pagemap', link);
      const paths = [
        '/proc/self/pagemap',
        '/proc/kmsg',
        '/proc/self/environ',
        '/sys/kernel/uevent_seqnum',
        link,
      ];
      for (const path of paths) {
        expect(await nodeHost.readFile(path)).toEqual({
          kind: 'unreadable',
          reason: 'it is not a regular file',
        });
      }
    },
  );

  it.runIf(process.platform === 'linux')(
    'are told from pipes without a name, such as /dev/stdin',
    async () => {
      const pipe = join(directory, 'nameless');
      execFileSync('mkfifo', [pipe]);
      const open = openSync(pipe, constants.O_RDWR);
      unlinkSync(pipe);
      try {
        expect(await nodeHost.readFile(`/proc/self/fd/${open}`)).toEqual({
          kind: 'unreadable',
          reason: 'it is not a regular file',
        });
      } finally {
        closeSync(open);
      }
    },
  );

  it('may be forbidden', async () => {
    const path = write('secret.conf', '');
    chmodSync(path, 0o000);
    const reading = await asOrdinaryUser(() => nodeHost.readFile(path));
    expect(reading).toEqual({ kind: 'unreadable', reason: 'permission denied' });
  });

  it('are listed by their directory', async () => {
    const names = await nodeHost.readDirectory(directory);
    expect(names).toContain('real.conf');
    expect(await nodeHost.readDirectory(join(directory, 'none'))).toBeNull();
    expect(await nodeHost.readDirectory(join(directory, 'real.conf'))).toBeNull();
    expect(await nodeHost.readDirectory('')).toContain('tmp');
  });
});
