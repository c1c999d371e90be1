// Bundles each test/bench/*.bench.ts and runs it in a process of its own. Exits with 1 when one is over its budget.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'test/bench');
const names = readdirSync(folder).filter((name) => name.endsWith('.bench.ts'));
// Where the packages that are not bundled are found.
const cache = join(root, 'node_modules/.cache');
mkdirSync(cache, { recursive: true });
const output = mkdtempSync(join(cache, 'bench-'));

try {
  for (const name of names) {
    const outfile = join(output, name.replace(/\.ts$/, '.mjs'));
    buildSync({
      entryPoints: [join(folder, name)],
      outfile,
      bundle: true,
      packages: 'external',
      platform: 'node',
      target: 'node20',
      format: 'esm',
      logLevel: 'warning',
    });
    console.log(name);
    const { status, signal } = spawnSync(process.execPath, ['--expose-gc', outfile], {
      cwd: root,
      stdio: 'inherit',
    });
    if (status !== 0) {
      if (signal !== null) console.error(`${name} was ended by ${signal}.`);
      process.exitCode = 1;
    }
  }
} finally {
  rmSync(output, { recursive: true });
}
