import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Resources, temporaryDirectory } from '../live/harness/resources';
import { broken, bundleCli, directoryWith } from './support';

const resources = new Resources();
let program = '';

beforeAll(async () => {
  program = await bundleCli(resources.add(await temporaryDirectory()).path);
});
afterAll(() => resources.stop());

const print = (command: string, ...args: readonly string[]): string =>
  execFileSync(command, args, { encoding: 'utf8' });

/** Runs `fix`; `bin` comes before all other folders of programs. */
function fix(cwd: string, bin?: string): { status: number | null; stderr: string } {
  const path = bin === undefined ? process.env['PATH'] : `${bin}:${process.env['PATH']}`;
  const env = { ...process.env, PATH: path };
  return spawnSync(process.execPath, [program, 'fix', 'nginx.conf'], { cwd, env, encoding: 'utf8' });
}

/** A folder with another `cp`. */
function withCp(directory: string, script: string): string {
  const bin = join(directory, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'cp'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, 'cp'), 0o755);
  return bin;
}

// Elsewhere no program of this kind is known: docs/security.md says what is promised there.
if (process.platform === 'linux')
  describe('fix', () => {
    it('keeps extended attributes and access control lists', async () => {
      const cwd = await directoryWith({ 'nginx.conf': broken });
      const file = join(cwd, 'nginx.conf');
      print('setfattr', '--name=user.comment', '--value=by hand', file);
      print('setfacl', '--modify=user:65534:rw,mask::rw', file);
      const list = print('getfacl', '--numeric', '--absolute-names', file);
      expect(list).toContain('user:65534:rw-');
      expect(fix(cwd).status).toBe(0);
      expect(readFileSync(file, 'utf8')).not.toBe(broken);
      expect(print('getfattr', '--only-values', '--name=user.comment', '--absolute-names', file)).toBe(
        'by hand',
      );
      expect(print('getfacl', '--numeric', '--absolute-names', file)).toBe(list);
    });

    it('leaves a file alone whose attributes cannot be kept', async () => {
      const cwd = await directoryWith({ 'nginx.conf': broken });
      const bin = withCp(
        cwd,
        'case "$1" in --version) echo "cp (GNU coreutils) 9.1";; *) echo "cp: not supported" >&2; exit 1;; esac',
      );
      const { status, stderr } = fix(cwd, bin);
      expect(status).toBe(1);
      expect(stderr).toContain(
        'nginx.conf cannot be written: its extended attributes cannot be kept: cp: not supported. It is as it was',
      );
      expect(readFileSync(join(cwd, 'nginx.conf'), 'utf8')).toBe(broken);
      expect(readdirSync(cwd).toSorted()).toEqual(['bin', 'nginx.conf']);
    });
  });

it('fix does without them where cp is another one', async () => {
  const cwd = await directoryWith({ 'nginx.conf': broken });
  const bin = withCp(cwd, 'echo "BusyBox v1.36"; exit 1');
  expect(fix(cwd, bin).status).toBe(0);
  expect(readFileSync(join(cwd, 'nginx.conf'), 'utf8')).not.toBe(broken);
});
