import { diffLines } from 'diff';
import { type Escapes, outerOffset, type Region } from './region';

/** A replacement in the outer text. */
export interface OuterEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * What changes in the outer text when a region gets another text: the lines that differ, written as the outer text
 * writes them.
 */
export function outerEdits(outer: string, region: Region, text: string): OuterEdit[] {
  const edits: OuterEdit[] = [];
  let at = 0;
  for (const { added, removed, value } of diffLines(region.text, text)) {
    const end = added ? at : at + value.length;
    if (added || removed) {
      const written = added ? asOuterLines(value, region) : '';
      edits.push({ start: lineStart(outer, region, at), end: lineStart(outer, region, end), text: written });
    }
    at = end;
  }
  return edits;
}

/** Where the line at an offset of the nginx text begins in the outer text, with what stands before it there. */
function lineStart(outer: string, region: Region, inner: number): number {
  const offset = outerOffset(region, inner);
  const isAfterText = inner >= region.text.length;
  return isAfterText ? offset : outer.lastIndexOf('\n', offset - 1) + 1;
}

/** Lines as the outer text has them. */
function asOuterLines(lines: string, { indent, escapes }: Region): string {
  return ESCAPED[escapes](lines).replaceAll(/^(?=[^\r\n])/gm, indent);
}

const ESCAPED: Readonly<Record<Escapes, (text: string) => string>> = {
  none: (text) => text,
  compose: (text) => text.replaceAll('$', '$$$$'),
  shell: (text) => text.replaceAll(/[$`\\]/g, String.raw`\$&`),
  hcl: (text) => text.replaceAll(/([$%])(?=\{)/g, '$1$1'),
  nix: (text) => text.replaceAll("''", "'''").replaceAll('${', "''${"),
};
