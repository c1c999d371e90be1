import { callHierarchy } from './call-hierarchy';
import { definition } from './definition';
import { documentLinks } from './document-links';
import type { Feature } from './feature';
import { folding } from './folding';
import { highlights, references } from './references';
import { rename } from './rename';
import { selectionRanges } from './selection-ranges';
import { semanticTokens } from './semantic-tokens';
import { documentSymbols, workspaceSymbols } from './symbols';

/** What leads from one place of a configuration to others, across its files, and what shows how a file is built. */
export const navigation: readonly Feature[] = [
  definition,
  references,
  callHierarchy,
  highlights,
  rename,
  documentLinks,
  documentSymbols,
  workspaceSymbols,
  folding,
  selectionRanges,
  semanticTokens,
];
