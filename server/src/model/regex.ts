/**
 * A PCRE pattern as a JavaScript one, for the part of the language in which both mean the same.
 *
 * @returns null for what cannot be translated, or could take exponential time: then nothing is known of what it matches
 */
export function translateRegex(pattern: string, ignoreCase: boolean): RegExp | null {
  let source = pattern;
  let flags = ignoreCase ? 'i' : '';
  if (source.startsWith('(?i)')) {
    source = source.slice('(?i)'.length);
    flags = 'i';
  }
  source = source.replaceAll('(?P<', '(?<');
  if (!isPlain(source) || hasNestedRepetition(source)) return null;
  try {
    return new RegExp(source, flags);
  } catch {
    return null;
  }
}

/** Escapes, groups and brackets that JavaScript reads as PCRE does; everything else is refused. */
const PLAIN =
  /^(?:\\[dDwWsSbB\d./\-_:@!?*+^$|()[\]{}\\]|\(\?(?::|=|!|<[A-Za-z]\w*>)|\[\^?(?:\\[dDwWsS./\-_\]\\]|[^\\[\]])+\]|(?:\{\d+(?:,\d*)?\}|[*+?])\??(?![+*?{])|[^\\[\]{}?*+])*$/;

function isPlain(source: string): boolean {
  return !/[^ -~]/.test(source) && PLAIN.test(source);
}

/** Whether a repeated group repeats something within without bound: `(a+)+`. */
function hasNestedRepetition(source: string): boolean {
  const text = source.replaceAll(/\\./g, 'x').replaceAll(/\[[^\]]*\]/g, 'x');
  const groups: boolean[] = [];
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (character === '(') groups.push(false);
    else if (character === ')') {
      const repeats = groups.pop() ?? false;
      if (repeats && isUnbounded(text, index + 1)) return true;
      if (repeats && groups.length > 0) groups[groups.length - 1] = true;
    }
    if (isUnbounded(text, index) && groups.length > 0) groups[groups.length - 1] = true;
  }
  return false;
}

function isUnbounded(text: string, index: number): boolean {
  return /^(?:[*+]|\{\d+,\})/.test(text.slice(index, index + 12));
}
