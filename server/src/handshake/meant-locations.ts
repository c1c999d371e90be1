import type { Level } from '../model/levels';
import { isTemplated, listenersOf } from '../model/listeners';
import { memoized } from '../model/memo';
import type { Model } from '../model/model';
import type { Sign } from '../model/signs';
import { isAskedFor } from './asked-names';
import { handshake, type Handshake } from './handshake';
import { locationOf } from './location-config';
import { readTarget } from './target';

/**
 * The locations that are meant for WebSocket because the settings name URLs that they take, with the first such URL: those
 * that answer, and those that hand the handshake on to them, at each hop and in each case. Where nobody listens for a URL,
 * something in front may make another of it: those that take that one are meant, too.
 */
export const locationsMeantByUrl = memoized((model: Model): ReadonlyMap<Level, string> => {
  const meant = new Map<Level, string>();
  for (const url of model.websocketUrls.toReversed()) {
    for (const { location, steps } of handshakesFor(model, url).flatMap(({ cases }) => cases)) {
      if (location !== null) meant.set(location, url);
      for (const { step, level } of steps) {
        if (step === 'request' && level !== undefined) meant.set(locationOf(level), url);
      }
    }
  }
  return meant;
});

/**
 * The handshake for a URL, or those that a proxy in front which ends TLS, or the published port of a container, may make of
 * it: for the same host and path, on each port where a server of that name listens.
 */
function handshakesFor(model: Model, url: string): Handshake[] {
  const asked = handshake(model, url);
  const target = readTarget(url);
  if (asked.error === undefined || 'error' in target || model.http === null) return [asked];
  const { host, path, query, secure } = target;
  const origins = new Set<string>();
  for (const [server, listeners] of listenersOf(model.http)) {
    if (!isAskedFor(server, host)) continue;
    for (const { address, port, tls, quic } of listeners) {
      if (quic || port === 0 || isTemplated(address) || (tls && !secure)) continue;
      origins.add(`${tls ? 'wss' : 'ws'}://${host}:${port}`);
    }
  }
  const rest = query === '' ? path : `${path}?${query}`;
  return [...origins].map((origin) => handshake(model, `${origin}${rest}`));
}

/** The sign that a URL of the settings leads to a location; none where none does. */
export function urlSigns(model: Model, location: Level): readonly Sign[] {
  if (model.websocketUrls.length === 0) return [];
  const url = model.ask('URL for', location, (all) => locationsMeantByUrl(all).get(location));
  return url === undefined ? [] : [{ kind: 'url', weight: 'strong', text: url }];
}
