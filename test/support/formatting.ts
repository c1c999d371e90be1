import { expect } from 'vitest';
import { formattingEdits, type FormattingStyle } from '../../server/src/features/formatting';
import { parseFile } from '../../server/src/model/load';
import { TokenKind, tokenText } from '../../server/src/syntax/tokens';
import type { SyntaxTree } from '../../server/src/syntax/tree';

export const SPACES: FormattingStyle = { tabSize: 4, insertSpaces: true, values: 'keep' };
export const TABS: FormattingStyle = { tabSize: 4, insertSpaces: false, values: 'keep' };
export const ALIGNED: FormattingStyle = { ...SPACES, values: 'align' };

/** A text as it is once formatted: whole, or in a range of offsets. */
export function format(
  text: string,
  style = SPACES,
  range?: { start: number; end: number },
  path = '/nginx.conf',
): string {
  const edits = formattingEdits(parseFile(path, text), style, range);
  return edits.reduceRight(
    (result, { start, end, newText }) => result.slice(0, start) + newText + result.slice(end),
    text,
  );
}

/** The tokens that are no white space, as they stand. */
function substance({ tokens }: SyntaxTree): string[] {
  return Array.from(tokens.kinds.subarray(0, tokens.count), (kind, index) =>
    kind === TokenKind.Whitespace ? null : tokenText(tokens, index),
  ).filter((text) => text !== null);
}

/**
 * Formats a text whole and in part, and expects the same tokens, an order that formatting leaves as it is, and edits
 * of white space alone; a text with errors must stay as it is.
 * @returns whether there was something to format
 */
export function checkFormatting(text: string, path: string, style: FormattingStyle): boolean {
  const before = parseFile(path, text);
  const result = format(text, style, undefined, path);
  const after = parseFile(path, result);
  if (before.errors.length > 0) {
    expect(result).toBe(text);
    return false;
  }
  expect(after.errors).toEqual([]);
  expect(substance(after)).toEqual(substance(before));
  expect(format(result, style, undefined, path), 'formatted again').toBe(result);
  expect(format(text, style, { start: 0, end: text.length }, path)).toBe(result);
  const half = { start: text.length >> 2, end: text.length >> 1 };
  const once = format(text, style, half, path);
  expect(substance(parseFile(path, once))).toEqual(substance(before));
  for (const { start, end, newText } of formattingEdits(before, style)) {
    expect((text.slice(start, end) + newText).trim()).toBe('');
  }
  return result !== text;
}
