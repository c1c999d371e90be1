import {
  type CancellationToken,
  type Diagnostic,
  type Event,
  EventEmitter,
  l10n,
  type LogOutputChannel,
  Uri,
  window,
  workspace,
} from 'vscode';
import type { BaseLanguageClient, Diagnostic as LspDiagnostic, WorkspaceEdit } from 'vscode-languageclient';
import { routesChanged, statusChanged } from '../../server/src/protocol';
import type { CreateClient } from './configure-client';

/** `idle`: not started, as no document asked for it. `failed`: it did not start, or crashed too often. */
export type ServerState = 'idle' | 'starting' | 'running' | 'failed';

/**
 * The language server, from the point of view of the rest of the client. A client that failed to start cannot be
 * started again, so each start makes a new one.
 */
export class Server {
  readonly #createClient: CreateClient;
  readonly #output: LogOutputChannel;
  readonly #stateEmitter = new EventEmitter<ServerState>();
  readonly #statusEmitter = new EventEmitter<void>();
  readonly #routesEmitter = new EventEmitter<void>();
  #state: ServerState = 'idle';
  #client: BaseLanguageClient | undefined;
  /** Counts starts and stops: what an earlier one had under way must not touch a later one. */
  #generation = 0;
  /** Counts the progresses that were asked for, so that each has a token of its own. */
  #progresses = 0;

  constructor(createClient: CreateClient, output: LogOutputChannel) {
    this.#createClient = createClient;
    this.#output = output;
  }

  get state(): ServerState {
    return this.#state;
  }

  get onDidChangeState(): Event<ServerState> {
    return this.#stateEmitter.event;
  }

  /** The server says that a status it gave may have changed. */
  get onDidChangeStatus(): Event<void> {
    return this.#statusEmitter.event;
  }

  /** The server says that routes or explanations it gave may have changed. */
  get onDidChangeRoutes(): Event<void> {
    return this.#routesEmitter.event;
  }

  /** Starts the server unless it has been started. Failures are logged and shown. */
  start(): void {
    if (this.#state === 'idle') void this.restart();
  }

  /** Restarts the server, in any state. Never rejects: failures are logged and shown. */
  async restart(): Promise<void> {
    const generation = await this.#retire();
    if (generation !== this.#generation) return;
    this.#enter('starting');
    try {
      const client = await this.#newClient(generation);
      if (generation !== this.#generation) return;
      this.#client = client;
      await client.start();
    } catch (error) {
      if (generation === this.#generation) this.#fail(error);
    }
  }

  /** Stops the server. Never rejects. */
  async stop(): Promise<void> {
    if ((await this.#retire()) === this.#generation) this.#enter('idle');
  }

  /**
   * @returns the server's answer
   * @throws when it does not run, or answers with an error
   */
  async request<Result>(method: string, params: unknown, token?: CancellationToken): Promise<Result> {
    if (this.#client === undefined || this.#state !== 'running')
      throw new Error(l10n.t('The server does not run.'));
    // An undefined token would be taken for a further parameter.
    return token === undefined
      ? this.#client.sendRequest<Result>(method, params)
      : this.#client.sendRequest<Result>(method, params, token);
  }

  /**
   * The same for long requests: `report` is called with a text for each step.
   */
  async requestWithProgress<Result>(
    method: string,
    params: object,
    token: CancellationToken,
    report: (message: string) => void,
  ): Promise<Result> {
    if (this.#client === undefined) throw new Error(l10n.t('The server does not run.'));
    const { WorkDoneProgress } = await import('vscode-languageclient');
    this.#progresses += 1;
    const workDoneToken = `nginxWebsocket-${this.#progresses}`;
    const listening = this.#client.onProgress(WorkDoneProgress.type, workDoneToken, (progress) => {
      if (progress.kind === 'report' && progress.message !== undefined) report(progress.message);
    });
    try {
      return await this.request<Result>(method, { ...params, workDoneToken }, token);
    } finally {
      listening.dispose();
    }
  }

  /** Starts the server unless it has been started, and waits for that. Returns whether it runs. */
  async ready(): Promise<boolean> {
    if (this.#state === 'idle') await this.restart();
    while (this.#state === 'starting') {
      await new Promise<void>((resolve) => {
        const listener = this.onDidChangeState(() => {
          listener.dispose();
          resolve();
        });
      });
    }
    return this.#state === 'running';
  }

  /**
   * Makes an edit that the server gave.
   *
   * @returns whether it was made: not when a document has changed since, nor when the server has stopped
   */
  async apply(edit: WorkspaceEdit): Promise<boolean> {
    if (this.#client === undefined || !isCurrent(edit)) return false;
    const converted = await this.#client.protocol2CodeConverter.asWorkspaceEdit(edit);
    return isCurrent(edit) && workspace.applyEdit(converted);
  }

  /** Diagnostics that the server gave, as VS Code has them. */
  async toDiagnostics(diagnostics: readonly LspDiagnostic[]): Promise<Diagnostic[]> {
    if (this.#client === undefined) return [];
    return this.#client.protocol2CodeConverter.asDiagnostics([...diagnostics]);
  }

  /** Tells a server that runs; one that starts later learns it from its initialization options. */
  notify(method: string): void {
    if (this.#state !== 'running') return;
    this.#client?.sendNotification(method).catch((error: unknown) => {
      this.#output.error(`The notification ${method} was not sent.`, error);
    });
  }

  /** Lets go of the present client, and waits until its server has ended or will not. */
  async #retire(): Promise<number> {
    this.#generation += 1;
    const generation = this.#generation;
    const client = this.#client;
    this.#client = undefined;
    try {
      await client?.dispose();
    } catch (error) {
      // So it is with one that never ran.
      this.#output.debug(`The server had nothing to stop: ${String(error)}`);
    }
    return generation;
  }

  async #newClient(generation: number): Promise<BaseLanguageClient> {
    const { configureClient } = await import('./configure-client');
    const client = await configureClient(this.#createClient, this.#output, (state) => {
      if (generation !== this.#generation) return;
      if (state === 'failed') this.#fail();
      else this.#enter(state);
    });
    client.onNotification(statusChanged, () => this.#statusEmitter.fire());
    client.onNotification(routesChanged, () => this.#routesEmitter.fire());
    return client;
  }

  #enter(state: ServerState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#stateEmitter.fire(state);
  }

  /** A failed start is the one thing that speaks up by itself; a server that crashes later shows in the status. */
  #fail(error?: unknown): void {
    const wasStarting = this.#state === 'starting';
    this.#enter('failed');
    if (!wasStarting) return;
    if (error !== undefined) this.#output.error('The language server did not start.', error);
    void this.#offerOutput();
  }

  async #offerOutput(): Promise<void> {
    const message = l10n.t('NGINX WebSocket: the language server did not start. The output says why.');
    const choice = await window.showErrorMessage(message, l10n.t('Show Output'));
    if (choice !== undefined) this.#output.show();
  }
}

/** Whether the open documents have the versions that an edit was made for. */
function isCurrent({ documentChanges = [] }: WorkspaceEdit): boolean {
  const versions = new Map(workspace.textDocuments.map(({ uri, version }) => [uri.toString(), version]));
  return documentChanges.every((change) => {
    if (!('textDocument' in change) || change.textDocument.version === null) return true;
    const { uri, version } = change.textDocument;
    return versions.get(Uri.parse(uri).toString()) === version;
  });
}
