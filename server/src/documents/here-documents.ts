import { readsAsNginx } from './reads-as-nginx';
import {
  type Escapes,
  leastIndent,
  linesOf,
  type OuterText,
  type Region,
  regionOf,
  type Slice,
  textIn,
} from './region';

/** What a here-document is written in: a script of a shell (a Dockerfile's too), or HCL (Terraform, Nomad, Packer). */
type Language = 'shell' | 'hcl';

/** The beginning of a here-document: `<<EOF`, `<<-EOF`, `<<'EOF'`. */
const START = /<<(-?)[ \t]*(?:(['"])([A-Za-z_]\w*)\2|(\\?)([A-Za-z_]\w*))/g;

/** Where a script writes it: `> FILE`, `tee FILE`; a Dockerfile: `COPY <<EOF FILE`. */
const TARGET =
  /(?:>|\btee(?:[ \t]+-\w+)*)[ \t]*["']?(\/[^\s"'<>|;&$]+)|^[ \t]*(?:COPY|ADD)[ \t].*[ \t](\/[^\s"'<>|;&$]+)$/i;

/** A here-document of which the lines are read. */
interface Open {
  readonly word: string;
  /** Whether what its lines begin with is left out. */
  readonly strips: boolean;
  /** Whether nothing in it means anything to the language around it. */
  readonly isLiteral: boolean;
  readonly path: string | null;
  readonly lines: Slice[];
}

/** The here-documents that hold nginx text. One whose text only a run of the script makes is left out. */
export function readHereDocuments(text: string, language: Language): OuterText {
  const regions: Region[] = [];
  /** Those that the last line begins follow one after the other. */
  let waiting: Open[] = [];
  for (const line of linesOf(text)) {
    const written = textIn(text, line).trimEnd();
    const [open] = waiting;
    if (open === undefined) waiting = startsOf(written, language);
    else if ((open.strips ? written.trimStart() : written) === open.word) {
      const region = regionIn(text, open, language);
      if (region !== null && region.text.trim() !== '' && readsAsNginx(region.text)) regions.push(region);
      waiting = waiting.slice(1);
    } else open.lines.push(line);
  }
  return { kind: 'here-documents', regions };
}

function startsOf(line: string, language: Language): Open[] {
  if (/^[ \t]*(?:#|\/\/)/.test(line)) return [];
  const [, written, copied] = (language === 'shell' ? TARGET.exec(line) : null) ?? [];
  const path = written ?? copied ?? null;
  return [...line.matchAll(START)]
    .filter(({ index }) => line[index - 1] !== '<')
    .map(([, dash, quote, quoted, backslash, plain]) => ({
      word: quoted ?? plain ?? '',
      strips: dash === '-' || language === 'hcl',
      isLiteral: language === 'shell' && (quote !== undefined || backslash === '\\'),
      path,
      lines: [],
    }));
}

/** Null where the script puts something in that is not in its text. */
function regionIn(text: string, open: Open, language: Language): Region | null {
  const { lines, isLiteral, strips, path } = open;
  const written = lines.map((line) => textIn(text, line));
  const indent = strips ? leastIndent(written, INDENT[language]) : '';
  const slices = lines.map(([start, end], index): Slice => {
    const [before = ''] = (strips ? INDENT[language].exec(written[index] ?? '') : null) ?? [];
    const left = language === 'shell' ? before.length : Math.min(before.length, indent.length);
    return [start + left, end];
  });
  const escapes: Escapes = isLiteral ? 'none' : language;
  const parts = isLiteral ? slices : withoutEscapes(text, slices, language);
  return parts === null ? null : regionOf(text, parts, { path, indent, escapes });
}

/** What may be left out in front of lines: of a shell all tabs, of HCL what all lines begin with. */
const INDENT: Readonly<Record<Language, RegExp>> = { shell: /^\t*/, hcl: /^[ \t]*/ };

/** A mark that keeps what follows from meaning something, and what means something: a name, an expression. */
const MARKS: Readonly<Record<Language, RegExp>> = {
  shell: /\\(?=[$`\\])|\\\r?\n|`|\$(?=[\w(@*#?!$-])|\$\{[^}]*\}?/g,
  hcl: /\$(?=\$\{)|%(?=%\{)|%\{|\$\{[^}]*\}?/g,
};

/** What stays to be filled in, and is read as a placeholder: a name in capitals, or a dotted one. */
const PLACEHOLDER: Readonly<Record<Language, RegExp>> = {
  shell: /^\$\{[A-Z][A-Z0-9_]+\}$/,
  hcl: /^\$\{[\w-]+(?:\.[\w-]+)+\}$/,
};

/** The slices without the marks; null where something is put in. */
function withoutEscapes(text: string, slices: readonly Slice[], language: Language): Slice[] | null {
  const parts: Slice[] = [];
  for (const [start, end] of slices) {
    let from = start;
    const mark = new RegExp(MARKS[language]);
    const line = text.slice(start, end);
    for (let found = mark.exec(line); found !== null; found = mark.exec(line)) {
      const [written] = found;
      if (PLACEHOLDER[language].test(written)) continue;
      const isEscape =
        language === 'shell'
          ? written === '\\'
          : written === '%' || (written === '$' && line[found.index + 1] === '$');
      if (!isEscape) return null;
      parts.push([from, start + found.index]);
      from = start + found.index + 1;
      // What it keeps as it is is no mark itself.
      mark.lastIndex = found.index + 2;
    }
    parts.push([from, end]);
  }
  return parts;
}
