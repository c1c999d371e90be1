import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { bundles } from '../../scripts/lib/bundles.mjs';

/** What the page of the panel may add to the extension. */
const BUDGET = 250_000;

it('is a file of its own, and small', async () => {
  const sizes = new Map<string, number>();
  const holders: string[] = [];
  for (const options of bundles({ minify: true })) {
    const name = Object.keys(options.entryPoints ?? {}).join();
    if (!/^(?:panel|client)/.test(name)) continue;
    const { metafile, outputFiles } = await build({ ...options, write: false, metafile: true });
    sizes.set(name, outputFiles.find(({ path }) => path.endsWith('.js'))?.contents.length ?? Infinity);
    const inputs = Object.keys(metafile?.inputs ?? {});
    if (inputs.some((path) => path.includes('node_modules/lit'))) holders.push(name);
  }
  expect(holders).toEqual(['panel']);
  expect([...sizes.keys()].toSorted()).toEqual(['client', 'client.web', 'panel']);
  expect(sizes.get('panel')).toBeLessThan(BUDGET);
});
