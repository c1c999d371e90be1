import { type ConfigDirective, placeOf } from '../../model/configuration';
import type { Finding } from './rule';

/**
 * Where a finding about a directive stands: on it, or, when it stands in another file, on the `proxy_pass` that it
 * affects, with the directive beside it.
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
