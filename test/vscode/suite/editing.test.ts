import * as assert from 'node:assert/strict';
import {
  type CallHierarchyIncomingCall,
  type CallHierarchyItem,
  type CodeAction,
  type CodeLens,
  commands,
  type InlayHint,
  Position,
  Range,
  type TextDocument,
  Uri,
  WorkspaceEdit,
  workspace,
} from 'vscode';
import { closeAll, showUri } from './support/documents';
import { hasPage, page } from './support/page';
import { scratchCopy } from './support/scratch';
import { waitFor } from './support/waiting';

const testOfPage = hasPage ? test : test.skip;

suite('a tree of files', () => {
  let folder: Uri;
  let main: TextDocument;
  let web: TextDocument;

  const inFolder = (...path: string[]): Uri => Uri.joinPath(folder, 'nginx', ...path);

  setup(async () => {
    folder = await scratchCopy('navigation');
    main = await showUri(inFolder('nginx.conf'));
    web = await showUri(inFolder('conf.d', 'web.conf'));
  });

  teardown(async function () {
    if (this.currentTest?.isFailed() === true && hasPage) await page('screenshot', 'editing-failed');
    await closeAll();
  });

  async function refactor(document: TextDocument, range: Range, kind: string): Promise<void> {
    const action = await waitFor(`the action ${kind}`, async () => {
      const found = await commands.executeCommand<CodeAction[]>(
        'vscode.executeCodeActionProvider',
        document.uri,
        range,
        kind,
      );
      return found[0];
    });
    assert.ok(action.edit !== undefined);
    assert.ok(await workspace.applyEdit(action.edit, { isRefactoring: true }));
  }

  test('is written in another way: a location in a file of its own, and back', async () => {
    const original = web.getText();
    const start = original.indexOf('location');
    const end = original.indexOf('}', start) + 1;
    const selection = new Range(web.positionAt(start), web.positionAt(end));
    await refactor(web, selection, 'refactor.extract');
    const name = /include (snippets\/location.*\.conf);/.exec(web.getText())?.[1] ?? '';
    const made = await workspace.openTextDocument(inFolder(...name.split('/')));
    assert.match(made.getText(), /^location .*\{[^]*\}\n$/);
    const include = web.positionAt(web.getText().indexOf(`include ${name}`));
    await refactor(web, new Range(include, include), 'refactor.inline');
    assert.equal(web.getText(), original);
  });

  test('says who includes a file: by a lens, by the hierarchy, and when the file is renamed', async () => {
    const maps = await showUri(inFolder('maps.conf'));
    const lens = await waitFor('the lens', async () => {
      const found = await commands.executeCommand<CodeLens[]>('vscode.executeCodeLensProvider', maps.uri, 9);
      return found.find(({ command }) => command?.title === 'Included by nginx.conf');
    });
    assert.equal(lens.range.start.line, 0);
    const [item] = await commands.executeCommand<CallHierarchyItem[]>(
      'vscode.prepareCallHierarchy',
      maps.uri,
      new Position(0, 0),
    );
    const calls = await commands.executeCommand<CallHierarchyIncomingCall[]>(
      'vscode.provideIncomingCalls',
      item,
    );
    assert.deepEqual(
      calls.map(({ from }) => [from.name, from.uri.path]),
      [['nginx.conf', main.uri.path]],
    );
    const edit = new WorkspaceEdit();
    edit.renameFile(maps.uri, inFolder('variables.conf'));
    assert.ok(await workspace.applyEdit(edit));
    await waitFor('the include', () => main.getText().includes('include variables.conf;'));
  });

  test('shows what is not written, while Ctrl and Alt are held', async () => {
    const mode = workspace.getConfiguration('editor', { languageId: 'nginx', uri: web.uri });
    assert.equal(mode.get('inlayHints.enabled'), 'offUnlessPressed');
    const whole = new Range(0, 0, web.lineCount, 0);
    const hints = await waitFor('the hints', async () => {
      const found = await commands.executeCommand<InlayHint[]>(
        'vscode.executeInlayHintProvider',
        web.uri,
        whole,
      );
      return found.length > 0 && found;
    });
    assert.match(JSON.stringify(hints.map(({ label }) => label)), /by default|from (?:http|server)/);
  });

  testOfPage('has its URLs in the Test Explorer, run by analysis', async () => {
    const settings = {
      websocketUrls: [
        'wss://chat.example:8443/api/chat',
        { url: 'wss://chat.example:8443/other', expect: 'passes' },
      ],
    };
    const file = inFolder('nginx-websocket.json');
    await workspace.fs.writeFile(file, new TextEncoder().encode(JSON.stringify(settings)));
    const row = (path: string): string => `.test-explorer .monaco-list-row:has-text("8443/${path}")`;
    // The view is there with the first URL.
    await waitFor('the URLs', async () => {
      await showUri(main.uri);
      await showUri(web.uri);
      await commands.executeCommand('workbench.view.extension.test');
      return (await page('visible', row('other'))) === 'true';
    });
    await commands.executeCommand('testing.runAll');
    await page('wait', `${row('api/chat')} .codicon-testing-passed-icon`);
    await page('wait', `${row('other')} .codicon-testing-failed-icon`);
    await commands.executeCommand('workbench.view.explorer');
  });
});
