import * as assert from 'node:assert/strict';
import { commands, ConfigurationTarget, languages, type TextDocument, Uri, workspace } from 'vscode';
import { waitForDiagnostics } from './support/diagnostics';
import { closeAll, showUri } from './support/documents';
import { scratchCopy } from './support/scratch';
import { waitFor } from './support/waiting';

const RULE = 'websocket-upgrade-missing';

async function setDetection(mode: 'on' | 'ask' | 'off' | undefined): Promise<void> {
  const configuration = workspace.getConfiguration('nginxWebsocket');
  await configuration.update('detectLanguage', mode, ConfigurationTarget.Global);
}

async function switched(document: TextDocument): Promise<void> {
  await waitFor(`the language of ${document.fileName} to be nginx`, () => document.languageId === 'nginx');
}

/** Opens a file as if for the first time. */
async function showFresh(folder: string, name: string): Promise<TextDocument> {
  return showUri(Uri.joinPath(await scratchCopy(folder), name));
}

/** Opens a file that is switched: what was opened before it and is not switched by now stays as it is. */
async function detectionIsDone(): Promise<void> {
  await switched(await showFresh('detect', 'chat.conf'));
}

/** Agrees to the question about a document, which has another language until then. */
async function agreed(document: TextDocument, before: string): Promise<void> {
  await waitFor('an answer to the question', async () => {
    assert.ok([before, 'nginx'].includes(document.languageId));
    if (document.languageId === 'nginx') return true;
    // Does nothing until the question is there.
    await commands.executeCommand('notification.acceptPrimaryAction');
    return false;
  });
}

suite('the language of a file that VS Code does not know', () => {
  setup(() => setDetection('on'));

  teardown(async () => {
    await setDetection(undefined);
    await closeAll();
  });

  test('becomes nginx when it opens as properties and reads as nginx', async () => {
    const document = await showFresh('detect', 'chat.conf');
    await switched(document);
    await waitForDiagnostics(document.uri, RULE, 1);
  });

  test('becomes nginx when it opens as plain text and reads as nginx', async () => {
    const document = await showFresh('sites-available', 'chat');
    await switched(document);
    await waitForDiagnostics(document.uri, RULE, 1);
  });

  test('stays as it is for Apache and for other formats, and as a person set it', async () => {
    const apache = await showFresh('detect', 'apache.conf');
    const application = await showFresh('detect', 'application.conf');
    const document = await showFresh('detect', 'chat.conf');
    await switched(document);
    await languages.setTextDocumentLanguage(document, 'properties');
    await waitFor('properties again', () => document.languageId === 'properties');
    await detectionIsDone();
    assert.equal(apache.languageId, 'properties');
    assert.equal(application.languageId, 'properties');
    assert.equal(document.languageId, 'properties');
  });

  test('stays as it is with `off`', async () => {
    await setDetection('off');
    const document = await showFresh('detect', 'chat.conf');
    await setDetection('on');
    await detectionIsDone();
    assert.equal(document.languageId, 'properties');
  });

  test('becomes nginx with `ask` when a person agrees', async () => {
    await setDetection('ask');
    await agreed(await showFresh('detect', 'chat.conf'), 'properties');
  });

  test('becomes nginx when a person agrees where another language has templates by their name', async () => {
    const folder = await scratchCopy('detect');
    const template = Uri.joinPath(folder, 'chat.conf.ejs');
    await workspace.fs.copy(Uri.joinPath(folder, 'chat.conf'), template);
    await agreed(await showUri(template), 'html');
  });
});
