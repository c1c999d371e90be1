import { readsAsNginx } from './reads-as-nginx';
import { leastIndent, linesOf, type OuterText, type Region, regionOf, type Slice, textIn } from './region';

/** The end of a text between two quotes, or what stands in one for something else. */
const MARK = /'''|''\$|''\\.|''|\$\$(?=\{)|\$\{[^}]*\}?/gs;

/** What stays to be filled in, and is read as a placeholder. */
const PLACEHOLDER = /^\$\{[\w-]+(?:\.[\w-]+)+\}$/;

/** The indented strings of Nix that hold nginx text. One in which more than a dotted name is filled in is left out. */
export function readNix(text: string): OuterText {
  const regions: Region[] = [];
  for (let start = text.indexOf("''"); start !== -1; ) {
    const { end, slices } = stringAt(text, start + 2);
    const region = slices === null ? null : indented(text, start + 2, end, slices);
    if (region !== null && region.text.trim() !== '' && readsAsNginx(region.text)) regions.push(region);
    start = text.indexOf("''", end + 2);
  }
  return { kind: 'nix', regions };
}

interface NixString {
  /** Where the quotes are that end it. */
  readonly end: number;
  /** Null where an expression stands in it. */
  readonly slices: readonly Slice[] | null;
}

function stringAt(text: string, start: number): NixString {
  const slices: Slice[] = [];
  let from = start;
  let isOpen = false;
  const mark = new RegExp(MARK);
  mark.lastIndex = start;
  for (let found = mark.exec(text); found !== null; found = mark.exec(text)) {
    const [written] = found;
    if (written === "''") {
      slices.push([from, found.index]);
      return { end: found.index, slices: isOpen ? null : slices };
    }
    if (written === "'''" || written === "''$") {
      const isQuotes = written === "'''";
      slices.push([from, found.index]);
      from = found.index + (isQuotes ? 1 : 2);
    } else if (written !== '$$' && !PLACEHOLDER.test(written)) isOpen = true;
  }
  return { end: text.length, slices: null };
}

/** The lines of a string without what all of them begin with. */
function indented(text: string, start: number, end: number, slices: readonly Slice[]): Region {
  const lines = linesOf(text, start, end);
  const indent = leastIndent(
    lines.slice(1).map((line) => textIn(text, line)),
    /^ */,
  );
  const starts = new Set(lines.slice(1).map(([from]) => from));
  const left = (at: number): number => {
    const own = /^ */.exec(text.slice(at, end))?.[0].length ?? 0;
    return at + Math.min(own, indent.length);
  };
  const parts = slices.flatMap(([from, to]) =>
    linesOf(text, from, to).map(([a, b]): Slice => [starts.has(a) ? Math.min(left(a), b) : a, b]),
  );
  // What stands behind the quotes on their line is no line of its own.
  const [head, ...rest] = parts;
  const isEmptyHead =
    head !== undefined && textIn(text, head).trim() === '' && textIn(text, head).endsWith('\n');
  return regionOf(text, isEmptyHead ? rest : parts, { indent, escapes: 'nix' });
}
