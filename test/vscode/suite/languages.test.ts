import * as assert from 'node:assert/strict';
import {
  type CompletionList,
  commands,
  languages,
  Position,
  Range,
  Selection,
  type SnippetString,
  type TextDocument,
  type TextEditor,
  window,
  workspace,
} from 'vscode';
import { waitForDiagnostics } from './support/diagnostics';
import { closeAll, show } from './support/documents';
import { waitFor } from './support/waiting';

const RULE = 'websocket-upgrade-missing';

suite('languages', () => {
  teardown(closeAll);

  test('nginx.conf is nginx', async () => {
    const document = await show('broken', 'nginx.conf');
    assert.equal(document.languageId, 'nginx');
    await waitForDiagnostics(document.uri, RULE, 2);
  });

  test('a file of sites-available in a folder nginx is nginx, whatever its name', async () => {
    const document = await show('nginx', 'sites-available', 'chat');
    assert.equal(document.languageId, 'nginx');
    await waitForDiagnostics(document.uri, RULE, 1);
  });

  test('the language NGINX of another extension is served too', async () => {
    const known = await languages.getLanguages();
    assert.ok(known.includes('NGINX'), 'The tests need test/vscode/other-extension as a second extension.');
    const document = await show('broken', 'chat.other-nginx');
    assert.equal(document.languageId, 'NGINX');
    await waitForDiagnostics(document.uri, RULE, 2);
  });

  test('a variable, a half of one, and the prefix of a snippet are one word each', async () => {
    const text = 'proxy_set_header Host "$ht-${remote_addr}"; ws-l';
    const document = await workspace.openTextDocument({ language: 'nginx', content: text });
    const wordBefore = (end: string): string => {
      const range = document.getWordRangeAtPosition(document.positionAt(text.indexOf(end) + end.length));
      return range === undefined ? '' : document.getText(range);
    };
    assert.deepEqual(['$ht', '${rem', 'Host', 'ws-l'].map(wordBefore), [
      '$ht',
      '${remote_addr}',
      'Host',
      'ws-l',
    ]);
  });

  test('ws-l completes to the snippet of a location', async () => {
    const { document } = await editorWith('server {\n    ws-l');
    const end = document.positionAt(document.getText().length);
    const found = await waitFor('the snippet', async () => {
      const list = await commands.executeCommand<CompletionList>(
        'vscode.executeCompletionItemProvider',
        document.uri,
        end,
      );
      return list.items.find(
        ({ label }) => (typeof label === 'string' ? label : label.label) === 'ws-location',
      );
    });
    const range = found.range instanceof Range ? found.range : found.range?.inserting;
    assert.deepEqual(range, new Range(new Position(1, 4), end));
    assert.match((found.insertText as SnippetString).value, /^location \$\{1:\/ws\} \{/);
  });

  test('Enter indents after a brace, and a brace outdents', async () => {
    const { document } = await editorWith('');
    await typeIn(document, 'location / {\nlisten 80;');
    assert.equal(document.getText(), 'location / {\n    listen 80;\n}');
    // Until the grammar has read the line, VS Code takes the quoted brace for one of a block: a person types later.
    await waitFor('a brace that outdents', async () => {
      const other = await editorWith('location ~ "{" { # all');
      await typeIn(other.document, '\nlisten 80;\n}');
      return other.document.getText() === 'location ~ "{" { # all\n    listen 80;\n}';
    });
  });

  test('braces and quotes close themselves, but not in a comment', async () => {
    const { document } = await editorWith('');
    await typeIn(document, 'set $a "${b');
    assert.equal(document.getText(), 'set $a "${b}"');
    const other = await editorWith('');
    await typeIn(other.document, '# it{');
    assert.equal(other.document.getText(), '# it{');
  });

  test('a line is made a comment and back', async () => {
    const { document } = await editorWith('server {\n    listen 80;\n}\n');
    const editor = window.activeTextEditor;
    assert.ok(editor);
    editor.selection = new Selection(1, 0, 1, 0);
    await commands.executeCommand('editor.action.commentLine');
    assert.equal(document.lineAt(1).text, '    # listen 80;');
    await commands.executeCommand('editor.action.commentLine');
    assert.equal(document.lineAt(1).text, '    listen 80;');
  });
});

/** An editor with an untitled nginx document, indented by four spaces, its cursor at the end. */
async function editorWith(content: string): Promise<TextEditor> {
  const document = await workspace.openTextDocument({ language: 'nginx', content });
  const editor = await window.showTextDocument(document);
  editor.options = { insertSpaces: true, tabSize: 4 };
  const end = document.positionAt(content.length);
  editor.selection = new Selection(end, end);
  return editor;
}

/** Types into the active editor, key by key; the document has taken them all when it returns. */
async function typeIn(document: TextDocument, text: string): Promise<void> {
  for (const key of text) {
    const { version } = document;
    await commands.executeCommand('type', { text: key });
    await waitFor(`the key ${JSON.stringify(key)}`, () => document.version > version);
  }
}
