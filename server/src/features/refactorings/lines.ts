import { TokenKind, tokenAt, tokenStart } from '../../syntax/tokens';
import type { SyntaxTree } from '../../syntax/tree';

/**
 * The lines of a stretch of a text without the indentation that they share, and with another. A line within a quoted
 * word, or in Lua, is part of a value: it stays as it is.
 *
 * @param indent what each line but the first is to begin with
 */
export function reindented(tree: SyntaxTree, start: number, end: number, indent: string): string {
  const { text, tokens } = tree;
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const lines: { readonly text: string; readonly isOwn: boolean }[] = [];
  for (let at = lineStart; at < end; ) {
    const next = text.indexOf('\n', at);
    const stop = next === -1 || next >= end ? end : next + 1;
    const token = tokenAt(tokens, at);
    const isWithin = tokenStart(tokens, token) < at && tokens.kinds[token] !== TokenKind.Whitespace;
    lines.push({ text: text.slice(Math.max(at, lines.length === 0 ? start : at), stop), isOwn: !isWithin });
    at = stop;
  }
  const firstIndent = text.slice(lineStart, start);
  const isBlank = (line: string): boolean => line.trim() === '';
  const indents = lines.flatMap((line, index) => {
    if (index === 0) return isBlank(firstIndent) ? [firstIndent] : [];
    return line.isOwn && !isBlank(line.text) ? [/^[ \t]*/.exec(line.text)?.[0] ?? ''] : [];
  });
  const shared = indents.reduce(commonStart, indents[0] ?? '');
  return lines
    .map((line, index) => {
      if (index === 0 || !line.isOwn || isBlank(line.text)) return line.text;
      return indent + (line.text.startsWith(shared) ? line.text.slice(shared.length) : line.text.trimStart());
    })
    .join('');
}

function commonStart(a: string, b: string): string {
  let length = 0;
  while (length < Math.min(a.length, b.length) && a[length] === b[length]) length += 1;
  return a.slice(0, length);
}

/** Whether a text has placeholders of a template, which mean something in their own file alone. */
export function hasPlaceholders({ template, tokens }: SyntaxTree): boolean {
  return template && tokens.kinds.includes(TokenKind.Placeholder);
}
