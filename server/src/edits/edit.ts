import { keyOfText, type SourceFile } from '../model/source-file';

/** A change to one file: the text between two offsets is replaced. */
export interface Edit {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}

/** Edits that can be made together, each once. */
export class EditSet {
  private readonly byFile = new Map<string, Edit[]>();

  /** Takes all of the edits, or none when one of them changes text that another changes: then false. */
  add(edits: readonly Edit[]): boolean {
    const added: Edit[] = [];
    for (const edit of edits) {
      const list = this.listFor(edit.file);
      const index = firstAfter(list, edit);
      const before = list[index - 1];
      if (before !== undefined && isSame(before, edit)) continue;
      if ((before !== undefined && collide(before, edit)) || collide(edit, list[index])) {
        for (const undone of added) this.remove(undone);
        return false;
      }
      list.splice(index, 0, edit);
      added.push(edit);
    }
    return true;
  }

  /** All edits by file, and in the order of the text. */
  all(): Edit[] {
    return [...this.byFile.values()].flat();
  }

  private listFor(file: SourceFile): Edit[] {
    const key = keyOfText(file);
    const known = this.byFile.get(key);
    if (known !== undefined) return known;
    const list: Edit[] = [];
    this.byFile.set(key, list);
    return list;
  }

  private remove(edit: Edit): void {
    const list = this.listFor(edit.file);
    list.splice(list.indexOf(edit), 1);
  }
}

/** Index of the first edit that begins after `edit`, by bisection. */
function firstAfter(list: readonly Edit[], edit: Edit): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle]?.start ?? 0) <= edit.start) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isSame(a: Edit, b: Edit): boolean {
  return a.start === b.start && a.end === b.end && a.newText === b.newText;
}

/** Whether two edits, the first beginning no later than the second, cannot both be made. */
function collide(first: Edit, second: Edit | undefined): boolean {
  if (second === undefined) return false;
  return second.start < first.end || second.start === first.start;
}

/** The edits as one list, each once and in order; null when they cannot be made together. */
export function combine(edits: readonly Edit[]): Edit[] | null {
  const set = new EditSet();
  return set.add(edits) ? set.all() : null;
}

/** The texts of the files after the edits, by real path. The edits must not overlap. */
export function applyEdits(edits: readonly Edit[]): Map<string, string> {
  const byFile = new Map<string, Edit[]>();
  for (const edit of edits) {
    const list = byFile.get(edit.file.realPath);
    if (list === undefined) byFile.set(edit.file.realPath, [edit]);
    else list.push(edit);
  }
  return new Map([...byFile].map(([realPath, list]) => [realPath, applyToText(list)] as const));
}

function applyToText(edits: readonly Edit[]): string {
  const text = edits[0]?.file.text ?? '';
  const parts: string[] = [];
  let at = 0;
  for (const { start, end, newText } of edits.toSorted((a, b) => a.start - b.start)) {
    parts.push(text.slice(at, start), newText);
    at = end;
  }
  parts.push(text.slice(at));
  return parts.join('');
}
