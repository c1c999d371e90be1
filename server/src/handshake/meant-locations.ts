import type { Level } from '../model/levels';
import { memoized } from '../model/memo';
import type { Model } from '../model/model';
import type { Sign } from '../model/signs';
import { handshake } from './handshake';
import { locationOf } from './location-config';

/**
 * The locations that are meant for WebSocket because the settings name URLs that they take, with the first such URL: those
 * that answer, and those that hand the handshake on to them, at each hop and in each case.
 */
export const locationsMeantByUrl = memoized((model: Model): ReadonlyMap<Level, string> => {
  const meant = new Map<Level, string>();
  for (const url of model.websocketUrls.toReversed()) {
    for (const { location, steps } of handshake(model, url).cases) {
      if (location !== null) meant.set(location, url);
      for (const { step, level } of steps) {
        if (step === 'request' && level !== undefined) meant.set(locationOf(level), url);
      }
    }
  }
  return meant;
});

/** The sign that a URL of the settings leads to a location; none where none does. */
export function urlSigns(model: Model, location: Level): readonly Sign[] {
  if (model.websocketUrls.length === 0) return [];
  const url = model.ask('URL for', location, (all) => locationsMeantByUrl(all).get(location));
  return url === undefined ? [] : [{ kind: 'url', weight: 'strong', text: url }];
}
