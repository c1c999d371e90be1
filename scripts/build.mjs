// Bundles the programs into dist/, with the licences of what is in them. With --minify: as they are shipped. With --watch:
// again on every change. With --extension: without what only the npm package has.
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build, context } from 'esbuild';
import { bundles, FOR_NPM_ALONE, thirdPartyNotices } from './lib/bundles.mjs';
import { projectRoot } from './lib/process.mjs';

const minify = process.argv.includes('--minify');
const watch = process.argv.includes('--watch');

/** @type {Set<string>} */
const inputs = new Set();
for (const options of bundles({ minify })) {
  if (watch) await (await context(options)).watch();
  else {
    const { metafile } = await build({ ...options, metafile: true });
    for (const input of Object.keys(metafile.inputs)) inputs.add(input);
  }
}
if (process.argv.includes('--extension')) await rm(path.join(projectRoot, FOR_NPM_ALONE));
if (!watch) {
  await writeFile(path.join(projectRoot, 'dist/ThirdPartyNotices.txt'), await thirdPartyNotices([...inputs]));
}
