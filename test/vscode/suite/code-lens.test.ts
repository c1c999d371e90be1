import { type CodeLens, commands, type TextDocument, workspace } from 'vscode';
import { closeAll, show } from './support/documents';
import { waitFor } from './support/waiting';

async function lenses({ uri }: TextDocument): Promise<CodeLens[]> {
  return commands.executeCommand<CodeLens[]>('vscode.executeCodeLensProvider', uri, 99);
}

suite('the lenses of a configuration', () => {
  const set = (value: boolean | undefined): Thenable<void> =>
    workspace.getConfiguration('nginxWebsocket').update('codeLens', value);

  teardown(async () => {
    await set(undefined);
    await closeAll();
  });

  test('are gone when the setting says so', async () => {
    const document = await show('broken', 'nginx.conf');
    await waitFor('lenses', async () => (await lenses(document)).length > 0);
    await set(false);
    await waitFor('no lenses', async () => (await lenses(document)).length === 0);
    await set(undefined);
    await waitFor('lenses again', async () => (await lenses(document)).length > 0);
  });
});
