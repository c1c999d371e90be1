import { URI } from 'vscode-uri';

/**
 * The path of a URI as the model writes it: `/etc/nginx/nginx.conf` for a local file, with the scheme and the
 * authority in front for all others. The letter of a Windows drive becomes a small one.
 */
export function pathOf(uri: string): string {
  const { scheme, authority, path } = URI.parse(uri);
  const absolute = path.startsWith('/') ? path : `/${path}`;
  if (scheme !== 'file' || authority !== '') return `${scheme}://${authority}${absolute}`;
  return absolute.replace(/^\/[A-Z]:/, (drive) => drive.toLowerCase());
}

/**
 * The URI of a path. The one of an open document may be written otherwise: ask `Documents` first. Half of a surrogate
 * pair, which no file system has and no URI can hold, becomes U+FFFD.
 */
export function uriOf(text: string): string {
  const path = text.replaceAll(/\p{Surrogate}/gu, '\uFFFD');
  if (path.startsWith('/')) return URI.from({ scheme: 'file', path }).toString();
  const [, scheme = 'file', authority = '', rest = '/'] = /^([^:]+):\/\/([^/]*)(.*)$/s.exec(path) ?? [];
  return URI.from({ scheme, authority, path: rest === '' ? '/' : rest }).toString();
}
