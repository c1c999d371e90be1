import { type Command, l10n, Range, Uri } from 'vscode';
import type { FilePlace } from '../../server/src/protocol';

/** A range of the protocol as VS Code has it. */
export function toRange({ start, end }: FilePlace['range']): Range {
  return new Range(start.line, start.character, end.line, end.character);
}

/** The command that goes to a place. */
export function openPlace({ uri, range }: FilePlace): Command {
  const selection = toRange(range);
  return { title: l10n.t('Go to'), command: 'vscode.open', arguments: [Uri.parse(uri), { selection }] };
}
