import {
  type DocumentHighlight,
  DocumentHighlightKind,
  type DocumentHighlightParams,
  type Location,
  type ReferenceParams,
} from 'vscode-languageserver';
import { highlightsAt, referencesAt } from '../features/references';
import { aboutPosition, type Feature } from './feature';
import { toLocation } from './locations';

/** All places of a name in the files of its configuration. */
export const references: Feature = {
  capabilities: ({ textDocument }) =>
    textDocument?.references === undefined ? {} : { referencesProvider: true },
  register(context) {
    context.connection.onReferences(
      aboutPosition<ReferenceParams, Location[]>(
        context,
        'References',
        [],
        ({ analysis, file }, offset, { context: { includeDeclaration } }) =>
          referencesAt(analysis.model.configuration, file, offset, includeDeclaration).map((place) =>
            toLocation(context, place),
          ),
      ),
    );
  },
};

/** All places of a name in its file. */
export const highlights: Feature = {
  capabilities: ({ textDocument }) =>
    textDocument?.documentHighlight === undefined ? {} : { documentHighlightProvider: true },
  register(context) {
    const { connection, positions } = context;
    connection.onDocumentHighlight(
      aboutPosition<DocumentHighlightParams, DocumentHighlight[] | null>(
        context,
        'Highlights',
        null,
        ({ analysis, file }, offset) => {
          const found = highlightsAt(analysis.model.configuration, file, offset);
          // Without an answer editors mark the same word.
          if (found.length === 0) return null;
          return found.map(({ outer, role }) => ({
            range: positions.rangeOf(outer),
            kind: role === 'definition' ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
          }));
        },
      ),
    );
  },
};
