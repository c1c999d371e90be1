import { entryBlock } from '../syntax/entry-blocks';
import type { Configuration } from '../model/configuration';
import type { SourceFile } from '../model/source-file';
import { type ConfigSymbol, symbolsOf } from '../model/symbols';
import type { Problem } from '../rules/support/problem';

/** The types of semantic tokens; all but the last are LSP's own. */
export const tokenTypes = ['variable', 'type', 'unknownDirective'] as const;

/** LSP's own modifiers. */
export const tokenModifiers = ['declaration', 'readonly'] as const;

/** One name that only the whole configuration can tell of. Offsets in the text of its file. */
export interface SemanticToken {
  readonly start: number;
  readonly end: number;
  readonly type: (typeof tokenTypes)[number];
  readonly modifiers: readonly (typeof tokenModifiers)[number][];
}

/**
 * What a grammar cannot know of a file, in the order of the text: variables that this configuration defines (those that
 * nothing assigns are `readonly`), upstreams by their names (`type`, as the grammar has them where they are defined),
 * and directives that are unknown here.
 *
 * @param problems of the file
 */
export function semanticTokensIn(
  configuration: Configuration,
  file: SourceFile,
  problems: readonly Problem[],
): SemanticToken[] {
  const tokens: SemanticToken[] = [];
  for (const { symbol, role, outer, place } of symbolsOf(configuration).in(file)) {
    if (symbol.definitions.length === 0) continue;
    const modifiers: SemanticToken['modifiers'] = role === 'definition' ? ['declaration'] : [];
    if (symbol.kind === 'variable') {
      const { start, end } = outer;
      tokens.push({
        start,
        end,
        type: 'variable',
        modifiers: isAssigned(symbol) ? modifiers : [...modifiers, 'readonly'],
      });
    } else if (symbol.kind === 'upstream') {
      tokens.push({ start: place.start, end: place.end, type: 'type', modifiers });
    }
  }
  for (const { rule, severity, place } of problems) {
    const isUnknown = rule === 'unknown-directive' && (severity === 'error' || severity === 'warning');
    if (isUnknown)
      tokens.push({ start: place.start, end: place.end, type: 'unknownDirective', modifiers: [] });
  }
  return tokens
    .filter(({ start, end }) => !file.text.slice(start, end).includes('\n'))
    .toSorted((a, b) => a.start - b.start);
}

/** Directives that say once what a variable is, like a table; others give it another value. */
const SAY_ONCE: ReadonlySet<string> = new Set(['keyval', 'js_set', 'perl_set']);

const assigned = new WeakMap<ConfigSymbol, boolean>();

function isAssigned(symbol: ConfigSymbol): boolean {
  const known =
    assigned.get(symbol) ??
    symbol.definitions.some(
      ({ directive: { name } }) => entryBlock(name) === undefined && !SAY_ONCE.has(name),
    );
  assigned.set(symbol, known);
  return known;
}
