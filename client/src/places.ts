import { type Command, commands, type Disposable, l10n, Location, Range, Uri } from 'vscode';
import { type FilePlace, type PlacesCommand, placesCommand } from '../../server/src/protocol';

/** A range of the protocol as VS Code has it. */
export function toRange({ start, end }: FilePlace['range']): Range {
  return new Range(start.line, start.character, end.line, end.character);
}

/** The command that goes to a place. */
export function openPlace({ uri, range }: FilePlace): Command {
  const selection = toRange(range);
  return { title: l10n.t('Go to'), command: 'vscode.open', arguments: [Uri.parse(uri), { selection }] };
}

/** The command of lenses that shows places: they are listed where the lens is. */
export function registerPlaces(): Disposable {
  return commands.registerCommand(placesCommand, ({ at, places }: PlacesCommand) => {
    const locations = places.map(({ uri, range }) => new Location(Uri.parse(uri), toRange(range)));
    const { start } = toRange(at.range);
    return commands.executeCommand('editor.action.showReferences', Uri.parse(at.uri), start, locations);
  });
}
