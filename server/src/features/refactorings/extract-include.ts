import { indentBefore, lineEndAt } from '../../edits/style';
import { t } from '../../l10n';
import { configurationPrefix } from '../../model/load';
import { isGlob, matchesGlob } from '../../model/glob';
import type { Model } from '../../model/model';
import { resolvePath } from '../../model/paths';
import { blockAt } from '../../syntax/locate';
import {
  type Directive,
  directiveEnd,
  directiveStart,
  nameOf,
  type SyntaxTree,
  wordsOf,
} from '../../syntax/tree';
import { TokenKind, tokenAt, tokenEnd, tokenStart } from '../../syntax/tokens';
import { contextsAt } from '../support/contexts';
import { statementAt } from '../support/statement';
import { hasPlaceholders, reindented } from './lines';
import type { Refactoring, Selected } from './refactoring';

/** Beside the main file, as Debian has it. */
const FOLDER = 'snippets';

/** With more files of one name in it, somebody should choose another. */
const MOST_NAMES = 20;

/** Puts the selected directives into a file of their own, and an `include` in their place. */
export function extractInclude({ model, file, start, end, exists }: Selected): Refactoring | null {
  const { tree, text } = file;
  const { configuration } = model;
  const from = start + (/^\s*/.exec(text.slice(start, end))?.[0].length ?? 0);
  const to = from + text.slice(from, end).trimEnd().length;
  if (from >= to || tree.errors.length > 0 || hasPlaceholders(tree) || model.top.context !== 'main')
    return null;
  const block = blockAt(tree, from);
  const picked = directivesIn(tree, block, from, to);
  if (picked === null) return null;
  const around = statementAt(file, directiveStart(tree, picked[0]))?.block ?? null;
  if (contextsAt(configuration, file, around).includes('entries')) return null;
  const path = newPath(model, baseName(tree, picked), exists);
  if (path === null) return null;
  const prefix = prefixOf(model);
  const lineEnd = lineEndAt(text, from);
  const indent = indentBefore(text, from);
  return {
    title: t`Move to ${path.slice(prefix.length + 1)}, and include it`,
    kind: 'refactor.extract',
    edits: [{ file, start: from, end: to, newText: `include ${path.slice(prefix.length + 1)};` }],
    newFile: {
      path,
      text: (indent === null ? text.slice(from, to) : reindented(tree, from, to, '')) + lineEnd,
    },
  };
}

/** The directives of a block that a range has as a whole; null where it has others in part, or none. */
function directivesIn(
  tree: SyntaxTree,
  block: Directive | null,
  from: number,
  to: number,
): readonly [Directive, ...Directive[]] | null {
  const [first, ...others] = (block?.children ?? tree.directives).filter(
    (each) => directiveEnd(tree, each) > from && directiveStart(tree, each) < to,
  );
  if (first === undefined) return null;
  const all: [Directive, ...Directive[]] = [first, ...others];
  const isWhole = all.every(
    (each) => each.terminated && directiveStart(tree, each) >= from && directiveEnd(tree, each) <= to,
  );
  const isWithinBlock = block === null || to < directiveEnd(tree, block);
  return isWhole && isWithinBlock && !cutsComment(tree, from) && !cutsComment(tree, to) ? all : null;
}

function cutsComment({ tokens }: SyntaxTree, offset: number): boolean {
  const token = tokenAt(tokens, offset);
  return (
    tokens.kinds[token] === TokenKind.Comment &&
    tokenStart(tokens, token) < offset &&
    offset < tokenEnd(tokens, token)
  );
}

/** `location-ws` for `location /ws`. */
function baseName(tree: SyntaxTree, [first]: readonly [Directive, ...Directive[]]): string {
  const [, ...words] = first.children === null ? [] : wordsOf(tree, first);
  const parts = [nameOf(tree, first), ...words.map(({ value }) => value)];
  return parts
    .join('-')
    .replaceAll(/[^A-Za-z0-9_]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60);
}

function prefixOf({ configuration: { closure } }: Pick<Model, 'configuration'>): string {
  return configurationPrefix(closure.main.path, closure.main);
}

/** The directory that new files go to. */
export function folderOfNewFiles(model: Pick<Model, 'configuration'>): string {
  return `${prefixOf(model)}/${FOLDER}`;
}

/** A path that no file has, and that no pattern of the configuration includes as well; null for none. */
function newPath(model: Model, base: string, exists: (path: string) => boolean): string | null {
  const prefix = prefixOf(model);
  const patterns = [...model.configuration.closure.inclusions.keys()]
    .map((argument) => resolvePath(prefix, argument))
    .filter(isGlob);
  for (let number = 1; number <= MOST_NAMES; number += 1) {
    const path = `${folderOfNewFiles(model)}/${base}${number === 1 ? '' : `-${number}`}.conf`;
    if (patterns.some((pattern) => matches(path, pattern))) return null;
    if (!exists(path)) return path;
  }
  return null;
}

function matches(path: string, pattern: string): boolean {
  const parts = pattern.split('/');
  const names = path.split('/');
  return parts.length === names.length && parts.every((part, index) => matchesGlob(names[index] ?? '', part));
}
