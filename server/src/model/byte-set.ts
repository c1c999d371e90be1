/** A set of bytes: element `n` says whether byte `n` is in it. */
export type ByteSet = readonly boolean[];

const SIZE = 256;

/** The bytes for which a test holds. */
function bytesWhere(test: (byte: number) => boolean): ByteSet {
  return Array.from({ length: SIZE }, (_, byte) => test(byte));
}

/** The bytes from one to another, both of them too. */
export function byteRange(first: number, last: number): ByteSet {
  return bytesWhere((byte) => byte >= first && byte <= last);
}

/** The bytes of a text, one character each. */
export function bytesAmong(text: string): ByteSet {
  const codes = new Set(Array.from(text, (character) => character.charCodeAt(0)));
  return bytesWhere((byte) => codes.has(byte));
}

export function union(...sets: readonly ByteSet[]): ByteSet {
  return bytesWhere((byte) => sets.some((set) => set[byte] === true));
}

export function complement(set: ByteSet): ByteSet {
  return set.map((has) => !has);
}

/** The set with the other case of each letter in it; beyond ASCII there is none. */
export function withoutCase(set: ByteSet): ByteSet {
  return bytesWhere((byte) => {
    const isLetter = (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122);
    return set[byte] === true || (isLetter && set[byte ^ 32] === true);
  });
}

/** The set as a class of a JavaScript pattern. */
export function classOf(set: ByteSet): string {
  const ranges: string[] = [];
  for (let first = 0; first < SIZE; first += 1) {
    if (set[first] !== true) continue;
    let last = first;
    while (set[last + 1] === true) last += 1;
    ranges.push(first === last ? hex(first) : `${hex(first)}-${hex(last)}`);
    first = last;
  }
  return `[${ranges.join('')}]`;
}

function hex(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}

const WORD = bytesWhere((byte) => /\w/.test(String.fromCharCode(byte)));
const DIGIT = byteRange(48, 57);
/** Since PCRE 8.34 the vertical tab is one, too. */
const SPACE = bytesAmong(' \t\n\v\f\r');
const HORIZONTAL = bytesAmong(' \t\xa0');
const VERTICAL = bytesAmong('\n\v\f\r\x85');
const NEWLINE = bytesAmong('\n');

/** The classes that a backslash and a letter name (pcre2pattern, "Generic character types"). */
export const escapedClasses: ReadonlyMap<string, ByteSet> = new Map([
  ['w', WORD],
  ['W', complement(WORD)],
  ['d', DIGIT],
  ['D', complement(DIGIT)],
  ['s', SPACE],
  ['S', complement(SPACE)],
  ['h', HORIZONTAL],
  ['H', complement(HORIZONTAL)],
  ['v', VERTICAL],
  ['V', complement(VERTICAL)],
  ['N', complement(NEWLINE)],
]);

const UPPER = byteRange(65, 90);
const LOWER = byteRange(97, 122);
const GRAPH = byteRange(33, 126);

/** The classes of POSIX, `[:alpha:]` (pcre2pattern, "POSIX character classes"), as the C locale has them. */
export const posixClasses: ReadonlyMap<string, ByteSet> = new Map([
  ['alpha', union(UPPER, LOWER)],
  ['digit', DIGIT],
  ['alnum', union(UPPER, LOWER, DIGIT)],
  ['upper', UPPER],
  ['lower', LOWER],
  ['space', SPACE],
  ['blank', bytesAmong(' \t')],
  ['punct', bytesWhere((byte) => GRAPH[byte] === true && !/[a-z0-9]/i.test(String.fromCharCode(byte)))],
  ['graph', GRAPH],
  ['print', byteRange(32, 126)],
  ['cntrl', bytesWhere((byte) => byte < 32 || byte === 127)],
  ['xdigit', bytesWhere((byte) => /[0-9a-f]/i.test(String.fromCharCode(byte)))],
  ['word', WORD],
  ['ascii', byteRange(0, 127)],
]);

/** What `.` matches: all but a line feed, the newline of PCRE. */
export const anyButNewline: ByteSet = complement(NEWLINE);

/** What `.` matches after `(?s)`. */
export const anyByte: ByteSet = bytesWhere(() => true);
