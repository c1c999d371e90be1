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
const HEAVY = `/^(?:a*)*$/.test('a'.repeat(40) + '!')`;

/** A step back for each space of a text of 6 MB: the linear matcher would take 400 MB. Gives kilobytes. */
const LONG = `(() => {
  const text = '          mirror /a;\\n'.repeat(300000);
  const before = process.resourceUsage().maxRSS;
  /^[ \\t]*@if/m.test(text);
  return process.resourceUsage().maxRSS - before;
})()`;

describe.each(['node.ts', 'cli.ts'])('in the process of %s', (entry) => {
  let program = '';
  beforeAll(async () => {
    program = join(directory, `${entry}.js`);
    await bundle(entry, { platform: 'node', target: 'node20', format: 'cjs', outfile: program });
  });

  /** What an expression is worth there. The program itself has nothing to do, and says how it is used. */
  async function worth(expression: string): Promise<string | undefined> {
    const argv = ['--require', program, '--eval', `process.stdout.write('<' + ${expression} + '>');`];
    const { stdout } = await promisify(execFile)(process.execPath, argv, { timeout: 60_000 }).catch(
      (error: { stdout?: string }) => ({ stdout: error.stdout ?? '' }),
    );
    return /<(\w+)>/.exec(stdout)?.[1];
  }

  it('an expression that would take for ever ends soon', async () => {
    expect(await worth(HEAVY)).toBe('false');
  });

  it('a harmless one in a long text takes no memory to speak of', async () => {
    expect(Number(await worth(LONG))).toBeLessThan(50_000);
  });
});
