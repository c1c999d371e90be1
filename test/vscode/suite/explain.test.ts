import * as assert from 'node:assert/strict';
import {
  type CodeLens,
  commands,
  type DocumentLink,
  Selection,
  type TextDocument,
  type Uri,
  window,
  workspace,
} from 'vscode';
import { closeAll, fileUri, replace, showUri } from './support/documents';
import { scratchCopy } from './support/scratch';
import { waitFor } from './support/waiting';

const HUB = 'wss://chat.example/hub';

/** The document that an explanation is shown in. */
async function explanation(): Promise<TextDocument> {
  return waitFor('the explanation', () => {
    const editor = window.visibleTextEditors.find(
      ({ document }) => document.uri.scheme === 'nginx-websocket-explain',
    );
    return editor?.document;
  });
}

suite('Explain This Verdict', () => {
  let folder: Uri;
  let document: TextDocument;

  setup(async () => {
    folder = await scratchCopy('routes');
    document = await showUri(folder.with({ path: `${folder.path}/conf.d/chat.conf` }));
  });

  teardown(closeAll);

  test('opens the way of a handshake beside the editor, with links to its places', async () => {
    await commands.executeCommand('nginxWebsocket.explain', { uri: document.uri.toString(), url: HUB });
    const shown = await explanation();
    assert.match(shown.getText(), /^wss:\/\/chat\.example\/hub +blocked, 400 Bad Request\n/);
    assert.match(shown.getText(), /conf\.d\/chat\.conf:19/);
    const links = await commands.executeCommand<DocumentLink[]>('vscode.executeLinkProvider', shown.uri);
    const close = links.find(({ target }) => target?.fragment.startsWith('L19,'));
    assert.equal(close?.target?.with({ fragment: '' }).toString(), document.uri.toString());
  });

  test('explains the location at the cursor when nothing is given', async () => {
    const line = document
      .getText()
      .split('\n')
      .findIndex((each) => each.includes('127.0.0.1:5000'));
    const editor = await window.showTextDocument(document);
    editor.selection = new Selection(line, 4, line, 4);
    await commands.executeCommand('nginxWebsocket.explain');
    const shown = await explanation();
    assert.match(shown.getText(), /^wss:\/\/chat\.example\/hub /);
  });

  test('goes to the line that keeps a URL from connecting', async () => {
    await commands.executeCommand('nginxWebsocket.why', { uri: document.uri.toString(), url: HUB });
    const shown = await explanation();
    assert.match(shown.getText(), /^wss:\/\/chat\.example\/hub +blocked, 400 Bad Request\n/);
    const editor = await waitFor('the line', () => {
      const { activeTextEditor } = window;
      return activeTextEditor?.document.uri.toString() === document.uri.toString()
        ? activeTextEditor
        : undefined;
    });
    assert.equal(editor.document.getText(editor.selection), 'proxy_set_header Connection "close"');
    const lenses = await commands.executeCommand<CodeLens[]>('vscode.executeCodeLensProvider', shown.uri);
    const titles = lenses.map(({ command }) => command?.title);
    assert.deepEqual(titles, ['Probe', 'Apply']);
  });

  test('follows the configuration, and mends it', async () => {
    await commands.executeCommand('nginxWebsocket.explain', { uri: document.uri.toString(), url: HUB });
    const shown = await explanation();
    await replace(document, '127.0.0.1:5000', '127.0.0.1:5001');
    await waitFor('the news', () => shown.getText().includes('127.0.0.1:5001'));
    const lens = await waitFor('the lens', async () => {
      const lenses = await commands.executeCommand<CodeLens[]>('vscode.executeCodeLensProvider', shown.uri);
      return lenses.find(({ command }) => command?.title === 'Apply');
    });
    assert.ok(lens.command !== undefined);
    await commands.executeCommand(lens.command.command, ...(lens.command.arguments ?? []));
    await waitFor('the fix', () => !document.getText().includes('"close"'));
    await waitFor('the verdict', () => /^\S+ +passes, 101/.test(shown.getText()));
  });

  test('says so where the URL leads nowhere', async () => {
    const url = 'ws://chat.example:8080/hub';
    await commands.executeCommand('nginxWebsocket.explain', { uri: document.uri.toString(), url });
    const shown = await explanation();
    // The lines are short: the document opens beside the configuration.
    assert.equal(
      shown.getText(),
      `${url}  blocked

No server of the configuration listens on
chat.example port 8080.

No server takes it. Add one to \`http\`, with your
own back end:
    server {
        listen 8080;
        server_name chat.example;
        location /hub {
            proxy_pass http://127.0.0.1:3000;
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
            proxy_set_header Host $http_host;
            proxy_read_timeout 1h;
        }
    }
`,
    );
  });

  test('works for a configuration that no editor shows', async () => {
    await closeAll();
    const uri = fileUri('routes', 'nginx.conf').toString();
    await commands.executeCommand('nginxWebsocket.explain', { uri, url: HUB });
    const shown = await explanation();
    assert.match(shown.getText(), /blocked, 400 Bad Request/);
    assert.ok(workspace.textDocuments.some((each) => each.uri.toString() === uri));
  });
});
