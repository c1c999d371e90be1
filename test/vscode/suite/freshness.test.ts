import { type TextDocument, Uri, workspace } from 'vscode';
import { waitForDiagnostics } from './support/diagnostics';
import { closeAll, replace, showUri } from './support/documents';
import { removeScratch, scratchCopy, write } from './support/scratch';

const RULE = 'connection-map-missing';
const MAP = 'conf.d/connection-upgrade.conf';

suite('diagnostics of a file that depends on an included one', () => {
  let folder: Uri;
  let document: TextDocument;

  setup(async () => {
    folder = await scratchCopy('included');
    document = await showUri(Uri.joinPath(folder, 'nginx.conf'));
    await waitForDiagnostics(document.uri, RULE, 0);
  });

  teardown(closeAll);
  suiteTeardown(removeScratch);

  test('follow what is typed there, saved or not', async () => {
    const included = await showUri(Uri.joinPath(folder, MAP));
    await replace(included, '$connection_upgrade', '$something_else');
    await waitForDiagnostics(document.uri, RULE, 1);
    await replace(included, '$something_else', '$connection_upgrade');
    await waitForDiagnostics(document.uri, RULE, 0);
  });

  test('follow the text in the editor, not the one on the disk', async () => {
    const included = await showUri(Uri.joinPath(folder, MAP));
    await replace(included, '$connection_upgrade', '$something_else');
    await waitForDiagnostics(document.uri, RULE, 1);
    // A change that a map would follow, if the disk were asked.
    await write(Uri.joinPath(folder, 'conf.d/other.conf'), '# nothing\n');
    await showUri(Uri.joinPath(folder, 'conf.d/other.conf'));
    await waitForDiagnostics(document.uri, RULE, 1);
  });

  test('follow a change on the disk', async () => {
    const uri = Uri.joinPath(folder, MAP);
    const text = new TextDecoder().decode(await workspace.fs.readFile(uri));
    await write(uri, '# The map is gone.\n');
    await waitForDiagnostics(document.uri, RULE, 1);
    await write(uri, text);
    await waitForDiagnostics(document.uri, RULE, 0);
  });

  test('follow files that come and go where an include has a pattern', async () => {
    const from = Uri.joinPath(folder, MAP);
    const to = Uri.joinPath(folder, 'conf.d/renamed.conf');
    await workspace.fs.rename(from, Uri.joinPath(folder, 'map.disabled'));
    await waitForDiagnostics(document.uri, RULE, 1);
    await workspace.fs.rename(Uri.joinPath(folder, 'map.disabled'), to);
    await waitForDiagnostics(document.uri, RULE, 0);
    await workspace.fs.delete(to);
    await waitForDiagnostics(document.uri, RULE, 1);
  });
});
