import * as assert from 'node:assert/strict';
import {
  commands,
  type DocumentHighlight,
  type DocumentLink,
  DocumentHighlightKind,
  type DocumentSymbol,
  type FoldingRange,
  type Location,
  type LocationLink,
  type Position,
  type Range,
  type SelectionRange,
  type SemanticTokens,
  type SemanticTokensLegend,
  type SymbolInformation,
  SymbolKind,
  type TextDocument,
  type Uri,
  workspace,
  type WorkspaceEdit,
} from 'vscode';
import { closeAll, fileUri, show } from './support/documents';
import { waitFor } from './support/waiting';

const file = (...path: string[]): Uri => fileUri('navigation', 'nginx', ...path);

/** The position of the first occurrence of a text, that many characters behind its start. */
function at(document: TextDocument, text: string, by = 1): Position {
  const offset = document.getText().indexOf(text);
  assert.notEqual(offset, -1, `${document.fileName} has ${text}`);
  return document.positionAt(offset + by);
}

/** What a provider answers, once it has something to say. */
async function ask<Item>(command: string, ...args: unknown[]): Promise<Item[]> {
  return waitFor(command, async () => {
    const answer = await commands.executeCommand<Item[] | undefined>(command, ...args);
    return answer !== undefined && answer.length > 0 && answer;
  });
}

/** A range in a file as `name: text`. */
async function shown(uri: Uri, range: Range): Promise<string> {
  const document = await workspace.openTextDocument(uri);
  return `${uri.path.slice(uri.path.lastIndexOf('/') + 1)}: ${document.getText(range)}`;
}

suite('navigation across includes', () => {
  let web: TextDocument;

  setup(async () => {
    web = await show('navigation', 'nginx', 'conf.d', 'web.conf');
  });

  teardown(closeAll);

  test('goes from proxy_pass to the upstream, from a variable to its map, from @name to its location', async () => {
    const targets: string[] = [];
    for (const text of ['chat;', '$connection_upgrade', '@sorry']) {
      const [found, ...others] = await ask<LocationLink>(
        'vscode.executeDefinitionProvider',
        web.uri,
        at(web, text),
      );
      assert.ok(found?.targetSelectionRange !== undefined);
      assert.deepEqual(others, []);
      targets.push(await shown(found.targetUri, found.targetSelectionRange));
    }
    assert.deepEqual(targets, ['upstreams.conf: chat', 'maps.conf: connection_upgrade', 'web.conf: sorry']);
  });

  test('goes from an include to its files', async () => {
    const main = await show('navigation', 'nginx', 'nginx.conf');
    const found = await ask<LocationLink>('vscode.executeDefinitionProvider', main.uri, at(main, 'conf.d'));
    assert.deepEqual(
      found.map(({ targetUri }) => targetUri.toString()),
      [file('conf.d', 'upstreams.conf').toString(), file('conf.d', 'web.conf').toString()],
    );
  });

  test('finds references in all files', async () => {
    const found = await ask<Location>(
      'vscode.executeReferenceProvider',
      web.uri,
      at(web, '$connection_upgrade'),
    );
    const texts = await Promise.all(found.map(({ uri, range }) => shown(uri, range)));
    assert.deepEqual(texts.toSorted(), [
      'maps.conf: connection_upgrade',
      'web.conf: connection_upgrade',
      'web.conf: connection_upgrade',
    ]);
  });

  test('highlights a name in its file', async () => {
    const found = await waitFor('highlights', async () => {
      const highlights = await commands.executeCommand<DocumentHighlight[]>(
        'vscode.executeDocumentHighlights',
        web.uri,
        at(web, '@sorry'),
      );
      // Without an answer of ours VS Code marks the same words.
      return highlights.some(({ kind }) => kind === DocumentHighlightKind.Write) && highlights;
    });
    assert.deepEqual(
      found.map(({ range, kind }) => [web.getText(range), kind]),
      [
        ['@sorry', DocumentHighlightKind.Read],
        ['@sorry', DocumentHighlightKind.Write],
      ],
    );
  });

  test('renames in all files', async () => {
    const position = at(web, '$connection_upgrade', 3);
    const prepared = await waitFor('a name to change', async () =>
      commands.executeCommand<{ range: Range; placeholder: string } | undefined>(
        'vscode.prepareRename',
        web.uri,
        position,
      ),
    );
    assert.deepEqual(
      [web.getText(prepared.range), prepared.placeholder],
      ['connection_upgrade', 'connection_upgrade'],
    );
    const rename = (newName: string): Thenable<WorkspaceEdit> =>
      commands.executeCommand('vscode.executeDocumentRenameProvider', web.uri, position, newName);
    const changed = (await rename('$upgrade_or_close'))
      .entries()
      .flatMap(([uri, edits]) =>
        edits.map(({ newText }) => `${uri.path.slice(uri.path.lastIndexOf('/') + 1)}: ${newText}`),
      );
    assert.deepEqual(changed.toSorted(), [
      'maps.conf: upgrade_or_close',
      'web.conf: upgrade_or_close',
      'web.conf: upgrade_or_close',
    ]);
    await assert.rejects(async () => rename('$connection'), /`\$connection` is a variable of nginx/);
    await assert.rejects(
      async () => commands.executeCommand('vscode.prepareRename', web.uri, at(web, 'listen')),
      /can be renamed; this is none/,
    );
  });

  test('links includes of one file', async () => {
    const main = await show('navigation', 'nginx', 'nginx.conf');
    const links = await ask<DocumentLink>('vscode.executeLinkProvider', main.uri, 10);
    assert.deepEqual(
      links.map(({ range, target }) => [main.getText(range), target?.toString()]),
      [['maps.conf', file('maps.conf').toString()]],
    );
  });

  test('has an outline', async () => {
    const [server, ...others] = await ask<DocumentSymbol>('vscode.executeDocumentSymbolProvider', web.uri);
    assert.ok(server !== undefined);
    assert.deepEqual(others, []);
    assert.deepEqual(
      [server.name, server.kind],
      ['server chat.example 127.0.0.1:8443 ssl', SymbolKind.Class],
    );
    assert.deepEqual(
      server.children.map(({ name, detail }) => [name, detail]),
      [
        ['location /api/chat', 'http://chat'],
        ['location @sorry', ''],
      ],
    );
  });

  test('finds servers, locations and names in the workspace', async () => {
    const found = await waitFor('symbols of all files', async () => {
      const symbols = await commands.executeCommand<SymbolInformation[]>(
        'vscode.executeWorkspaceSymbolProvider',
        'chat',
      );
      const own = symbols.filter(({ location }) => location.uri.path.includes('/navigation/'));
      return own.length > 0 && own;
    });
    assert.deepEqual(found.map(({ name }) => name).toSorted(), [
      'location /api/chat',
      'server chat.example 127.0.0.1:8443 ssl',
      'upstream chat',
    ]);
  });

  test('folds blocks and comments', async () => {
    const main = await show('navigation', 'nginx', 'nginx.conf');
    const ranges = await ask<FoldingRange>('vscode.executeFoldingRangeProvider', main.uri);
    assert.deepEqual(
      ranges.map(({ start, end }) => [start, end]),
      [
        [3, 4],
        [5, 7],
      ],
    );
  });

  test('expands the selection', async () => {
    const [innermost] = await ask<SelectionRange>('vscode.executeSelectionRangeProvider', web.uri, [
      at(web, '"$connection_upgrade"', 3),
    ]);
    const texts: string[] = [];
    for (let range = innermost; range !== undefined; range = range.parent)
      texts.push(web.getText(range.range));
    const expected = [
      '$connection_upgrade',
      '"$connection_upgrade"',
      'X-Upgrade "$connection_upgrade"',
      'add_header X-Upgrade "$connection_upgrade"',
      'add_header X-Upgrade "$connection_upgrade";',
    ];
    // VS Code adds words and lines of its own.
    assert.deepEqual(
      texts.filter((text) => expected.includes(text)),
      expected,
    );
    assert.equal(texts.at(-1), web.getText());
  });

  test('colours what only the whole configuration can tell', async () => {
    const legend = await waitFor('a legend', async () =>
      commands.executeCommand<SemanticTokensLegend | undefined>(
        'vscode.provideDocumentSemanticTokensLegend',
        web.uri,
      ),
    );
    const { data } = await waitFor('tokens', async () => {
      const tokens = await commands.executeCommand<SemanticTokens | undefined>(
        'vscode.provideDocumentSemanticTokens',
        web.uri,
      );
      return tokens !== undefined && tokens.data.length > 0 && tokens;
    });
    const found: string[] = [];
    let line = 0;
    let character = 0;
    for (let index = 0; index < data.length; index += 5) {
      const [lines = 0, by = 0, length = 0, type = 0] = data.slice(index, index + 4);
      line += lines;
      character = lines === 0 ? character + by : by;
      const text = web.lineAt(line).text.slice(character, character + length);
      found.push(`${text} ${legend.tokenTypes[type]}`);
    }
    assert.deepEqual(found, ['chat type', '$connection_upgrade variable', '$connection_upgrade variable']);
  });
});
