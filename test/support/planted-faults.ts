import { parseFile } from '../../server/src/model/load';
import { contextsOf } from '../../server/src/reference/directives';
import { entryBlock } from '../../server/src/syntax/entry-blocks';
import { hasPlaceholder } from '../../server/src/syntax/templates/languages';
import { TokenKind, tokenStart } from '../../server/src/syntax/tokens';
import { type Directive, directiveEnd, nameOf, type SyntaxTree, wordsOf } from '../../server/src/syntax/tree';
import type { Random } from '../live/support/random';

/** A mistake in a text that had none there. */
export interface PlantedFault {
  readonly kind: 'lost header' | 'misspelt name' | 'missing semicolon';
  /** What was changed, as it was. */
  readonly written: string;
  /** The text with the mistake. */
  readonly text: string;
  /** The line that a finding about it should stand on, zero-based. */
  readonly line: number;
}

/** Makes one mistake in a file, outside its placeholders; null where there is nothing to get wrong. */
export function plantFault(path: string, text: string, random: Random): PlantedFault | null {
  const tree = parseFile(path, text);
  const directives = within(tree.directives).filter((directive) => isOfNginx(tree, directive));
  const kinds = [lostHeader, misspeltName, missingSemicolon]
    .map((make) => directives.flatMap((directive) => make(tree, directive, random) ?? []))
    .filter((faults) => faults.length > 0);
  return kinds.length === 0 ? null : random.of(random.of(kinds));
}

function within(directives: readonly Directive[]): Directive[] {
  const all: Directive[] = [];
  const left = directives.toReversed();
  for (let directive = left.pop(); directive !== undefined; directive = left.pop()) {
    all.push(directive);
    left.push(...(directive.children ?? []).toReversed());
  }
  return all;
}

function isOfNginx(tree: SyntaxTree, directive: Directive): boolean {
  const { parent } = directive;
  const name = nameOf(tree, directive);
  const isEntry = parent !== null && entryBlock(nameOf(tree, parent)) !== undefined;
  return !isEntry && directive.terminated && contextsOf(name).length > 0 && !hasPlaceholder(name);
}

/** Without one of the headers that a WebSocket needs: told at the `proxy_pass` beside it. */
function lostHeader(tree: SyntaxTree, directive: Directive): PlantedFault | null {
  const words = wordsOf(tree, directive);
  if (words[0]?.value !== 'proxy_set_header' || !/^(?:upgrade|connection)$/i.test(words[1]?.value ?? '')) {
    return null;
  }
  const pass = directive.parent?.children?.find((each) => nameOf(tree, each) === 'proxy_pass');
  if (pass === undefined || !/upgrade/i.test(words[2]?.value ?? '')) return null;
  const start = tokenStart(tree.tokens, directive.first);
  const end = directiveEnd(tree, directive);
  const text = tree.text.slice(0, start) + tree.text.slice(end);
  const at = tokenStart(tree.tokens, pass.first);
  return {
    kind: 'lost header',
    written: tree.text.slice(start, end),
    text,
    line: lineAt(tree.text, at),
  };
}

/** With two letters of its name in the wrong order: told where it is. */
function misspeltName(tree: SyntaxTree, directive: Directive, random: Random): PlantedFault | null {
  const name = nameOf(tree, directive);
  const start = tokenStart(tree.tokens, directive.first);
  const at = 1 + random.below(name.length - 2);
  const misspelt = name.slice(0, at) + name.charAt(at + 1) + name.charAt(at) + name.slice(at + 2);
  if (name.length < 5 || misspelt === name || contextsOf(misspelt).length > 0) return null;
  return {
    kind: 'misspelt name',
    written: `${name} as ${misspelt}`,
    text: tree.text.slice(0, start) + misspelt + tree.text.slice(start + name.length),
    line: lineAt(tree.text, start),
  };
}

/** Without its `;`: told at the end of what lacks it. */
function missingSemicolon(tree: SyntaxTree, directive: Directive): PlantedFault | null {
  if (tree.tokens.kinds[directive.last] !== TokenKind.Semicolon) return null;
  const at = tokenStart(tree.tokens, directive.last);
  return {
    kind: 'missing semicolon',
    written: tree.text.slice(tree.text.lastIndexOf('\n', at) + 1, at + 1).trim(),
    text: tree.text.slice(0, at) + tree.text.slice(at + 1),
    line: lineAt(tree.text, at),
  };
}

/** The line of an offset, zero-based. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length - 1;
}
