import {
  type SemanticTokens,
  SemanticTokensBuilder,
  type SemanticTokensDelta,
  type SemanticTokensDeltaParams,
  type SemanticTokensParams,
  type SemanticTokensRangeParams,
} from 'vscode-languageserver';
import {
  type SemanticToken,
  semanticTokensIn,
  tokenModifiers,
  tokenTypes,
} from '../features/semantic-tokens';
import { problemsIn } from '../project/problems';
import type { Analysis } from '../service';
import type { ServerContext } from './context';
import { aboutDocument, type Feature } from './feature';
import type { Answer } from './workspace';

/** Colours for what the grammar cannot know. */
export const semanticTokens: Feature = {
  capabilities: ({ textDocument }) => {
    if (textDocument?.semanticTokens === undefined) return {};
    const legend = { tokenTypes: [...tokenTypes], tokenModifiers: [...tokenModifiers] };
    return { semanticTokensProvider: { legend, full: { delta: true }, range: true } };
  },
  register,
};

/** What a client has of a document. */
interface Sent {
  /** Knows the tokens, so that only the difference need be sent. */
  readonly builder: SemanticTokensBuilder;
  readonly analysis: Analysis;
  readonly version: number;
  readonly tokens: string;
}

function register(context: ServerContext): void {
  const { connection, documents, positions } = context;
  const sent = new Map<string, Sent>();
  documents.texts.onDidClose(({ document }) => sent.delete(document.uri));
  const { semanticTokens: requests } = connection.languages;
  const neutral: SemanticTokens = { data: [] };
  const fill = (builder: SemanticTokensBuilder, answer: Answer): void => {
    const tokens = tokensOf(answer);
    push(context, builder, answer, tokens);
    const { uri, version } = answer.document;
    if (documents.get(uri) === undefined) return;
    sent.set(uri, { builder, analysis: answer.analysis, version, tokens: JSON.stringify(tokens) });
  };
  requests.on(
    aboutDocument<SemanticTokensParams, SemanticTokens>(context, 'Semantic tokens', neutral, (answer) => {
      const builder = new SemanticTokensBuilder();
      fill(builder, answer);
      return builder.build();
    }),
  );
  requests.onDelta(
    aboutDocument<SemanticTokensDeltaParams, SemanticTokens | SemanticTokensDelta>(
      context,
      'Semantic tokens',
      neutral,
      (answer, { previousResultId }) => {
        const builder = sent.get(answer.document.uri)?.builder ?? new SemanticTokensBuilder();
        builder.previousResult(previousResultId);
        fill(builder, answer);
        return builder.buildEdits();
      },
    ),
  );
  requests.onRange(
    aboutDocument<SemanticTokensRangeParams, SemanticTokens>(
      context,
      'Semantic tokens',
      neutral,
      (answer, { range }) => {
        const builder = new SemanticTokensBuilder();
        const start = positions.offsetAt(answer.file, range.start);
        const end = positions.offsetAt(answer.file, range.end);
        const inside = tokensOf(answer).filter((token) => token.start < end && token.end > start);
        push(context, builder, answer, inside);
        return { data: builder.build().data };
      },
    ),
  );
  refreshOnOthers(context, sent);
}

/** A change of one file may change the colours of another, whose text is unchanged: then clients must request them again. */
function refreshOnOthers(
  { connection, capabilities, runner, workspace }: ServerContext,
  sent: Map<string, Sent>,
): void {
  if (capabilities.workspace?.semanticTokens?.refreshSupport !== true) return;
  workspace.onDidAnswer((answer) => {
    const { uri, version } = answer.document;
    const last = sent.get(uri);
    if (last === undefined || last.analysis === answer.analysis || last.version !== version) return;
    runner.start('Semantic tokens', async (checkpoint) => {
      // The answer may be the one to a request for these very tokens.
      await checkpoint();
      if (sent.get(uri) !== last || answer.document.version !== version) return;
      const tokens = JSON.stringify(tokensOf(answer));
      if (tokens === last.tokens) sent.set(uri, { ...last, analysis: answer.analysis });
      else {
        sent.delete(uri);
        await connection.languages.semanticTokens.refresh();
      }
    });
  });
}

function tokensOf({ analysis, file }: Answer): SemanticToken[] {
  return semanticTokensIn(analysis.model.configuration, file, problemsIn([analysis], file.realPath));
}

function push(
  { positions }: ServerContext,
  builder: SemanticTokensBuilder,
  { file }: Answer,
  tokens: readonly SemanticToken[],
): void {
  for (const { start, end, type, modifiers } of tokens) {
    const { line, character } = positions.rangeOf({ file, start, end }).start;
    const bits = modifiers.reduce((sum, modifier) => sum | (1 << tokenModifiers.indexOf(modifier)), 0);
    builder.push(line, character, end - start, tokenTypes.indexOf(type), bits);
  }
}
