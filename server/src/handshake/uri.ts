/**
 * The path of a request as nginx looks at it: decoded, without `.` and `..`, several slashes as one unless
 * `merge_slashes` is off (ngx_http_parse_complex_uri).
 *
 * @param path as the client sends it, without query
 * @returns the path in bytes, one character each; null where nginx answers 400
 */
export function normalizePath(path: string, mergeSlashes: boolean): string | null {
  const segments: string[] = [];
  let segment = '';
  for (const [whole, hex] of path.slice(1).matchAll(/%(.{0,2})|[^%]/gs)) {
    const byte = hex === undefined ? whole : byteOf(hex);
    if (byte === null || byte === '\0') return null;
    if (byte !== '/') {
      segment += byte;
      continue;
    }
    if (!addSegment(segments, segment, mergeSlashes)) return null;
    segment = '';
  }
  // A dot segment at the end stands for a directory.
  if (segment !== '.' && segment !== '..') return `/${[...segments, segment].join('/')}`;
  return addSegment(segments, segment, mergeSlashes) ? `/${[...segments, ''].join('/')}` : null;
}

/** The same for a part of a path, of which the rest is not known. */
export function decodePath(part: string, mergeSlashes: boolean): string {
  const decoded = part.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => byteOf(hex) ?? '');
  return mergeSlashes ? decoded.replaceAll(/\/{2,}/g, '/') : decoded;
}

/** Takes up a segment that is complete; false when it leads out of the root. */
function addSegment(segments: string[], segment: string, mergeSlashes: boolean): boolean {
  if (segment === '..') return segments.pop() !== undefined;
  if (segment !== '.' && (segment !== '' || !mergeSlashes)) segments.push(segment);
  return true;
}

function byteOf(hex: string): string | null {
  return /^[0-9a-f]{2}$/i.test(hex) ? String.fromCharCode(Number.parseInt(hex, 16)) : null;
}

/** Escapes a path for a request line (ngx_escape_uri, NGX_ESCAPE_URI; 1.21.1 added all after `?`). */
export function escapePath(bytes: string): string {
  return bytes.replaceAll(/[\0-\x20"#%<>?\\^`{|}\x7f-\xff]/g, percent);
}

/** Escapes a part of a query (NGX_ESCAPE_ARGS). */
export function escapeArguments(bytes: string): string {
  return bytes.replaceAll(/[\0-\x20"#%&+;<>?\\^`{|}\x7f-\xff]/g, percent);
}

function percent(byte: string): string {
  return `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
