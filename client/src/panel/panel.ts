import {
  Disposable,
  env,
  type ExtensionContext,
  l10n,
  Uri,
  ViewColumn,
  type WebviewPanel,
  window,
  workspace,
} from 'vscode';
import type { WorkspaceEdit } from 'vscode-languageclient';
import type { ProbeParams } from '../../../server/src/protocol';
import type { FromPage, Kept, Seen, Tab, ToPage } from '../../webview/messages';
import type { CurrentConfiguration } from '../current-configuration';
import { isNginx } from '../languages';
import { pickOptions } from '../probe-picks';
import type { Server } from '../server';
import { fixSeen } from './fix-seen';
import type { History } from './history';
import { showEdited, showPlace } from './other-side';
import { newNonce, pageHtml } from './page';
import type { Prober } from './prober';
import { canReload, reloadNginx, saveConfigurations } from './reload';
import { type About, type Asking, nothingTold, type Told } from './state';
import { keptUrl, typedUrl, urlChoices } from './urls';
import type { Verifier } from './verifier';

/** VS Code knows the panel by this name. */
export const viewType = 'nginxWebsocket.panel';

/** Older ones are forgotten. */
const ASKED = 20;

/** The panel beside the editor. There is one: what is asked next is shown in it. */
export class Panel extends Disposable {
  readonly #context: ExtensionContext;
  readonly #server: Server;
  readonly #asking: Asking;
  readonly #history: History;
  readonly #prober: Prober;
  /** Null in a browser: there is no nginx to start. */
  readonly #verifier: Verifier | null;
  readonly #current: CurrentConfiguration;
  #webview: WebviewPanel | undefined;
  /** Whether the page listens: it does not before it has said so, nor while it is hidden. */
  #isReady = false;
  #about: About = { uri: '', url: '' };
  #told: Told = nothingTold;
  #asked: readonly string[] = [];
  #note = '';
  #isBusy = false;
  /** The id of what was seen since the last question; 0 for nothing. */
  #news = 0;
  #tab: Tab = 'way';
  /** Whether the keyboard is to go into the box once the page listens. */
  #asksUrl = false;
  /** Counts questions, so that a late answer does not replace a newer one. */
  #latest = 0;

  constructor(
    context: ExtensionContext,
    server: Server,
    asking: Asking,
    history: History,
    prober: Prober,
    verifier: Verifier | null,
    current: CurrentConfiguration,
  ) {
    super(() => {
      subscriptions.dispose();
      this.#webview?.dispose();
    });
    this.#context = context;
    this.#server = server;
    this.#asking = asking;
    this.#history = history;
    this.#prober = prober;
    this.#verifier = verifier;
    this.#current = current;
    const refresh = () => void this.#refresh();
    const subscriptions = Disposable.from(
      server.onDidChangeRoutes(refresh),
      server.onDidChangeState((state) => {
        if (state === 'running') refresh();
      }),
      current.onDidChange(() => {
        if (this.#about.uri === '') refresh();
      }),
      workspace.onDidGrantWorkspaceTrust(refresh),
      window.onDidChangeTextEditorSelection(() => this.#tellCursor()),
      window.onDidChangeActiveTextEditor(() => this.#tellCursor()),
    );
  }

  /** The URL that the panel is about; '' for none. */
  get url(): string {
    return this.#about.url;
  }

  /** Opens the panel about a URL; without one, with the keyboard in the box for it. */
  async open({ uri, url = '' }: Partial<About>): Promise<void> {
    this.#reveal(url === '');
    await this.#explain({ uri: uri ?? this.#documentUri(), url: url === '' ? this.#about.url : url });
    if (this.#asksUrl) this.#askUrl();
  }

  /**
   * Opens the panel, probes a URL, and shows what was seen.
   *
   * @returns what was seen; undefined for nothing
   */
  async probe(params: ProbeParams, uri: string | undefined): Promise<Seen | undefined> {
    this.#reveal(false);
    await this.#explain({ uri: uri ?? this.#documentUri(), url: params.url });
    return this.#watch(l10n.t('Probing…'), () => this.#prober.probe(params, this.#about.uri));
  }

  /** Takes back a panel that was open before the window was reloaded. */
  restore(webview: WebviewPanel, kept: unknown): void {
    const { uri, url, tab } = keptOf(kept);
    this.#about = { uri, url };
    this.#tab = tab;
    this.#take(webview);
  }

  /** The document that a question without one is about. */
  #documentUri(): string {
    return this.#current.document?.uri.toString() ?? this.#about.uri;
  }

  /** Brings the way to the front. @param asksUrl whether the keyboard goes there, into the box for a URL */
  #reveal(asksUrl: boolean): void {
    this.#asksUrl = asksUrl;
    this.#tab = 'way';
    this.#post({ kind: 'tab', tab: 'way' });
    if (this.#webview !== undefined) {
      this.#webview.reveal(undefined, !asksUrl);
      return;
    }
    const column = window.activeTextEditor === undefined ? ViewColumn.Active : ViewColumn.Beside;
    this.#take(
      window.createWebviewPanel(viewType, 'NGINX WebSocket', {
        viewColumn: column,
        preserveFocus: !asksUrl,
      }),
    );
  }

  #take(webview: WebviewPanel): void {
    const dist = Uri.joinPath(this.#context.extensionUri, 'dist');
    this.#webview?.dispose();
    this.#webview = webview;
    this.#isReady = false;
    webview.iconPath = Uri.joinPath(this.#context.extensionUri, 'docs', 'icon', 'icon.png');
    webview.onDidDispose(() => {
      if (this.#webview !== webview) return;
      this.#webview = undefined;
      this.#isReady = false;
    });
    webview.onDidChangeViewState(() => {
      if (!webview.visible) this.#isReady = false;
    });
    webview.webview.onDidReceiveMessage((message: FromPage) => this.#receive(message));
    webview.webview.options = { enableScripts: true, localResourceRoots: [dist] };
    const script = webview.webview.asWebviewUri(Uri.joinPath(dist, 'panel.js')).toString();
    webview.webview.html = pageHtml(script, newNonce(), env.language);
  }

  async #receive(message: FromPage): Promise<void> {
    switch (message.kind) {
      case 'ready':
        this.#isReady = true;
        this.#post({ kind: 'start', bundle: l10n.bundle ?? {}, tab: this.#tab });
        this.#show();
        this.#tellCursor();
        await this.#refresh();
        if (this.#asksUrl) this.#askUrl();
        break;
      case 'explain':
        await this.#explain({ uri: this.#documentUri(), url: typedUrl(message.url) });
        break;
      case 'probe':
        await this.#probeTyped(typedUrl(message.url), message.withOptions);
        break;
      case 'verify':
        await this.#verify({ uri: this.#documentUri(), url: typedUrl(message.url) });
        break;
      case 'fix':
        await this.#fix(message.index);
        break;
      case 'fixSeen':
        await this.#fixSeen(message.id);
        break;
      case 'again':
        await this.#again(message.id);
        break;
      case 'reload':
        await this.#reload(message.id);
        break;
      case 'open':
        await showPlace(message.place, this.#webview?.viewColumn);
        break;
      case 'copyWay':
        await this.#copy((await this.#asking.explain(this.#about))?.text ?? '');
        break;
      case 'copySeen':
        await this.#copySeen(message);
        break;
      case 'tab':
        this.#tab = message.tab;
        if (message.tab === 'map') await this.#tellMap();
        break;
    }
  }

  // --- What is shown

  async #explain(about: About): Promise<void> {
    const { url } = about;
    this.#about = about;
    this.#note = '';
    this.#news = 0;
    if (url !== '') this.#asked = [url, ...this.#asked.filter((each) => each !== url)].slice(0, ASKED);
    await this.#refresh();
  }

  /** Asks the server again, if somebody looks. */
  async #refresh(): Promise<void> {
    if (this.#webview?.visible !== true) return;
    this.#latest += 1;
    const latest = this.#latest;
    if (this.#about.uri === '') this.#about = { ...this.#about, uri: this.#documentUri() };
    const told = await this.#asking.tell(this.#about);
    if (latest !== this.#latest) return;
    this.#told = told;
    this.#show();
    if (this.#tab === 'map') await this.#tellMap();
  }

  #show(): void {
    const { routes, way, trouble } = this.#told;
    const { uri, url } = this.#about;
    const main = routes === null ? '' : (routes.main ?? uri);
    this.#post({
      kind: 'state',
      kept: { uri, url: keptUrl(url) },
      state: {
        configuration: main === '' ? '' : workspace.asRelativePath(Uri.parse(main)),
        urls: urlChoices(routes, this.#asked, l10n),
        url,
        way,
        trouble,
        note: this.#note,
        isBusy: this.#isBusy,
        canVerify: this.#verifier !== null && workspace.isTrusted,
        canReload: canReload(uri),
        seen: this.#history.seen,
        news: this.#news,
      },
    });
  }

  async #tellMap(): Promise<void> {
    this.#post({ kind: 'map', map: await this.#asking.map(this.#about) });
  }

  #tellCursor(): void {
    const editor = window.activeTextEditor;
    if (editor === undefined || !isNginx(editor.document)) return;
    this.#post({
      kind: 'cursor',
      uri: editor.document.uri.toString(),
      line: editor.selection.active.line,
    });
  }

  #askUrl(): void {
    if (!this.#isReady) return;
    this.#asksUrl = false;
    this.#post({ kind: 'askUrl' });
  }

  #post(message: ToPage): void {
    if (this.#isReady) void this.#webview?.webview.postMessage(message);
  }

  #say(note: string): void {
    this.#note = note;
    this.#show();
  }

  // --- What is done

  async #probeTyped(url: string, withOptions: boolean): Promise<void> {
    const options = withOptions ? await pickOptions(url, {}) : {};
    if (options !== undefined) await this.probe({ url, ...options }, undefined);
  }

  async #again(id: number): Promise<void> {
    const sighting = this.#history.find(id);
    if (sighting === undefined) return;
    const { seen, params, uri } = sighting;
    if (seen.by === 'probe') await this.probe(params, uri);
    else await this.#verify({ uri, url: params.url });
  }

  /** Saves what is open, has nginx test and reload it, and probes again. */
  async #reload(id: number): Promise<void> {
    if (!(await saveConfigurations()))
      return this.#say(l10n.t('Not everything was saved: nothing was reloaded.'));
    this.#isBusy = true;
    this.#say(l10n.t('Reloading nginx…'));
    const answer = await reloadNginx(this.#server, this.#about.uri);
    this.#isBusy = false;
    this.#say(answer.message);
    if (answer.outcome === 'reloaded') await this.#again(id);
  }

  async #verify(about: About): Promise<void> {
    this.#reveal(false);
    await this.#explain(about);
    await this.#watch(l10n.t('Verifying…'), async () => this.#verifier?.verify(about));
  }

  /** Shows that something goes on, and then what it has seen. */
  async #watch(note: string, see: () => Promise<Seen | undefined>): Promise<Seen | undefined> {
    this.#isBusy = true;
    this.#say(note);
    try {
      const seen = await see();
      this.#news = seen?.id ?? 0;
      return seen;
    } finally {
      this.#isBusy = false;
      this.#say('');
    }
  }

  async #fix(index: number): Promise<void> {
    const fix = this.#told.way?.cases[index]?.stop?.fix ?? null;
    if (fix === null) return;
    if (await this.#server.apply(fix.edit)) await this.#showEdited(fix.edit);
    else this.#say(l10n.t('The configuration has changed meanwhile: nothing was fixed.'));
  }

  async #fixSeen(id: number): Promise<void> {
    const sighting = this.#history.find(id);
    const edit = sighting === undefined ? null : await fixSeen(sighting, this.#server, this.#asking);
    if (edit !== null) await this.#showEdited(edit);
  }

  /** The panel stays, and keeps the keyboard. */
  async #showEdited(edit: WorkspaceEdit): Promise<void> {
    await showEdited(edit, this.#webview?.viewColumn);
    this.#say(l10n.t('Fixed: save, reload nginx, and probe again.'));
  }

  async #copySeen({ id, as }: Extract<FromPage, { readonly kind: 'copySeen' }>): Promise<void> {
    const text = this.#history.find(id)?.texts[as];
    if (text !== undefined) await this.#copy(text);
  }

  async #copy(text: string): Promise<void> {
    await env.clipboard.writeText(text);
    this.#say(l10n.t('Copied. Secrets are left out as •••.'));
  }
}

/** What VS Code kept; another version of ours may have written it. */
function keptOf(kept: unknown): Kept {
  const { uri, url, tab } = (typeof kept === 'object' && kept !== null ? kept : {}) as Record<
    string,
    unknown
  >;
  return {
    uri: typeof uri === 'string' ? uri : '',
    url: typeof url === 'string' ? url : '',
    tab: tab === 'map' ? 'map' : 'way',
  };
}
