import {
  commands,
  Disposable,
  l10n,
  type LanguageStatusItem,
  LanguageStatusSeverity,
  languages,
  type LogOutputChannel,
  type QuickPickItem,
  Uri,
  window,
  workspace,
} from 'vscode';
import { type Status, type StatusParams, statusRequest } from '../../server/src/protocol';
import { nginxSelector, isNginx } from './languages';
import type { Server, ServerState } from './server';
import { mainText, versionText } from './status-text';

/** Not in the palette: the status item alone leads there. */
const ACTIONS_COMMAND = 'nginxWebsocket.statusActions';

/** What the item shows while there is nothing to say of the document. */
function stateText(state: ServerState): string {
  switch (state) {
    case 'idle':
      return l10n.t('Server stopped');
    case 'starting':
      return l10n.t('Server starting');
    case 'running':
      return l10n.t('Server running');
    case 'failed':
      return l10n.t('Server stopped after an error');
  }
}

/**
 * The language status item: which configuration the document in front belongs to, and for which nginx it is judged,
 * or how the server fares. Its command offers what can be done about either.
 */
export function registerStatus(server: Server, output: LogOutputChannel): Disposable {
  const item = languages.createLanguageStatusItem('nginxWebsocket', nginxSelector);
  item.name = 'NGINX WebSocket';
  item.command = {
    title: l10n.t('Actions'),
    command: ACTIONS_COMMAND,
    tooltip: l10n.t('Change version or main file, restart'),
  };
  const indicator = new StatusIndicator(item, server, output);
  const refresh = () => void indicator.refresh();
  refresh();
  return Disposable.from(
    item,
    server.onDidChangeState(refresh),
    server.onDidChangeStatus(refresh),
    window.onDidChangeActiveTextEditor(refresh),
    commands.registerCommand(ACTIONS_COMMAND, () => showActions(indicator.main)),
  );
}

class StatusIndicator {
  /** The main file of the document in front, where it is known. */
  main: Uri | undefined;
  readonly #item: LanguageStatusItem;
  readonly #server: Server;
  readonly #output: LogOutputChannel;
  /** Counts refreshes, so that a late answer does not replace a newer one. */
  #latest = 0;

  constructor(item: LanguageStatusItem, server: Server, output: LogOutputChannel) {
    this.#item = item;
    this.#server = server;
    this.#output = output;
  }

  async refresh(): Promise<void> {
    this.#latest += 1;
    const latest = this.#latest;
    const { state } = this.#server;
    const document = window.activeTextEditor?.document;
    this.#item.busy = state === 'starting';
    this.#item.severity =
      state === 'failed' ? LanguageStatusSeverity.Error : LanguageStatusSeverity.Information;
    if (state !== 'running') this.#show(stateText(state));
    if (state !== 'running' || document === undefined || !isNginx(document)) return;
    try {
      const params: StatusParams = { uri: document.uri.toString() };
      const status = await this.#server.request<Status | null>(statusRequest, params);
      if (latest !== this.#latest) return;
      if (status === null) this.#show(stateText(state));
      else this.#showStatus(status);
    } catch (error) {
      if (latest !== this.#latest) return;
      this.#output.error('The status of the document is not known.', error);
      this.#show(stateText(state));
    }
  }

  #showStatus(status: Status): void {
    const main = status.main === null ? undefined : Uri.parse(status.main);
    const name = main === undefined ? undefined : workspace.asRelativePath(main);
    this.#show(versionText(status, l10n), mainText(status, name, l10n), main);
  }

  #show(text: string, detail = '', main?: Uri): void {
    this.#item.text = text;
    this.#item.detail = detail;
    this.main = main;
  }
}

interface Action extends QuickPickItem {
  readonly run: () => Thenable<unknown>;
}

async function showActions(main: Uri | undefined): Promise<void> {
  const opening: Action[] =
    main === undefined
      ? []
      : [
          {
            label: l10n.t('Open Main File'),
            description: workspace.asRelativePath(main),
            run: () => window.showTextDocument(main),
          },
        ];
  const actions: Action[] = [
    ...opening,
    { label: l10n.t('Set nginx Version…'), run: () => commands.executeCommand('nginxWebsocket.setVersion') },
    {
      label: l10n.t('Set Main Configuration…'),
      run: () => commands.executeCommand('nginxWebsocket.setMainConfiguration'),
    },
    {
      label: l10n.t('Test Configuration with nginx'),
      run: () => commands.executeCommand('nginxWebsocket.testConfiguration'),
    },
    { label: l10n.t('Restart Server'), run: () => commands.executeCommand('nginxWebsocket.restartServer') },
    { label: l10n.t('Show Output'), run: () => commands.executeCommand('nginxWebsocket.showOutput') },
  ];
  const action = await window.showQuickPick(actions, { title: 'NGINX WebSocket' });
  await action?.run();
}
