import * as assert from 'node:assert/strict';
import {
  type CompletionItem,
  CompletionItemKind,
  type CompletionList,
  commands,
  ConfigurationTarget,
  type DocumentLink,
  type Hover,
  type Position,
  Range,
  Selection,
  type SignatureHelp,
  SnippetString,
  type TextDocument,
  window,
  workspace,
} from 'vscode';
import { closeAll, replace, show } from './support/documents';
import { hasPage, hoverUntil, page } from './support/page';
import { waitFor } from './support/waiting';

suite('language', () => {
  teardown(async function () {
    if (hasPage && this.currentTest?.isFailed() === true) await page('screenshot', 'failed');
    await closeAll();
  });

  test('completion offers directives with their braces, and says what they mean', async () => {
    const document = await show('language', 'nginx.conf');
    await replace(document, 'listen 80;', 'listen 80;\n        loc');
    const item = await completionItem(document, 'loc\n', 3, 'location');
    assert.equal(item.kind, CompletionItemKind.Module);
    assert.ok(item.insertText instanceof SnippetString);
    assert.equal(item.insertText.value, 'location ${1:/path} {\n\t$0\n}');
    assert.match(textOf(item.documentation), /Sets configuration depending on a request URI/);
    assert.match(
      textOf(item.documentation),
      /nginx\.org\/en\/docs\/http\/ngx_http_core_module\.html#location/,
    );
  });

  test('completion knows upstreams, files and the map of the configuration', async () => {
    const document = await show('language', 'nginx.conf');
    const upstream = await completionItem(document, 'http://chat', 'http://c'.length, 'chat');
    const range = upstream.range instanceof Range ? upstream.range : upstream.range?.replacing;
    assert.equal(document.getText(range), 'chat');
    await completionItem(document, 'include conf.d/', 'include conf.d/'.length, 'limits.conf');
    await completionItem(document, 'Connection $', 'Connection $'.length, '$connection_upgrade');
  });

  test('a URL that names an upstream leads to it, and to no website', async () => {
    const document = await show('language', 'nginx.conf');
    const place = positionOf(document, 'http://chat', 'http://c'.length);
    await waitFor('the link', async () => {
      const links = await commands.executeCommand<DocumentLink[]>('vscode.executeLinkProvider', document.uri);
      const targets = links.filter(({ range }) => range.contains(place)).map(({ target }) => target);
      return targets.length === 1 && targets[0]?.scheme === 'file' && targets[0].path === document.uri.path;
    });
  });

  test('hover on proxy_pass shows the request to the back end, with links', async () => {
    const document = await show('language', 'nginx.conf');
    const text = await hoverText(document, 'proxy_pass');
    assert.match(text, /\*\*Request to the back end\*\* `http:\/\/chat`/);
    assert.match(
      text,
      /\| Connection \| `\$connection_upgrade` → upgrade \| \[line 22\]\(\S+nginx\.conf#L22\), map at \[line 5\]/,
    );
    assert.match(text, /\*\*Blocked\.\*\*/);
    assert.match(await hoverText(document, '$connection_upgrade;'), /`map` of `\$http_upgrade`/);
  });

  test('signature help shows the argument that is being written', async () => {
    const document = await show('language', 'nginx.conf');
    const at = positionOf(document, 'proxy_set_header Connection ', 'proxy_set_header Connection '.length);
    const help = await waitFor('signature help', async () => {
      const found = await commands.executeCommand<SignatureHelp | undefined>(
        'vscode.executeSignatureHelpProvider',
        document.uri,
        at,
      );
      return (found?.signatures.length ?? 0) > 0 ? found : undefined;
    });
    assert.equal(help.signatures[0]?.label, 'proxy_set_header field value');
    assert.equal(help.signatures[0].activeParameter ?? help.activeParameter, 1);
  });

  if (hasPage) {
    test('the hover on proxy_pass has a table, and a link that leads to the line', async () => {
      const document = await show('language', 'nginx.conf');
      await hoverText(document, 'proxy_pass');
      await hoverUntil(
        '.view-line:has-text("http://chat") >> text=proxy_pass',
        '.monaco-hover >> td >> text=$connection_upgrade',
        '#status\\.languageStatus',
      );
      await page('screenshot', 'hover');
      await page('click', '.monaco-hover >> td >> a >> text=line 5');
      await waitFor('the line of the map', () => window.activeTextEditor?.selection.active.line === 4);
    });

    test('a variable and a snippet are typed and chosen', async () => {
      const document = await show('language', 'nginx.conf');
      await putCursorAfter(document, 'proxy_http_version 1.1;');
      await page('press', 'Enter');
      // Key by key, as a person does: the list is there before the choice is made.
      await page('type', 'proxy_set_header X-Up $ht');
      await page('wait', '.suggest-widget.visible >> text=$http_upgrade');
      await page('type', 'tp_upg');
      await page('wait', '.suggest-widget.visible .monaco-list-row.focused >> text=$http_upgrade');
      await page('screenshot', 'completion');
      await page('press', 'Enter');
      await waitFor('the variable', () => document.getText().includes('proxy_set_header X-Up $http_upgrade'));
      await page('type', ';');
      await page('press', 'Enter');
      // A directive is chosen, then its value; the `;` that everybody types is the only one.
      await page('type', 'proxy_buf');
      await page('wait', '.suggest-widget.visible .monaco-list-row >> text=proxy_buffering');
      await page('type', 'fering');
      await page('wait', '.suggest-widget.visible .monaco-list-row.focused >> text=proxy_buffering');
      await page('press', 'Enter');
      await page('wait', '.suggest-widget.visible .monaco-list-row.focused >> text=on');
      await page('press', 'Enter');
      await page('type', ';');
      await waitFor('the value', () => /proxy_buffering on;\s*$/m.test(document.getText()));
      // With formatting as one types as well.
      const editing = workspace.getConfiguration('editor', document);
      await editing.update('formatOnType', true, ConfigurationTarget.Workspace);
      await page('press', 'Enter');
      await page('type', 'proxy_pa');
      await page('wait', '.suggest-widget.visible .monaco-list-row >> text=proxy_pass');
      await page('type', 'ss');
      await page('wait', '.suggest-widget.visible .monaco-list-row.focused >> text=proxy_pass');
      await page('press', 'Enter');
      await page('type', 'http://typed:8080;');
      await waitFor('the URL', () => /^ +proxy_pass http:\/\/typed:8080;\s*$/m.test(document.getText()));
      await editing.update('formatOnType', undefined, ConfigurationTarget.Workspace);
      await putCursorAfter(document, 'listen 80;');
      await page('press', 'Enter');
      await page('type', 'ws-l');
      await page('wait', '.suggest-widget.visible .monaco-list-row.focused >> text=ws-location');
      await page('press', 'Enter');
      await waitFor('the snippet', () => /listen 80;\s+location \/ws \{/.test(document.getText()));
    });
  }
});

/** The place so many characters after the start of the first such text. */
function positionOf(document: TextDocument, text: string, characters: number): Position {
  const start = document.getText().indexOf(text);
  assert.notEqual(start, -1, `${document.fileName} has no ${text}`);
  return document.positionAt(start + characters);
}

async function completionItem(
  document: TextDocument,
  text: string,
  characters: number,
  label: string,
): Promise<CompletionItem> {
  return waitFor(`the entry ${label}`, async () => {
    const list = await commands.executeCommand<CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      positionOf(document, text, characters),
      undefined,
      // With the documentation of so many.
      1000,
    );
    return list.items.find(
      (item) => (typeof item.label === 'string' ? item.label : item.label.label) === label,
    );
  });
}

async function hoverText(document: TextDocument, text: string): Promise<string> {
  return waitFor(`the hover on ${text}`, async () => {
    const hovers = await commands.executeCommand<Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      positionOf(document, text, 1),
    );
    const found = hovers.flatMap(({ contents }) => contents.map(textOf)).join('\n');
    return found === '' ? undefined : found;
  });
}

function textOf(content: CompletionItem['documentation'] | Hover['contents'][number]): string {
  if (content === undefined || typeof content === 'string') return content ?? '';
  return content.value;
}

async function putCursorAfter(document: TextDocument, text: string): Promise<void> {
  const place = positionOf(document, text, text.length);
  const editor = window.activeTextEditor;
  assert.equal(editor?.document, document);
  editor.selection = new Selection(place, place);
  await commands.executeCommand('workbench.action.focusActiveEditorGroup');
}
