import { indentBefore, lineEndAt } from '../../edits/style';
import { t } from '../../l10n';
import { isGlob } from '../../model/glob';
import { textsIn } from '../../model/texts';
import { beginsWithMark } from '../../syntax/byte-order-mark';
import { directiveAt } from '../../syntax/locate';
import { directiveEnd, directiveStart, nameOf, wordsOf } from '../../syntax/tree';
import { hasPlaceholders, reindented } from './lines';
import type { Refactoring, Selected } from './refactoring';

/** Puts the text of a file in place of the `include` that brings it in. The file stays. */
export function inlineInclude({ model, file, start }: Selected): Refactoring | null {
  const { tree, text } = file;
  const { closure, includeProblems } = model.configuration;
  const directive = directiveAt(tree, start);
  if (directive === null || !directive.terminated || nameOf(tree, directive) !== 'include') return null;
  const [, word, ...more] = wordsOf(tree, directive);
  const inclusion = word === undefined ? undefined : closure.inclusions.get(word.value);
  if (word === undefined || more.length > 0 || inclusion === undefined || isGlob(word.value)) return null;
  const [included, ...others] = inclusion.files;
  if (included === undefined || others.length > 0 || inclusion.problem !== null || included.builtIn)
    return null;
  if (includeProblems.some(({ cycle }) => cycle.length > 0)) return null;
  const at = directiveStart(tree, directive);
  const end = directiveEnd(tree, directive);
  const indent = indentBefore(text, at);
  const isAlone = /^[ \t]*(?:\r?\n|$)/.test(text.slice(end));
  if (indent === null || !isAlone || !isReadable(included) || hasPlaceholders(tree)) return null;
  // Line ends of values would be others.
  if (included.text.includes('\n') && lineEndAt(included.text, 0) !== lineEndAt(text, at)) return null;
  const first = /\S/.exec(included.text)?.index ?? included.text.length;
  const last = included.text.trimEnd().length;
  const newText = first >= last ? '' : reindented(included.tree, first, last, indent);
  return {
    title: t`Replace the include by the text of ${word.value}`,
    kind: 'refactor.inline',
    edits: [{ file, start: at, end, newText }],
    newFile: null,
  };
}

/** Whether what a file says does not depend on its being a file of its own. */
function isReadable(file: Parameters<typeof textsIn>[0]): boolean {
  return (
    file.hadMark !== true &&
    !beginsWithMark(file.text) &&
    textsIn(file).every(({ tree }) => tree.errors.length === 0 && !hasPlaceholders(tree))
  );
}
