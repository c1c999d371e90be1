import * as assert from 'node:assert/strict';
import {
  type CodeAction,
  CodeActionKind,
  commands,
  type Diagnostic,
  DiagnosticSeverity,
  languages,
  type Range,
  type TextDocument,
  workspace,
} from 'vscode';
import { diagnosticsNow, waitForDiagnostics } from './support/diagnostics';
import { closeAll, runSourceAction, show } from './support/documents';
import { hasPage, page } from './support/page';
import { waitFor } from './support/waiting';

const RULE = 'websocket-upgrade-missing';

const MAP = `    map $http_upgrade $connection_upgrade {
        default upgrade;
        '' close;
    }

`;

const DIRECTIVES = `            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_upgrade;
`;

const COMMENT = '            # enable websocket\n';

const withMap = (text: string): string => text.replace('http {\n', `http {\n${MAP}`);
const withDirectivesOnce = (text: string): string => text.replace(COMMENT, COMMENT + DIRECTIVES);
const withDirectives = (text: string): string => text.replaceAll(COMMENT, COMMENT + DIRECTIVES);

/** VS Code asks for code actions by itself, too, and cancels one request for the other: then they are asked for again. */
async function quickFixes(
  { uri }: TextDocument,
  { range }: { readonly range: Range },
): Promise<CodeAction[]> {
  const kind = CodeActionKind.QuickFix.value;
  return waitFor('the quick-fixes', async () => {
    try {
      return await commands.executeCommand<CodeAction[]>(
        'vscode.executeCodeActionProvider',
        uri,
        range,
        kind,
      );
    } catch (error) {
      if (error instanceof Error && error.message === 'Canceled') return undefined;
      throw error;
    }
  });
}

/** Applies what "Auto Fix…" would. */
async function applyPreferred(document: TextDocument, diagnostic: Diagnostic): Promise<void> {
  const [preferred, ...others] = (await quickFixes(document, diagnostic)).filter(
    ({ isPreferred }) => isPreferred,
  );
  assert.deepEqual(others, [], 'One fix is preferred.');
  assert.ok(preferred?.edit !== undefined, 'The preferred fix is an edit.');
  assert.equal(preferred.command, undefined);
  assert.ok(await workspace.applyEdit(preferred.edit));
}

suite('a configuration whose WebSocket fails', () => {
  let document: TextDocument;
  let original: string;

  // Another view is in the side bar, as with somebody who searches.
  suiteSetup(() => commands.executeCommand('workbench.view.search'));

  setup(async () => {
    document = await show('broken', 'nginx.conf');
    original = document.getText();
  });

  teardown(closeAll);

  test('is marked on proxy_pass, with a link to the rule', async () => {
    const [first] = await waitForDiagnostics(document.uri, RULE, 2);
    assert.ok(first !== undefined);
    assert.equal(first.severity, DiagnosticSeverity.Warning);
    assert.match(document.lineAt(first.range.start).text, /proxy_pass http:\/\/chat;/);
    assert.match(first.message, /Upgrade/);
    assert.ok(typeof first.code === 'object');
    assert.match(first.code.target.toString(true), /docs\/rules\/websocket-upgrade-missing\.md$/);
    // The first time in a workspace the routes show themselves.
    if (hasPage) await page('wait', '.pane-header:has-text("WebSocket Routes")');
  });

  test('is mended by the preferred quick-fixes, one by one', async () => {
    const [first] = await waitForDiagnostics(document.uri, RULE, 2);
    assert.ok(first !== undefined);
    await applyPreferred(document, first);
    assert.equal(document.getText(), withMap(withDirectivesOnce(original)));

    const [second] = await waitForDiagnostics(document.uri, RULE, 1);
    assert.ok(second !== undefined);
    await applyPreferred(document, second);
    assert.equal(document.getText(), withMap(withDirectives(original)));
    await waitForDiagnostics(document.uri, RULE, 0);
  });

  test('is mended at once by fix-all', async () => {
    await waitForDiagnostics(document.uri, RULE, 2);
    await runSourceAction(document, 'source.fixAll.nginxWebsocket');
    assert.equal(document.getText(), withMap(withDirectives(original)));
    await waitForDiagnostics(document.uri, RULE, 0);
  });

  test('is silenced by a comment when a person wants that', async () => {
    const [first] = await waitForDiagnostics(document.uri, RULE, 2);
    assert.ok(first !== undefined);
    const edit = await waitFor('the action that writes a comment', async () => {
      const actions = await quickFixes(document, first);
      return actions.find(({ title }) => title.includes('for this line'))?.edit;
    });
    assert.ok(await workspace.applyEdit(edit));
    const comment = `            # nginx-websocket-disable-next-line ${RULE}\n`;
    const line = '            proxy_pass http://chat;\n';
    assert.equal(document.getText(), original.replace(line, comment + line));
    await waitForDiagnostics(document.uri, RULE, 1);
  });

  test('offers nothing where nothing is wrong', async () => {
    await waitForDiagnostics(document.uri, RULE, 2);
    const actions = await quickFixes(document, document.lineAt(0));
    assert.deepEqual(
      actions.map(({ title }) => title),
      [],
    );
  });
});

suite('the documented configuration', () => {
  teardown(closeAll);

  test('has no Error and no Warning', async () => {
    // Opened first and judged by the same server: when it is marked, the other one has been judged too.
    const documented = await show('documented', 'nginx.conf');
    const broken = await show('broken', 'nginx.conf');
    await waitForDiagnostics(broken.uri, RULE, 2);
    assert.deepEqual(diagnosticsNow(documented.uri, RULE), []);
    const grave = languages
      .getDiagnostics(documented.uri)
      .filter(({ severity }) => severity <= DiagnosticSeverity.Warning);
    assert.deepEqual(grave, []);
  });
});
