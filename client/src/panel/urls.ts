import type { LocationRoutes, Routes } from '../../../server/src/protocol';
import type { UrlChoice } from '../../webview/messages';
import type { Localizer } from '../localizer';
import { querySecrets } from '../probe-options';

/** The URLs to choose from: those asked before, those of the settings, those of the routes, each once. */
export function urlChoices(
  routes: Routes | null,
  askedBefore: readonly string[],
  l10n: Localizer,
): UrlChoice[] {
  const choices = new Map<string, string>();
  const add = (url: string, detail: string): void => {
    if (!choices.has(url)) choices.set(url, detail);
  };
  for (const url of askedBefore) add(url, l10n.t('asked before'));
  for (const url of routes?.websocketUrls ?? []) add(url, l10n.t('from the settings'));
  for (const { url, location } of routes === null ? [] : urlsOf(routes)) add(url, location.summary);
  return [...choices].map(([url, detail]) => ({ url, detail }));
}

/** The URLs of a configuration, each once, those meant for WebSocket first. */
function urlsOf({ servers }: Routes): { readonly url: string; readonly location: LocationRoutes }[] {
  const found = new Map<string, LocationRoutes>();
  const locations = servers.flatMap((server) => server.locations);
  const [meant, others] = [
    locations.filter(({ intent }) => intent !== 'none'),
    locations.filter(({ intent }) => intent === 'none'),
  ];
  for (const location of [...meant, ...others]) {
    for (const url of location.urls) if (!found.has(url)) found.set(url, location);
  }
  return [...found].map(([url, location]) => ({ url, location }));
}

/** The URL that was typed: ws:// when it has no scheme; any other text stays, and the server says what is wrong. */
export function typedUrl(text: string): string {
  const trimmed = text.trim();
  return /^[\w.-]+(?::\d+)?(?:[/?]\S*)?$|^\[[\da-f:.]+\](?::\d+)?(?:[/?]\S*)?$/i.test(trimmed)
    ? `ws://${trimmed}`
    : trimmed;
}

/** The URL as it may be kept on the disk: one with a secret is not. */
export function keptUrl(url: string): string {
  return querySecrets(url).length === 0 ? url : '';
}
