// Writes what is generated from another source: the tables in server/src/reference/, the rule list in
// server/src/rules/, their texts for the command line, the pages in docs/rules/, the rules in the manifest and in its English texts, the schema of
// nginx-websocket.json and the tables of settings. With --check it writes nothing and fails when a file is stale.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Format, getDirectives, getVariables } from '@nginx/reference-lib';
import { buildSync } from 'esbuild';
import { applicationRows, lookAlikeRows } from './lib/application-table.mjs';
import { directiveRows, documentedRows } from './lib/directive-table.mjs';
import { forkLacks, forkRows, forkVariables } from './lib/fork-table.mjs';
import { defaultRows, directiveDocRows, variableDocRows } from './lib/docs-table.mjs';
import { rulePage, ruleTable } from './lib/rule-page.mjs';
import { versionsPage } from './lib/versions-page.mjs';
import {
  PREFIX,
  projectSchema,
  settingsOf,
  settingsTable,
  withRules,
  withRuleTexts,
  withTexts,
} from './lib/settings.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @type {Map<string, string>} path relative to the root, to its text */
const outputs = new Map();
outputs.set('server/src/reference/directives.generated.ts', directiveTable());
outputs.set('server/src/reference/variables.generated.ts', variableTable());
outputs.set('server/src/reference/docs.generated.ts', docsTable());
outputs.set('server/src/reference/defaults.generated.ts', defaultsTable());
outputs.set('server/src/reference/forks.generated.ts', forkTable());
outputs.set('server/src/reference/applications.generated.ts', applicationTable());
// The rules, which are run below for their documentation, are built with the tables.
if (!process.argv.includes('--check')) writeOutputs();
const ruleIds = readdirSync(join(root, 'server/src/rules'))
  .filter((name) => name.endsWith('.ts') && name !== 'rules.generated.ts')
  .map((name) => name.slice(0, -3))
  .sort();
outputs.set('server/src/rules/rules.generated.ts', ruleList(ruleIds));
const documented = await loadRules(ruleIds);
outputs.set('server/src/cli/rule-texts.generated.ts', ruleTexts(documented));
for (const { rule, docs } of documented) outputs.set(`docs/rules/${rule.id}.md`, rulePage(rule, docs));
const { defaultSettings } = await load("export * from './server/src/model/settings';");
const localizable = withRules(JSON.parse(read('package.json') ?? ''), documented);
outputs.set('package.json', json(localizable));
const texts = withRuleTexts(JSON.parse(read('package.nls.json') ?? ''), documented);
outputs.set('package.nls.json', json(texts));
const manifest = withTexts(localizable, texts);
outputs.set(
  'syntaxes/nginx-websocket.schema.json',
  json(projectSchema(manifest, Object.keys(defaultSettings))),
);
outputs.set('EXTENSION.md', extensionPage());
outputs.set('docs/lsp-extensions.md', serverPage());
outputs.set('docs/cli.md', await commandLinePage());
outputs.set('docs/versions.md', versionsPage(data('releases.json')));

process.exitCode = process.argv.includes('--check') ? check() : write();

function directiveTable() {
  const { directives } = data('nginx-commands.json');
  const { changes } = data('nginx-since.json');
  const { modules: inheritance } = data('nginx-inheritance.json');
  const documented = documentedRows(getDirectives(Format.Markdown), directives);
  /** @param {string[][]} rows */
  const lines = (rows) => rows.map((row) => `  ${JSON.stringify(row)},`).join('\n');
  return `${header('scripts/data/ and the directive index of @nginx/reference-lib (Apache-2.0)')}
/**
 * Name, module, contexts, argument counts ("1,2", or "1+" for one and more), kind ("block", "flag" or ""), slot (which
 * of nginx's setters for many directives reads the value, or ""), the release that brought it and the one that took it
 * away ("" for none since 1.10.0), how levels inherit it ("value", "list", "unnamed", "own", or "" where that is not
 * known or means nothing), and the third-party source, if it is no module of nginx.
 */
export const directiveRows: readonly (readonly string[])[] = [
${lines(directiveRows(directives, changes, inheritance))}
];

/** Names that nginx documents, with their modules, but does not have without a licence or a module of their own. */
export const documentedRows: readonly (readonly string[])[] = [
${lines(documented)}
];
`;
}

function forkTable() {
  const { adds, lacks, variables } = data('fork-directives.json');
  /** @param {unknown[][]} rows */
  const lines = (rows) => rows.map((row) => `  ${JSON.stringify(row)},`).join('\n');
  return `${header('scripts/data/fork-directives.json')}
/** The directives that forks of nginx add to it: fork, name, module, contexts, argument counts, kind and slot, as those of nginx. */
export const forkRows: readonly (readonly string[])[] = [
${lines(forkRows(adds))}
];

/** The directives of nginx that forks lack. */
export const forkLacks: Readonly<Record<string, readonly string[]>> = ${JSON.stringify(forkLacks(lacks))};

/** The variables that forks add, by part; a name that ends in an underscore is a family. */
export const forkVariables: Readonly<Record<string, Readonly<Record<'http' | 'stream', readonly string[]>>>> = ${JSON.stringify(forkVariables(variables))};
`;
}

function applicationTable() {
  const { applications, lookAlikes } = data('applications.json');
  /** @param {unknown[][]} rows */
  const lines = (rows) => rows.map((row) => `  ${JSON.stringify(row)},`).join('\n');
  return `${header('scripts/data/applications.json')}

/**
 * Name, names of hosts and images (words joined by \`-\`), ports, paths that need WebSocket, the page that says so, what
 * it asks for beyond the upgrade, and whether its connections are often silent for a minute.
 */
type Row = readonly [
  name: string,
  names: readonly string[],
  ports: readonly number[],
  paths: readonly string[],
  source: string,
  asks: readonly string[],
  quiet: boolean,
];

/** Applications that need WebSocket, by their own documentation. */
export const applicationRows: readonly Row[] = [
${lines(applicationRows(applications))}
];

/** Name and names of applications that need none. */
export const lookAlikeRows: readonly (readonly [name: string, names: readonly string[]])[] = [
${lines(lookAlikeRows(lookAlikes))}
];
`;
}

/** @param {string} name of a file in scripts/data/ */
function data(name) {
  return JSON.parse(readFileSync(join(root, 'scripts/data', name), 'utf8'));
}

function defaultsTable() {
  const rows = defaultRows(getDirectives(Format.Markdown));
  return `${header('the directive index of @nginx/reference-lib (Apache-2.0)')}
/**
 * Name, contexts, and default in the latest release, as the manual writes it. \`4k|8k\` depends on the machine.
 */
export const defaultRows: readonly (readonly string[])[] = [
${rows.map((row) => `  ${JSON.stringify(row)},`).join('\n')}
];
`;
}

function docsTable() {
  /** @param {string[][]} rows */
  const lines = (rows) => rows.map((row) => `    ${JSON.stringify(row)},`).join('\n');
  return `${header('nginx documentation in @nginx/reference-lib (Apache-2.0)')}
/**
 * Name, module, contexts, forms of the syntax on a line each, the release that made it obsolete ("" for none), and the
 * beginning of the text: Markdown, with \`~/\` for the address of the manual. In a function, so that nothing is computed
 * before the first call.
 */
export function directiveDocRows(): readonly (readonly string[])[] {
  return [
${lines(directiveDocRows(getDirectives(Format.Markdown)))}
  ];
}

/** Name without \`$\` (of a family, the prefix of its names), module and text of the variables. */
export function variableDocRows(): readonly (readonly string[])[] {
  return [
${lines(variableDocRows(getVariables(Format.Markdown)))}
  ];
}
`;
}

function variableTable() {
  const names = getVariables().map(({ name }) => name.replace(/^\$/, ''));
  const families = new Set(['http_', 'arg_', 'cookie_', 'sent_http_', 'sent_trailer_', 'upstream_http_']);
  const single = new Set();
  for (const name of names) {
    if (name.endsWith('NAME')) families.add(name.slice(0, -'NAME'.length));
    else single.add(name);
  }
  /** @param {string[][]} rows */
  const lines = (rows) => rows.map((row) => `  ${JSON.stringify(row)},`).join('\n');
  return `${header('scripts/data/nginx-variables.json and the variable index of @nginx/reference-lib (Apache-2.0)')}
/** Names of the variables that nginx defines, without the \`$\`. */
export const variableNames: readonly string[] = [
${[...single]
  .sort()
  .map((name) => `  ${JSON.stringify(name)},`)
  .join('\n')}
];

/** Prefixes of the families of variables, such as \`http_\` of \`$http_upgrade\`. */
export const variablePrefixes: readonly string[] = ${JSON.stringify([...families].sort())};

/** By part: name (a family ends in \`_\`), the release that brought it ('' for before 1.10.0), 'fixed' where nobody else may define it. */
export const variableRows: Readonly<Record<'http' | 'stream', readonly (readonly string[])[]>> = {
  http: [
${lines(releasesOfVariables('http'))}
  ],
  stream: [
${lines(releasesOfVariables('stream'))}
  ],
};
`;
}

/**
 * @param {'http' | 'stream'} part
 * @returns {string[][]} name, first release, whether it is fixed
 */
function releasesOfVariables(part) {
  /** @type {{name: string, since?: string, fixed?: boolean}[]} */
  const variables = data('nginx-variables.json')[part];
  return variables.map(({ name, since = '', fixed = false }) => [name, since, fixed ? 'fixed' : '']);
}

/** @param {string[]} ids */
function ruleList(ids) {
  const imports = ids.map((id) => `import { rule as ${camelCase(id)} } from './${id}';`);
  return `${header('the files of this folder')}
${imports.join('\n')}
import type { Rule } from './support/rule';

export const rules: readonly Rule[] = [
${ids.map((id) => `  ${camelCase(id)},`).join('\n')}
];
`;
}

/**
 * What the documentation of rules says beside its examples, for the command line: bundles leave the rest out.
 *
 * @param {{rule: any, docs: any}[]} all
 */
function ruleTexts(all) {
  const rows = all.map(
    ({ rule, docs: { what, why, how } }) =>
      `  [${JSON.stringify(rule.id)}, ${JSON.stringify({ what, why, how })}],`,
  );
  return `${header('the documentation of the rules')}
/** By rule, in Markdown: what it finds, why that is wrong, and what to do. */
export const ruleTexts: ReadonlyMap<
  string,
  { readonly what: string; readonly why: string; readonly how: string }
> = new Map([
${rows.join('\n')}
]);
`;
}

/**
 * Rules with their documentation, bundled and run here: they are TypeScript.
 *
 * @param {string[]} ids
 * @returns {Promise<{rule: any, docs: any}[]>}
 */
async function loadRules(ids) {
  return Object.values(
    await load(ids.map((id) => `export * as ${camelCase(id)} from './server/src/rules/${id}';`).join('\n')),
  );
}

/**
 * What a TypeScript module exports, bundled and run here.
 *
 * @param {string} entry its text
 * @returns {Promise<any>}
 */
async function load(entry) {
  const bundle = buildSync({
    stdin: { contents: entry, resolveDir: root, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
  });
  const source = Buffer.from(bundle.outputFiles[0]?.contents ?? []).toString('base64');
  return import(`data:text/javascript;base64,${source}`);
}

/** The page of the extension with its tables of rules and of settings as they are. */
function extensionPage() {
  const text = read('EXTENSION.md') ?? '';
  const settings = Object.entries(settingsOf(manifest));
  return withSection(withSection(text, 'rules', ruleTable(documented)), 'settings', settingsTable(settings));
}

/** The page about the server with the table of the settings that it reads. */
function serverPage() {
  const names = [
    ...Object.keys(defaultSettings),
    'testCommand',
    'reloadCommand',
    'dumpCommand',
    'codeLens',
    'alignValues',
  ];
  const settings = names.map((name) => [name, settingsOf(manifest)[PREFIX + name]]);
  return withSection(read('docs/lsp-extensions.md') ?? '', 'settings', settingsTable(settings));
}

/** The page about the command line with the help of each command. */
async function commandLinePage() {
  const { COMMANDS, usageOf } = await load(
    "export { COMMANDS } from './server/src/cli/arguments'; export { usageOf } from './server/src/cli/usage';",
  );
  const help = COMMANDS.map(
    (/** @type {string} */ name) => `### ${name}\n\n\`\`\`text\n${usageOf(name)}\`\`\``,
  );
  return withSection(read('docs/cli.md') ?? '', 'help', help.join('\n\n'));
}

/**
 * @param {string} text
 * @param {string} name
 * @param {string} content
 */
function withSection(text, name, content) {
  const section = new RegExp(`(<!-- ${name}:[^>]*-->\\n)[\\s\\S]*?(<!-- /${name} -->)`);
  if (!section.test(text)) throw new Error(`There is no section for ${name}.`);
  return text.replace(section, (_, opening, closing) => `${opening}\n${content}\n${closing}`);
}

/** @param {string} source */
function header(source) {
  return `// Generated by \`npm run generate\` from ${source}. Do not edit.`;
}

/** @param {unknown} value */
function json(value) {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** @param {string} id */
function camelCase(id) {
  return id.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
}

function write() {
  mkdirSync(join(root, 'docs/rules'), { recursive: true });
  for (const page of strayPages()) rmSync(join(root, page));
  writeOutputs();
  return 0;
}

function writeOutputs() {
  for (const [path, text] of outputs) writeFileSync(join(root, path), text);
}

function check() {
  const stale = [...outputs].filter(([path, text]) => read(path) !== text).map(([path]) => path);
  stale.push(...strayPages());
  for (const path of stale) console.error(`${path} is stale: run \`npm run generate\`.`);
  return stale.length === 0 ? 0 : 1;
}

/** Pages of rules that no longer exist. */
function strayPages() {
  try {
    return readdirSync(join(root, 'docs/rules'))
      .map((name) => `docs/rules/${name}`)
      .filter((path) => !outputs.has(path));
  } catch {
    return [];
  }
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return null;
  }
}
