/** nginx counts bytes of UTF-8 where we have UTF-16 units. */

/** The bytes of a UTF-16 unit; those of a pair are counted with its first half. */
export function bytesOf(code: number): number {
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  if (code >= 0xd800 && code < 0xdc00) return 4;
  return code >= 0xdc00 && code < 0xe000 ? 0 : 3;
}

/** The bytes of a text. */
export function byteLength(text: string): number {
  let bytes = 0;
  for (let offset = 0; offset < text.length; offset += 1) bytes += bytesOf(text.charCodeAt(offset));
  return bytes;
}
