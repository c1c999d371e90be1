/** The keys of nginx's hash tables: exact names, and wildcards at either end (ngx_hash_add_key). */

/** Whether a key went into the tables, was there already, or is no wildcard that they can hold. */
export type AddedKey = 'added' | 'conflict' | 'invalid';

/** The letters of ASCII in lower case, as nginx does it; others stay as they are. */
export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

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
  const name = lowerAscii(key);
  if (!wildcards) return isAdded(`key ${name}`) ? 'added' : 'conflict';
  if (name.indexOf('*') !== name.lastIndexOf('*') || name.includes('..')) return 'invalid';
  const isBoth = name.length > 1 && name.startsWith('.');
  const isHead = isBoth || (name.length > 2 && name.startsWith('*.'));
  if (isHead) {
    const rest = name.slice(isBoth ? 1 : 2);
    // `.example.com` is `example.com` too.
    if (isBoth && !isAdded(`key ${rest}`)) return 'conflict';
    return isAdded(`head ${rest}`) ? 'added' : 'conflict';
  }
  if (name.length > 2 && name.endsWith('.*')) {
    return isAdded(`tail ${name.slice(0, -2)}`) ? 'added' : 'conflict';
  }
  if (name.includes('*')) return 'invalid';
  return isAdded(`key ${name}`) ? 'added' : 'conflict';
}
