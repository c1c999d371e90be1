import type { ConfigDirective } from '../model/configuration';
import type { SourceFile } from '../model/source-file';
import { commentsAbove } from '../syntax/comments';
import { directiveEnd, type SyntaxTree } from '../syntax/tree';
import { inColumns } from './columns';
import type { Edit } from './edit';
import { indentUnitOf } from '../syntax/indentation';
import { indentBefore, lineEndAt } from './style';

/**
 * Inserts simple directives (`name arguments;`) before another, each on a line of its own where that one is, in the
 * columns of the lines there.
 */
export function insertBefore(anchor: ConfigDirective, statements: readonly string[]): Edit {
  const { file, start } = anchor;
  const indent = indentBefore(file.text, start);
  const separator = indent === null ? ' ' : `${lineEndAt(file.text, start)}${indent}`;
  const lines = indent === null ? statements : inColumns(file.text, start, statements);
  return { file, start, end: start, newText: lines.map((line) => line + separator).join('') };
}

/** Inserts simple directives after another, and after a comment that ends its line. */
export function insertAfter(anchor: ConfigDirective, statements: readonly string[]): Edit {
  const { file } = anchor;
  const end = directiveEnd(file.tree, anchor.node);
  const indent = indentBefore(file.text, anchor.start);
  const rest = blankRestOfLine(file.text, end);
  if (indent === null || rest === null) {
    return { file, start: end, end, newText: statements.map((statement) => ` ${statement}`).join('') };
  }
  const separator = `${lineEndAt(file.text, end)}${indent}`;
  const at = end + rest.length;
  const lines = inColumns(file.text, anchor.start, statements);
  return { file, start: at, end: at, newText: lines.map((line) => separator + line).join('') };
}

/**
 * Inserts a block before another directive, and before the comments above that, with an empty line between.
 *
 * @param head what is before the `{`
 * @param body simple directives
 */
export function insertBlockBefore(anchor: ConfigDirective, head: string, body: readonly string[]): Edit {
  const { file } = anchor;
  const start = commentsAbove(file.tree, anchor.node)[0]?.start ?? anchor.start;
  const indent = indentBefore(file.text, start);
  if (indent === null) {
    return { file, start, end: start, newText: `${head} { ${body.join(' ')} } ` };
  }
  const lineEnd = lineEndAt(file.text, start);
  const inner = lineEnd + indent + indentUnitAt(anchor, indent);
  const lines = body.map((statement) => inner + statement).join('');
  const newText = `${head} {${lines}${lineEnd}${indent}}${lineEnd}${lineEnd}${indent}`;
  return { file, start, end: start, newText };
}

/** One step of indentation as a block has it: from it to what is in it, or to it from what is around it. */
function indentUnitAt(block: ConfigDirective, indent: string): string {
  const { file } = block;
  const inner = block.children?.find((child) => child.file === file);
  const innerIndent = inner === undefined ? null : indentBefore(file.text, inner.start);
  if (innerIndent !== null && innerIndent.length > indent.length) return innerIndent.slice(indent.length);
  const { parent } = block;
  const outer = parent?.file.realPath === file.realPath ? indentBefore(parent.file.text, parent.start) : null;
  if (outer !== null && indent.length > outer.length) return indent.slice(outer.length);
  return usualIndentUnit(file);
}

/** What most of a file has, by its beginning; each text is looked at once, however many edits it gets. */
function usualIndentUnit({ tree, text, indentUnit }: SourceFile): string {
  const unit = indentUnit ?? usualUnits.get(tree) ?? indentUnitOf(text);
  usualUnits.set(tree, unit);
  return unit;
}

const usualUnits = new WeakMap<SyntaxTree, string>();

/** Replaces word `index` of a directive; 0 is its name. One that is missing behind the last word is added. */
export function replaceWord(directive: ConfigDirective, index: number, newText: string): Edit {
  const { file, words, wordsEnd } = directive;
  const word = words[index];
  if (index === words.length) return { file, start: wordsEnd, end: wordsEnd, newText: ` ${newText}` };
  if (word === undefined) throw new RangeError(`The directive ${directive.name} has no word ${index}.`);
  return { file, start: word.start, end: word.end, newText };
}

/** Inserts a word before word `index` of a directive, with a space between. */
export function insertBeforeWord(directive: ConfigDirective, index: number, newText: string): Edit {
  const edit = replaceWord(directive, index, `${newText} `);
  return { ...edit, end: edit.start };
}

/** Replaces all arguments of a directive, and everything between them. */
export function replaceArguments(directive: ConfigDirective, newText: string): Edit {
  const [name, first] = directive.words;
  if (first !== undefined) {
    return { file: directive.file, start: first.start, end: directive.wordsEnd, newText };
  }
  const end = name?.end ?? directive.start;
  return { file: directive.file, start: end, end, newText: ` ${newText}` };
}

/** The arguments of a directive as its author wrote them, one space between. */
export function argumentsAsWritten(directive: ConfigDirective): string {
  return directive.words
    .slice(1)
    .map((word) => directive.file.text.slice(word.start, word.end))
    .join(' ');
}

/** What follows an offset on its line, when that is nothing but blanks and a comment; else null. */
function blankRestOfLine(text: string, offset: number): string | null {
  const rest = /[ \t]*(?:#[^\n]*)?(?=\r?\n|$)/y;
  rest.lastIndex = offset;
  return rest.exec(text)?.[0].replace(/\r$/, '') ?? null;
}
