import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { ConfigurationMap, FilePlace } from '../../server/src/protocol';
import { l10n } from './l10n';
import type { FromPage, PanelState, Tab } from './messages';
import { seenView } from './seen-view';
import { panel, shared } from './styles';
import { wayView } from './way-view';

/** The whole panel: the box for a URL, and the tabs. It draws what it is given, and says what a person wants. */
export class Panel extends LitElement {
  static override properties = {
    state: { attribute: false },
    map: { attribute: false },
    cursor: { attribute: false },
    tab: { attribute: false },
    chosen: { state: true },
  };

  declare state: PanelState | null;
  declare map: ConfigurationMap | null;
  declare cursor: { readonly uri: string; readonly line: number } | null;
  declare tab: Tab;
  /** The case of the way that a person has chosen; null for the one that is shown first. */
  declare chosen: number | null;
  /** What came into view last. */
  #news = 0;
  /** What has the keyboard while the page changes. */
  #focused: Element | null = null;
  /** Says something to the extension. */
  send: (message: FromPage) => void = () => {};

  constructor() {
    super();
    this.state = null;
    this.map = null;
    this.cursor = null;
    this.tab = 'way';
    this.chosen = null;
  }

  static override styles = [shared, panel];

  /** Puts the keyboard into the box for a URL, and selects what is there. */
  askUrl(): void {
    const box = this.#box();
    box?.focus();
    box?.select();
  }

  override willUpdate(changed: ReadonlyMap<PropertyKey, unknown>): void {
    this.#focused = this.shadowRoot?.activeElement ?? null;
    const before = changed.get('state') as PanelState | null | undefined;
    // Another way has other cases.
    if (before?.url !== this.state?.url || before?.way?.cases.length !== this.state?.way?.cases.length) {
      if (changed.has('state')) this.chosen = null;
    }
  }

  override updated(): void {
    // The button of a fix goes once it is made: who pressed it stays where it was.
    if (this.#focused?.isConnected === false) this.renderRoot.querySelector<HTMLElement>('#shown')?.focus();
    const news = this.state?.news ?? 0;
    if (news !== 0 && news !== this.#news)
      this.renderRoot.querySelector('.seen')?.scrollIntoView({ block: 'start' });
    this.#news = news;
  }

  override render(): TemplateResult {
    const { state } = this;
    if (state === null) return html``;
    return html`<main>
      <h1>${state.configuration === '' ? l10n.t('No configuration is open.') : state.configuration}</h1>
      ${this.#form(state)}
      <p class="note secondary" role="status">${state.note}</p>
      <div role="tablist" aria-label=${l10n.t('What to show')} @keydown=${(event: KeyboardEvent) => this.#pressTab(event)}>
        ${this.#tab('way', l10n.t('Way'))} ${this.#tab('map', l10n.t('Map'))}
      </div>
      ${this.tab === 'way' ? this.#way(state) : this.#mapPanel(state)}
    </main>`;
  }

  #form({ url, urls, isBusy, canVerify }: PanelState): TemplateResult {
    const submit = (event: Event): void => {
      event.preventDefault();
      this.#say('explain');
    };
    return html`<form @submit=${submit}>
      <input
        id="url"
        class="field"
        name="url"
        list="urls"
        autocomplete="off"
        spellcheck="false"
        aria-label=${l10n.t('URL of a WebSocket')}
        placeholder="wss://host/path"
        .value=${url}
      />
      <datalist id="urls">
        ${urls.map((each) => html`<option value=${each.url}>${each.detail}</option>`)}
      </datalist>
      <vscode-button class="explain" @click=${() => this.#say('explain')}>${l10n.t('Explain')}</vscode-button>
      <vscode-button class="probe" secondary aria-disabled=${isBusy} @click=${() => this.#say('probe')}>
        ${l10n.t('Probe')}
      </vscode-button>
      ${
        canVerify
          ? html`<vscode-button
            class="verify"
            secondary
            title=${l10n.t('Opens it in a copy of the configuration, in the nginx of this machine')}
            aria-disabled=${isBusy}
            @click=${() => this.#say('verify')}
          >
            ${l10n.t('Verify')}
          </vscode-button>`
          : nothing
      }
      <vscode-button
        class="options"
        secondary
        aria-disabled=${isBusy}
        @click=${() => this.#say('probeWithOptions')}
      >
        ${l10n.t('Options…')}
      </vscode-button>
    </form>`;
  }

  #say(what: 'explain' | 'probe' | 'probeWithOptions' | 'verify'): void {
    const url = this.#box()?.value.trim() ?? '';
    if (url === '') this.askUrl();
    else if (what === 'explain') this.send({ kind: 'explain', url });
    else if (what === 'verify') this.#start({ kind: 'verify', url });
    else this.#start({ kind: 'probe', url, withOptions: what === 'probeWithOptions' });
  }

  /** One at a time. */
  #start(message: FromPage): void {
    if (this.state?.isBusy !== true) this.send(message);
  }

  #box(): HTMLInputElement | null {
    return this.renderRoot.querySelector('#url');
  }

  #tab(tab: Tab, title: string): TemplateResult {
    const isChosen = this.tab === tab;
    return html`<button
      id=${`tab-${tab}`}
      role="tab"
      aria-selected=${isChosen}
      aria-controls=${isChosen ? 'shown' : nothing}
      tabindex=${isChosen ? 0 : -1}
      @click=${() => this.#choose(tab)}
    >
      ${title}
    </button>`;
  }

  #pressTab(event: KeyboardEvent): void {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    event.preventDefault();
    const tab = this.tab === 'way' ? 'map' : 'way';
    this.#choose(tab);
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(`#tab-${tab}`)?.focus());
  }

  #choose(tab: Tab): void {
    this.tab = tab;
    this.send({ kind: 'tab', tab });
  }

  #way({ way, trouble, seen, isBusy, canReload }: PanelState): TemplateResult {
    const open = (place: FilePlace): void => this.send({ kind: 'open', place });
    const index = this.chosen ?? way?.shown ?? 0;
    return html`<div id="shown" role="tabpanel" aria-labelledby="tab-way" tabindex="0">
      ${trouble === '' ? nothing : html`<p>${trouble}</p>`}
      ${
        way === null
          ? nothing
          : wayView(way, index, {
              open,
              fix: (at) => this.send({ kind: 'fix', index: at }),
              choose: (at) => (this.chosen = at),
              copy: () => this.send({ kind: 'copyWay' }),
            })
      }
      ${seenView(seen, isBusy, {
        open,
        fix: (id) => this.send({ kind: 'fixSeen', id }),
        again: (id) => this.#start({ kind: 'again', id }),
        reload: canReload ? (id) => this.#start({ kind: 'reload', id }) : null,
        copy: (id, as) => this.send({ kind: 'copySeen', id, as }),
      })}
    </div>`;
  }

  #mapPanel({ way }: PanelState): TemplateResult {
    return html`<div id="shown" class="map" role="tabpanel" aria-labelledby="tab-map">
      <nginx-websocket-map
        .map=${this.map}
        .way=${way}
        .cursor=${this.cursor}
        @open=${(event: CustomEvent<FilePlace>) => this.send({ kind: 'open', place: event.detail })}
      ></nginx-websocket-map>
    </div>`;
  }
}
