import type { Socket } from 'node:net';
import type { ProbeHeader } from '../protocol';
import { readChunk } from './read-chunk';
import { valuesOf } from './headers';
import { type Limit, limitOf, TimedOut, timeLeft } from './waiting';

/** The head of an HTTP/1 answer. */
export interface ResponseHead {
  readonly status: number;
  /** In wire order, as they were sent. */
  readonly headers: readonly ProbeHeader[];
  /** What came behind it. */
  readonly rest: Buffer;
}

/** The bytes are no HTTP/1 answer. */
export class NotHttp extends Error {
  /** @param first what came, a few bytes at least where there were any */
  constructor(
    readonly problem: 'closed' | 'other-bytes' | 'too-long',
    readonly first: Buffer,
  ) {
    super(problem);
  }
}

/** Of a head and of all interim answers before it. nginx sends at most `proxy_buffer_size`, 4 or 8 KB. */
const LONGEST_HEAD = 64 * 1024;

/** What is read of a body that says why there is no WebSocket. */
const LONGEST_BODY = 8 * 1024;

/** How long a body is waited for, in milliseconds: it only explains. */
const BODY_PATIENCE = 1000;

const STATUS_LINE = /^HTTP\/1\.[01] ([1-9]\d\d)(?: |$)/;
const BEGINNING = Buffer.from('HTTP/1.');

/**
 * Reads the head of the answer; interim answers (RFC 9110 §15.2) are passed over.
 *
 * @throws NotHttp, TimedOut, Cancelled, or what went wrong on the connection
 */
export async function readHead(socket: Socket, limit: Limit): Promise<ResponseHead> {
  let bytes: Buffer = Buffer.alloc(0);
  let left = LONGEST_HEAD;
  for (;;) {
    const chunk = await readChunk(socket, limit);
    if (chunk === null) throw new NotHttp('closed', bytes);
    bytes = Buffer.concat([bytes, chunk]);
    const start = bytes.subarray(0, BEGINNING.length);
    if (!start.equals(BEGINNING.subarray(0, start.length))) throw new NotHttp('other-bytes', bytes);
    for (let end = endOfHead(bytes); end !== null; end = endOfHead(bytes)) {
      const head = parseHead(bytes, end);
      if (head.status === 101 || head.status >= 200) return head;
      left -= bytes.length - head.rest.length;
      bytes = head.rest;
    }
    if (bytes.length > left) throw new NotHttp('too-long', bytes);
  }
}

/** Where the head ends, and where what follows begins; null while it has not ended. */
function endOfHead(bytes: Buffer): { readonly end: number; readonly next: number } | null {
  const end = bytes.indexOf('\r\n\r\n');
  const bare = bytes.indexOf('\n\n');
  if (end >= 0 && (bare < 0 || end < bare)) return { end, next: end + 4 };
  return bare < 0 ? null : { end: bare, next: bare + 2 };
}

function parseHead(bytes: Buffer, { end, next }: { end: number; next: number }): ResponseHead {
  const [statusLine = '', ...lines] = bytes.toString('latin1', 0, end).split(/\r?\n/);
  const status = STATUS_LINE.exec(statusLine)?.[1];
  if (status === undefined) throw new NotHttp('other-bytes', bytes);
  return { status: Number(status), headers: lines.flatMap(parseHeader), rest: bytes.subarray(next) };
}

function parseHeader(line: string): ProbeHeader[] {
  const colon = line.indexOf(':');
  return colon < 1 ? [] : [[line.slice(0, colon), line.slice(colon + 1).trim()]];
}

/**
 * The beginning of the body, as far as it comes soon: 8 KB in a second at most. Nothing when that fails.
 *
 * @throws Cancelled
 */
export async function readBody(socket: Socket, head: ResponseHead, limit: Limit): Promise<string> {
  const soon = limitOf(Math.min(BODY_PATIENCE, timeLeft(limit)), limit.signal);
  const wanted = Math.min(LONGEST_BODY, contentLength(head.headers));
  const isChunked = valuesOf(head.headers, 'Transfer-Encoding').length > 0;
  const isWhole = (body: Buffer): boolean =>
    body.length >= wanted || (isChunked && body.includes('0\r\n\r\n'));
  let bytes = head.rest;
  try {
    while (!isWhole(bytes)) {
      const chunk = await readChunk(socket, soon);
      if (chunk === null) break;
      bytes = Buffer.concat([bytes, chunk]);
    }
  } catch (error) {
    // What was wrong with the connection does not matter any more.
    if (!(error instanceof TimedOut) && limit.signal.aborted) throw error;
  }
  return bytes.toString('utf8', 0, LONGEST_BODY);
}

function contentLength(headers: readonly ProbeHeader[]): number {
  const [value = ''] = valuesOf(headers, 'Content-Length');
  return /^\d+$/.test(value) ? Number(value) : Number.POSITIVE_INFINITY;
}
