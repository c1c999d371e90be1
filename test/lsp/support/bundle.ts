import { join } from 'node:path';
import { build, type BuildOptions } from 'esbuild';

const root = join(import.meta.dirname, '../../..');

/** Bundles one entry of the server with the options of scripts/build.mjs. */
export async function bundle(entry: string, options: BuildOptions): Promise<void> {
  await build({
    bundle: true,
    logLevel: 'error',
    absWorkingDir: root,
    entryPoints: [join(root, 'server/src', entry)],
    ...options,
  });
}
