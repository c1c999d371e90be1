/**
 * What a configuration holds is data on every surface: a name, a value or a comment may hold anything, and its author
 * need not be the one who reads it.
 */

/** Control characters, and those that turn the direction of writing. */
const HIDDEN = /[\p{Cc}\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/gu;

/** What a GitHub workflow takes for a command: a line that begins with it, or `##[` anywhere. */
const WORKFLOW_COMMAND = /^(\s*):(?=:[\w-]+[^:]*::)/;

/** The text on one line, with what a terminal or an editor would obey instead of show written as escapes. */
export function visible(text: string): string {
  return text
    .replaceAll(HIDDEN, (character) => {
      const code = character.charCodeAt(0);
      return code < 0x100 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`;
    })
    .replace(WORKFLOW_COMMAND, String.raw`$1\x3a`)
    .replaceAll('##[', String.raw`#\x23[`);
}

/** Lines of our own that hold texts of others. */
export function visibleLines(text: string): string {
  return text
    .split('\n')
    .map((line) => visible(line))
    .join('\n');
}

/** As JSON that is safe to print: it means the same. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value, null, 2).replaceAll('##[', String.raw`#\u0023[`);
  return text.replaceAll(HIDDEN, (character) =>
    // Line ends are those of the layout: in strings they are escaped already.
    character === '\n' ? character : `\\u${hex(character.charCodeAt(0), 4)}`,
  );
}

/** A text as code in Markdown, on one line. */
export function codeSpan(text: string): string {
  const flat = visible(text.replaceAll(/\s+/g, ' '));
  if (flat === '') return "`''`";
  const longest = (flat.match(/`+/g) ?? []).reduce((length, run) => Math.max(length, run.length), 0);
  if (longest === 0) return `\`${flat}\``;
  const fence = '`'.repeat(longest + 1);
  return `${fence} ${flat} ${fence}`;
}

/** What has a meaning in Markdown, links that are made of plain text among it. */
const ACTIVE = /[\\`*[\]<>~&@]|(?<!\w)_|_(?!\w)|:(?=\/\/)|(?<=\bwww)\./gi;

/** A sentence of ours with texts of others, as Markdown on one line: code spans stay, all else is shown as it is. */
export function markdownText(text: string): string {
  const flat = visible(text.replaceAll(/\s+/g, ' '));
  const parts: string[] = [];
  let end = 0;
  for (const { start, stop } of codeSpans(flat)) {
    parts.push(flat.slice(end, start).replaceAll(ACTIVE, String.raw`\$&`), flat.slice(start, stop));
    end = stop;
  }
  parts.push(flat.slice(end).replaceAll(ACTIVE, String.raw`\$&`));
  return parts.join('');
}

/** A link in Markdown to a place whose name may be anything. */
export function markdownLink(label: string, uri: string): string {
  const target = uri.replaceAll(/[\p{Cc}\p{Cf}\s()<>\\]/gu, (character) =>
    character < '\u0080' ? `%${hex(character.charCodeAt(0), 2)}` : encodeURIComponent(character),
  );
  return `[${markdownText(label.replaceAll('`', "'"))}](${target})`;
}

/** Where the code spans of a line are. */
function codeSpans(line: string): { readonly start: number; readonly stop: number }[] {
  const runs = [...line.matchAll(/`+/g)].map(({ index, 0: run }) => ({ index, length: run.length }));
  const closing = (length: number, after: number): number | undefined =>
    runs.find((run) => run.length === length && run.index > after)?.index;
  const spans: { readonly start: number; readonly stop: number }[] = [];
  let end = 0;
  for (const { index, length } of runs) {
    if (index < end) continue;
    const close = closing(length, index);
    if (close === undefined) continue;
    end = close + length;
    spans.push({ start: index, stop: end });
  }
  return spans;
}

function hex(code: number, width: number): string {
  return code.toString(16).padStart(width, '0');
}
