import { html, LitElement, nothing, svg, type TemplateResult } from 'lit';
import type { ConfigurationMap, FilePlace, MapNode, Way } from '../../server/src/protocol';
import { l10n } from './l10n';
import {
  BOX_HEIGHT,
  type Box,
  filtered,
  heightAt,
  inView,
  type Kind,
  kinds,
  type Layout,
  layOut,
  type Line,
  nodeAt,
  ROW,
} from './map-layout';
import { mapStyles } from './map-styles';
import { litNodes, nextBox } from './map-walk';
import { mark, markText } from './marks';
import { shared } from './styles';
import { kindText } from './text';

/** The size of the head of an arrow, in pixels. */
const ARROW = 5;

/** So much more than what is in view is drawn that scrolling shows no gap. */
const MARGIN = 10 * ROW;

/** The map of a configuration: only what is in view is drawn. Says `open` with a place. */
export class MapView extends LitElement {
  static override properties = {
    map: { attribute: false },
    way: { attribute: false },
    cursor: { attribute: false },
    words: { state: true },
    onlyProblems: { state: true },
    top: { state: true },
    size: { state: true },
    active: { state: true },
  };

  declare map: ConfigurationMap | null;
  /** The way that lights up. */
  declare way: Way<unknown> | null;
  /** Where the cursor is in the text. */
  declare cursor: { readonly uri: string; readonly line: number } | null;
  declare words: string;
  declare onlyProblems: boolean;
  /** What is in view. */
  declare top: number;
  declare size: { readonly width: number; readonly height: number };
  /** The id of the node that the keyboard is at. */
  declare active: number;

  #layout: Layout | null = null;
  /** The URL whose way was brought into view. */
  #shown = '';
  readonly #observer = new ResizeObserver(() => this.#measure());

  constructor() {
    super();
    this.map = null;
    this.way = null;
    this.cursor = null;
    this.words = '';
    this.onlyProblems = false;
    this.top = 0;
    this.size = { width: 0, height: 0 };
    this.active = 0;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer.disconnect();
  }

  override willUpdate(changed: ReadonlyMap<PropertyKey, unknown>): void {
    if (['map', 'words', 'onlyProblems', 'size'].some((name) => changed.has(name)) || this.#layout === null) {
      const map = this.map === null ? null : filtered(this.map, this);
      this.#layout = map === null ? null : layOut(map, this.size.width);
    }
  }

  /** Brings the location of another way into view. */
  override updated(): void {
    const { map, way } = this;
    if (map === null || way === null || way.url === this.#shown || this.size.height === 0) return;
    this.#shown = way.url;
    const lit = [...litNodes(map, way)].flatMap((id) => this.#layout?.byId.get(id) ?? []);
    const location = lit.find(({ kind }) => kind === 'location');
    if (location !== undefined) this.#reveal(location);
  }

  override render(): TemplateResult {
    const layout = this.#layout;
    if (this.map === null || layout === null)
      return html`<p>${l10n.t('There is no configuration to show.')}</p>`;
    const view = inView(layout, this.top, this.top + this.size.height, MARGIN);
    const here = this.#here();
    const lit = litNodes(this.map, this.way);
    const active = layout.byId.has(this.active) ? this.active : (layout.boxes[0]?.node.id ?? 0);
    return html`
      <div class="filter">
        <input
          class="field"
          autocomplete="off"
          spellcheck="false"
          aria-label=${l10n.t('Filter the map')}
          placeholder=${l10n.t('Filter')}
          .value=${this.words}
          @input=${(event: Event) => (this.words = (event.target as HTMLInputElement).value)}
        />
        <label>
          <input
            type="checkbox"
            .checked=${this.onlyProblems}
            @change=${(event: Event) => (this.onlyProblems = (event.target as HTMLInputElement).checked)}
          />
          ${l10n.t('Only problems')}
        </label>
        <span class="secondary" role="status">${l10n.t('{0} locations', countOf(layout))}</span>
      </div>
      <div
        class="scroll"
        role="tree"
        tabindex="0"
        aria-label=${l10n.t('Map of the configuration')}
        aria-activedescendant=${`n${active}`}
        @scroll=${(event: Event) => (this.top = (event.target as HTMLElement).scrollTop)}
        @keydown=${(event: KeyboardEvent) => this.#press(event, active)}
      >
        <div class="canvas" role="presentation" .style=${`height: ${layout.height}px`}>
          <svg aria-hidden="true" width=${this.size.width} height=${layout.height}>
            ${litLast(view.lines, lit).map((line) => drawnLine(line, lit))}
          </svg>
          ${view.boxes.map((box) => this.#box(box, layout, { active, here, lit }))}
        </div>
      </div>
    `;
  }

  #box(
    { node, kind, x, y, width }: Box,
    layout: Layout,
    { active, here, lit }: { active: number; here: number; lit: ReadonlySet<number> },
  ): TemplateResult {
    const classes = [
      'box',
      kind,
      ...(node.id === active ? ['active'] : []),
      ...(node.id === here ? ['here'] : []),
      ...(lit.has(node.id) ? ['lit'] : []),
    ];
    const label = node.label === '' ? l10n.t('no name') : node.label;
    const detail = this.#detail(node, kind, layout.isNarrow);
    return html`<div
      id=${`n${node.id}`}
      class=${classes.join(' ')}
      role="treeitem"
      aria-level=${kinds.indexOf(kind) + 1}
      aria-selected=${node.id === here}
      aria-label=${spoken(kind, node, `${label} ${detail}`.trim())}
      title=${[label, detail].filter(Boolean).join(' · ')}
      .style=${`left: ${x}px; top: ${y}px; width: ${width}px; height: ${BOX_HEIGHT}px`}
      @click=${() => this.#open(node)}
    >
      ${kind === 'location' ? mark(node.verdict ?? 'none') : nothing}
      <span class="label">${label}</span>
      ${detail === '' ? nothing : html`<span class="detail">${detail}</span>`}
    </div>`;
  }

  /** In one column it also says what would stand in the others. */
  #detail(node: MapNode, kind: Kind, isNarrow: boolean): string {
    if (this.map === null) return node.detail;
    const { listeners, upstreams } = this.map;
    const parts = [node.detail];
    if (kind === 'back-end') parts.push(againText(node));
    if (isNarrow && kind === 'server')
      parts.push(...listeners.filter(({ to }) => to.includes(node.id)).map(({ label }) => label));
    if (isNarrow && kind === 'location') {
      for (const upstream of upstreams.filter(({ id }) => node.to.includes(id)))
        parts.push(`→ ${upstream.label}`, againText(upstream));
    }
    return parts.filter(Boolean).join(' ');
  }

  /** The id of the node that the cursor in the text is in; 0 for none. */
  #here(): number {
    if (this.map === null || this.cursor === null) return 0;
    return nodeAt(this.map, this.cursor.uri, this.cursor.line)?.id ?? 0;
  }

  #press(event: KeyboardEvent, active: number): void {
    const layout = this.#layout;
    const box = layout?.byId.get(active);
    if (layout === null || box === undefined) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      this.#open(box.node);
      return;
    }
    const next = nextBox(layout, box, event.key, Math.floor(this.size.height / ROW));
    if (next === undefined) return;
    event.preventDefault();
    this.active = next.node.id;
    this.#reveal(next);
  }

  /** Scrolls so that a box is in view. */
  #reveal(box: Box): void {
    const scroll = this.renderRoot.querySelector('.scroll');
    if (scroll === null) return;
    const y = heightAt(box, scroll.scrollTop);
    if (y < scroll.scrollTop) scroll.scrollTop = y;
    else if (y + ROW > scroll.scrollTop + scroll.clientHeight)
      scroll.scrollTop = y + ROW - scroll.clientHeight;
    this.top = scroll.scrollTop;
  }

  #open({ id, place }: MapNode): void {
    this.active = id;
    const uri = this.map?.files[place?.file ?? -1];
    if (uri === undefined || place === null) return;
    const start = { line: place.line, character: 0 };
    const detail: FilePlace = { uri, range: { start, end: start } };
    this.dispatchEvent(new CustomEvent<FilePlace>('open', { detail }));
  }

  #measure(): void {
    const scroll = this.renderRoot.querySelector('.scroll');
    if (scroll !== null) this.size = { width: scroll.clientWidth, height: scroll.clientHeight };
    else this.size = { width: this.clientWidth, height: this.clientHeight };
  }

  static override styles = [shared, mapStyles];
}

/** What is said of a back end that leads to a listener. */
function againText({ to }: MapNode): string {
  return to.length === 0 ? '' : l10n.t('(this nginx again)');
}

function countOf({ boxes }: Layout): number {
  return boxes.filter(({ kind }) => kind === 'location').length;
}

/** What a screen reader says: what is shown, and what its shape means. */
function spoken(kind: Kind, { verdict }: MapNode, shown: string): string {
  return verdict === null ? `${kindText(kind)} ${shown}` : `${kindText(kind)} ${shown}, ${markText(verdict)}`;
}

/** What is drawn last is over all others. */
function litLast(lines: readonly Line[], lit: ReadonlySet<number>): Line[] {
  return lines.toSorted((a, b) => Number(isLit(a, lit)) - Number(isLit(b, lit)));
}

function isLit({ from, to }: Line, lit: ReadonlySet<number>): boolean {
  return lit.has(from.node.id) && lit.has(to.node.id);
}

function drawnLine(line: Line, lit: ReadonlySet<number>): TemplateResult {
  const { from } = line;
  const verdict = from.kind === 'location' ? (from.node.verdict ?? '') : '';
  const path = from.kind === 'back-end' ? pathBack(line) : pathOn(line);
  return svg`<path class=${`lead ${verdict} ${isLit(line, lit) ? 'lit' : ''}`} d=${path} />`;
}

/** From one column to the next. */
function pathOn({ from, to }: Line): string {
  const [x1, y1] = [from.x + from.width, from.y + BOX_HEIGHT / 2];
  const [x2, y2] = [to.x, to.y + BOX_HEIGHT / 2];
  const middle = (x1 + x2) / 2;
  return `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`;
}

/** Below the row of a back end to the left of all, and along there to the listener, with an arrow. */
function pathBack({ from, to }: Line): string {
  const below = from.y + (BOX_HEIGHT + ROW) / 2;
  const y = to.y + BOX_HEIGHT / 2;
  const start = from.x + ARROW;
  return `M${start} ${from.y + BOX_HEIGHT}V${below}H${to.x / 4}V${y}H${to.x}m${-ARROW} ${-ARROW}l${ARROW} ${ARROW}l${-ARROW} ${ARROW}`;
}
