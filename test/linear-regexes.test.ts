import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from './lsp/support/bundle';

let directory = '';

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'nginx-websocket-'));
});

afterAll(() => rmSync(directory, { recursive: true }));

/** As many steps as 2 to the power of 40, unless V8 goes over to its linear matcher. */
const HEAVY = `process.stdout.write('<' + /^(?:a*)*$/.test('a'.repeat(40) + '!') + '>');`;

describe('an expression that would take for ever', () => {
  it.each(['node.ts', 'cli.ts'])('ends soon in the process of %s', async (entry) => {
    const program = join(directory, `${entry}.js`);
    await bundle(entry, { platform: 'node', target: 'node20', format: 'cjs', outfile: program });
    // The program itself has nothing to do, and says how it is used.
    const argv = ['--require', program, '--eval', HEAVY];
    const { stdout } = await promisify(execFile)(process.execPath, argv, { timeout: 60_000 }).catch(
      (error: { stdout?: string }) => ({ stdout: error.stdout ?? '' }),
    );
    expect(stdout).toContain('<false>');
  });
});
