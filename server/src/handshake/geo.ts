import { t } from '../l10n';
import { bytesOf } from '../model/bytes';
import type { ConfigDirective } from '../model/configuration';
import type { Definitions } from '../model/definitions';
import { memoized } from '../model/memo';
import { isFilledIn } from '../model/variables';
import { containsAddress } from './addresses';
import type { Request } from './request';
import { known, type Value } from './value';

// `geo` and `split_clients`: who the client is decides.

/** A `geo` or `split_clients`, with the values that its variable may have, the one for all who are not named last. */
export interface Choice {
  readonly directive: ConfigDirective;
  readonly values: readonly string[];
}

/** The variables that a `geo` or `split_clients` defines, by name in lower case. */
export const choicesOf = memoized((definitions: Definitions): ReadonlyMap<string, Choice> => {
  const choices = new Map<string, Choice>();
  for (const directive of definitions.choices) {
    const name = directive.words.at(-1)?.value ?? '';
    const values = valuesOfChoice(directive);
    if (name.startsWith('$') && values !== null)
      choices.set(name.slice(1).toLowerCase(), { directive, values });
  }
  return choices;
});

/** Words of a `geo` with which more than its networks decides. */
const DECIDED_ELSEWHERE: ReadonlySet<string> = new Set(['proxy', 'proxy_recursive', 'ranges']);

/** Null where an include or a template may bring others. */
const valuesOfChoice = memoized(({ name, children }: ConfigDirective): readonly string[] | null => {
  const isGeo = name === 'geo';
  let otherwise = '';
  const values = new Set<string>();
  for (const entry of children ?? []) {
    if (entry.name === 'include' || isFilledIn(entry, 0)) return null;
    if (isGeo && (entry.name === 'delete' || DECIDED_ELSEWHERE.has(entry.name))) continue;
    if (entry.name === 'default' || (!isGeo && entry.name === '*')) otherwise = entry.argument(0);
    else values.add(entry.argument(0));
  }
  values.delete(otherwise);
  return [...values, otherwise];
});

/** The value of such a variable: asked for, where the files leave open who the client is. */
export function chosen(request: Request, name: string, choice: Choice): Value {
  const value = known(bytesOf(knownChoice(request, choice) ?? askedChoice(request, name, choice)));
  request.variables.set(name, value);
  return value;
}

/** What nginx finds for a request that it makes to itself, whose address is no open question. */
function knownChoice({ facts }: Request, { directive }: Choice): string | null {
  if (facts.clientAddress === null || directive.name !== 'geo') return null;
  return geoValue(directive, facts.clientAddress);
}

function askedChoice({ assumptions, facts }: Request, name: string, { directive, values }: Choice): string {
  const answers = values.map((value) => t`\`$${name}\` is "${value}"`);
  const last = values.length - 1;
  // Behind a hop the client is another one.
  const isOther = facts.clientAddress !== null && isOfClientAddress(directive);
  const key = isOther ? `$${name} of ${facts.clientAddress}` : `$${name}`;
  const answer = last === 0 ? 0 : assumptions.ask({ key, answers, bare: null, others: last });
  return values[answer] ?? '';
}

/**
 * What a `geo` gives for a client whose address is known, as that of a connection which nginx makes to itself: the
 * value of the smallest network that has it (ngx_http_geo_cidr_variable).
 *
 * @param address of IPv4 or IPv6, or `unix:`, which nginx looks for as 255.255.255.255
 * @returns null where another address or more than these networks decide
 */
export function geoValue(geo: ConfigDirective, address: string): string | null {
  const entries = geo.children ?? [];
  const isOpen = entries.some(({ name }) => name === 'include' || DECIDED_ELSEWHERE.has(name));
  if (isOpen || !isOfClientAddress(geo)) return null;
  const looked = address === 'unix:' ? '255.255.255.255' : address;
  const found = new Map<number, string>();
  for (const entry of entries) {
    const isDeleted = entry.name === 'delete';
    const network = isDeleted ? entry.argument(0) : entry.name;
    const length = network === 'default' ? 0 : lengthOf(network, looked);
    if (length === null) continue;
    if (isDeleted) found.delete(length);
    else found.set(length, entry.argument(0));
  }
  const longest = [...found.keys()].reduce((longer, length) => Math.max(longer, length), 0);
  return found.get(longest) ?? '';
}

/** Whether a `geo` or `split_clients` asks who the client is. */
function isOfClientAddress({ name, words }: ConfigDirective): boolean {
  const isShort = name === 'geo' && words.length === 2;
  return isShort || /remote_addr\b/.test(words[1]?.value ?? '');
}

/** How many bits a network has in common with an address that is in it; null where it is not. */
function lengthOf(network: string, address: string): number | null {
  if (!containsAddress(network, address)) return null;
  const [, bits] = network.split('/');
  if (bits !== undefined) return Number(bits);
  return address.includes(':') ? 128 : 32;
}
