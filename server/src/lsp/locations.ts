import type { Location } from 'vscode-languageserver';
import type { Place } from '../model/configuration';
import type { ServerContext } from './context';

/** A place as LSP has it. */
export function toLocation({ documents, positions }: ServerContext, place: Place): Location {
  return { uri: documents.uriOf(place.file), range: positions.rangeOf(place) };
}
