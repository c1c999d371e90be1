import { html, type TemplateResult } from 'lit';
import type { FilePlace, WayStation } from '../../server/src/protocol';
import { l10n } from './l10n';

/** A sentence of the server: what stands between backquotes is code. */
export function sentence(text: string): TemplateResult {
  const parts = text.split('`');
  // An odd one out is a backquote of the text itself.
  if (parts.length % 2 === 0) return html`${text}`;
  return html`${parts.map((part, index) => (index % 2 === 0 ? part : html`<code>${part}</code>`))}`;
}

/** What a button for a fix says. A button lays its parts out in a row: this is one of them, whatever code it has. */
export function fixText(title: string): TemplateResult {
  return html`<span>${sentence(l10n.t('Fix: {0}', title))}</span>`;
}

/** What a part of the way of a handshake is called. */
export function kindText(kind: WayStation['kind']): string {
  switch (kind) {
    case 'client':
      return l10n.t('client');
    case 'listener':
      return l10n.t('listener');
    case 'server':
      return l10n.t('server');
    case 'location':
      return l10n.t('location');
    case 'back-end':
      return l10n.t('back end');
  }
}

/** `nginx.conf:12`. */
function placeName({ uri, range }: FilePlace): string {
  const name = uri.slice(uri.lastIndexOf('/') + 1);
  return `${decoded(name)}:${range.start.line + 1}`;
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** A link to a line; nothing where there is no place. */
export function placeLink(place: FilePlace | null, open: (place: FilePlace) => void): TemplateResult {
  if (place === null) return html``;
  const name = placeName(place);
  return html`<button class="link" title=${l10n.t('Go to {0}', name)} @click=${() => open(place)}>
    ${name}
  </button>`;
}
