import { effective } from '../../model/inheritance';
import type { Level } from '../../model/levels';
import type { listenersOf } from '../../model/listeners';
import { memoized } from '../../model/memo';
import { isOn } from '../../values/flag';

/** Whether a server certainly has a certificate and a key, its own or those of http. */
export const hasCertificate: (server: Level) => boolean = memoized((server) => {
  const count = (name: string): number => effective(server, name).directives.length;
  return count('ssl_certificate') > 0 && count('ssl_certificate_key') > 0;
});

/** Whether the old `ssl on` makes a server speak TLS. */
export function hasSslOn(server: Level): boolean {
  return isOn(effective(server, 'ssl').directives.at(-1));
}

/** The addresses with their ports, `*:443`, at which some server has no certificate: TLS there may be refused. */
export const addressesWithoutCertificate = memoized(
  (listeners: ReturnType<typeof listenersOf>): ReadonlySet<string> => {
    const addresses = new Set<string>();
    for (const [server, own] of listeners) {
      if (hasCertificate(server)) continue;
      for (const { address, port } of own) addresses.add(`${address}:${port}`);
    }
    return addresses;
  },
);
