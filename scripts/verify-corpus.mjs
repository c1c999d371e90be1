// Verifies each real configuration of ../shared/corpus that has a route: what `verify` predicts against what the
// installed nginx does. That nginx refuses a file is as predicted where `nginxTest` says so, too. The files belong to
// others and are no part of the project.
//   npm run verify:corpus [-- NAME…]   those whose name contains one of the NAMEs
// NGINX_BINARY names another nginx.
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { projectRoot, run, runNpm, runScript } from './lib/process.mjs';

const corpus = path.join(projectRoot, '../shared/corpus');

/**
 * @typedef {{ url: string, predicted: { verdict: string, status: number | null }, same: boolean | null,
 *   seen: { status: number | null, works: boolean, log: string[] } }} Row
 * @typedef {'verified' | 'unknown' | 'refused' | 'template' | 'no route'} Kind
 */

runScript(async () => {
  await runNpm(['run', '--silent', 'build'], {});
  const names = process.argv.slice(2);
  /** @type {{ file: string }[]} */
  const index = JSON.parse(readFileSync(path.join(corpus, 'index.json'), 'utf8'));
  const files = index
    .map(({ file }) => file)
    .filter((file) => names.length === 0 || names.some((name) => file.includes(name)))
    .filter((file) => /_pass\b/.test(readFileSync(path.join(corpus, file), 'latin1')));
  /** @type {Map<Kind, number>} */
  const kinds = new Map();
  const urls = { same: 0, differs: 0, unknown: 0 };
  const waiting = files.values();
  const worker = async () => {
    for (const file of waiting) {
      const { kind, rows, note } = await verify(file);
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      if (kind !== 'verified' && kind !== 'no route')
        console.log(`${file}: ${kind}${note === '' ? '' : `: ${note}`}`);
      for (const row of rows) {
        urls[row.same === null ? 'unknown' : row.same ? 'same' : 'differs'] += 1;
        if (row.same === false && kind !== 'refused') console.log(`${file}: ${differenceText(row)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  console.log(`\n${files.length} files: ${[...kinds].map(([kind, count]) => `${count} ${kind}`).join(', ')}`);
  const verified = kinds.get('verified') ?? 0;
  const withRoute = files.length - (kinds.get('no route') ?? 0);
  console.log(`${verified} of ${withRoute} with a route verified`);
  const { same, differs, unknown } = urls;
  console.log(
    `${same + differs + unknown} URLs: ${same} as predicted, ${differs} otherwise, ${unknown} not predicted`,
  );
  return differs === 0 ? 0 : 1;
});

/**
 * @param {string} file
 * @returns {Promise<{ kind: Kind, rows: Row[], note: string }>}
 */
async function verify(file) {
  const cli = path.join(projectRoot, 'dist/cli.js');
  const nginx = process.env['NGINX_BINARY'];
  const options = ['--format', 'json', ...(nginx === undefined ? [] : ['--nginx', nginx])];
  const { code, output } = await run(process.execPath, [cli, 'verify', ...options, path.join(corpus, file)], {
    output: 'keep',
  });
  const start = output.indexOf('[\n') === -1 ? output.indexOf('[{') : output.indexOf('[\n');
  if (code === 2 && /No route|No location/.test(output)) return { kind: 'no route', rows: [], note: '' };
  if (code === 2 && /is a template/.test(output)) return { kind: 'template', rows: [], note: '' };
  if (code === 2 || start === -1) return { kind: 'refused', rows: [], note: output.trim() };
  /** @type {Row[]} */
  const rows = JSON.parse(output.slice(start));
  const refused = rows.find(({ seen }) => seen.log.some((line) => line.includes('[emerg]')));
  if (refused?.same === false) return { kind: 'refused', rows: [], note: refused.seen.log.join(' ') };
  return { kind: rows.some(({ same }) => same !== null) ? 'verified' : 'unknown', rows, note: '' };
}

/** @param {Row} row */
function differenceText({ url, predicted, seen }) {
  const was = `${seen.works ? 'works' : 'fails'}, ${seen.status}`;
  return `${url}: predicted ${predicted.verdict}, ${predicted.status}; seen ${was} ${seen.log.join(' ')}`;
}
