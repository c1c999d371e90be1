import {
  commands,
  Disposable,
  EventEmitter,
  type ExtensionContext,
  l10n,
  type LogOutputChannel,
  type Memento,
  ThemeColor,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  TreeItemCollapsibleState,
  type TreeView,
  Uri,
  window,
  workspace,
} from 'vscode';
import type { WorkspaceEdit } from 'vscode-languageclient';
import {
  type LocationRoutes,
  type RouteFix,
  type RouteFixParams,
  routeFixRequest,
  type RouteReason,
  type RouteRemedy,
  type Routes,
  type RoutesParams,
  routesRequest,
  type ServerRoutes,
} from '../../server/src/protocol';
import type { CurrentConfiguration } from './current-configuration';
import { openPlace } from './places';
import {
  conditionText,
  iconOf,
  isProblem,
  locationAt,
  locationText,
  reasonText,
  type RowText,
  serverText,
} from './routes-text';
import type { Server } from './server';

const VIEW = 'nginxWebsocket.routes';

/** Whether only problems are shown: `when` clauses of package.json name it, and the workspace keeps it. */
const ONLY_PROBLEMS = 'nginxWebsocket.routes.onlyProblems';

/** Whether the view has been shown by itself: the workspace keeps it. */
const WAS_SHOWN = 'nginxWebsocket.routes.wasShown';

/** The view "WebSocket Routes" in the Explorer, with its commands. */
export function registerRoutesView(
  { workspaceState, subscriptions }: ExtensionContext,
  server: Server,
  current: CurrentConfiguration,
  output: LogOutputChannel,
): Disposable {
  const view = new RoutesView(server, current, output, workspaceState);
  subscriptions.push(view);
  return Disposable.from(
    commands.registerCommand('nginxWebsocket.routes.refresh', () => view.refresh()),
    commands.registerCommand('nginxWebsocket.routes.onlyProblems', () => view.filter(true)),
    commands.registerCommand('nginxWebsocket.routes.showAll', () => view.filter(false)),
    commands.registerCommand('nginxWebsocket.routes.fix', (row: unknown) => view.fix(row)),
  );
}

/**
 * A row. Commands of its menu get it: those that want a document and a URL (Explain, Probe) find both in the row of a
 * location.
 */
type Row = Content & {
  /** The document that was asked about. */
  readonly uri: string;
};

type Content =
  | { readonly kind: 'server'; readonly server: ServerRoutes }
  | { readonly kind: 'location'; readonly location: LocationRoutes; readonly url: string | undefined }
  | {
      readonly kind: 'condition';
      readonly condition: string;
      readonly location: LocationRoutes;
      readonly index: number;
    }
  | {
      readonly kind: 'reason';
      readonly reason: RouteReason;
      readonly location: LocationRoutes;
      readonly index: number;
    }
  | { readonly kind: 'fix'; readonly fix: RouteFix; readonly location: LocationRoutes };

/** What is shown, and the document that it was asked about. */
interface Shown {
  readonly routes: Routes;
  readonly uri: string;
}

class RoutesView extends Disposable implements TreeDataProvider<Row> {
  readonly #server: Server;
  readonly #current: CurrentConfiguration;
  readonly #output: LogOutputChannel;
  readonly #state: Memento;
  readonly #emitter = new EventEmitter<void>();
  readonly onDidChangeTreeData = this.#emitter.event;
  readonly #view: TreeView<Row>;
  #shown: Shown | undefined;
  #onlyProblems: boolean;
  /** Counts requests, so that a late answer does not replace a newer one. */
  #latest = 0;

  constructor(server: Server, current: CurrentConfiguration, output: LogOutputChannel, state: Memento) {
    super(() => subscriptions.dispose());
    this.#server = server;
    this.#current = current;
    this.#output = output;
    this.#state = state;
    this.#onlyProblems = state.get(ONLY_PROBLEMS, false);
    void commands.executeCommand('setContext', ONLY_PROBLEMS, this.#onlyProblems);
    this.#view = window.createTreeView(VIEW, { treeDataProvider: this, showCollapseAll: true });
    const refresh = () => void this.refresh();
    const subscriptions = Disposable.from(
      this.#view,
      this.#emitter,
      this.#view.onDidChangeVisibility(refresh),
      current.onDidChange(refresh),
      server.onDidChangeState(refresh),
      server.onDidChangeRoutes(refresh),
      window.onDidChangeTextEditorSelection(() => this.#follow()),
    );
    refresh();
  }

  /** Requests the routes again, if the view is visible, or may show itself. */
  async refresh(): Promise<void> {
    const { document } = this.#current;
    this.#latest += 1;
    const latest = this.#latest;
    if (document === undefined) this.#show(undefined);
    const isWanted = this.#view.visible || !this.#state.get(WAS_SHOWN, false);
    if (document === undefined || !isWanted || this.#server.state !== 'running') return;
    const uri = document.uri.toString();
    try {
      const params: RoutesParams = { uri };
      const routes = await this.#server.request<Routes | null>(routesRequest, params);
      if (latest === this.#latest) this.#show(routes === null ? undefined : { routes, uri });
    } catch (error) {
      // What is shown stays: the server says when it is no longer true.
      if (latest === this.#latest) this.#output.debug(`The routes are not known: ${String(error)}`);
    }
  }

  async filter(onlyProblems: boolean): Promise<void> {
    this.#onlyProblems = onlyProblems;
    await commands.executeCommand('setContext', ONLY_PROBLEMS, onlyProblems);
    this.#show(this.#shown);
    await this.#state.update(ONLY_PROBLEMS, onlyProblems);
  }

  /** Mends what a row is about, by the edit of the server. */
  async fix(row: unknown): Promise<void> {
    if (!isRow(row)) return;
    const fix = fixOf(row);
    if (fix === null) return;
    const params: RouteFixParams = { uri: row.uri, id: fix.id };
    const remedy = await this.#server.request<RouteRemedy<WorkspaceEdit> | null>(routeFixRequest, params);
    if (remedy !== null && (await this.#server.apply(remedy.edit))) return;
    void window.showInformationMessage(l10n.t('The configuration has changed meanwhile: nothing was fixed.'));
    await this.refresh();
  }

  getChildren(row?: Row): Row[] {
    if (this.#shown === undefined) return [];
    const { routes, uri } = this.#shown;
    if (row === undefined) {
      return routes.servers
        .filter((server) => !this.#onlyProblems || server.locations.some(isProblem))
        .map((server) => ({ kind: 'server', server, uri }));
    }
    switch (row.kind) {
      case 'server':
        return row.server.locations
          .filter((location) => !this.#onlyProblems || isProblem(location))
          .map((location) => locationRow(location, uri));
      case 'location':
        return [...conditionRows(row.location, row.uri), ...reasonRows(row.location, row.uri)];
      default:
        return [];
    }
  }

  /** The row of the server of a location: what is selected by itself is no deeper. */
  getParent(row: Row): Row | undefined {
    if (row.kind !== 'location') return undefined;
    const server = this.#shown?.routes.servers.find(({ locations }) =>
      locations.some(({ id }) => id === row.location.id),
    );
    return server === undefined ? undefined : { kind: 'server', server, uri: row.uri };
  }

  getTreeItem(row: Row): TreeItem {
    const item = itemOf(row);
    // Expansion is kept by id: another configuration may have the same names.
    item.id = `${this.#shown?.routes.main ?? this.#shown?.uri} ${idOf(row)}`;
    return item;
  }

  #show(shown: Shown | undefined): void {
    this.#shown = shown;
    const servers = shown?.routes.servers ?? [];
    const main = shown === undefined ? null : Uri.parse(shown.routes.main ?? shown.uri);
    this.#view.description = main === null ? '' : workspace.asRelativePath(main);
    const locations = servers.flatMap((server) => server.locations);
    if (shown !== undefined && servers.length === 0) {
      this.#view.message = l10n.t('This configuration has no servers.');
    } else if (shown !== undefined && this.#onlyProblems && !locations.some(isProblem)) {
      this.#view.message = l10n.t('No location that is meant for WebSocket has a problem.');
    } else this.#view.message = '';
    this.#emitter.fire();
    if (shown !== undefined) void this.#showItself(shown, locations);
    this.#follow();
  }

  /** Shows the view once in a workspace, when a handshake that somebody wants does not get through. */
  async #showItself({ uri }: Shown, locations: readonly LocationRoutes[]): Promise<void> {
    const blocked = locations.find(({ verdict, intent }) => verdict === 'blocked' && intent !== 'none');
    if (blocked === undefined || this.#state.get(WAS_SHOWN, false)) return;
    await this.#state.update(WAS_SHOWN, true);
    await this.#reveal(locationRow(blocked, uri), false);
  }

  /** Selects the location that the cursor is in. */
  #follow(): void {
    const editor = window.activeTextEditor;
    if (this.#shown === undefined || editor === undefined || !this.#view.visible) return;
    const { routes, uri } = this.#shown;
    const { document, selection } = editor;
    const found = locationAt(routes.servers, document.uri.toString(), selection.active.line);
    if (found === undefined || (this.#onlyProblems && !isProblem(found))) return;
    const [selected] = this.#view.selection;
    if (selected !== undefined && selected.kind !== 'server' && selected.location.id === found.id) return;
    void this.#reveal(locationRow(found, uri), true);
  }

  async #reveal(row: Row, select: boolean): Promise<void> {
    try {
      await this.#view.reveal(row, { select, focus: false });
    } catch (error) {
      // The rows may have changed meanwhile.
      this.#output.debug(`A route was not shown: ${String(error)}`);
    }
  }
}

function locationRow(location: LocationRoutes, uri: string): Row {
  return { kind: 'location', location, url: location.urls[0], uri };
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

function conditionRows(location: LocationRoutes, uri: string): Row[] {
  return location.conditions.map((condition, index) => ({
    kind: 'condition',
    condition,
    location,
    index,
    uri,
  }));
}

/** The reasons of a location, each fix after the last reason that it fixes. */
function reasonRows(location: LocationRoutes, uri: string): Row[] {
  const { reasons } = location;
  return reasons.flatMap((reason, index): Row[] => {
    const { fix } = reason;
    const isLast = fix !== null && !reasons.slice(index + 1).some((other) => other.fix?.id === fix.id);
    const own: Row = { kind: 'reason', reason, location, index, uri };
    return isLast ? [own, { kind: 'fix', fix, location, uri }] : [own];
  });
}

function fixOf(row: Row): RouteFix | null {
  if (row.kind === 'fix') return row.fix;
  return row.kind === 'reason' ? row.reason.fix : null;
}

function idOf(row: Row): string {
  switch (row.kind) {
    case 'server':
      return row.server.id;
    case 'location':
      return row.location.id;
    case 'condition':
      return `${row.location.id} condition ${row.index}`;
    case 'reason':
      return `${row.location.id} reason ${row.index}`;
    case 'fix':
      return `${row.location.id} fix ${row.fix.title}`;
  }
}

function itemOf(row: Row): TreeItem {
  switch (row.kind) {
    case 'server':
      return serverItem(row.server);
    case 'location':
      return locationItem(row.location);
    case 'condition':
      return conditionItem(row.condition);
    case 'reason':
      return reasonItem(row.reason, row.location);
    case 'fix':
      return fixItem(row);
  }
}

function newItem({ label, description, spoken }: RowText, state: TreeItemCollapsibleState): TreeItem {
  const item = new TreeItem(label, state);
  item.description = description;
  // A narrow side bar cuts both.
  item.tooltip = `${label}  ${description}`.trimEnd();
  item.accessibilityInformation = { label: spoken };
  return item;
}

function serverItem(server: ServerRoutes): TreeItem {
  const { locations, answer, place } = server;
  const item = newItem(
    serverText(server, l10n),
    locations.length === 0
      ? TreeItemCollapsibleState.None
      : answer === null
        ? TreeItemCollapsibleState.Expanded
        : TreeItemCollapsibleState.Collapsed,
  );
  item.contextValue = 'server';
  item.iconPath = new ThemeIcon('server');
  if (place !== null) item.command = openPlace(place);
  return item;
}

/** Colours only repeat what the shapes say. */
const COLORS: Readonly<Record<string, string>> = {
  pass: 'testing.iconPassed',
  error: 'testing.iconFailed',
  warning: 'problemsWarningIcon.foreground',
  question: 'problemsInfoIcon.foreground',
};

function locationItem(location: LocationRoutes): TreeItem {
  const { conditions, reasons, place, urls } = location;
  const text = locationText(location, l10n);
  const item = newItem(
    text,
    conditions.length + reasons.length === 0
      ? TreeItemCollapsibleState.None
      : isProblem(location)
        ? TreeItemCollapsibleState.Expanded
        : TreeItemCollapsibleState.Collapsed,
  );
  const icon = iconOf(location);
  const color = COLORS[icon];
  item.iconPath = new ThemeIcon(icon, color === undefined ? undefined : new ThemeColor(color));
  item.tooltip = [`${text.label}  ${text.description}`, ...urls].join('\n');
  item.contextValue = urls.length > 0 && location.verdict !== null ? 'location.url' : 'location';
  if (place !== null) item.command = openPlace(place);
  return item;
}

function conditionItem(condition: string): TreeItem {
  const item = newItem(conditionText(condition, l10n), TreeItemCollapsibleState.None);
  item.contextValue = 'condition';
  return item;
}

function reasonItem(reason: RouteReason, location: LocationRoutes): TreeItem {
  const item = newItem(reasonText(reason, location.place, l10n), TreeItemCollapsibleState.None);
  item.contextValue = reason.fix === null ? 'reason' : 'reason.fixable';
  if (reason.place !== null) item.command = openPlace(reason.place);
  return item;
}

function fixItem(row: Row & { readonly kind: 'fix' }): TreeItem {
  const { title } = row.fix;
  const text = { label: title, description: l10n.t('fix'), spoken: l10n.t('Fix: {0}', title) };
  const item = newItem(text, TreeItemCollapsibleState.None);
  item.iconPath = new ThemeIcon('wrench');
  item.contextValue = 'fix';
  item.command = { title: l10n.t('Fix'), command: 'nginxWebsocket.routes.fix', arguments: [row] };
  return item;
}
