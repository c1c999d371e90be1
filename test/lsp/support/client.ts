import {
  type ClientCapabilities,
  type CodeAction,
  CodeActionRequest,
  CodeActionResolveRequest,
  ConfigurationRequest,
  type Diagnostic,
  DiagnosticRefreshRequest,
  DidChangeConfigurationNotification,
  DidChangeTextDocumentNotification,
  DidChangeWatchedFilesNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DidSaveTextDocumentNotification,
  type DocumentDiagnosticReport,
  DocumentDiagnosticRequest,
  type FileChangeType,
  InitializedNotification,
  InitializeRequest,
  type InitializeResult,
  LogMessageNotification,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type Range,
  type Registration,
  RegistrationRequest,
  UnregistrationRequest,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import { TextDocument, type TextEdit } from 'vscode-languageserver-textdocument';
import { type EditorSettings, type InitializationOptions, statusChanged } from '../../../server/src/protocol';
import { until } from './until';

/** A client that knows `textDocument/publishDiagnostics` alone, and edits without versions. */
export const pushOnly: ClientCapabilities = {
  textDocument: { codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix'] } } } },
};

/** A client that pulls diagnostics, and can do nothing else beyond the least. */
export const pullOnly: ClientCapabilities = {
  textDocument: { ...pushOnly.textDocument, diagnostic: {} },
};

/** A client that can do all that the server asks for. */
export const capable: ClientCapabilities = {
  textDocument: {
    codeAction: {
      codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix', 'source'] } },
      resolveSupport: { properties: ['edit'] },
      dataSupport: true,
    },
    diagnostic: { relatedInformation: true },
  },
  workspace: {
    configuration: true,
    workspaceFolders: true,
    didChangeConfiguration: { dynamicRegistration: true },
    didChangeWatchedFiles: { dynamicRegistration: true, relativePatternSupport: true },
    diagnostics: { refreshSupport: true },
    workspaceEdit: { documentChanges: true },
  },
};

export interface ClientOptions {
  readonly capabilities?: ClientCapabilities;
  readonly initializationOptions?: InitializationOptions;
  /** URIs of the workspace folders. */
  readonly folders?: readonly string[];
  /** What the client answers when it is asked for settings. */
  readonly settings?: Partial<EditorSettings>;
}

/** The editor's side of a connection: keeps open documents, and takes down what the server says. */
export class TestClient {
  readonly documents = new Map<string, TextDocument>();
  /** The last diagnostics sent for each URI. */
  readonly published = new Map<string, readonly Diagnostic[]>();
  readonly registrations = new Map<string, Registration>();
  readonly log: string[] = [];
  readonly result: InitializeResult;
  settings: Partial<EditorSettings>;
  /** By the URI of a workspace folder: what holds there instead. */
  readonly folderSettings = new Map<string, Partial<EditorSettings>>();
  refreshes = 0;
  statusChanges = 0;

  private constructor(
    readonly connection: ProtocolConnection,
    result: InitializeResult,
    settings: Partial<EditorSettings>,
  ) {
    this.result = result;
    this.settings = settings;
  }

  static async start(connection: ProtocolConnection, options: ClientOptions = {}): Promise<TestClient> {
    const { capabilities = capable, initializationOptions, folders = [], settings = {} } = options;
    connection.listen();
    const result = await connection.sendRequest(InitializeRequest.type, {
      processId: null,
      rootUri: null,
      capabilities,
      initializationOptions,
      workspaceFolders: folders.map((uri) => ({ uri, name: uri })),
    });
    const client = new TestClient(connection, result, settings);
    client.answerRequests();
    await connection.sendNotification(InitializedNotification.type, {});
    return client;
  }

  private answerRequests(): void {
    const { connection } = this;
    connection.onNotification(PublishDiagnosticsNotification.type, ({ uri, diagnostics }) => {
      this.published.set(uri, diagnostics);
    });
    connection.onNotification(LogMessageNotification.type, ({ message }) => {
      this.log.push(message);
    });
    connection.onNotification(statusChanged, () => {
      this.statusChanges += 1;
    });
    connection.onRequest(DiagnosticRefreshRequest.type, () => {
      this.refreshes += 1;
    });
    connection.onRequest(ConfigurationRequest.type, ({ items }) =>
      items.map(({ scopeUri = '' }) => {
        const folder = [...this.folderSettings.keys()].find((uri) => scopeUri.startsWith(`${uri}/`));
        return folder === undefined ? this.settings : this.folderSettings.get(folder);
      }),
    );
    connection.onRequest(RegistrationRequest.type, ({ registrations }) => {
      for (const registration of registrations) this.registrations.set(registration.id, registration);
    });
    connection.onRequest(UnregistrationRequest.type, ({ unregisterations }) => {
      for (const { id } of unregisterations) this.registrations.delete(id);
    });
  }

  async open(uri: string, text: string, languageId = 'nginx'): Promise<void> {
    const document = TextDocument.create(uri, languageId, 1, text);
    this.documents.set(uri, document);
    const item = { uri, languageId, version: 1, text };
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument: item });
  }

  /** Replaces the first occurrence of a string, by an incremental change. */
  async replace(uri: string, old: string, replacement: string): Promise<void> {
    const document = this.document(uri);
    const start = document.getText().indexOf(old);
    if (start === -1) throw new Error(`${uri} has no ${old}`);
    const range = { start: document.positionAt(start), end: document.positionAt(start + old.length) };
    await this.change(uri, [{ range, newText: replacement }]);
  }

  async change(uri: string, edits: readonly TextEdit[]): Promise<void> {
    const document = this.document(uri);
    const version = document.version + 1;
    // From the last to the first, so that each range is one of the text before.
    const contentChanges = edits
      .toSorted((a, b) => document.offsetAt(b.range.start) - document.offsetAt(a.range.start))
      .map(({ range, newText }) => ({ range, text: newText }));
    this.documents.set(uri, TextDocument.update(document, contentChanges, version));
    const textDocument = { uri, version };
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument,
      contentChanges,
    });
  }

  async close(uri: string): Promise<void> {
    this.documents.delete(uri);
    await this.connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } });
  }

  async save(uri: string): Promise<void> {
    await this.connection.sendNotification(DidSaveTextDocumentNotification.type, { textDocument: { uri } });
  }

  async filesChanged(...changes: { uri: string; type: FileChangeType }[]): Promise<void> {
    await this.connection.sendNotification(DidChangeWatchedFilesNotification.type, { changes });
  }

  async configurationChanged(settings: unknown = null): Promise<void> {
    await this.connection.sendNotification(DidChangeConfigurationNotification.type, { settings });
  }

  pull(uri: string, previousResultId?: string): Promise<DocumentDiagnosticReport> {
    const params = { textDocument: { uri }, ...(previousResultId === undefined ? {} : { previousResultId }) };
    return this.connection.sendRequest(DocumentDiagnosticRequest.type, params);
  }

  /** The diagnostics of a document now, asked for. */
  async diagnostics(uri: string): Promise<Diagnostic[]> {
    const report = await this.pull(uri);
    if (report.kind !== 'full') throw new Error('A full report was expected.');
    return report.items;
  }

  /** The rules of the diagnostics of a document, each once. */
  async rules(uri: string): Promise<unknown[]> {
    return [...new Set((await this.diagnostics(uri)).map(({ code }) => code))];
  }

  /** The actions at the first occurrence of a string, or at a range. */
  async actions(uri: string, where: string | Range, only?: string[]): Promise<CodeAction[]> {
    const range = typeof where === 'string' ? this.rangeOf(uri, where) : where;
    const context = { diagnostics: [], ...(only === undefined ? {} : { only }) };
    const result = await this.connection.sendRequest(CodeActionRequest.type, {
      textDocument: { uri },
      range,
      context,
    });
    return (result ?? []) as CodeAction[];
  }

  /** The action of this title, with its edit. */
  async action(uri: string, where: string, title: string | RegExp, only?: string[]): Promise<CodeAction> {
    const actions = await this.actions(uri, where, only);
    const found = actions.find((each) =>
      typeof title === 'string' ? each.title === title : title.test(each.title),
    );
    if (found === undefined)
      throw new Error(`No such action: ${actions.map((each) => each.title).join(' | ')}`);
    return found.edit === undefined
      ? this.connection.sendRequest(CodeActionResolveRequest.type, found)
      : found;
  }

  /** Makes the edits to open documents; the versions must be those of the documents. Returns the new texts by URI. */
  async apply(edit: WorkspaceEdit | undefined): Promise<Map<string, string>> {
    const texts = this.preview(edit, (uri) => this.document(uri));
    for (const [uri, edits] of editsByUri(edit)) await this.change(uri, edits.edits);
    return texts;
  }

  /** The texts after the edits, by URI. The versions must be those of the open documents, null for others. */
  preview(edit: WorkspaceEdit | undefined, closed: (uri: string) => TextDocument): Map<string, string> {
    return new Map(
      [...editsByUri(edit)].map(([uri, { version, edits }]) => {
        const open = this.documents.get(uri);
        if (version !== undefined && version !== (open?.version ?? null)) {
          throw new Error(`The edit is for version ${version} of ${uri}, which is at ${open?.version}.`);
        }
        return [uri, TextDocument.applyEdits(open ?? closed(uri), edits)] as const;
      }),
    );
  }

  /** The globs that the server has had watched, as strings; once there is a registration. */
  async watchedGlobs(): Promise<string[]> {
    const { registerOptions } = await this.watching();
    const { watchers } = registerOptions as {
      watchers: { globPattern: string | { baseUri: string; pattern: string } }[];
    };
    return watchers.map(({ globPattern }) =>
      typeof globPattern === 'string' ? globPattern : `${globPattern.baseUri} ${globPattern.pattern}`,
    );
  }

  /** The registration of watchers, once there is one, and one only. */
  async watching(): Promise<Registration> {
    const isWatching = ({ method }: Registration): boolean =>
      method === DidChangeWatchedFilesNotification.method;
    return until('one registration of watchers', () => {
      const [first, ...others] = [...this.registrations.values()].filter(isWatching);
      return others.length === 0 && first;
    });
  }

  document(uri: string): TextDocument {
    const document = this.documents.get(uri);
    if (document === undefined) throw new Error(`${uri} is not open.`);
    return document;
  }

  rangeOf(uri: string, part: string): Range {
    const document = this.document(uri);
    const start = document.getText().indexOf(part);
    if (start === -1) throw new Error(`${uri} has no ${part}`);
    return { start: document.positionAt(start), end: document.positionAt(start) };
  }
}

function editsByUri(
  edit: WorkspaceEdit | undefined,
): Map<string, { version?: number | null; edits: TextEdit[] }> {
  if (edit === undefined) throw new Error('There is no edit.');
  if (edit.changes !== undefined) {
    return new Map(Object.entries(edit.changes).map(([uri, edits]) => [uri, { edits }] as const));
  }
  return new Map(
    (edit.documentChanges ?? []).map((change) => {
      if (!('textDocument' in change)) throw new Error('Only edits of texts are expected.');
      const { uri, version } = change.textDocument;
      return [uri, { version, edits: change.edits as TextEdit[] }] as const;
    }),
  );
}
