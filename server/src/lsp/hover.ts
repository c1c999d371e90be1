import type { Hover, HoverParams } from 'vscode-languageserver';
import { hoverAt } from '../features/hover';
import type { ServerContext } from './context';
import { aboutPosition, type Feature } from './feature';
import { linker, markup } from './markup';

/** Information about the word under the pointer. */
export const hover: Feature = {
  capabilities: ({ textDocument }) => (textDocument?.hover === undefined ? {} : { hoverProvider: true }),
  register,
};

function register(context: ServerContext): void {
  const { connection, capabilities, positions } = context;
  const formats = capabilities.textDocument?.hover?.contentFormat;
  connection.onHover(
    aboutPosition<HoverParams, Hover | null>(context, 'Hover', null, ({ analysis, file }, offset) => {
      const found = hoverAt({
        model: analysis.model,
        routes: () => analysis.routes,
        file,
        offset,
        link: linker(context, file),
      });
      if (found === null) return null;
      return { contents: markup(found.text, formats), range: positions.rangeOf({ file, ...found }) };
    }),
  );
}
