import type { ConfigDirective } from '../model/configuration';
import { isFilledIn } from '../model/variables';
import { mayBeBuiltIn } from '../reference/variable-facts';
import type { Part, Reading, Scope } from './reading';
import type { Refusal, RefusalRule } from './refusal';

/** What nginx finds at the end of `http` and of `stream` alike. */

/** Upstreams without a server that is always asked, and addresses without a port, where nobody knows which is meant. */
export function* upstreamRefusals(
  { inner }: Scope,
  { upstreams }: Part,
  { opaque }: Reading,
): Generator<Refusal> {
  if (opaque) return;
  const blocks = new Map(inner.map((scope) => [scope.block, scope] as const));
  for (const { isBlock, port, kind, host, directive, named } of upstreams) {
    const servers = blocks.get(directive)?.own.get('server') ?? [];
    if (servers.length > 0 && servers.every(isBackup)) {
      yield { ...refusalOf(directive, -1, `no servers in upstream "${host}"`), named };
    }
    if (isBlock || port !== 0 || kind === 'unix') continue;
    yield { ...refusalOf(directive, 1, `no port in upstream "${host}"`), named };
  }
}

/** The variables that nothing defines, in the order in which nginx met them. */
export function variableRefusals(
  { uses, defined }: Part,
  part: 'http' | 'stream',
  reading: Reading,
): Refusal[] {
  if (reading.opaque) return [];
  const refusals: Refusal[] = [];
  for (const { name, directive, word } of uses.values()) {
    // In a template `${NAME}` is filled in before nginx sees it.
    if (word > 0 && isFilledIn(directive, word - 1)) continue;
    if (name === '') refusals.push(refusalOf(directive, word, 'invalid variable name "$"'));
    else if (!defined.has(name) && !mayBeBuiltIn(name, part, reading.version)) {
      refusals.push(refusalOf(directive, word, `unknown "${name}" variable`, 'variable-unknown'));
    }
  }
  return refusals;
}

/** A refusal that names no place. */
export function refusalOf(
  directive: ConfigDirective,
  word: number,
  text: string,
  rule: RefusalRule = 'directive-value',
): Refusal {
  const { file } = directive;
  const found = directive.words[word];
  const place = { file, start: found?.start ?? directive.start, end: found?.end ?? directive.wordsEnd };
  return { rule, text, named: null, certain: true, place, directive, context: null };
}

/** The line of a block: that of its `{`. */
export function startOf(block: ConfigDirective): { file: ConfigDirective['file']; offset: number } {
  return { file: block.file, offset: block.file.tree.tokens.starts[block.node.open] ?? block.start };
}

function isBackup({ words }: ConfigDirective): boolean {
  return words.some(({ value }) => value === 'backup');
}
