import { type TextDocument, Uri, workspace } from 'vscode';
import { waitForDiagnostics } from './support/diagnostics';
import { closeAll, fileUri, replace, show, showUri } from './support/documents';

const RULE = 'connection-map-missing';
const MAP = fileUri('included', 'conf.d', 'connection-upgrade.conf');
const OTHER = fileUri('included', 'conf.d', 'other.conf');
const ELSEWHERE = fileUri('included', 'connection-upgrade.disabled');

async function write(uri: Uri, text: string): Promise<void> {
  await workspace.fs.writeFile(uri, new TextEncoder().encode(text));
}

async function remove(uri: Uri): Promise<void> {
  const siblings = await workspace.fs.readDirectory(Uri.joinPath(uri, '..'));
  if (siblings.some(([name]) => uri.path.endsWith(`/${name}`))) await workspace.fs.delete(uri);
}

suite('diagnostics of a file that depends on an included one', () => {
  let document: TextDocument;
  let map: string;

  suiteSetup(async () => {
    map = new TextDecoder().decode(await workspace.fs.readFile(MAP));
  });

  setup(async () => {
    document = await show('included', 'nginx.conf');
    await waitForDiagnostics(document.uri, RULE, 0);
  });

  teardown(async () => {
    await closeAll();
    await write(MAP, map);
    await remove(OTHER);
    await remove(ELSEWHERE);
  });

  test('follow what is typed there, saved or not', async () => {
    const included = await showUri(MAP);
    await replace(included, '$connection_upgrade', '$something_else');
    await waitForDiagnostics(document.uri, RULE, 1);
    await replace(included, '$something_else', '$connection_upgrade');
    await waitForDiagnostics(document.uri, RULE, 0);
  });

  test('follow the text in the editor, not the one on the disk', async () => {
    const included = await showUri(MAP);
    await replace(included, '$connection_upgrade', '$something_else');
    await waitForDiagnostics(document.uri, RULE, 1);
    // News of the disk makes the server look at everything again; what it finds there is the map as it was.
    await write(OTHER, 'map $http_upgrade $connection_upgrade {\n    default upgrade;\n}\n');
    await waitForDiagnostics(document.uri, RULE, 0);
    await workspace.fs.delete(OTHER);
    await waitForDiagnostics(document.uri, RULE, 1);
  });

  test('follow a change on the disk', async () => {
    await write(MAP, '# The map is gone.\n');
    await waitForDiagnostics(document.uri, RULE, 1);
    await write(MAP, map);
    await waitForDiagnostics(document.uri, RULE, 0);
  });

  test('follow files that come and go where an include has a pattern', async () => {
    await workspace.fs.rename(MAP, ELSEWHERE);
    await waitForDiagnostics(document.uri, RULE, 1);
    await workspace.fs.rename(ELSEWHERE, OTHER);
    await waitForDiagnostics(document.uri, RULE, 0);
    await workspace.fs.delete(OTHER);
    await waitForDiagnostics(document.uri, RULE, 1);
  });
});
