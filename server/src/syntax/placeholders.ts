const OPEN_BRACE = 0x7b;
const LESS_THAN = 0x3c;

/** A placeholder that runs over more characters than this is none: its end is missing. */
const LONGEST = 4096;

const CLOSINGS: ReadonlyMap<string, string> = new Map([
  ['{{', '}}'],
  ['{%', '%}'],
  ['{#', '#}'],
  ['<%', '%>'],
]);

/** Statements and comments of Jinja, ERB, Go and Mustache: what they leave in the text is never a part of a word. */
const STATEMENT = /^(?:\{[%#]|<%(?!=)|\{\{-?[ \t]*(?:[#/^!]|(?:if|else|end|range|with|define)\b))/;

/** Variables that may stand for whole lines: `${NAME}` of envsubst, `%%NAME%%`. */
const VARIABLE = /^(?:\$\{\w+\}|%%\w+%%)/;

/** Offset after the placeholder with brackets that begins at `offset`, or -1 when none does. */
export function placeholderEnd(text: string, offset: number): number {
  const code = text.charCodeAt(offset);
  if (code !== OPEN_BRACE && code !== LESS_THAN) return -1;
  const opening = text.slice(offset, offset + 2);
  const closing = CLOSINGS.get(opening);
  if (closing === undefined) return -1;
  const rest = text.slice(offset + 2, offset + LONGEST);
  const end = rest.indexOf(closing);
  // An expression stands on one line; two braces that do not are something else.
  if (end === -1 || (opening === '{{' && rest.slice(0, end).includes('\n'))) return -1;
  return offset + 2 + end + closing.length;
}

/**
 * The placeholders at `start`, where a directive could begin, that stand for directives and not for a word: a
 * statement such as `{% if %}`, or all up to the end of the line if nothing else is on it.
 *
 * @returns the offsets of their starts and ends in turn; none when a word begins here, as in `{{ name }} {{ value }};`
 */
export function placeholdersForDirectives(text: string, start: number): number[] {
  const offsets: number[] = [];
  for (let offset = start; !isLineEnd(text, offset); offset = skipBlanks(text, offset)) {
    const end = placeholderOrVariableEnd(text, offset);
    if (end === -1) return [];
    offsets.push(offset, end);
    if (offset === start && STATEMENT.test(text.slice(start, start + 32))) break;
    offset = end;
  }
  return offsets;
}

/** Whether a placeholder may leave directives in the text: `{{ extra }}`. One that steers (`{% if %}`) or a comment does not. */
export function mayBringDirectives(placeholder: string): boolean {
  return !STATEMENT.test(placeholder) || /^\{%-?\s*(?:include|block|render)\b/.test(placeholder);
}

/** Whether a placeholder begins another branch: each branch may open a block that is closed only once. */
export function isBranch(placeholder: string): boolean {
  return /\b(?:else|elif|elsif|elseif|when|case)\b|^\{\{\^/.test(placeholder);
}

/** Whether a word holds a placeholder, which may bring the `;` with it. */
export function hasPlaceholder(word: string): boolean {
  return /\{[{%#]|<%|%%/.test(word);
}

function placeholderOrVariableEnd(text: string, offset: number): number {
  const end = placeholderEnd(text, offset);
  if (end !== -1) return end;
  const variable = VARIABLE.exec(text.slice(offset, offset + 256));
  return variable === null ? -1 : offset + variable[0].length;
}

function skipBlanks(text: string, start: number): number {
  let offset = start;
  while (' \t\r'.includes(text.charAt(offset)) && offset < text.length) offset += 1;
  return offset;
}

function isLineEnd(text: string, offset: number): boolean {
  return offset >= text.length || text.charAt(offset) === '\n';
}
