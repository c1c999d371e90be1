import type { Definition, DefinitionLink, DefinitionParams } from 'vscode-languageserver';
import { definitionAt } from '../features/definition';
import { aboutPosition, type Feature } from './feature';
import { toLocation } from './locations';

/** Where a name is defined, and the files of an `include`. */
export const definition: Feature = {
  capabilities: ({ textDocument }) =>
    textDocument?.definition === undefined ? {} : { definitionProvider: true },
  register(context) {
    const { connection, capabilities, positions } = context;
    const hasLinks = capabilities.textDocument?.definition?.linkSupport === true;
    connection.onDefinition(
      aboutPosition<DefinitionParams, Definition | DefinitionLink[] | null>(
        context,
        'Definition',
        null,
        ({ analysis, file }, offset) => {
          const found = definitionAt(analysis.model.configuration, file, offset);
          if (found === null) return null;
          if (!hasLinks) return found.targets.map(({ name }) => toLocation(context, name));
          return found.targets.map(({ whole, name }) => ({
            originSelectionRange: positions.rangeOf(found.origin),
            targetUri: toLocation(context, whole).uri,
            targetRange: positions.rangeOf(whole),
            targetSelectionRange: positions.rangeOf(name),
          }));
        },
      ),
    );
  },
};
