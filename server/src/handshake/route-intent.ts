import { addUp, hasSignBesidesHeaders, type Intent, intentOf } from '../model/intent';
import type { Level } from '../model/levels';
import type { Model } from '../model/model';
import { applicationSigns } from './known-application';
import { urlSigns } from './meant-locations';
import { answersSubrequests } from './subrequests';

/**
 * How surely handshakes are meant to pass a location. One that answers the subrequests of others may have the headers
 * of the handshake by mistake: they are no sign there.
 *
 * @param location a level of the kind `location`
 * @param target the argument of its `proxy_pass`
 */
export function intentOfRoute(model: Model, location: Level, target: string): Intent {
  const further = [...applicationSigns(model, location, target), ...urlSigns(model, location)];
  const intent = intentOf(location, target, further);
  const isForOthers = answersSubrequests(location) && !hasSignBesidesHeaders(intent);
  return isForOthers ? addUp([]) : intent;
}
