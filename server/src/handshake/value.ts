import { textOf } from '../model/bytes';

/**
 * A part of a value that the files do not tell. Two atoms of one name stand for the same text within one walk.
 */
export interface Atom {
  /** As it is written, such as `$cookie_x`, or in words: `the rest of the path`. */
  readonly name: string;
  /** `request`: the client, its address or the moment decides. `code`: only a running module knows. */
  readonly source: 'request' | 'code';
  /** What it is for a client that sends no more than it must; null where that differs from client to client. */
  readonly bare: string | null;
  /** Stands for the text where one is shown, or its bytes do not matter. */
  readonly sample: string;
  /** Whether it is never empty. */
  readonly isFilled: boolean;
  /** What each of its texts matches; null for any text. */
  readonly shape: RegExp | null;
  /** What it was captured from, where it was. */
  readonly from: Value;
  /** Whether a configuration names few of the many clients there are by it: their addresses, their programs. */
  readonly isCrowd: boolean;
  /** Its text by the origin that the client asked for; null when it does not depend on that alone. */
  readonly byOrigin: ((origin: Origin) => string) | null;
}

/** Scheme, host and port of a URL. */
export interface Origin {
  readonly secure: boolean;
  /** In lower case, IPv6 in brackets. */
  readonly host: string;
  readonly port: number;
}

/** `wss://example.com`, the port left out where it is the scheme's own. */
export function originText({ secure, host, port }: Origin): string {
  return `${secure ? 'wss' : 'ws'}://${host}${port === (secure ? 443 : 80) ? '' : `:${port}`}`;
}

/** The `Host` that a client sends for an origin. */
export function hostHeaderOf({ secure, host, port }: Origin): string {
  return port === (secure ? 443 : 80) ? host : `${host}:${port}`;
}

/** A text during a handshake, in bytes: what is known of it and what is not, in order. No two strings stand side by side. */
export type Value = readonly (string | Atom)[];

export const EMPTY: Value = [];

/** Whatever a value is, it is none of the two words that a back end looks for. */
export const NOT_A_TOKEN = /^(?!(?:upgrade|websocket)$)/i;

/** @param text in bytes, one character each */
export function known(text: string): Value {
  return text === '' ? EMPTY : [text];
}

/** An atom of what only the client or the moment decides. */
export function open(name: string, traits: Partial<Omit<Atom, 'name' | 'source'>> = {}): Atom {
  const { bare = null, sample = bare ?? name, isFilled = false, shape = null, isCrowd = false } = traits;
  const { from = EMPTY } = traits;
  return {
    name,
    source: 'request',
    bare,
    sample,
    isFilled,
    shape,
    isCrowd,
    from,
    byOrigin: traits.byOrigin ?? null,
  };
}

/** An atom of what no reading of the files tells. */
export function opaque(name: string): Atom {
  return {
    name,
    source: 'code',
    bare: null,
    sample: name,
    isFilled: false,
    shape: null,
    isCrowd: false,
    from: EMPTY,
    byOrigin: null,
  };
}

/** Values one after another. */
export function concat(...values: readonly Value[]): Value {
  return joined(values);
}

/** The values of a list one after another; there may be any number. */
export function joined(values: readonly Value[]): Value {
  const [only] = values;
  if (only !== undefined && values.length === 1) return only;
  const parts: (string | Atom)[] = [];
  for (const value of values) {
    for (const part of value) {
      const last = parts.at(-1);
      if (typeof part === 'string' && typeof last === 'string') parts[parts.length - 1] = last + part;
      else if (part !== '') parts.push(part);
    }
  }
  return parts;
}

/** The text of a value; null where not all of it is known. */
export function knownText(value: Value): string | null {
  if (value.length === 0) return '';
  const [only] = value;
  return value.length === 1 && typeof only === 'string' ? only : null;
}

/** The text for a client that sends no more than it must; null where that is not known. */
export function bareText(value: Value): string | null {
  let text = '';
  for (const part of value) {
    const bare = typeof part === 'string' ? part : part.bare;
    if (bare === null) return null;
    text += bare;
  }
  return text;
}

/** A text that stands for the value: samples for what is not known. In bytes. */
export function sampleText(value: Value): string {
  return value.map((part) => (typeof part === 'string' ? part : part.sample)).join('');
}

/** The value in words: what is not known by its name. As text, not bytes. */
export function shownText(value: Value): string {
  return value.map((part) => (typeof part === 'string' ? textOf(part) : part.name)).join('');
}

export function atomsOf(value: Value): Atom[] {
  return value.filter((part) => typeof part !== 'string');
}

/** Whether a module that we do not know has a say in it. */
export function isOpaque(value: Value): boolean {
  return value.some((part) => typeof part !== 'string' && part.source === 'code');
}

/** Whether it surely is not empty. */
export function isFilled(value: Value): boolean {
  return value.some((part) => typeof part === 'string' || part.isFilled);
}

/** The known text that a value begins with. */
export function prefixOf(value: Value): string {
  const [first] = value;
  return typeof first === 'string' ? first : '';
}

/** The known text that a value ends with. */
export function suffixOf(value: Value): string {
  const last = value.at(-1);
  return typeof last === 'string' ? last : '';
}

/** What follows the first `length` bytes, which are known. */
export function withoutPrefix(value: Value, length: number): Value {
  const [first, ...rest] = value;
  if (length === 0) return value;
  return typeof first === 'string' ? concat(known(first.slice(length)), rest) : value;
}

/** Changes what is known, byte for byte. */
export function mapKnown(value: Value, change: (text: string) => string): Value {
  return value.map((part) => (typeof part === 'string' ? change(part) : part));
}

/** A text by which equal values are known. */
export function keyOf(value: Value): string {
  return value.map((part) => (typeof part === 'string' ? JSON.stringify(part) : `<${part.name}>`)).join('');
}

/** The parts of a value before and after the first `?` that is known; null after for none. */
export function splitQuery(value: Value): { readonly path: Value; readonly query: Value | null } {
  for (const [index, part] of value.entries()) {
    if (typeof part !== 'string' || !part.includes('?')) continue;
    const at = part.indexOf('?');
    return {
      path: concat(value.slice(0, index), known(part.slice(0, at))),
      query: concat(known(part.slice(at + 1)), value.slice(index + 1)),
    };
  }
  return { path: value, query: null };
}

/** Whether a token of a comma-separated list is surely there (RFC 9110 §5.6.1). */
export function surelyHasToken(value: Value, token: string): boolean {
  // No token has the mark that stands for what is not known.
  return tokensOf(value.map((part) => (typeof part === 'string' ? part : '\0')).join('')).includes(token);
}

/** The words of a comma-separated list, in lower case. */
export function tokensOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(',')
    .map((each) => each.trim());
}
