// Bundles each test/bench/*.bench.ts and runs it in a process of its own. Exits with 1 when one is over its budget.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const folder = join(import.meta.dirname, '../test/bench');
const names = readdirSync(folder).filter((name) => name.endsWith('.bench.ts'));
const output = mkdtempSync(join(tmpdir(), 'bench-'));

try {
  for (const name of names) {
    const outfile = join(output, name.replace(/\.ts$/, '.mjs'));
    buildSync({
      entryPoints: [join(folder, name)],
      outfile,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'esm',
      logLevel: 'warning',
    });
    console.log(name);
    const { status, signal } = spawnSync(process.execPath, ['--expose-gc', outfile], { stdio: 'inherit' });
    if (status !== 0) {
      if (signal !== null) console.error(`${name} was ended by ${signal}.`);
      process.exitCode = 1;
    }
  }
} finally {
  rmSync(output, { recursive: true });
}
