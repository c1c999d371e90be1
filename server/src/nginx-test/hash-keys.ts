import type { Fault } from './refusal';

/**
 * Whether nginx can keep a name in its tables of exact names and wildcards (ngx_hash_add_key): `*.example.com`,
 * `.example.com`, `www.example.*`, or a name without `*`; nothing with an empty label.
 */
export function isHostKey(name: string): boolean {
  const stars = name.split('*').length - 1;
  if (stars > 1 || name.includes('..')) return false;
  if (name.length > 1 && name.startsWith('.')) return true;
  if (name.length > 2 && (name.startsWith('*.') || name.endsWith('.*'))) return true;
  return stars === 0;
}

/**
 * Puts a key into the tables of a block; gives what is wrong with it.
 *
 * @param key in lower case
 * @param notes what is known of the block; the key is added
 * @param hostnames whether keys may be wildcards
 */
export function hashKeyFault(
  key: string,
  notes: Map<string, string>,
  hostnames: boolean,
  word: number,
): Fault | null {
  if (hostnames && !isHostKey(key)) return { text: `invalid hostname or wildcard "${key}"`, word };
  const isPattern = hostnames && (key.includes('*') || (key.length > 1 && key.startsWith('.')));
  const keys = [isPattern ? key.replace(/^\*?\./, '*.') : key];
  // `.example.com` is `example.com` too.
  if (isPattern && key.startsWith('.')) keys.push(key.slice(1));
  for (const each of keys) {
    const note = `key ${each}`;
    if (notes.has(note)) {
      return { text: `conflicting parameter "${key}"`, word, rule: 'directive-duplicate' };
    }
    notes.set(note, '');
  }
  return null;
}
