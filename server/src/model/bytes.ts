/**
 * nginx works on bytes. Where they matter (paths, patterns), a text is taken as its bytes in UTF-8, one character
 * each: `é` becomes two characters.
 */
export function bytesOf(text: string): string {
  if (isAscii(text)) return text;
  return encodeURIComponent(text.replaceAll(LONE_SURROGATE, '\ufffd')).replaceAll(
    /%([0-9A-F]{2})/g,
    (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** Decodes bytes as UTF-8; what is not UTF-8 stays as it is. */
export function textOf(bytes: string): string {
  if (isAscii(bytes)) return bytes;
  const escaped = bytes.replaceAll(
    /[%\u0080-\u00ff]/g,
    (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  try {
    return decodeURIComponent(escaped);
  } catch {
    return bytes;
  }
}

/** Half of a character: it has no UTF-8. */
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

function isAscii(text: string): boolean {
  return !/[^\p{ASCII}]/u.test(text);
}
