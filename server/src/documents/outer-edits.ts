import { diffArrays, diffLines } from 'diff';
import { type Escapes, outerOffset, outerSpan, type Region } from './region';

/** A replacement in the outer text. */
export interface OuterEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * What changes in the outer text when a region gets another text: the lines that differ, written as the outer text
 * writes them. Of lines that hold more than nginx's own text, such as placeholders, only the words that differ.
 */
export function outerEdits(outer: string, region: Region, text: string): OuterEdit[] {
  const edits: OuterEdit[] = [];
  for (const change of changesBetween(diffLines(region.text, text))) {
    const start = lineStart(outer, region, change.start);
    const end = lineStart(outer, region, change.end);
    const before = region.text.slice(change.start, change.end);
    if (outer.slice(start, end) === asOuterLines(before, region)) {
      edits.push({ start, end, text: asOuterLines(change.text, region) });
    } else for (const edit of wordEdits(outer, region, change)) edits.push(edit);
  }
  return edits;
}

/** Some of a text, and what comes in its place. */
interface Change {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What differs between two texts, from what is the same in both, is gone or new. */
function changesBetween(
  parts: readonly { readonly value: string; readonly added: boolean; readonly removed: boolean }[],
): Change[] {
  const changes: Change[] = [];
  let at = 0;
  for (const { value, added, removed } of parts) {
    const end = added ? at : at + value.length;
    const last = changes.at(-1);
    if (added || removed) {
      const text = added ? value : '';
      if (last?.end === at) changes[changes.length - 1] = { start: last.start, end, text: last.text + text };
      else changes.push({ start: at, end, text });
    }
    at = end;
  }
  return changes;
}

/** A variable, a word, white space, or a character. */
const WORDS = /\$\{[^{}]*\}|\$?\w+|\n|[^\S\n]+|[^]/g;

function wordEdits(outer: string, region: Region, { start, end, text }: Change): OuterEdit[] {
  const words = (of: string): string[] => of.match(WORDS) ?? [];
  const parts = diffArrays(words(region.text.slice(start, end)), words(text)).map(
    ({ value, added, removed }) => ({
      value: value.join(''),
      added,
      removed,
    }),
  );
  return changesBetween(parts).map((change) =>
    wordEdit(outer, region, { ...change, start: start + change.start, end: start + change.end }),
  );
}

function wordEdit(outer: string, region: Region, { start, end, text }: Change): OuterEdit {
  const beginsLine = (at: number): boolean => at === 0 || region.text.charAt(at - 1) === '\n';
  if (beginsLine(start) && beginsLine(end) && (text === '' || text.endsWith('\n'))) {
    const written = asOuterLines(text, region);
    return { start: lineStart(outer, region, start), end: lineStart(outer, region, end), text: written };
  }
  const written = ESCAPED[region.escapes](text).replaceAll(/\n(?=[^\r\n])/g, `\n${region.indent}`);
  // What stands before a line stays; what escapes a character goes and stays with it.
  const [from] = beginsLine(start) ? [outerOffset(region, start)] : outerSpan(region, start, start);
  if (start < end) return { start: from, end: outerOffset(region, end - 1) + 1, text: written };
  const isLost = region.lost.some(({ at }) => at === start);
  return { start: from, end: isLost ? outerOffset(region, start) : from, text: written };
}

/** Where the line at an offset of the nginx text begins in the outer text, with what stands before it there. */
function lineStart(outer: string, region: Region, inner: number): number {
  const offset = outerOffset(region, inner);
  const isAfterText = inner >= region.text.length;
  return isAfterText ? offset : outer.lastIndexOf('\n', offset - 1) + 1;
}

/** Lines as the outer text has them. */
function asOuterLines(lines: string, { indent, escapes }: Region): string {
  return ESCAPED[escapes](lines).replaceAll(/^(?=[^\r\n])/gm, indent);
}

const ESCAPED: Readonly<Record<Escapes, (text: string) => string>> = {
  none: (text) => text,
  compose: (text) => text.replaceAll('$', '$$$$'),
  shell: (text) => text.replaceAll(/[$`\\]/g, String.raw`\$&`),
  hcl: (text) => text.replaceAll(/([$%])(?=\{)/g, '$1$1'),
  nix: (text) => text.replaceAll("''", "'''").replaceAll('${', "''${"),
};
