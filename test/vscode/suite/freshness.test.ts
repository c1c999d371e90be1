import { type TextDocument, Uri, WorkspaceEdit, workspace } from 'vscode';
import { waitForDiagnostics } from './support/diagnostics';
import { closeAll, fileUri, replace, show, showUri } from './support/documents';

const RULE = 'connection-map-missing';
const MAP_NAME = 'conf.d/connection-upgrade.conf';
const MAP = 'map $http_upgrade $connection_upgrade {\n    default upgrade;\n}\n';

async function write(uri: Uri, text: string): Promise<void> {
  await workspace.fs.writeFile(uri, new TextEncoder().encode(text));
}

async function read(uri: Uri): Promise<string> {
  return new TextDecoder().decode(await workspace.fs.readFile(uri));
}

async function removeIfThere(uri: Uri): Promise<void> {
  const siblings = await workspace.fs.readDirectory(Uri.joinPath(uri, '..'));
  if (siblings.some(([name]) => uri.path.endsWith(`/${name}`))) await workspace.fs.delete(uri);
}

suite('diagnostics of a file that depends on an included one in an editor', () => {
  const map = fileUri('included', MAP_NAME);
  const other = fileUri('included', 'conf.d', 'other.conf');
  let document: TextDocument;

  setup(async () => {
    document = await show('included', 'nginx.conf');
    await waitForDiagnostics(document.uri, RULE, 0);
  });

  teardown(async () => {
    await closeAll();
    await removeIfThere(other);
  });

  test('follow what is typed there, saved or not', async () => {
    const included = await showUri(map);
    await replace(included, '$connection_upgrade', '$something_else');
    await waitForDiagnostics(document.uri, RULE, 1);
    await replace(included, '$something_else', '$connection_upgrade');
    await waitForDiagnostics(document.uri, RULE, 0);
  });

  test('follow the text in the editor, not the one on the disk', async () => {
    const included = await showUri(map);
    await replace(included, '$connection_upgrade', '$something_else');
    await waitForDiagnostics(document.uri, RULE, 1);
    // News of the disk makes the server look again; on the disk the map is as it was.
    await write(other, MAP);
    await waitForDiagnostics(document.uri, RULE, 0);
    await workspace.fs.delete(other);
    await waitForDiagnostics(document.uri, RULE, 1);
  });

  test('follow an edit where no editor shows it', async () => {
    const included = await workspace.openTextDocument(map);
    const edit = new WorkspaceEdit();
    edit.insert(map, included.lineAt(0).range.start, '# ');
    await workspace.applyEdit(edit);
    await waitForDiagnostics(document.uri, RULE, 1);
  });
});

suite('diagnostics of a file that depends on an included one on the disk', () => {
  // No test opens these two.
  const map = fileUri('on-disk', MAP_NAME);
  const other = fileUri('on-disk', 'conf.d', 'other.conf');
  const elsewhere = fileUri('on-disk', 'connection-upgrade.disabled');
  let document: TextDocument;
  let original: string;

  setup(async () => {
    original = await read(map);
    document = await show('on-disk', 'nginx.conf');
    await waitForDiagnostics(document.uri, RULE, 0);
  });

  teardown(async () => {
    await closeAll();
    await write(map, original);
    await removeIfThere(other);
    await removeIfThere(elsewhere);
  });

  test('follow a change', async () => {
    await write(map, '# The map is gone.\n');
    await waitForDiagnostics(document.uri, RULE, 1);
    await write(map, original);
    await waitForDiagnostics(document.uri, RULE, 0);
  });

  test('follow files that come and go where an include has a pattern', async () => {
    await workspace.fs.rename(map, elsewhere);
    await waitForDiagnostics(document.uri, RULE, 1);
    await workspace.fs.rename(elsewhere, other);
    await waitForDiagnostics(document.uri, RULE, 0);
    await workspace.fs.delete(other);
    await waitForDiagnostics(document.uri, RULE, 1);
  });
});
