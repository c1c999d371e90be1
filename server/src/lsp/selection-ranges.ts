import type { SelectionRange, SelectionRangeParams } from 'vscode-languageserver';
import { selectionAt } from '../features/selection';
import type { SourceFile } from '../model/source-file';
import type { ServerContext } from './context';
import { aboutDocument, type Feature } from './feature';

/** What "Expand Selection" selects. */
export const selectionRanges: Feature = {
  capabilities: ({ textDocument }) =>
    textDocument?.selectionRange === undefined ? {} : { selectionRangeProvider: true },
  register(context) {
    context.connection.onSelectionRanges(
      aboutDocument<SelectionRangeParams, SelectionRange[] | null>(
        context,
        'Selection',
        null,
        ({ file }, { positions }) =>
          positions.map((position) => chain(context, file, context.positions.offsetAt(file, position))),
      ),
    );
  },
};

/** The ranges as LSP has them: the innermost, with those around it as its parents. */
function chain({ positions }: ServerContext, file: SourceFile, offset: number): SelectionRange {
  const [outermost, ...inner] = selectionAt(file.tree, offset).toReversed();
  let range: SelectionRange = {
    range: positions.rangeOf({ file, ...(outermost ?? { start: offset, end: offset }) }),
  };
  for (const each of inner) range = { range: positions.rangeOf({ file, ...each }), parent: range };
  return range;
}
