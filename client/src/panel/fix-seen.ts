import { l10n, window } from 'vscode';
import type { WorkspaceEdit } from 'vscode-languageclient';
import type { Server } from '../server';
import type { Sighting } from './history';
import type { Asking } from './state';

/**
 * Makes the fix that was shown for what was seen, as it fits the configuration now. Nothing is saved.
 *
 * @returns the edit that was made; null when none was, which is said
 */
export async function fixSeen(
  { seen, params, explained, remedy }: Sighting,
  server: Server,
  asking: Asking,
): Promise<WorkspaceEdit | null> {
  const now = explained === null ? null : await asking.explain({ uri: explained.uri, url: params.url });
  const found = now === null ? null : remedy(now);
  if (found === null) {
    void window.showInformationMessage(
      l10n.t('That fix has already been made: save, reload nginx, and probe again.'),
    );
    return null;
  }
  // What the person has read is what is done, and nothing else.
  if (found.title === seen.cause?.fix && (await server.apply(found.edit))) return found.edit;
  void window.showWarningMessage(l10n.t('The configuration has changed meanwhile: probe again.'));
  return null;
}
