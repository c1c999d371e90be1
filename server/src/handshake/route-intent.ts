import { hasSignBesidesHeaders, type Intent, intentOf } from '../model/intent';
import type { Level } from '../model/levels';
import type { Model } from '../model/model';
import { locationsMeantByUrl } from './meant-locations';
import { answersSubrequests } from './subrequests';

/**
 * How surely handshakes are meant to pass a location. One that answers the subrequests of others may have the headers
 * of the handshake by mistake: they are no sign there.
 *
 * @param location a level of the kind `location`
 * @param target the argument of its `proxy_pass`
 */
export function intentOfRoute(model: Model, location: Level, target: string): Intent {
  if (locationsMeantByUrl(model).has(location)) return { strength: 'strong', byPath: false };
  const isForOthers = answersSubrequests(location) && !hasSignBesidesHeaders(location, target);
  return isForOthers ? { strength: 'none', byPath: false } : intentOf(location, target);
}
