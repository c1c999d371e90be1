import * as assert from 'node:assert/strict';
import {
  commands,
  type Diagnostic,
  DiagnosticSeverity,
  languages,
  type TextDocument,
  type Uri,
  workspace,
} from 'vscode';
import { closeAll, fileUri, replace, show, showUri } from './support/documents';
import { setOurs } from './support/nginx';
import { waitFor } from './support/waiting';

function fromNginx(uri: Uri): Diagnostic[] {
  return languages.getDiagnostics(uri).filter(({ source }) => source === 'nginx');
}

/** Nothing waits for the command: its message stays until somebody answers. */
function runTest(): void {
  void commands.executeCommand('nginxWebsocket.testConfiguration');
}

async function waitForCount(uri: Uri, count: number): Promise<Diagnostic[]> {
  return waitFor(`${count} from nginx`, () => {
    const found = fromNginx(uri);
    return found.length === count && found;
  });
}

suite('the test with nginx', () => {
  let document: TextDocument;
  let original: string;

  setup(async () => {
    const folder = fileUri('tested').fsPath;
    const nginx = ['nginx', '-t', '-p', folder, '-e', 'start.log', '-c', '${mainFile}'];
    await setOurs('testCommand', nginx);
    document = await show('tested', 'nginx.conf');
    original = document.getText();
  });

  teardown(async () => {
    await setOurs('testCommand', undefined);
    await setOurs('testOnSave', undefined);
    await commands.executeCommand('notifications.clearAll');
    await closeAll();
    await workspace.fs.writeFile(fileUri('tested', 'nginx.conf'), new TextEncoder().encode(original));
  });

  test('shows what nginx says, where it says it, until the next one', async () => {
    runTest();
    const [fault] = await waitForCount(document.uri, 1);
    assert.match(fault?.message ?? '', /^dlopen\(\) ".*none\.so" failed/);
    assert.equal(fault?.severity, DiagnosticSeverity.Error);
    assert.equal(document.getText(fault.range), 'load_module none.so;');
    // What is among our own findings is not shown a second time.
    await replace(document, 'load_module none.so;', 'bogus on;');
    await document.save();
    runTest();
    await waitForCount(document.uri, 0);
    const bogus = () =>
      languages.getDiagnostics(document.uri).filter(({ message }) => message.includes('"bogus"'));
    await waitFor('the one finding', () => bogus().length === 1);
    await replace(document, 'bogus on;', 'load_module none.so;');
    await document.save();
    runTest();
    await waitForCount(document.uri, 1);
    await replace(document, 'load_module none.so;', '');
    await document.save();
    assert.equal(fromNginx(document.uri).length, 1);
    runTest();
    await waitForCount(document.uri, 0);
  });

  test('is made on save, where the setting says so', async () => {
    await setOurs('testOnSave', true);
    await replace(document, 'none.so', 'other.so');
    await document.save();
    await waitForCount(document.uri, 1);
    await replace(document, 'load_module other.so;', '');
    await document.save();
    await waitForCount(document.uri, 0);
  });
});

suite('settings', () => {
  const RULE = 'websocket-upgrade-missing';
  let document: TextDocument;

  function severities(): DiagnosticSeverity[] {
    return languages
      .getDiagnostics(document.uri)
      .filter(({ code }) => typeof code === 'object' && code.value === RULE)
      .map(({ severity }) => severity);
  }

  async function waitForSeverity(...expected: DiagnosticSeverity[]): Promise<void> {
    await waitFor(`severities ${expected.join(', ')}`, () => severities().join() === expected.join());
  }

  setup(async () => {
    document = await show('tested', 'nginx.conf');
    await waitForSeverity(DiagnosticSeverity.Hint);
  });

  teardown(async () => {
    await setOurs('websocketLocations', undefined);
    await setOurs('rules', undefined);
    await closeAll();
  });

  test('take effect at once', async () => {
    await setOurs('websocketLocations', ['/rooms']);
    await waitForSeverity(DiagnosticSeverity.Warning);
    await setOurs('rules', { [RULE]: 'error' });
    await waitForSeverity(DiagnosticSeverity.Error);
    await setOurs('rules', { [RULE]: 'off' });
    await waitForSeverity();
  });

  test('in nginx-websocket.json take effect at once', async () => {
    const file = fileUri('tested', 'nginx-websocket.json');
    const write = (text: string): Thenable<void> =>
      workspace.fs.writeFile(file, new TextEncoder().encode(text));
    try {
      await write('{ "websocketLocations": ["/rooms"] }');
      await waitForSeverity(DiagnosticSeverity.Warning);
      await write(`{ "rules": { "${RULE}": "off" } }`);
      await waitForSeverity();
      // The schema tells what makes no sense, where it stands.
      await write(`{ "rules": { "${RULE}": "loud" } }`);
      const json = await showUri(file);
      const [fault] = await waitFor('the schema', () => {
        const found = languages.getDiagnostics(file);
        return found.length > 0 && found;
      });
      assert.equal(fault === undefined ? '' : json.getText(fault.range), '"loud"');
    } finally {
      await workspace.fs.delete(file);
    }
    await waitForSeverity(DiagnosticSeverity.Hint);
  });
});
