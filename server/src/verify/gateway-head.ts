import type { Header } from './http-message';
import type { SeenRequest } from './strict-answer';

/** A request of nginx in another form than HTTP. */
export interface GatewayHead {
  readonly request: SeenRequest;
  /** How many bytes it takes. */
  readonly length: number;
}

/** SCGI: `LENGTH:NAME\0VALUE\0…,`. */
const SCGI = /^(\d{1,6}):/;

/** Whether bytes that begin so are SCGI or uwsgi: a request of HTTP begins with a letter. */
export function isGateway(bytes: Buffer): boolean {
  const [first] = bytes;
  return first === 0 || (first !== undefined && first >= 0x30 && first <= 0x39);
}

/**
 * The request that uwsgi or SCGI carry, as HTTP would: a parameter HTTP_NAME is the header of that name
 * (ngx_http_uwsgi_create_request, ngx_http_scgi_create_request). Null while it is not whole.
 */
export function readGatewayHead(bytes: Buffer): GatewayHead | null {
  const found = bytes[0] === 0 ? uwsgiParameters(bytes) : scgiParameters(bytes);
  if (found === null) return null;
  const { parameters, length } = found;
  const headers = parameters.flatMap(([name, value]): Header[] =>
    name.startsWith('HTTP_') ? [[name.slice('HTTP_'.length).replaceAll('_', '-'), value]] : [],
  );
  const uri = parameters.find(([name]) => name === 'REQUEST_URI')?.[1] ?? '';
  return { request: { method: 'GET', uri, version: '1.1', headers }, length };
}

interface Parameters {
  readonly parameters: readonly Header[];
  readonly length: number;
}

function scgiParameters(bytes: Buffer): Parameters | null {
  const size = SCGI.exec(bytes.toString('latin1', 0, 8))?.[1];
  if (size === undefined) return null;
  const start = size.length + 1;
  const end = start + Number(size);
  if (bytes.length < end + 1) return null;
  return { parameters: inPairs(bytes.toString('latin1', start, end).split('\0')), length: end + 1 };
}

/** uwsgi: a byte, the size in two, a byte; then each name and value with its length before it, in two. */
function uwsgiParameters(bytes: Buffer): Parameters | null {
  if (bytes.length < 4) return null;
  const end = 4 + bytes.readUInt16LE(1);
  if (bytes.length < end) return null;
  const words: string[] = [];
  for (let at = 4; at + 2 <= end; ) {
    const length = bytes.readUInt16LE(at);
    words.push(bytes.toString('latin1', at + 2, Math.min(at + 2 + length, end)));
    at += 2 + length;
  }
  return { parameters: inPairs(words), length: end };
}

function inPairs(words: readonly string[]): Header[] {
  return words.flatMap((word, index): Header[] => {
    const value = words[index + 1];
    return index % 2 === 0 && value !== undefined ? [[word, value]] : [];
  });
}
