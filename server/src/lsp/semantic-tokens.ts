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
import { problemsIn } from '../service';
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

function register(context: ServerContext): void {
  const { connection, documents, positions } = context;
  /** What was last sent for each document, so that only the difference need be sent. */
  const builders = new Map<string, SemanticTokensBuilder>();
  documents.texts.onDidClose(({ document }) => builders.delete(document.uri));
  const builderFor = (uri: string): SemanticTokensBuilder => {
    const builder = builders.get(uri) ?? new SemanticTokensBuilder();
    if (documents.get(uri) !== undefined) builders.set(uri, builder);
    return builder;
  };
  const neutral: SemanticTokens = { data: [] };
  const { semanticTokens: requests } = connection.languages;
  requests.on(
    aboutDocument<SemanticTokensParams, SemanticTokens>(context, 'Semantic tokens', neutral, (answer) => {
      const builder = new SemanticTokensBuilder();
      const { uri } = answer.document;
      if (documents.get(uri) !== undefined) builders.set(uri, builder);
      push(context, builder, answer, tokensOf(answer));
      return builder.build();
    }),
  );
  requests.onDelta(
    aboutDocument<SemanticTokensDeltaParams, SemanticTokens | SemanticTokensDelta>(
      context,
      'Semantic tokens',
      neutral,
      (answer, { previousResultId }) => {
        const builder = builderFor(answer.document.uri);
        builder.previousResult(previousResultId);
        push(context, builder, answer, tokensOf(answer));
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
}

function tokensOf({ analysis, file }: Answer): SemanticToken[] {
  return semanticTokensIn(analysis.model.configuration, file, problemsIn(analysis, file.realPath));
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
