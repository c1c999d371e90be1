/** Variables in values, as nginx compiles them (ngx_http_script_compile). */

/** A variable or capture in a text. */
export interface Reference {
  /** Offsets in the text: from the `$` to after the name, or the brace that closes it. */
  readonly start: number;
  readonly end: number;
  /** As written. */
  readonly name: string;
  /** Whether it is one of `$1` to `$9`: the `2` of `$12` is text. In braces it is the name of a variable. */
  readonly isCapture: boolean;
  readonly isBraced: boolean;
  /** What nginx says is wrong with it, so that it stays text; null when nothing is. */
  readonly error: string | null;
}

/** Each `$` of a text, in order: `$name`, `${name}`, `$1`, and those that name nothing. */
export function referencesIn(text: string): Reference[] {
  const references: Reference[] = [];
  for (let at = text.indexOf('$'); at !== -1; at = text.indexOf('$', at)) {
    const reference = referenceAt(text, at);
    references.push(reference);
    at = reference.error === null ? reference.end : at + 1;
  }
  return references;
}

function referenceAt(text: string, start: number): Reference {
  const isBraced = text.charAt(start + 1) === '{';
  const nameStart = start + (isBraced ? 2 : 1);
  if (/[1-9]/.test(text.charAt(nameStart)) && !isBraced) {
    const end = nameStart + 1;
    return { start, end, name: text.charAt(nameStart), isCapture: true, isBraced, error: null };
  }
  NAME.lastIndex = nameStart;
  const name = NAME.exec(text)?.[0] ?? '';
  const nameEnd = nameStart + name.length;
  const end = isBraced ? nameEnd + 1 : nameEnd;
  const isOpen = isBraced && text.charAt(nameEnd) !== '}';
  return { start, end, name, isCapture: false, isBraced, error: errorOf(name, isOpen, nameStart, text) };
}

const NAME = /\w*/y;

function errorOf(name: string, isOpen: boolean, nameStart: number, text: string): string | null {
  if (isOpen && nameStart < text.length) return `the closing bracket in "${name}" variable is missing`;
  return name === '' ? 'invalid variable name' : null;
}

/** The variables of a value in order, without captures, and what nginx says is wrong with it; null when nothing is. */
export interface Compiled {
  /** In lower case. */
  readonly names: readonly string[];
  readonly error: string | null;
}

/** Cuts the variables out of a value, up to the first fault. */
export function compileValue(value: string): Compiled {
  const names: string[] = [];
  for (const { name, isCapture, error } of referencesIn(value)) {
    if (error !== null) return { names, error };
    if (!isCapture) names.push(name.toLowerCase());
  }
  return { names, error: null };
}

/** Whether nginx takes a value as one with variables: any `$` will do (ngx_http_script_variables_count). */
export function hasVariables(value: string): boolean {
  return value.includes('$');
}

/** A part of a value: text as it is, or a variable (its name in lower case, without `$`). */
export type ValuePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string };

/** Cuts a value into text and variables; a capture is one named `1` to `9`. A `$` that names nothing stays text. */
export function parseValue(value: string): ValuePart[] {
  const parts: ValuePart[] = [];
  let last = 0;
  for (const { start, end, name, error } of referencesIn(value)) {
    if (error !== null) continue;
    if (start > last) parts.push({ kind: 'text', text: value.slice(last, start) });
    parts.push({ kind: 'variable', name: name.toLowerCase() });
    last = end;
  }
  if (last < value.length) parts.push({ kind: 'text', text: value.slice(last) });
  return parts;
}

/** The names of the variables in a value, in lower case. */
export function variablesIn(value: string): string[] {
  return parseValue(value).flatMap((part) => (part.kind === 'variable' ? [part.name] : []));
}
