import type { ClientCapabilities, Position, ServerCapabilities } from 'vscode-languageserver';
import type { CancellationToken, ResponseError } from 'vscode-languageserver';
import type { ServerContext } from './context';
import type { Answer } from './workspace';

/** One thing that the server can do for editors. `features.ts` lists them all. */
export interface Feature {
  /** The capabilities that the server announces, to a client that has these commands. Default: none. */
  readonly capabilities?: (
    client: ClientCapabilities,
    commands: ReadonlySet<string>,
  ) => Partial<ServerCapabilities>;
  /** Sets up its handlers. */
  readonly register: (context: ServerContext) => void;
}

interface AboutDocument {
  readonly textDocument: { readonly uri: string };
}

/**
 * Makes the handler of a request about an open document.
 *
 * @param name for the log
 * @param neutral the answer for a document that cannot be judged, and when something goes wrong
 */
export function aboutDocument<Params extends AboutDocument, Result>(
  { runner, workspace }: ServerContext,
  name: string,
  neutral: Result,
  work: (answer: Answer, params: Params) => Result,
): (params: Params, token: CancellationToken) => Promise<Result | ResponseError<never>> {
  return (params, token) =>
    runner.answer<Result>(name, token, neutral, async (checkpoint) => {
      const answer = await workspace.analysisOf(params.textDocument.uri, checkpoint);
      return answer === null ? neutral : work(answer, params);
    });
}

/** The same for a request about a document as a whole that may have files within it: `work` gets each. */
export function aboutTexts<Params extends AboutDocument, Item>(
  { runner, workspace }: ServerContext,
  name: string,
  work: (answer: Answer, params: Params) => readonly Item[],
): (params: Params, token: CancellationToken) => Promise<Item[] | ResponseError<never>> {
  return (params, token) =>
    runner.answer<Item[]>(name, token, [], async (checkpoint) => {
      const answers = await workspace.answersFor(params.textDocument.uri, checkpoint);
      return answers.flatMap((answer) => work(answer, params));
    });
}

/**
 * The same for a request about a position: `work` gets it as an offset into the text of the file, which may be within the
 * document.
 */
export function aboutPosition<Params extends AboutDocument & { readonly position: Position }, Result>(
  context: ServerContext,
  name: string,
  neutral: Result,
  work: (answer: Answer, offset: number, params: Params) => Result,
): (params: Params, token: CancellationToken) => Promise<Result | ResponseError<never>> {
  const { runner, workspace, positions } = context;
  return (params, token) =>
    runner.answer<Result>(name, token, neutral, async (checkpoint) => {
      const { textDocument, position } = params;
      const answers = await workspace.answersFor(textDocument.uri, checkpoint);
      const answer = answers.find(({ file }) => positions.isIn(file, position));
      return answer === undefined ? neutral : work(answer, positions.offsetAt(answer.file, position), params);
    });
}
