import { hostKey, lowerAscii } from '../values/server-name';

/** The keys of nginx's hash tables: exact names, and wildcards at either end (ngx_hash_add_key). */

/** Whether a key went into the tables, was there already, or is no wildcard that they can hold. */
export type AddedKey = 'added' | 'conflict' | 'invalid';

/**
 * Puts a key into the tables.
 *
 * @param tables what they hold; shared with notes of other kinds
 * @param wildcards whether `*.example.com`, `.example.com` and `www.example.*` are wildcards
 */
export function addHashKey(tables: Map<string, string>, key: string, wildcards: boolean): AddedKey {
  const isAdded = (note: string): boolean => {
    if (tables.has(note)) return false;
    tables.set(note, '');
    return true;
  };
  if (!wildcards) return isAdded(`key ${lowerAscii(key)}`) ? 'added' : 'conflict';
  const read = hostKey(key);
  if (read === null) return 'invalid';
  const { kind, name } = read;
  if (kind === 'exact') return isAdded(`key ${name}`) ? 'added' : 'conflict';
  // `.example.com` is `example.com` too.
  if (kind === 'both' && !isAdded(`key ${name}`)) return 'conflict';
  return isAdded(`${kind === 'tail' ? 'tail' : 'head'} ${name}`) ? 'added' : 'conflict';
}
