import { type ConfigDirective, placeOf } from '../../model/configuration';
import type { Finding } from './rule';

/**
 * The place of a finding about a directive: the directive itself; when that is in another file, the `proxy_pass` that it
 * affects, with the directive as a related place.
 *
 * @param message what the other place is
 */
export function standsOn(
  proxyPass: ConfigDirective,
  directive: ConfigDirective,
  message: string,
): Pick<Finding, 'place' | 'related'> {
  if (directive.file.realPath === proxyPass.file.realPath) return { place: placeOf(directive) };
  return { place: placeOf(proxyPass), related: [{ place: placeOf(directive), message }] };
}
