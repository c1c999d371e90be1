import { END, type Role } from './templates/language';

/** A line that a merge leaves in a text when both sides have changed it: `<<<<<<< HEAD`, `=======`, `>>>>>>> main`. */
const MARKER = /^(?:<{7}|>{7}|\|{7})(?:[ \t][^\n]*)?\r?$|^={7}\r?$/;

/** Offset of the end of the line that begins at `offset` if it is a marker of a conflict, else -1. */
export function conflictMarkerEnd(text: string, offset: number): number {
  if (offset > 0 && text.charAt(offset - 1) !== '\n') return -1;
  const lineEnd = text.indexOf('\n', offset);
  const end = lineEnd === -1 ? text.length : lineEnd;
  // A longer line is none: it is not read twice.
  if (end - offset > 4096 || !MARKER.test(text.slice(offset, end))) return -1;
  return text.charAt(end - 1) === '\r' ? end - 1 : end;
}

/** The sides of a conflict are branches of which one is kept. Null for what is no marker. */
export function conflictRole(marker: string, index: number): Role | null {
  if (!MARKER.test(marker)) return null;
  switch (marker.charAt(0)) {
    case '<':
      return { kind: 'if', condition: { text: `conflict ${index}`, negated: false } };
    case '>':
      return END;
    default:
      return { kind: 'else', condition: null };
  }
}
