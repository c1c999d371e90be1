import type { FilePlace, LocationRoutes, Routes } from '../../../server/src/protocol';

/** The innermost location of a document whose block has the line; undefined where there is none. */
export function locationAt({ servers }: Routes, uri: string, line: number): LocationRoutes | undefined {
  let found: LocationRoutes | undefined;
  let smallest = Infinity;
  for (const location of servers.flatMap(({ locations }) => locations)) {
    const lines = linesWith(location.block, uri, line);
    // Of an included file there are several: the first is as good as any.
    if (lines < smallest) [found, smallest] = [location, lines];
  }
  return found;
}

/** How many lines a place spans that has the line; infinite for one that has it not. */
function linesWith(place: FilePlace | null, uri: string, line: number): number {
  if (place === null || place.uri !== uri) return Infinity;
  const { start, end } = place.range;
  return start.line <= line && line <= end.line ? end.line - start.line : Infinity;
}
