import type { Level } from '../model/levels';
import { memoized } from '../model/memo';
import type { Model } from '../model/model';
import { handshake } from './handshake';
import { locationOf } from './location-config';

/**
 * The locations that are meant for WebSocket because the settings name URLs that they take: those that answer, and those
 * that hand the handshake on to them, at each hop and in each case.
 */
export const locationsMeantByUrl = memoized((model: Model): ReadonlySet<Level> => {
  const meant = new Set<Level>();
  for (const url of model.websocketUrls) {
    for (const { location, steps } of handshake(model, url).cases) {
      if (location !== null) meant.add(location);
      for (const { step, level } of steps) {
        if (step === 'request' && level !== undefined) meant.add(locationOf(level));
      }
    }
  }
  return meant;
});
