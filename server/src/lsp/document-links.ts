import type { DocumentLink, DocumentLinkParams } from 'vscode-languageserver';
import { includesIn } from '../features/includes';
import { upstreamLinksIn } from '../features/upstream-links';
import { t } from '../l10n';
import type { Place } from '../model/configuration';
import type { ServerContext } from './context';
import { aboutDocument, type Feature } from './feature';
import type { Answer } from './workspace';

/**
 * A link on the path of each `include` that brings in one file (those that bring in several have a definition), and on
 * each URL that names an upstream, to that: an editor would lead to a website of that name.
 */
export const documentLinks: Feature = {
  capabilities: ({ textDocument }) =>
    textDocument?.documentLink === undefined ? {} : { documentLinkProvider: {} },
  register(context) {
    context.connection.onDocumentLinks(
      aboutDocument<DocumentLinkParams, DocumentLink[]>(context, 'Links', [], (answer) => [
        ...includeLinks(context, answer),
        ...upstreamLinks(context, answer),
      ]),
    );
  },
};

function includeLinks({ positions, documents }: ServerContext, { analysis, file }: Answer): DocumentLink[] {
  return includesIn(analysis.closure, file).flatMap(({ place, files }) => {
    const [only, ...others] = files;
    if (only === undefined || others.length > 0) return [];
    return [{ range: positions.rangeOf(place), target: documents.uriOf(only) }];
  });
}

function upstreamLinks(context: ServerContext, { analysis, file }: Answer): DocumentLink[] {
  return upstreamLinksIn(analysis.model.configuration, file).map(({ place, target }) => ({
    range: context.positions.rangeOf(place),
    target: uriOfPlace(context, target),
    tooltip: t('Go to the upstream'),
  }));
}

/** The URI of a place, as editors open it: line and column from 1. */
function uriOfPlace({ positions, documents }: ServerContext, place: Place): string {
  const { line, character } = positions.rangeOf(place).start;
  return `${documents.uriOf(place.file)}#L${line + 1},${character + 1}`;
}
