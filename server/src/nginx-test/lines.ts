import type { ConfigDirective } from '../model/configuration';
import type { Closure } from '../model/load';
import { placeInFile } from '../model/place-in-file';
import { LineIndex } from '../syntax/lines';
import { tokenStart } from '../syntax/tokens';
import type { NamedPlace } from './refusal';

/** Where nginx is when it reports an error of a directive: at the `;` or the `{` that ends it. */
export function endOfDirective({ file, node }: ConfigDirective): NamedPlace {
  const { tokens } = file.tree;
  return { file, offset: tokenStart(tokens, node.open === -1 ? node.last : node.open) };
}

/** The line of a place in its file, from 1. */
export function lineOf(closure: Closure, { file: own, offset }: NamedPlace): number {
  const { file, start } = placeInFile(closure, { file: own, start: offset, end: offset });
  return new LineIndex(file.text).positionAt(start).line + 1;
}

/** A place in the words of a message: `FILE:LINE`. */
export function placeText(closure: Closure, named: NamedPlace): string {
  return `${named.file.path}:${lineOf(closure, named)}`;
}

/** Where nginx is when it reports an error of a whole block: at its `}`. */
export function endOfBlock({ file, node }: ConfigDirective): NamedPlace {
  const { tokens, text } = file.tree;
  return { file, offset: node.terminated ? tokenStart(tokens, node.last) : text.length };
}
