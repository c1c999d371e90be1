import type { ConfigDirective } from '../model/configuration';
import { LineIndex } from '../syntax/lines';
import { tokenStart } from '../syntax/tokens';
import type { NamedPlace } from './refusal';

/** Where nginx is when it reports an error of a directive: at the `;` or the `{` that ends it. */
export function endOfDirective({ file, node }: ConfigDirective): NamedPlace {
  const { tokens } = file.tree;
  return { file, offset: tokenStart(tokens, node.open === -1 ? node.last : node.open) };
}

/** A place in the words of a message: `FILE:LINE`. */
export function placeText({ file, offset }: NamedPlace): string {
  return `${file.path}:${new LineIndex(file.text).positionAt(offset).line + 1}`;
}

/** Where nginx is when it reports an error of a whole block: at its `}`. */
export function endOfBlock({ file, node }: ConfigDirective): NamedPlace {
  const { tokens, text } = file.tree;
  return { file, offset: node.terminated ? tokenStart(tokens, node.last) : text.length };
}
