import type { DocumentLink, DocumentLinkParams } from 'vscode-languageserver';
import { includesIn } from '../features/includes';
import { aboutDocument, type Feature } from './feature';

/** A link on the path of each `include` that brings in one file. Those that bring in several have a definition. */
export const documentLinks: Feature = {
  capabilities: ({ textDocument }) =>
    textDocument?.documentLink === undefined ? {} : { documentLinkProvider: {} },
  register(context) {
    const { connection, documents, positions } = context;
    connection.onDocumentLinks(
      aboutDocument<DocumentLinkParams, DocumentLink[]>(context, 'Links', [], ({ analysis, file }) =>
        includesIn(analysis.closure, file).flatMap(({ place, files }) => {
          const [only, ...others] = files;
          if (only === undefined || others.length > 0) return [];
          return [{ range: positions.rangeOf(place), target: documents.uriOf(only) }];
        }),
      ),
    );
  },
};
