import { type FoldingRange, FoldingRangeKind, type FoldingRangeParams } from 'vscode-languageserver';
import { type Fold, foldsIn } from '../features/folding';
import type { SourceFile } from '../model/source-file';
import type { ServerContext } from './context';
import { aboutDocument, type Feature } from './feature';

const KINDS: Readonly<Partial<Record<Fold['kind'], FoldingRangeKind>>> = {
  comment: FoldingRangeKind.Comment,
  region: FoldingRangeKind.Region,
};

/** Blocks, comments and regions that can be folded away. */
export const folding: Feature = {
  capabilities: ({ textDocument }) =>
    textDocument?.foldingRange === undefined ? {} : { foldingRangeProvider: true },
  register(context) {
    const { rangeLimit = Infinity } = context.capabilities.textDocument?.foldingRange ?? {};
    context.connection.onFoldingRanges(
      aboutDocument<FoldingRangeParams, FoldingRange[]>(context, 'Folding', [], ({ file }) =>
        limited(rangesOf(context, file), rangeLimit),
      ),
    );
  },
};

/** Ranges of more than one line, no two from the same line: of those the outer one. */
function rangesOf({ capabilities, positions }: ServerContext, file: SourceFile): FoldingRange[] {
  const isByLine = capabilities.textDocument?.foldingRange?.lineFoldingOnly === true;
  const ranges: FoldingRange[] = [];
  let last = -1;
  for (const { kind: foldKind, start, end, closed } of foldsIn(file.tree)) {
    const range = positions.rangeOf({ file, start, end });
    const startLine = range.start.line;
    // The line of a `}` stays visible; where characters can be folded only the text before it is hidden.
    const endLine = range.end.line - (isByLine && closed ? 1 : 0);
    if (endLine <= startLine || startLine === last) continue;
    last = startLine;
    const kind = KINDS[foldKind];
    const isBlock = foldKind === 'block' && !isByLine;
    ranges.push({
      startLine,
      endLine,
      ...(isBlock ? { startCharacter: range.start.character, endCharacter: range.end.character } : {}),
      ...(kind === undefined ? {} : { kind }),
    });
  }
  return ranges;
}

/** As many as the client accepts; the outer ones when there are too many. */
function limited(ranges: readonly FoldingRange[], limit: number): FoldingRange[] {
  if (ranges.length <= limit) return [...ranges];
  const open: FoldingRange[] = [];
  const depths = new Map<FoldingRange, number>();
  for (const range of ranges) {
    while ((open.at(-1)?.endLine ?? Infinity) < range.startLine) open.pop();
    depths.set(range, open.length);
    open.push(range);
  }
  const outermost = ranges.toSorted((a, b) => (depths.get(a) ?? 0) - (depths.get(b) ?? 0)).slice(0, limit);
  return outermost.toSorted((a, b) => a.startLine - b.startLine);
}
