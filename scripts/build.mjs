// Bundles the five entries into dist/. With --minify: as they are shipped. With --watch: again on every change.
import { build, context } from 'esbuild';

const minify = process.argv.includes('--minify');
const watch = process.argv.includes('--watch');

/** @type {import('esbuild').BuildOptions} */
const common = {
  bundle: true,
  minify,
  sourcemap: !minify,
  logLevel: 'warning',
  target: 'es2022',
  legalComments: 'linked',
};

/** @type {import('esbuild').BuildOptions} */
const node = { ...common, platform: 'node', target: 'node20', format: 'cjs' };

/** @type {import('esbuild').BuildOptions[]} */
const bundles = [
  {
    ...node,
    entryPoints: { server: 'server/src/node.ts' },
    outdir: 'dist',
    banner: { js: '#!/usr/bin/env node' },
  },
  {
    ...node,
    entryPoints: { cli: 'server/src/cli.ts' },
    outdir: 'dist',
    banner: { js: '#!/usr/bin/env node' },
  },
  { ...node, entryPoints: { client: 'client/src/extension.ts' }, outdir: 'dist', external: ['vscode'] },
  // A web worker takes a classic script; the browser extension host takes CommonJS.
  {
    ...common,
    platform: 'browser',
    format: 'iife',
    entryPoints: { 'server.web': 'server/src/web.ts' },
    outdir: 'dist',
  },
  {
    ...common,
    platform: 'browser',
    format: 'cjs',
    entryPoints: { 'client.web': 'client/src/extension.web.ts' },
    outdir: 'dist',
    external: ['vscode'],
  },
];

for (const options of bundles) {
  if (watch) await (await context(options)).watch();
  else await build(options);
}
