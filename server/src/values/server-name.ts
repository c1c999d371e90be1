/** How nginx reads `server_name` (ngx_http_core_server_name) and the keys of tables with wildcards (ngx_hash_add_key). */

/** The letters of ASCII in lower case, as nginx does it; others stay as they are. */
export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** A name or wildcard of a table of hosts. */
export interface HostKey {
  /** `a.example`; `*.example`; `www.*`; and `.example`, which is the first two of `example`. */
  readonly kind: 'exact' | 'head' | 'tail' | 'both';
  /** In lower case, without the wildcard and the dot beside it. */
  readonly name: string;
}

/** Reads a key; null for a wildcard that no table can hold. */
export function hostKey(key: string): HostKey | null {
  const name = lowerAscii(key);
  if (name.indexOf('*') !== name.lastIndexOf('*') || name.includes('..')) return null;
  if (name.length > 1 && name.startsWith('.')) return { kind: 'both', name: name.slice(1) };
  if (name.length > 2 && name.startsWith('*.')) return { kind: 'head', name: name.slice(2) };
  if (name.length > 2 && name.endsWith('.*')) return { kind: 'tail', name: name.slice(0, -2) };
  return name.includes('*') ? null : { kind: 'exact', name };
}

/** The pattern of a name that begins with `~`; null for any other. */
export function serverNamePattern(
  name: string,
): { readonly pattern: string; readonly ignoreCase: boolean } | null {
  if (!name.startsWith('~')) return null;
  // An upper-case letter makes the whole pattern one without case.
  return { pattern: name.slice(1), ignoreCase: /[A-Z]/.test(name) };
}

/** The error of nginx when it reads a name, except for a pattern that does not compile; null for none. */
export function serverNameError(name: string): string | null {
  const isBadWildcard = name.startsWith('*') && (name.length < 3 || name.charAt(1) !== '.');
  if (isBadWildcard || name === '.') return `server name "${name}" is invalid`;
  return name === '~' ? `empty regex in server name "${name}"` : null;
}
