/** One header as it was sent: the name verbatim, the value without the blanks around it. */
export type Header = readonly [name: string, value: string];

/** The first part of an HTTP/1 message: its start line and its headers in wire order. */
export interface MessageHead {
  readonly startLine: string;
  readonly headers: readonly Header[];
}

const limit = 64 * 1024;
const blankLine = Buffer.from('\r\n\r\n');

/** Chunks of a socket, one after the other. */
export type Chunks = AsyncIterator<Buffer, unknown>;

/**
 * Reads one message head from a socket.
 *
 * @param first what was read of it before
 * @returns the head and the bytes that came after it; null when the other side closed before its end
 * @throws Error when it does not end within 64 KB, or what the socket throws
 */
export async function readHead(
  chunks: Chunks,
  first: Buffer = Buffer.alloc(0),
): Promise<{ head: MessageHead; rest: Buffer } | null> {
  let bytes = first;
  for (;;) {
    const end = bytes.indexOf(blankLine);
    if (end >= 0) {
      return {
        head: parseHead(bytes.toString('latin1', 0, end)),
        rest: bytes.subarray(end + blankLine.length),
      };
    }
    if (bytes.length > limit) throw new Error('no end of the headers within 64 KB');
    const next = await chunks.next();
    if (next.done === true) return null;
    bytes = Buffer.concat([bytes, next.value]);
  }
}

function parseHead(text: string): MessageHead {
  const [startLine = '', ...lines] = text.split('\r\n');
  return { startLine, headers: lines.map(parseHeader) };
}

function parseHeader(line: string): Header {
  const colon = line.indexOf(':');
  return colon < 0 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1).trim()];
}

/** Values of all headers of that name, in order. Names compare without case. */
function valuesOf(headers: readonly Header[], name: string): string[] {
  return headers.filter(([each]) => each.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
}

/** The value of a header, several of one name joined as RFC 9110 §5.3 says; null when there is none. */
export function valueOf(headers: readonly Header[], name: string): string | null {
  const values = valuesOf(headers, name);
  return values.length === 0 ? null : values.join(', ');
}

/** Whether a comma-separated list holds the token, without regard to case, over all headers of that name. */
export function hasToken(headers: readonly Header[], name: string, token: string): boolean {
  const tokens = (valueOf(headers, name) ?? '').split(',').map((each) => each.trim().toLowerCase());
  return tokens.includes(token);
}
