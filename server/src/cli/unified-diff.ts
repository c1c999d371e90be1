import { formatPatch, OMIT_HEADERS, structuredPatch } from 'diff';

/** Longer than this is not searched for the shortest difference, in milliseconds. */
const TIMEOUT = 5000;

const CONTEXT = 3;

/**
 * The change of one file as a unified diff that `patch -p1` takes.
 *
 * @param name of the file, relative or absolute
 * @param encoding of the file: its lines keep it, so that the diff fits the bytes on the disk
 */
export function unifiedDiff(
  name: string,
  before: string,
  after: string,
  encoding: 'utf8' | 'latin1',
): Buffer {
  // `a/./x` and `a//x` name nothing.
  const path = name.replace(/^(?:\.?\/+)+/, '');
  const header = `--- ${quoted(`a/${path}`)}\n+++ ${quoted(`b/${path}`)}\n`;
  return Buffer.concat([Buffer.from(header), Buffer.from(hunksOf(before, after), encoding)]);
}

function hunksOf(before: string, after: string): string {
  const options = { context: CONTEXT, timeout: TIMEOUT };
  const patch = structuredPatch('', '', before, after, undefined, undefined, options);
  return patch === undefined ? wholeHunk(before, after) : formatPatch(patch, OMIT_HEADERS);
}

/** One hunk that replaces everything: right, if not short. */
function wholeHunk(before: string, after: string): string {
  const [old, own] = [linesOf(before), linesOf(after)];
  const side = (sign: string, lines: readonly string[]): string =>
    lines
      .map((line) => (line.endsWith('\n') ? sign + line : `${sign}${line}\n\\ No newline at end of file\n`))
      .join('');
  return `@@ -${old.length === 0 ? 0 : 1},${old.length} +${own.length === 0 ? 0 : 1},${own.length} @@\n${side('-', old)}${side('+', own)}`;
}

function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** What ends a name in a diff, or escapes in quotes. */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const SPECIAL = /[\u0000-\u001F"\\\u007F]/g;

/** A name as git and GNU patch write it: in quotes where it must be, ended by a tab when it holds a space. */
function quoted(name: string): string {
  const escaped = name.replaceAll(SPECIAL, (character) =>
    character === '"' || character === '\\'
      ? `\\${character}`
      : `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
  if (escaped !== name) return `"${escaped}"`;
  return name.includes(' ') ? `${name}\t` : name;
}
