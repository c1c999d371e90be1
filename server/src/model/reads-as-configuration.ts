import { directiveFacts } from '../reference/directives';
import { moduleOf } from '../reference/third-party';
import { nameOf, type SyntaxTree } from '../syntax/tree';

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
export function readsAsConfiguration(tree: SyntaxTree): boolean {
  const { directives, errors, template } = tree;
  const [first] = directives;
  if (template || directives.some((directive) => isKnown(nameOf(tree, directive)))) return true;
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
