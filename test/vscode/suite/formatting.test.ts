import * as assert from 'node:assert/strict';
import {
  commands,
  type FormattingOptions,
  languages,
  Position,
  Range,
  type TextDocument,
  type TextEdit,
  window,
  workspace,
  WorkspaceEdit,
} from 'vscode';
import { closeAll, show } from './support/documents';
import { waitFor } from './support/waiting';

const FORMATTED = `http {
    server {
        listen 80; # one
        location ~ "^/\\d{3}$" {
            return 404;
        }
    } # managed by Certbot
}
`;

const options: FormattingOptions = { tabSize: 4, insertSpaces: true };

/** Makes the edits of a provider, which may come late. */
async function apply(document: TextDocument, command: string, ...args: readonly unknown[]): Promise<void> {
  const edits = await waitFor(`edits of ${command}`, async () => {
    const given = await commands.executeCommand<TextEdit[] | undefined>(command, document.uri, ...args);
    return given !== undefined && given.length > 0 && given;
  });
  const edit = new WorkspaceEdit();
  edit.set(document.uri, edits);
  assert.ok(await workspace.applyEdit(edit));
}

suite('formatting', () => {
  let document: TextDocument;

  setup(async () => {
    document = await show('formatting', 'nginx.conf');
  });

  teardown(closeAll);

  for (const language of ['nginx', 'NGINX']) {
    test(`of a document in the language ${language}, by "Format Document"`, async () => {
      document = await languages.setTextDocumentLanguage(document, language);
      const editor = await window.showTextDocument(document);
      editor.options = { tabSize: 4, insertSpaces: true };
      await waitFor('a formatted document', async () => {
        await commands.executeCommand('editor.action.formatDocument');
        return document.getText() === FORMATTED;
      });
      await commands.executeCommand('editor.action.formatDocument');
      assert.equal(document.getText(), FORMATTED);
    });
  }

  test('of a range changes its lines alone', async () => {
    const range = new Range(2, 0, 2, 3);
    await apply(document, 'vscode.executeFormatRangeProvider', range, options);
    const lines = document.getText().split('\n');
    assert.deepEqual(lines.slice(1, 4), ['server {', '        listen 80; # one', 'location ~ "^/\\d{3}$" {']);
  });

  test('of a brace as it is typed puts it under its directive', async () => {
    await apply(document, 'vscode.executeFormatOnTypeProvider', new Position(5, 1), '}', options);
    assert.equal(document.lineAt(5).text, '        }');
    assert.equal(document.lineAt(4).text, 'return 404;');
  });
});
