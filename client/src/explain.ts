import {
  type CancellationToken,
  CodeLens,
  commands,
  Disposable,
  DocumentLink,
  EventEmitter,
  l10n,
  languages,
  type LogOutputChannel,
  QuickPickItemKind,
  type QuickPickItem,
  type TextDocument,
  type TextDocumentContentProvider,
  Uri,
  ViewColumn,
  window,
  workspace,
} from 'vscode';
import type { WorkspaceEdit } from 'vscode-languageclient';
import {
  type ExplainParams,
  explainRequest,
  type ExplainResult,
  type FilePlace,
  probeCommand,
  type Routes,
  type RoutesParams,
  routesRequest,
} from '../../server/src/protocol';
import type { CurrentConfiguration } from './current-configuration';
import { locationAt, typedUrl, urlsOf } from './explain-target';
import { toRange } from './places';
import type { Server } from './server';

/** Documents of this scheme are explanations; their query says what they explain. */
const SCHEME = 'nginx-websocket-explain';

/** The commands "Explain This Verdict…" and "Why Does This URL Not Connect?", and the documents that they open. */
export function registerExplain(
  server: Server,
  current: CurrentConfiguration,
  output: LogOutputChannel,
): Disposable {
  const explanations = new Explanations(server, output);
  return Disposable.from(
    explanations,
    workspace.registerTextDocumentContentProvider(SCHEME, explanations),
    languages.registerDocumentLinkProvider({ scheme: SCHEME }, explanations),
    languages.registerCodeLensProvider({ scheme: SCHEME }, explanations),
    commands.registerCommand('nginxWebsocket.explain', (target: unknown) => explain(server, current, target)),
    commands.registerCommand('nginxWebsocket.why', (target: unknown) =>
      askWhy(server, current, explanations, target),
    ),
    commands.registerCommand('nginxWebsocket.explain.fix', (uri: unknown) => explanations.fix(uri)),
  );
}

/** Opens the explanation of a URL beside the editor; what is not given is asked for. */
async function explain(server: Server, current: CurrentConfiguration, target: unknown): Promise<void> {
  const given = targetOf(target);
  const uri = given.uri ?? documentOf(current);
  if (uri === undefined) return;
  const url = given.url ?? (await pickUrl(server, uri));
  if (url !== undefined) await showExplanation({ uri, url });
}

/** Asks for a URL, explains it, and selects what stops it in the configuration. */
async function askWhy(
  server: Server,
  current: CurrentConfiguration,
  explanations: Explanations,
  target: unknown,
): Promise<void> {
  const given = targetOf(target);
  const uri = given.uri ?? documentOf(current);
  if (uri === undefined) return;
  const url = given.url ?? (await typeUrl(server, uri));
  if (url === undefined) return;
  const document = await showExplanation({ uri, url });
  const place = explanations.reasonIn(document.uri);
  if (place === null) return;
  await window.showTextDocument(Uri.parse(place.uri), {
    viewColumn: ViewColumn.One,
    selection: toRange(place.range),
    preserveFocus: false,
  });
}

/** The URI of the configuration that the window shows; without one it says so. */
function documentOf(current: CurrentConfiguration): string | undefined {
  const uri = current.document?.uri.toString();
  if (uri === undefined) {
    void window.showInformationMessage(l10n.t('Open an nginx configuration first: it is what is explained.'));
  }
  return uri;
}

async function showExplanation(params: ExplainParams): Promise<TextDocument> {
  const document = await workspace.openTextDocument(uriOfExplanation(params));
  await window.showTextDocument(document, {
    viewColumn: ViewColumn.Beside,
    preview: true,
    preserveFocus: true,
  });
  return document;
}

function targetOf(target: unknown): Partial<ExplainParams> {
  if (typeof target !== 'object' || target === null) return {};
  const { uri, url } = target as Record<string, unknown>;
  return {
    ...(typeof uri === 'string' ? { uri } : {}),
    ...(typeof url === 'string' ? { url } : {}),
  };
}

interface UrlItem extends QuickPickItem {
  readonly url?: string;
}

/** The URL of the location at the cursor where it has one only, else one that is picked or typed. */
async function pickUrl(server: Server, uri: string): Promise<string | undefined> {
  if (!(await server.ready())) return undefined;
  const params: RoutesParams = { uri };
  const routes = await server.request<Routes | null>(routesRequest, params);
  if (routes === null) return undefined;
  const editor = window.activeTextEditor;
  const here =
    editor?.document.uri.toString() === uri
      ? locationAt(routes, uri, editor.selection.active.line)
      : undefined;
  if (here?.urls.length === 1) return here.urls[0];
  const items = itemsOf(routes);
  const first = items.filter(({ url }) => url !== undefined && here?.urls.includes(url));
  const others = items.filter((item) => !first.includes(item));
  const isSplit = first.length > 0 && others.length > 0;
  const separator: UrlItem = { label: l10n.t('other locations'), kind: QuickPickItemKind.Separator };
  return pickOrType([...first, ...(isSplit ? [separator] : []), ...others]);
}

/** The URL that is typed, or picked among those of the configuration, whatever the cursor is at. */
async function typeUrl(server: Server, uri: string): Promise<string | undefined> {
  if (!(await server.ready())) return undefined;
  const routes = await server.request<Routes | null>(routesRequest, { uri } satisfies RoutesParams);
  return pickOrType(routes === null ? [] : itemsOf(routes));
}

function itemsOf(routes: Routes): UrlItem[] {
  return urlsOf(routes).map(({ url, location }) => ({ label: url, description: location.summary, url }));
}

async function pickOrType(items: readonly UrlItem[]): Promise<string | undefined> {
  const pick = window.createQuickPick<UrlItem>();
  pick.title = l10n.t('Explain a WebSocket handshake');
  pick.placeholder = l10n.t('Pick a URL, or type one: wss://host/path');
  pick.matchOnDescription = true;
  const update = () => {
    const url = typedUrl(pick.value);
    const isKnown = items.some((item) => item.url === url);
    // Always shown: it is the typed text itself.
    const typed: UrlItem[] =
      url === undefined || isKnown
        ? []
        : [{ label: url, description: l10n.t('typed'), alwaysShow: true, url }];
    pick.items = [...items, ...typed];
  };
  update();
  const url = await new Promise<string | undefined>((resolve) => {
    pick.onDidChangeValue(update);
    pick.onDidAccept(() => resolve(pick.selectedItems[0]?.url));
    pick.onDidHide(() => resolve(undefined));
    pick.show();
  });
  pick.dispose();
  return url;
}

/** The tab shows what is after the last slash: slashes of the URL are replaced by a similar character. */
function uriOfExplanation(params: ExplainParams): Uri {
  const name = params.url.replace(/^[a-z]+:\/\//i, '').replaceAll('/', '\u2215');
  return Uri.from({ scheme: SCHEME, path: `/${l10n.t('Explain {0}', name)}`, query: JSON.stringify(params) });
}

function paramsOf(uri: Uri): ExplainParams {
  const { uri: about = '', url = '' } = targetOf(JSON.parse(uri.query));
  return { uri: about, url };
}

/** The texts of explanations, updated when the configuration changes while they are visible. */
class Explanations extends Disposable implements TextDocumentContentProvider {
  readonly #server: Server;
  readonly #output: LogOutputChannel;
  readonly #emitter = new EventEmitter<Uri>();
  readonly onDidChange = this.#emitter.event;
  readonly #lenses = new EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#lenses.event;
  /** The last answer for each document, by its URI. */
  readonly #answers = new Map<string, ExplainResult<WorkspaceEdit>>();
  /** Those that may be out of date, and were hidden when they became so. */
  readonly #outdated = new Set<string>();

  constructor(server: Server, output: LogOutputChannel) {
    super(() => subscriptions.dispose());
    this.#server = server;
    this.#output = output;
    const subscriptions = Disposable.from(
      this.#emitter,
      this.#lenses,
      server.onDidChangeRoutes(() => this.#outdate()),
      server.onDidChangeState((state) => {
        if (state === 'running') this.#outdate();
      }),
      window.onDidChangeVisibleTextEditors(() => this.#refresh()),
      workspace.onDidCloseTextDocument(({ uri }) => {
        this.#answers.delete(uri.toString());
        this.#outdated.delete(uri.toString());
      }),
    );
  }

  async provideTextDocumentContent(uri: Uri, token: CancellationToken): Promise<string> {
    const params = paramsOf(uri);
    try {
      const answer = await this.#ask(params, token);
      if (answer === null) return `${params.url}\n\n${l10n.t('The configuration is not there any more.')}\n`;
      this.#answers.set(uri.toString(), answer);
      this.#lenses.fire();
      return `${answer.text}\n`;
    } catch (error) {
      this.#output.error(`${params.url} could not be explained.`, error);
      const before = this.#answers.get(uri.toString());
      return before === undefined
        ? `${params.url}\n\n${l10n.t('This could not be explained: the output of NGINX WebSocket says why.')}\n`
        : `${before.text}\n`;
    }
  }

  provideDocumentLinks({ uri }: TextDocument): DocumentLink[] {
    const { links = [] } = this.#answers.get(uri.toString()) ?? {};
    return links.map(({ range, target }) => {
      const { line, character } = target.range.start;
      return new DocumentLink(
        toRange(range),
        Uri.parse(target.uri).with({ fragment: `L${line + 1},${character + 1}` }),
      );
    });
  }

  /** Where that stands which stops a handshake; null where nothing does, or no place says it. */
  reasonIn(uri: Uri): FilePlace | null {
    const because = this.#answers.get(uri.toString())?.because ?? [];
    return because.find(({ id, place }) => id !== null && place !== null)?.place ?? null;
  }

  /** Above the first line the probe, and above the line that says what would fix it the fix. */
  provideCodeLenses(document: TextDocument): CodeLens[] {
    const { remedy = null } = this.#answers.get(document.uri.toString()) ?? {};
    const probe = { title: l10n.t('Probe'), command: probeCommand, arguments: [paramsOf(document.uri)] };
    const lenses = [new CodeLens(document.lineAt(0).range, probe)];
    const line = remedy === null ? -1 : document.getText().split('\n').lastIndexOf(`${remedy.title}:`);
    if (line !== -1) {
      const fix = {
        title: l10n.t('Apply'),
        command: 'nginxWebsocket.explain.fix',
        arguments: [document.uri],
      };
      lenses.push(new CodeLens(document.lineAt(line).range, fix));
    }
    return lenses;
  }

  /** Makes the edit that an explanation ends with. */
  async fix(given: unknown): Promise<void> {
    const uri = given instanceof Uri ? given : window.activeTextEditor?.document.uri;
    if (uri?.scheme !== SCHEME) return;
    const remedy = this.#answers.get(uri.toString())?.remedy ?? null;
    if (remedy !== null && (await this.#server.apply(remedy.edit))) return;
    void window.showInformationMessage(
      remedy === null
        ? l10n.t('There is nothing to fix here.')
        : l10n.t('The configuration has changed meanwhile: nothing was fixed.'),
    );
  }

  /** Opens the document first: the server answers about open ones. */
  async #ask(params: ExplainParams, token: CancellationToken): Promise<ExplainResult<WorkspaceEdit> | null> {
    await workspace.openTextDocument(Uri.parse(params.uri));
    if (!(await this.#server.ready())) throw new Error('The server does not run.');
    return this.#server.request<ExplainResult<WorkspaceEdit> | null>(explainRequest, params, token);
  }

  #outdate(): void {
    for (const { uri } of workspace.textDocuments) {
      if (uri.scheme === SCHEME) this.#outdated.add(uri.toString());
    }
    this.#refresh();
  }

  #refresh(): void {
    for (const { document } of window.visibleTextEditors) {
      if (this.#outdated.delete(document.uri.toString())) this.#emitter.fire(document.uri);
    }
  }
}
