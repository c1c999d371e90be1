import {
  commands,
  Disposable,
  type ExtensionContext,
  l10n,
  Position,
  SnippetString,
  Uri,
  window,
  workspace,
} from 'vscode';
import type { CurrentConfiguration } from './current-configuration';

/** The commands of the walkthrough, which are of use without it too. */
export function registerFirstSteps(
  { extensionUri }: ExtensionContext,
  current: CurrentConfiguration,
): Disposable {
  return Disposable.from(
    commands.registerCommand('nginxWebsocket.insertDocumentedConfiguration', () =>
      insertDocumented(extensionUri),
    ),
    commands.registerCommand('nginxWebsocket.fixAll', () => fixAll(current)),
  );
}

/** The example configuration as snippets/nginx.json has it goes into `http`. */
const SNIPPET = 'The example configuration';
const AROUND = 'events {\n}\n\nhttp {\n}\n';
const INSIDE = new Position(4, 0);

/** Opens a new document with the example configuration; names and paths are placeholders to fill in. */
async function insertDocumented(extensionUri: Uri): Promise<void> {
  const file = await workspace.fs.readFile(Uri.joinPath(extensionUri, 'snippets', 'nginx.json'));
  const snippets = JSON.parse(new TextDecoder().decode(file)) as Readonly<
    Record<string, { readonly body: readonly string[] }>
  >;
  const body = snippets[SNIPPET]?.body ?? [];
  const document = await workspace.openTextDocument({ language: 'nginx', content: AROUND });
  const editor = await window.showTextDocument(document);
  // VS Code makes the indentation of the editor of these tabs.
  const lines = body.map((line) => (line === '' ? '\n' : `\t${line}\n`));
  await editor.insertSnippet(new SnippetString(lines.join('')), INSIDE);
}

/** Shows the configuration, and fixes what is safe to fix in it. */
async function fixAll({ document }: CurrentConfiguration): Promise<void> {
  if (document === undefined) {
    void window.showInformationMessage(l10n.t('Open an nginx configuration first: that is what is fixed.'));
    return;
  }
  await window.showTextDocument(document);
  const kind = 'source.fixAll.nginxWebsocket';
  await commands.executeCommand('editor.action.sourceAction', { kind, apply: 'first' });
}
