import { readsAsNginx } from './reads-as-nginx';
import { linesOf, type OuterText, regionOf, type Slice } from './region';

/** A line that opens a fence: in a list or a quotation too. */
const FENCE = /^((?:[ \t]|>|[*+-] |\d+[.)] )*)(`{3,}|~{3,})[ \t]*\{?\.?([^\s`}]*)/;

/** What people call nginx after a fence. */
const NGINX = /^nginx(?:[-_]?conf(?:ig)?)?$/i;

/** What they call any configuration: then what is in it decides. */
const ANY = /^(?:|conf|config|cfg|ini|text|txt|plaintext|sh|bash|apache|apacheconf)$/i;

/** The fenced blocks of a page of Markdown that hold nginx text. */
export function readMarkdown(text: string): OuterText {
  const regions = fencesOf(text).flatMap(({ language, indent, lines }) => {
    const region = regionOf(text, lines, { indent });
    const isNginx = NGINX.test(language) || (ANY.test(language) && readsAsNginx(region.text));
    return isNginx && region.text.trim() !== '' ? [region] : [];
  });
  return { kind: 'markdown', regions };
}

interface Fence {
  readonly language: string;
  /** What stands before its lines. */
  readonly indent: string;
  readonly lines: readonly Slice[];
}

function fencesOf(text: string): Fence[] {
  const fences: Fence[] = [];
  let open: {
    readonly language: string;
    readonly mark: string;
    readonly indent: string;
    lines: Slice[];
  } | null = null;
  for (const [start, end] of linesOf(text)) {
    const line = text.slice(start, end);
    const [, before = '', mark = '', language = ''] = FENCE.exec(line) ?? [];
    if (open === null) {
      if (mark !== '') open = { language, mark, indent: before.replaceAll(/[^ \t>]/g, ' '), lines: [] };
    } else if (mark.startsWith(open.mark) && line.trimEnd().endsWith(mark)) {
      fences.push(open);
      open = null;
    } else {
      const [indent = ''] = /^[ \t>]*/.exec(line) ?? [];
      const content = start + Math.min(indent.length, open.indent.length);
      open.lines.push([content, end]);
    }
  }
  if (open !== null) fences.push(open);
  return fences;
}
