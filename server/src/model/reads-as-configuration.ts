import { directiveFacts } from '../reference/directives';
import { moduleOf } from '../reference/third-party';
import { nameOf } from '../syntax/tree';
import type { SourceFile } from './source-file';
import { directivesAtTop } from './texts';

/** No text of a configuration has one, almost every other file of a program does. */
const NUL = '\0';

/** Whether bytes that were read are a text at all. */
export function isText(text: string): boolean {
  return !text.includes(NUL);
}

/**
 * Whether an included file reads as nginx configuration: a file of passwords, a key or a program does not, and what it
 * holds is nobody's business. Names of its own are no sign against it: a map has them.
 */
export function readsAsConfiguration(file: SourceFile): boolean {
  const { tree } = file;
  if (tree.template) return true;
  for (const [own, directive] of directivesAtTop(file)) if (isKnown(nameOf(own, directive))) return true;
  const { directives, errors } = tree;
  const [first] = directives;
  if (first === undefined) return errors.length === 0;
  if (isAssignment(nameOf(tree, first))) return false;
  // One mistake, such as a brace too many, is made while a file is being edited.
  const isEdited = errors.length === 1 && directives.every(({ terminated }) => terminated);
  return isEdited || errors.length * 2 < directives.length;
}

/** `NAME=value`, as the environment of a program is written. */
function isAssignment(name: string): boolean {
  return /^[A-Za-z_]\w*=/.test(name);
}

function isKnown(name: string): boolean {
  return directiveFacts().has(name) || moduleOf(name) !== null;
}
