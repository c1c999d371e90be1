import type { ConfigDirective } from '../model/configuration';
import { directiveEnd } from '../syntax/tree';
import type { Edit } from './edit';
import { indentBefore } from './style';

/** Removes a directive, with its line where nothing else is on it. A comment that ends the line stays. */
export function removeDirective(directive: ConfigDirective): Edit {
  const { file, start } = directive;
  const { text } = file;
  const end = directiveEnd(file.tree, directive.node);
  const indent = indentBefore(text, start);
  const rest = blanks(text, end);
  const lineEnd = /\r?\n|$/y;
  lineEnd.lastIndex = end + rest;
  const newline = lineEnd.exec(text);
  if (indent !== null && newline !== null) {
    return { file, start: start - indent.length, end: end + rest + newline[0].length, newText: '' };
  }
  // Of two neighbours on one line one space goes with it.
  return { file, start, end: end + rest, newText: '' };
}

/** Removes word `index` of a directive, and the blanks before it. */
export function removeWord({ file, words }: ConfigDirective, index: number): Edit {
  const word = words[index];
  if (word === undefined) throw new RangeError(`The directive has no word ${index}.`);
  const before = words[index - 1]?.end ?? word.start;
  const isBlank = file.text.slice(before, word.start).trim() === '';
  return { file, start: isBlank ? before : word.start, end: word.end, newText: '' };
}

/** How many blanks follow an offset. */
function blanks(text: string, offset: number): number {
  const run = /[ \t]*/y;
  run.lastIndex = offset;
  return run.exec(text)?.[0].length ?? 0;
}
