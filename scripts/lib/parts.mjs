// What several programs have in common is in files of its own, dist/parts/. esbuild divides bundles like that only if they
// are ECMAScript modules, which neither a .js file of this package is for Node, nor the script of a worker: so each file
// is made a CommonJS module afterwards.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { transform } from 'esbuild';

/** Below the folder of the programs. */
const PARTS = 'parts';

/** The program for a worker: there is no `require` in one, so it has its own. */
const FOR_WORKER = 'server.web.js';

/**
 * Makes CommonJS modules of what esbuild gives, and writes them. For a build with `splitting`, `write: false` and a
 * metafile.
 *
 * @type {import('esbuild').Plugin}
 */
export const commonJsParts = {
  name: 'CommonJS parts',
  setup(build) {
    const { outdir = '', minify = false } = build.initialOptions;
    build.initialOptions.chunkNames = `${PARTS}/[hash]`;
    build.onEnd(async ({ errors, metafile, outputFiles = [] }) => {
      if (errors.length > 0 || metafile === undefined) return;
      const outputs = new Map(
        Object.entries(metafile.outputs).map(([file, output]) => [path.resolve(file), output]),
      );
      const folder = path.resolve(outdir);
      const forWorker = importedBy(path.join(folder, FOR_WORKER), outputs);
      await rm(path.join(folder, PARTS), { recursive: true, force: true });
      await mkdir(path.join(folder, PARTS), { recursive: true });
      const written = outputFiles.map(async ({ path: file, text }) => {
        const name = path.basename(file);
        const isPart = path.dirname(file) !== folder;
        const [banner, footer] = isPart
          ? forWorker.has(name)
            ? workerPart(name)
            : []
          : name === FOR_WORKER
            ? workerProgram([...forWorker])
            : ['#!/usr/bin/env node'];
        const { code, map } = await transform(text, {
          format: 'cjs',
          platform: 'node',
          target: 'es2022',
          supported: { 'dynamic-import': false },
          minify,
          sourcemap: minify ? false : 'external',
          ...(banner === undefined ? {} : { banner }),
          ...(footer === undefined ? {} : { footer }),
        });
        if (minify) return writeFile(file, code);
        await writeFile(`${file}.map`, map);
        return writeFile(file, `${code}//# sourceMappingURL=${name}.map\n`);
      });
      await Promise.all(written);
    });
  },
};

/**
 * The names of all parts that a file needs before it runs.
 * @param {string} file
 * @param {ReadonlyMap<string, import('esbuild').Metafile['outputs'][string]>} outputs by absolute path
 * @param {Set<string>} names
 */
function importedBy(file, outputs, names = new Set()) {
  for (const { path: imported, kind, external } of outputs.get(file)?.imports ?? []) {
    const name = path.basename(imported);
    if (external === true || kind === 'dynamic-import' || names.has(name)) continue;
    names.add(name);
    importedBy(path.resolve(imported), outputs, names);
  }
  return names;
}

/**
 * What is around a part that a worker needs: it is a module as any other in Node; in a worker it waits for the `require`
 * of the program. Engines compile a function in parentheses at once; without them they would read it twice.
 *
 * @param {string} name
 * @returns {[string, string]}
 */
function workerPart(name) {
  const register = `(run) => { self.nginxWebsocketParts['${name}'] = run; }`;
  return [
    `(typeof module === 'object' ? (run) => run(module, require) : ${register})((function (module, require) {`,
    '}));',
  ];
}

/**
 * What is around the program of a worker. It loads its parts, if nobody has; its first line names them, for whoever does
 * (`client/src/extension.web.ts`).
 * @param {readonly string[]} parts
 * @returns {[string, string]}
 */
function workerProgram(parts) {
  const files = parts.map((name) => `${PARTS}/${name}`);
  return [
    `// ${files.join(' ')}
((modules) => {
  if (self.nginxWebsocketParts === undefined) {
    self.nginxWebsocketParts = {};
    importScripts(${files.map((file) => `'${file}'`).join(', ')});
  }
  const require = (path) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (modules[name] === undefined) {
      modules[name] = { exports: {} };
      self.nginxWebsocketParts[name](modules[name], require);
    }
    return modules[name].exports;
  };
`,
    '})({});',
  ];
}
