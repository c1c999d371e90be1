import { literalHead } from './literal-start';
import { matchPattern, mayMatchBeginning } from './patterns';
import { known, open, prefixOf, type Value, withoutPrefix } from './value';

/** What a pattern has captured. */
export interface Captured {
  /** What `$0`, `$1`, … stand for. */
  readonly groups: readonly Value[];
  /** Named groups, names in lower case. */
  readonly named: ReadonlyMap<string, Value>;
}

/**
 * Whether a pattern matches a value of which only the beginning is known. `open`: it matches some such texts. `begins`:
 * it matches those that begin with a longer text; `is`: it matches one text alone.
 */
export type OpenMatch =
  | { readonly kind: 'never' }
  | { readonly kind: 'always' | 'open'; readonly captured: Captured }
  | {
      readonly kind: 'begins' | 'is';
      /** What the value must begin with, or be. */
      readonly text: string;
      /** @param value the value, when it is so */
      readonly captured: (value: Value) => Captured;
    };

/** Tails that match whatever follows: with a group that takes it up, or without. */
const ANY_TAIL = /^(\(\.\*\)|\.\*)?\$?$/;

/** What looks at more than the characters that it matches: with more text behind, it may no longer match. */
const LOOKS_AHEAD = /\$|\\[bBzZG]|\(\?(?:[=!>]|<[=!])|[*+?}][+]/;

/**
 * Whether a pattern matches a value whose beginning alone is known. It errs to `open`.
 *
 * @param value of which not all is known
 */
export function matchOpen(pattern: string, ignoreCase: boolean, value: Value): OpenMatch {
  const start = prefixOf(value);
  const head = ignoreCase ? null : literalHead(pattern);
  if (head !== null) {
    const isWithin = start.startsWith(head.text);
    if (!isWithin && !head.text.startsWith(start)) return { kind: 'never' };
    if (head.tail === '$') {
      const captured = (of: Value): Captured => ({ groups: [of], named: new Map() });
      return head.text.startsWith(start) ? { kind: 'is', text: head.text, captured } : { kind: 'never' };
    }
    const tail = ANY_TAIL.exec(head.tail);
    if (tail !== null) {
      const hasGroup = tail[1]?.startsWith('(') === true;
      const captured = (of: Value): Captured => ({
        groups: hasGroup ? [of, withoutPrefix(of, head.text.length)] : [of],
        named: new Map(),
      });
      return isWithin
        ? { kind: 'always', captured: captured(value) }
        : { kind: 'begins', text: head.text, captured };
    }
  }
  if (!mayMatchBeginning(pattern, ignoreCase, start)) return { kind: 'never' };
  const captured = someCaptures(pattern, value);
  const match = LOOKS_AHEAD.test(withoutFreeEnd(pattern)) ? null : matchPattern(pattern, ignoreCase, start);
  return { kind: match !== null && match !== 'unknown' ? 'always' : 'open', captured };
}

/** `.*$` matches whatever is behind: a value has no line breaks. */
function withoutFreeEnd(pattern: string): string {
  return pattern.replace(/(\.\*\)?)\$$/, '$1');
}

/** Captures of which nothing is known. @param value what is matched */
export function someCaptures(pattern: string, value: Value): Captured {
  const names: (string | null)[] = [];
  for (const match of pattern.matchAll(/\\.|\[\^?\]?[^\]]*\]|\((?!\?)|\(\?(?:P?<|')(\w+)[>']/gs)) {
    if (match[0].startsWith('(')) names.push(match[1] ?? null);
  }
  const atoms = names.map((name, index) => [
    open(`\`$${name ?? index + 1}\` of \`${pattern}\``, { from: value }),
  ]);
  const named = names.flatMap((name, index) =>
    name === null ? [] : [[name.toLowerCase(), atoms[index] ?? []] as const],
  );
  return { groups: [value, ...atoms], named: new Map(named) };
}

/** The captures of a text that is known. */
export function knownCaptures(groups: readonly string[], named: ReadonlyMap<string, string>): Captured {
  return {
    groups: groups.map(known),
    named: new Map([...named].map(([name, text]) => [name, known(text)] as const)),
  };
}
