import { commands, Disposable, EventEmitter, type TextDocument, window, workspace } from 'vscode';
import { isNginx } from './languages';

/** Whether there is a configuration to ask about: `when` clauses of package.json name it. */
const CONTEXT_KEY = 'nginxWebsocket.hasConfiguration';

/** Whether there has been one in this window. */
const EVER_KEY = 'nginxWebsocket.hadConfiguration';

/**
 * The document whose configuration the views are about: the one in front; while another kind of document is in front,
 * the last one that was, as long as it is open; else any that is open.
 */
export class CurrentConfiguration extends Disposable {
  readonly #emitter = new EventEmitter<void>();
  /** Fires when the document is another one. */
  readonly onDidChange = this.#emitter.event;
  #document: TextDocument | undefined;

  constructor() {
    super(() => subscriptions.dispose());
    const update = () => this.#update();
    const subscriptions = Disposable.from(
      this.#emitter,
      window.onDidChangeActiveTextEditor(update),
      workspace.onDidOpenTextDocument(update),
      workspace.onDidCloseTextDocument(update),
    );
    // The window may remember the state that another run of the extension has set.
    this.#tell();
    update();
  }

  get document(): TextDocument | undefined {
    return this.#document;
  }

  #update(): void {
    const next = this.#find();
    if (next === this.#document) return;
    this.#document = next;
    this.#tell();
    this.#emitter.fire();
  }

  #tell(): void {
    const isThere = this.#document !== undefined;
    void commands.executeCommand('setContext', CONTEXT_KEY, isThere);
    if (isThere) void commands.executeCommand('setContext', EVER_KEY, true);
  }

  #find(): TextDocument | undefined {
    const active = window.activeTextEditor?.document;
    if (active !== undefined && isNginx(active)) return active;
    const open = workspace.textDocuments.filter((document) => !document.isClosed && isNginx(document));
    return open.find((document) => document === this.#document) ?? open[0];
  }
}
