// Bundles each test/bench/*.bench.ts and runs it in a process of its own; exits with 1 when one is over its budget. Then
// measures each row of docs/performance.md, likewise, and writes it. With --rows: only that.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, buildSync } from 'esbuild';
import { bundles } from './lib/bundles.mjs';
import { writePerformance } from './lib/performance.mjs';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'test/bench');
const names = readdirSync(folder).filter((name) => name.endsWith('.bench.ts'));
// Where the packages that are not bundled are found.
const cache = join(root, 'node_modules/.cache');
mkdirSync(cache, { recursive: true });
const output = mkdtempSync(join(cache, 'bench-'));

/**
 * @param {string} name of a file in test/bench
 * @returns {string} its bundle
 */
function bundle(name) {
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
  return outfile;
}

/**
 * @param {readonly string[]} args of node
 * @param {'inherit' | 'pipe'} stdout
 */
function runNode(args, stdout) {
  return spawnSync(process.execPath, ['--expose-gc', ...args], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', stdout, 'inherit'],
  });
}

try {
  for (const name of process.argv.includes('--rows') ? [] : names) {
    const outfile = bundle(name);
    console.log(name);
    const { status, signal } = runNode([outfile], 'inherit');
    if (status !== 0) {
      if (signal !== null) console.error(`${name} was ended by ${signal}.`);
      process.exitCode = 1;
    }
  }
  const dist = join(output, 'dist');
  for (const options of bundles({ minify: true })) await build({ ...options, outdir: dist });
  const row = bundle('row.ts');
  writePerformance(join(root, 'docs/performance.md'), (args) => {
    const { stdout, status } = runNode([row, ...args, ...(args.length > 0 ? [dist] : [])], 'pipe');
    if (status !== 0) throw new Error(`Row ${args.join(' ')} could not be measured.`);
    return JSON.parse(stdout);
  });
} finally {
  rmSync(output, { recursive: true });
}
