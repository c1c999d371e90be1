import { isBuiltInVariable } from '../reference/variables';
import { readsAsNginx } from './reads-as-nginx';
import {
  type Escapes,
  leastIndent,
  linesOf,
  type LostVariable,
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
      if (region !== null) regions.push(region);
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

/** Null where the text is not surely nginx's, or the script puts something in that is not in its text. */
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
  const read = isLiteral ? { parts: slices, meant: null, lost: [] } : withoutEscapes(text, slices, language);
  if (read === null) return null;
  const meant = (read.meant ?? slices).map((slice) => textIn(text, slice)).join('');
  if (meant.trim() === '' || !readsAsNginx(meant)) return null;
  if (read.lost.length > 0 && !areMeantForNginx(text, meant, read.lost)) return null;
  return regionOf(text, read.parts, { path, indent, escapes, lost: read.lost });
}

/**
 * Whether names that a shell takes for variables of its own are surely those of nginx: all are defined by nginx or by
 * the text itself, and the script sets none of them.
 */
function areMeantForNginx(script: string, meant: string, lost: readonly LostVariable[]): boolean {
  const names = [...new Set(lost.map(({ name }) => name))];
  const isDefined = (name: string): boolean =>
    isBuiltInVariable(name) ||
    new RegExp(`^[ \\t]*(?:map|set|geo)[ \\t][^;{]*\\$${name}\\b`, 'm').test(meant);
  const isSet = (name: string): boolean =>
    new RegExp(
      `(?:^|[\\s;&|(])${name}=|\\$\\{${name}\\b|\\b(?:read|for|local|export|declare)\\b[^\\n;]*\\b${name}\\b`,
    ).test(script);
  // A name of one word, such as `$host`, is one of scripts as often.
  return names.some((name) => name.includes('_')) && names.every((name) => isDefined(name) && !isSet(name));
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

/** A name that a shell takes for one of its variables. */
const SHELL_VARIABLE = /\$([a-z_]\w*)/y;

/** What a here-document becomes. */
interface Read {
  /** What is written. */
  readonly parts: Slice[];
  /** The same with the variables that are lost. */
  readonly meant: Slice[];
  readonly lost: LostVariable[];
}

/** The slices without the marks; null where something is put in that nobody knows. */
function withoutEscapes(text: string, slices: readonly Slice[], language: Language): Read | null {
  const parts: Slice[] = [];
  const meant: Slice[] = [];
  const lost: LostVariable[] = [];
  let length = 0;
  const push = (start: number, end: number): void => {
    parts.push([start, end]);
    meant.push([start, end]);
    length += end - start;
  };
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
      if (!isEscape) {
        SHELL_VARIABLE.lastIndex = found.index;
        const name = language === 'shell' && written === '$' ? SHELL_VARIABLE.exec(line)?.[1] : undefined;
        if (name === undefined) return null;
        push(from, start + found.index);
        from = start + SHELL_VARIABLE.lastIndex;
        meant.push([start + found.index, from]);
        lost.push({ name, at: length });
        mark.lastIndex = from - start;
        continue;
      }
      push(from, start + found.index);
      from = start + found.index + 1;
      // What it keeps as it is is no mark itself.
      mark.lastIndex = found.index + 2;
    }
    push(from, end);
  }
  return { parts, meant, lost };
}
