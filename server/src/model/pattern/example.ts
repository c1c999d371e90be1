import type { ByteSet } from './byte-set';
import { parsePattern } from './parser';
import type { Node } from './tree';

/** A longer one is no good as an example. */
const LONGEST = 500;

/**
 * A short text that a pattern matches: of each choice the first, of each repetition the least. What looks ahead or
 * behind, and where a text begins or ends, is not thought of, so the pattern may match none of it after all.
 *
 * @param bytes the pattern, in bytes
 * @returns in bytes; null where the pattern cannot be read, or the text is long
 */
export function exampleOf(bytes: string, ignoreCase: boolean): string | null {
  const pattern = parsePattern(bytes, ignoreCase);
  return pattern === null ? null : exampleFor(pattern.tree, new Map());
}

/** @param groups what the groups so far have captured */
function exampleFor(node: Node, groups: Map<number, string>): string | null {
  switch (node.kind) {
    case 'bytes':
      return exampleByte(node.set);
    case 'place':
    case 'look':
      return '';
    case 'reference':
      return groups.get(node.group) ?? '';
    case 'sequence':
      return joined(node.parts.map((part) => exampleFor(part, groups)));
    case 'choice': {
      const [first] = node.options;
      return first === undefined ? '' : exampleFor(first, groups);
    }
    case 'group': {
      const text = exampleFor(node.body, groups);
      if (text !== null) groups.set(node.group, text);
      return text;
    }
    case 'atomic':
      return exampleFor(node.body, groups);
    case 'repetition': {
      if (node.least === 0) return '';
      const text = exampleFor(node.body, groups);
      return text === null || text.length * node.least > LONGEST ? null : text.repeat(node.least);
    }
  }
}

function joined(parts: readonly (string | null)[]): string | null {
  let text = '';
  for (const part of parts) {
    if (part === null || text.length + part.length > LONGEST) return null;
    text += part;
  }
  return text;
}

/** Those that stand in a path as they are go first. */
const LIKED = 'xabcdefghijklmnopqrstuvwyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-_.~';

/** A byte of a set; null for an empty one. */
function exampleByte(set: ByteSet): string | null {
  for (let at = 0; at < LIKED.length; at += 1) if (set[LIKED.charCodeAt(at)] === 1) return LIKED.charAt(at);
  const byte = set.indexOf(1);
  return byte === -1 ? null : String.fromCharCode(byte);
}
