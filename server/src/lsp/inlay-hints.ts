import type { InlayHint, InlayHintParams } from 'vscode-languageserver';
import { inlayHintsIn } from '../features/inlay-hints';
import { visible } from '../features/support/escape';
import { aboutDocument, type Feature } from './feature';

/** What is not written at a place, and holds there. Whether it is shown is a setting of the editor. */
export const inlayHints: Feature = {
  capabilities: ({ textDocument }) =>
    textDocument?.inlayHint === undefined ? {} : { inlayHintProvider: true },
  register(context) {
    const { connection, positions } = context;
    connection.languages.inlayHint.on(
      aboutDocument<InlayHintParams, InlayHint[]>(context, 'Hints', [], ({ analysis, file }, { range }) =>
        inlayHintsIn({
          model: analysis.model,
          routes: analysis.routes,
          file,
          start: positions.offsetAt(file, range.start),
          end: positions.offsetAt(file, range.end),
        }).map(({ offset, label }) => ({
          position: positions.rangeOf({ file, start: offset, end: offset }).start,
          label: visible(label),
          paddingLeft: true,
        })),
      ),
    );
  },
};
