import {
  type Connection,
  DidChangeConfigurationNotification,
  type InitializeParams,
  type InitializeResult,
  type ServerCapabilities,
  TextDocumentSyncKind,
} from 'vscode-languageserver';
import { configurationSection, didGrantTrust, type InitializationOptions } from '../protocol';
import { useTexts } from '../l10n';
import { directoryOf } from '../model/paths';
import { ClientHost } from './client-host';
import type { ServerContext } from './context';
import { canPull, type DiagnosticsSupport, registerDiagnostics } from './diagnostics';
import { DiskCache } from './disk-cache';
import { Documents } from './documents';
import { registerDump } from './dump';
import type { Environment } from './environment';
import { features } from './features';
import { FencedHost } from './fenced-host';
import { registerNginxTest } from './nginx-test';
import { Positions } from './positions';
import { registerProbe } from './probe';
import { registerReload } from './reload';
import { Runner } from './runner';
import { Sights } from './sights';
import { Faults, SettingsStore } from './settings';
import { Typing } from './typing';
import { pathOf } from './uris';
import { registerVerify } from './verify';
import { canWatch, registerWatching } from './watching';
import { Workspace } from './workspace';

/** Starts the language server: everything begins when the client says what it can do. */
export function startServer(connection: Connection, environment: Environment): void {
  connection.onInitialize((params) => {
    const faults = new Faults((message) => connection.console.warn(message));
    const canAsk = params.capabilities.workspace?.configuration === true;
    const settings = new SettingsStore(connection, canAsk, faults);
    const { trusted, texts } = optionsOf(params);
    useTexts(textsIn(texts));
    const trust: Trust = { isGiven: trusted === true, isDenied: trusted === false };
    const version = new InstalledVersion(environment, trust);
    const context = createContext(connection, environment, params, settings, version, trust, faults);

    const diagnostics = registerDiagnostics(context);
    for (const feature of features) feature.register(context);
    registerProbe(context, environment.probe);
    registerWatching(context, diagnostics);
    registerDocuments(context, diagnostics);
    registerFileEvents(context, diagnostics);
    registerFolders(context, diagnostics);
    registerSettings(context, settings, diagnostics);
    const programs = { context, settings, run: environment.run, isTrusted: () => trust.isGiven };
    registerNginxTest(programs);
    registerReload(programs);
    registerDump(programs);
    registerVerify(context, environment.verify, () => trust.isGiven);
    connection.onNotification(didGrantTrust, () => {
      trust.isGiven = true;
      trust.isDenied = false;
      context.workspace.reset();
      diagnostics.refresh();
    });

    context.documents.texts.listen(connection);
    return answerTo(context);
  });
  connection.listen();
}

function createContext(
  connection: Connection,
  environment: Environment,
  params: InitializeParams,
  settings: SettingsStore,
  installed: InstalledVersion,
  trust: Trust,
  faults: Faults,
): ServerContext {
  const { capabilities } = params;
  const commands = commandsOf(optionsOf(params));
  const { timer } = environment;
  const log = (message: string): void => tell(() => connection.console.log(message));
  const runner = new Runner(timer, (message) => tell(() => connection.console.error(message)));
  const local = environment.localFiles;
  const fenced = local === null ? null : new FencedHost(local, () => (trust.isDenied ? foldersRead() : null));
  const host = new ClientHost(connection, fenced);
  const disk = new DiskCache(host);
  const documents = new Documents(disk, new Typing(timer));
  /** The folders of the workspace, and those of files that are opened alone. */
  const foldersRead = (): readonly string[] => {
    const { folders } = workspace;
    const alone = documents
      .all()
      .map(({ path }) => path)
      .filter((path) => !folders.some((folder) => path.startsWith(`${folder}/`)));
    return [...folders, ...alone, ...alone.map(directoryOf)];
  };
  const workspace = new Workspace(
    disk,
    documents,
    settings,
    () => installed.ask(),
    faults,
    runner,
    log,
    foldersOf(params),
  );
  return {
    connection,
    capabilities,
    commands,
    settings,
    timer,
    disk: host,
    runner,
    documents,
    positions: new Positions(documents),
    workspace,
    sights: new Sights(),
    canVerify: () => environment.verify !== undefined && trust.isGiven,
  };
}

function answerTo({ capabilities, commands }: ServerContext): InitializeResult {
  const own = features.map(
    (feature): Partial<ServerCapabilities> => feature.capabilities?.(capabilities, commands) ?? {},
  );
  const workspace = { workspaceFolders: { supported: true, changeNotifications: true } };
  return {
    serverInfo: { name: 'nginx-websocket' },
    capabilities: {
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
      ...Object.assign({}, ...own),
      workspace: Object.assign(workspace, ...own.map((each) => each.workspace)),
      ...(canPull({ capabilities })
        ? { diagnosticProvider: { interFileDependencies: true, workspaceDiagnostics: false } }
        : {}),
    },
  };
}

function registerDocuments(context: ServerContext, diagnostics: DiagnosticsSupport): void {
  const { documents, runner, workspace } = context;
  const { texts } = documents;
  texts.onDidOpen(({ document: { uri } }) => {
    const document = documents.get(uri);
    if (document === undefined) return;
    if (!canWatch(context)) workspace.reset();
    if (documents.outerDocument(uri) !== null) return;
    runner.start('Opening', async () => {
      await workspace.opened(document);
      if (await workspace.adopts(document)) diagnostics.refresh();
    });
  });
  texts.onDidClose(({ document }) => {
    const wasMain = workspace.closed(document);
    if (documents.all().length === 0) return;
    runner.start('Closing', async () => {
      if (wasMain || (await workspace.hadChanges(document))) diagnostics.refresh();
    });
  });
  texts.onDidSave(() => {
    if (canWatch(context)) return;
    workspace.reset();
    diagnostics.refresh();
  });
}

function registerFileEvents({ connection, workspace }: ServerContext, diagnostics: DiagnosticsSupport): void {
  connection.onDidChangeWatchedFiles(({ changes }) => {
    if (workspace.changedOnDisk(changes)) diagnostics.refresh();
  });
}

function registerFolders(context: ServerContext, diagnostics: DiagnosticsSupport): void {
  const { connection, capabilities, workspace } = context;
  if (capabilities.workspace?.workspaceFolders !== true) return;
  connection.onInitialized(() => {
    connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
      const gone = new Set(removed.map(({ uri }) => pathOf(uri)));
      workspace.folders = [
        ...workspace.folders.filter((folder) => !gone.has(folder)),
        ...added.map(({ uri }) => pathOf(uri)),
      ];
      diagnostics.refresh();
    });
  });
}

function registerSettings(
  context: ServerContext,
  settings: SettingsStore,
  diagnostics: DiagnosticsSupport,
): void {
  const { connection, capabilities, runner } = context;
  connection.onDidChangeConfiguration(({ settings: pushed }) => {
    settings.changed(pushed);
    diagnostics.refresh();
  });
  if (capabilities.workspace?.didChangeConfiguration?.dynamicRegistration !== true) return;
  connection.onInitialized(() => {
    runner.start('Settings', async () => {
      const options = { section: configurationSection };
      await connection.client.register(DidChangeConfigurationNotification.type, options);
    });
  });
}

function optionsOf({ initializationOptions }: InitializeParams): InitializationOptions {
  const options: unknown = initializationOptions;
  return typeof options === 'object' && options !== null ? options : {};
}

function textsIn(texts: unknown): Readonly<Record<string, string>> {
  const entries = typeof texts === 'object' && texts !== null ? Object.entries(texts) : [];
  return Object.fromEntries(entries.filter(([, text]) => typeof text === 'string'));
}

/** What a client sends may be anything. */
function commandsOf({ commands }: { readonly commands?: unknown }): ReadonlySet<string> {
  return new Set(Array.isArray(commands) ? commands.filter((each) => typeof each === 'string') : []);
}

function foldersOf({ workspaceFolders, rootUri }: InitializeParams): string[] {
  const uris = workspaceFolders?.map(({ uri }) => uri) ?? (rootUri === null ? [] : [rootUri]);
  return uris.map(pathOf);
}

/** Whether the client says that the workspace is trusted. One that knows no trust neither gives nor denies it. */
interface Trust {
  /** Programs may be started. */
  isGiven: boolean;
  /** Nothing outside the folders is read. */
  isDenied: boolean;
}

/** The version output of the `nginx` on PATH: run once, and only in a trusted workspace. */
class InstalledVersion {
  private answer: Promise<string | null> | undefined;

  constructor(
    private readonly environment: Environment,
    private readonly trust: Trust,
  ) {}

  ask(): Promise<string | null> {
    if (!this.trust.isGiven || this.environment.nginxVersion === undefined) return Promise.resolve(null);
    this.answer ??= this.environment.nginxVersion();
    return this.answer;
  }
}

/** Shows the user something, unless the connection has ended. */
function tell(send: () => void): void {
  try {
    send();
  } catch {
    // The connection is closed: the message cannot be sent.
  }
}
