import type { Place } from './configuration';
import type { Closure } from './load';
import { memoized } from './memo';
import type { Part, SourceFile } from './source-file';
import { offsetInWhole } from './texts';

/** The same place in the text of the whole file, where it is one of a part. */
export function placeInFile({ files }: Pick<Closure, 'files'>, place: Place): Place {
  const whole = files.get(place.file.realPath);
  const part = whole?.parts === undefined ? undefined : partsByFile(whole.parts).get(place.file);
  if (whole === undefined || part === undefined) return place;
  return { file: whole, start: offsetInWhole(part, place.start), end: offsetInWhole(part, place.end) };
}

/** A place in a part of a file, or in the file itself where it has no parts. */
export interface PlaceInPart {
  readonly file: SourceFile;
  /** In the text of the part. */
  readonly offset: number;
  /** The part whose block it stands in, with the others there; null at the top of the file. */
  readonly outer: SourceFile | null;
}

/** The part of a file that holds an offset of its text. */
export function partAt(file: SourceFile, offset: number): PlaceInPart {
  let found: PlaceInPart = { file, offset, outer: null };
  let parts = file.parts ?? [];
  for (;;) {
    const part = lastStartingBy(parts, offset);
    if (part === undefined) return found;
    const { inner, start } = part;
    const own = offset - start;
    const { outer } = found;
    if (inner === null || own < inner.at) return { file: part.file, offset: own, outer };
    if (own >= inner.at + inner.length) return { file: part.file, offset: own - inner.length, outer };
    found = { file: part.file, offset: inner.at, outer: part.file };
    ({ parts } = inner);
  }
}

/** The last of some parts that begins at an offset or before, by bisection. */
function lastStartingBy(parts: readonly Part[], offset: number): Part | undefined {
  let low = 0;
  let high = parts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((parts[middle]?.start ?? Infinity) <= offset) low = middle + 1;
    else high = middle;
  }
  return parts[low - 1];
}

const partsByFile = memoized((parts: readonly Part[]): ReadonlyMap<SourceFile, Part> => {
  const byFile = new Map<SourceFile, Part>();
  const add = (list: readonly Part[]): void => {
    for (const part of list) {
      byFile.set(part.file, part);
      if (part.inner !== null) add(part.inner.parts);
    }
  };
  add(parts);
  return byFile;
});
