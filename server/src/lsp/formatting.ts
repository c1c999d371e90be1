import type { CancellationToken, FormattingOptions, ResponseError, TextEdit } from 'vscode-languageserver';
import { type FormattedRange, formattingEdits, type FormattingStyle } from '../features/formatting';
import type { ServerContext } from './context';
import type { Feature } from './feature';
import type { Answer } from './workspace';

/** Formatting of a document, of ranges of it, and of the line on which a block ends as it is typed. */
export const formatting: Feature = {
  capabilities: ({ textDocument }) => ({
    ...(textDocument?.formatting === undefined ? {} : { documentFormattingProvider: true }),
    ...(textDocument?.rangeFormatting === undefined ? {} : { documentRangeFormattingProvider: true }),
    ...(textDocument?.onTypeFormatting === undefined
      ? {}
      : { documentOnTypeFormattingProvider: { firstTriggerCharacter: '}' } }),
  }),
  register,
};

interface FormattingRequest {
  readonly textDocument: { readonly uri: string };
  readonly options: FormattingOptions;
}

function register(context: ServerContext): void {
  const { connection, positions } = context;
  const whole = (): undefined => undefined;
  connection.onDocumentFormatting((params, token) => answer(context, params, token, whole));
  connection.onDocumentRangeFormatting((params, token) =>
    answer(context, params, token, ({ file }) => ({
      start: positions.offsetAt(file, params.range.start),
      end: positions.offsetAt(file, params.range.end),
    })),
  );
  connection.onDocumentOnTypeFormatting((params, token) =>
    answer(context, params, token, ({ file }) => {
      const at = positions.offsetAt(file, params.position);
      return { start: at, end: at };
    }),
  );
}

/** @param rangeOf gives the range to format, or undefined for all of the document */
function answer(
  context: ServerContext,
  { textDocument: { uri }, options }: FormattingRequest,
  token: CancellationToken,
  rangeOf: (answer: Answer) => FormattedRange | undefined,
): Promise<TextEdit[] | ResponseError<never>> {
  const { positions, runner, settings, workspace } = context;
  return runner.answer<TextEdit[]>('Formatting', token, [], async (checkpoint) => {
    const { alignValues } = await settings.of(uri);
    const found = await workspace.analysisOf(uri, checkpoint);
    if (found === null) return [];
    const { file } = found;
    return formattingEdits(file.tree, styleOf(options, alignValues), rangeOf(found)).map((edit) => ({
      range: positions.rangeOf({ file, start: edit.start, end: edit.end }),
      newText: edit.newText,
    }));
  });
}

/** Other sizes than these are mistakes. */
const TAB_SIZES = { min: 1, max: 32 };

function styleOf(
  { tabSize, insertSpaces, ...rest }: FormattingOptions,
  alignValues: boolean,
): FormattingStyle {
  return {
    tabSize: Math.min(Math.max(Math.trunc(tabSize) || 4, TAB_SIZES.min), TAB_SIZES.max),
    insertSpaces,
    insertFinalNewline: rest.insertFinalNewline === true,
    values: alignValues ? 'align' : 'keep',
  };
}
