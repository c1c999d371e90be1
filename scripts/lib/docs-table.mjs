// The tables of documentation in server/src/reference/, cut from nginx's own.

/** @typedef {{name: string, module: string, description: string, syntax: string[], contexts: string[], default: string}} Directive */

/** @typedef {{name: string, module: string, description: string}} Variable */

const MANUAL = 'https://nginx.org/en/docs/';

/** Whole paragraphs are taken until there is as much text as this; the rest is behind the link. */
const LENGTH = 600;

/**
 * Name, module, contexts, forms of the syntax, the release that made it obsolete, and the beginning of the text:
 * Markdown, with `~/` for the address of the manual.
 *
 * @param {Directive[]} directives
 * @returns {string[][]}
 */
export function directiveDocRows(directives) {
  return directives.map(({ name, module, description, syntax, contexts }) => [
    name,
    moduleName(module),
    allContexts(contexts, module),
    syntax.map((form) => form.trim()).join('\n'),
    /\bdirective (?:is|was made) obsolete (?:since|in) version\s+(\d+\.\d+\.\d+)/.exec(description)?.[1] ??
      '',
    shortened(description),
  ]);
}

/**
 * Name, contexts and default of each directive that has one in the latest release.
 *
 * @param {Directive[]} directives
 * @returns {string[][]}
 */
export function defaultRows(directives) {
  return directives
    .filter(({ default: text }) => text.trim() !== '')
    .map(({ name, module, contexts, default: text }) => [
      name,
      allContexts(contexts, module),
      text.trim().replaceAll(/\s+/g, ' '),
    ]);
}

/**
 * Name without `$`, module, and text. A family has the prefix of its names as its name.
 *
 * @param {Variable[]} variables
 * @returns {string[][]}
 */
export function variableDocRows(variables) {
  return variables.map(({ name, module, description }) => [
    name.replace(/^\$/, '').replace(/NAME$/, ''),
    moduleName(module),
    shortened(description),
  ]);
}

/** @param {string} module */
function moduleName(module) {
  return module === 'Core functionality' ? 'ngx_core_module' : module;
}

/**
 * @param {string[]} contexts
 * @param {string} module
 */
function allContexts(contexts, module) {
  return contexts
    .filter((context) => context !== '')
    .flatMap((context) => contextNames(context, module))
    .join(',');
}

/**
 * The contexts as the command tables name them: modules of `stream` and `mail` have servers of their own.
 *
 * @param {string} context
 * @param {string} module
 */
function contextNames(context, module) {
  if (context === 'if') return ['if in server', 'if in location'];
  const [, part = ''] = /^ngx_(stream|mail)_/.exec(module) ?? [];
  return [part !== '' && ['server', 'upstream'].includes(context) ? `${part} ${context}` : context];
}

/** @param {string} text */
function shortened(text) {
  let kept = '';
  for (const paragraph of paragraphs(text)) {
    if (kept !== '' && kept.length + paragraph.length > LENGTH) return `${kept}\n\n…`;
    kept = kept === '' ? paragraph : `${kept}\n\n${paragraph}`;
  }
  return kept;
}

/**
 * Paragraphs, but what goes on in a list or in an example belongs to the one before.
 *
 * @param {string} text
 */
function paragraphs(text) {
  /** @type {string[]} */
  const found = [];
  let fences = 0;
  for (const part of text
    .replaceAll(MANUAL, '~/')
    .trim()
    .split(/\n{2,}/)) {
    const belongs = found.length > 0 && (fences % 2 === 1 || /^\s/.test(part));
    if (belongs) found[found.length - 1] += `\n\n${part}`;
    else found.push(part);
    fences += part.split('```').length - 1;
  }
  return found;
}
