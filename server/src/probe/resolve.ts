import { lookup } from 'node:dns';
import { isIP } from 'node:net';
import { t } from '../l10n';
import { codeOf, ProbeFailure, seconds } from './failure';
import { type Limit, TimedOut, timeLeft, waitFor } from './waiting';

/** Asks for all addresses of a name, in the order to try them. */
export type Lookup = (host: string) => Promise<readonly string[]>;

/** As all programs of this machine resolve names: hosts file, DNS, whatever is set up. */
const systemLookup: Lookup = (host) =>
  new Promise((resolve, reject) => {
    lookup(host, { all: true, verbatim: true }, (error, addresses) => {
      if (error === null) resolve(addresses.map(({ address }) => address));
      else reject(error);
    });
  });

/**
 * The addresses of a host; an address is its own.
 *
 * @throws ProbeFailure `dns`
 */
export async function resolveHost(
  host: string,
  limit: Limit,
  ask: Lookup = systemLookup,
): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  const time = timeLeft(limit);
  try {
    const addresses = await waitFor<readonly string[]>(limit, ({ resolve, reject }) => {
      // A lookup cannot be stopped; an answer that comes too late is dropped.
      ask(host).then(resolve, reject);
      return () => {};
    });
    const unique = [...new Set(addresses)];
    if (unique.length > 0) return unique;
  } catch (error) {
    if (error instanceof TimedOut)
      throw new ProbeFailure(
        'dns',
        t`no answer within ${seconds(time)}`,
        t`The name \`${host}\` could not be resolved within ${seconds(time)}: the name servers of this machine do not answer. Check them, or connect to an address.`,
      );
    const code = codeOf(error);
    if (code === 'EAI_AGAIN')
      throw new ProbeFailure(
        'dns',
        t('the name servers cannot be asked now (EAI_AGAIN)'),
        t`The name \`${host}\` could not be resolved: the name servers of this machine cannot be reached. Check the network, or connect to an address.`,
      );
    if (code !== 'ENOTFOUND' && code !== 'ENODATA' && code !== 'ENONAME' && code !== '')
      throw new ProbeFailure(
        'dns',
        t`${host} could not be resolved (${code})`,
        t`The name \`${host}\` could not be resolved (${code}). Check its spelling, or connect to an address.`,
      );
    if (code === '') throw error;
  }
  throw new ProbeFailure(
    'dns',
    t`${host} has no address (ENOTFOUND)`,
    t`The name \`${host}\` does not resolve: it has no address. Check its spelling and its DNS entry, or connect to an address.`,
  );
}
