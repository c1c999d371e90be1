import type { Route } from '../../handshake/routes';
import { isIpAddress } from '../../values/address';
import { hostOf, parseProxyTarget } from '../../values/pass-url';

/** A variable for `Host`, as the documentation of an application writes it. */
export type HostVariable = '$host' | '$http_host';

const VARIABLES: readonly HostVariable[] = ['$http_host', '$host'];

/**
 * What the application behind a location wants as `Host`, by its documentation; null where it is not known, or where
 * `proxy_pass` may name another site, which wants its own name.
 */
export function wantedHost({ intent, proxyPass }: Route): HostVariable | null {
  const { authority } = parseProxyTarget(proxyPass.argument(0));
  const host = hostOf(authority);
  const isOwn = host.startsWith('unix:') || isIpAddress(host) || !host.includes('.');
  if (!isOwn) return null;
  const asked = new Set(
    intent.signs.flatMap((sign) =>
      sign.kind === 'application' && sign.weight === 'strong' ? sign.asks : [],
    ),
  );
  return VARIABLES.find((each) => asked.has(`proxy_set_header Host ${each}`)) ?? null;
}
