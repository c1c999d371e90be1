/** A set of bytes: element `n` is 1 when byte `n` is in it, else 0. */
export type ByteSet = Readonly<Uint8Array>;

const SIZE = 256;

/** The bytes for which a test holds. */
function bytesWhere(test: (byte: number) => boolean): ByteSet {
  return Uint8Array.from({ length: SIZE }, (_, byte) => (test(byte) ? 1 : 0));
}

/** The bytes from one to another, both of them too. */
export function byteRange(first: number, last: number): ByteSet {
  return new Uint8Array(SIZE).fill(1, first, last + 1);
}

/** The bytes of a text, one character each. */
export function bytesAmong(text: string): ByteSet {
  const set = new Uint8Array(SIZE);
  for (let at = 0; at < text.length; at += 1) set[text.charCodeAt(at)] = 1;
  return set;
}

export function union(...sets: readonly ByteSet[]): ByteSet {
  const all = new Uint8Array(SIZE);
  for (const set of sets) addBytes(all, set);
  return all;
}

/** Adds the bytes of a set to another. */
export function addBytes(to: Uint8Array, set: ByteSet): void {
  for (let byte = 0; byte < SIZE; byte += 1) to[byte] = (to[byte] ?? 0) | (set[byte] ?? 0);
}

export function complement(set: ByteSet): ByteSet {
  return set.map((has) => 1 - has);
}

/** The set with the other case of each letter in it; beyond ASCII there is none. */
export function withoutCase(set: ByteSet): ByteSet {
  return set.map((has, byte) => (isLetter(byte) ? has | (set[byte ^ 32] ?? 0) : has));
}

function isLetter(byte: number): boolean {
  return (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122);
}

/** For each byte the set of it alone: patterns are mostly of such, and share them. */
const singles = Array.from({ length: SIZE }, (_, byte) => byteRange(byte, byte));
const singlesWithoutCase = singles.map((set, byte) => (isLetter(byte) ? withoutCase(set) : set));

/** The set of one byte, or of both cases of a letter. */
export function singleByte(byte: number, ignoreCase: boolean): ByteSet {
  return (ignoreCase ? singlesWithoutCase : singles)[byte] ?? bytesAmong('');
}

/** The byte of a set of one; null for any other. */
export function onlyByte(set: ByteSet): number | null {
  const byte = set.indexOf(1);
  return byte === -1 || set.indexOf(1, byte + 1) !== -1 ? null : byte;
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
  ['punct', bytesWhere((byte) => GRAPH[byte] === 1 && !/[a-z0-9]/i.test(String.fromCharCode(byte)))],
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
export const anyByte: ByteSet = byteRange(0, SIZE - 1);

/** What `\b` takes for part of a word. */
export const wordBytes: ByteSet = WORD;
