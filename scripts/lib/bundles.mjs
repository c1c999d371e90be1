// The programs in dist/, and the licences of what is in them.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { commonJsParts } from './parts.mjs';
import { projectRoot } from './process.mjs';

/** What a bundle for Node would not take of some packages, or take otherwise than one for the browser. */
const FOR_BROWSER = Object.entries({
  'vscode-languageserver/browser': 'vscode-languageserver/lib/browser/main.js',
  'vscode-languageserver-protocol/browser': 'vscode-languageserver-protocol/lib/browser/main.js',
  'vscode-jsonrpc/browser': 'vscode-jsonrpc/lib/browser/main.js',
  yaml: 'yaml/browser/index.js',
}).map(([name, file]) => [name, path.join(projectRoot, 'node_modules', file)]);

/** The server of the Model Context Protocol: VS Code has its own way to tools, and nobody starts it from there. */
export const FOR_NPM_ALONE = 'dist/mcp.js';

/**
 * @param {{ minify: boolean }} how
 * @returns {import('esbuild').BuildOptions[]}
 */
export function bundles({ minify }) {
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

  return [
    // All of the analysis is in each of these, so they share it. The one of the browser is a classic script.
    {
      ...node,
      entryPoints: {
        server: 'server/src/node.ts',
        cli: 'server/src/cli.ts',
        mcp: 'server/src/cli/mcp.ts',
        'server.web': 'server/src/web.ts',
      },
      outdir: 'dist',
      target: ['node20', 'es2022'],
      format: 'esm',
      splitting: true,
      sourcemap: minify ? false : 'inline',
      legalComments: 'none',
      alias: Object.fromEntries(FOR_BROWSER),
      write: false,
      metafile: true,
      plugins: [commonJsParts],
    },
    { ...node, entryPoints: { client: 'client/src/extension.ts' }, outdir: 'dist', external: ['vscode'] },
    // The browser extension host takes CommonJS.
    {
      ...common,
      platform: 'browser',
      format: 'cjs',
      entryPoints: { 'client.web': 'client/src/extension.web.ts' },
      outdir: 'dist',
      external: ['vscode'],
    },
    // The page of the panel, which is loaded when it is opened.
    {
      ...common,
      platform: 'browser',
      format: 'iife',
      entryPoints: { panel: 'client/webview/main.ts' },
      outdir: 'dist',
    },
  ];
}

/** Facts and texts of these are in generated files that are bundled. */
const GENERATED_FROM = ['@nginx/reference-lib'];

/** Texts of licences for packages that come without one. */
const LICENCES = new Map([['Apache-2.0', 'scripts/data/Apache-2.0.txt']]);

/**
 * The licences of the packages that are in some bundles.
 * @param {readonly string[]} inputs the files that were bundled, from the project's root
 * @returns {Promise<string>}
 */
export async function thirdPartyNotices(inputs) {
  const names = new Set([...inputs.flatMap(packageOf), ...GENERATED_FROM]);
  const sections = [...names].sort().map(async (name) => {
    const folder = path.join(projectRoot, 'node_modules', name);
    const { version, license } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
    const text = await licenceText(folder, license);
    return `${name} ${version} (${license})\nhttps://www.npmjs.com/package/${name}\n\n${text.trim()}\n`;
  });
  const line = `\n${'-'.repeat(79)}\n\n`;
  return `NGINX WebSocket contains parts of these packages.\n${line}${(await Promise.all(sections)).join(line)}`;
}

/** @param {string} input */
function packageOf(input) {
  const [, name] = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input) ?? [];
  return name === undefined ? [] : [name];
}

/**
 * @param {string} folder of a package
 * @param {string} licence as its package.json has it
 */
async function licenceText(folder, licence) {
  const file = (await readdir(folder)).find((name) => /^licen[cs]e(?:\.\w+)?$/i.test(name));
  if (file !== undefined) return readFile(path.join(folder, file), 'utf8');
  const common = LICENCES.get(licence);
  if (common === undefined) throw new Error(`${folder} has no text of its licence, ${licence}.`);
  return readFile(path.join(projectRoot, common), 'utf8');
}
