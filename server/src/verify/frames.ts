import { createHash, randomBytes } from 'node:crypto';

/** Kinds of frames (RFC 6455 §5.2). */
export const Opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** One frame, unmasked. */
export interface Frame {
  readonly final: boolean;
  readonly opcode: number;
  readonly payload: Buffer;
}

/** The bytes of one frame. A client masks, a server must not. */
export function encodeFrame(frame: Frame, masked: boolean): Buffer {
  const { payload } = frame;
  const first = Buffer.from([(frame.final ? 0x80 : 0) | frame.opcode]);
  const length = encodeLength(payload.length);
  if (!masked) return Buffer.concat([first, length, payload]);
  const key = randomBytes(4);
  length[0] = (length[0] ?? 0) | 0x80;
  return Buffer.concat([first, length, key, mask(payload, key)]);
}

function encodeLength(length: number): Buffer {
  if (length < 126) return Buffer.from([length]);
  if (length < 0x1_00_00) return Buffer.from([126, length >> 8, length & 0xff]);
  const bytes = Buffer.alloc(9, 127);
  bytes.writeBigUInt64BE(BigInt(length), 1);
  return bytes;
}

function mask(payload: Buffer, key: Buffer): Buffer {
  return Buffer.from(payload.map((byte, index) => byte ^ (key[index % 4] ?? 0)));
}

/** A close frame's payload: its code, 1005 when there is none. */
export function closeCode(payload: Buffer): number {
  return payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
}

/** The payload of a close frame with that code. */
export function closePayload(code: number): Buffer {
  return Buffer.from([code >> 8, code & 0xff]);
}

/** Bytes that break RFC 6455 §5. */
export class FrameError extends Error {}

const longest = 1024 * 1024;
const opcodes: ReadonlySet<number> = new Set(Object.values(Opcode));

/** Turns bytes as they come into frames. */
export class FrameReader {
  private pending: Buffer = Buffer.alloc(0);

  /** @param masked whether the frames must be masked, as a client's, or must not be, as a server's */
  constructor(private readonly masked: boolean) {}

  /**
   * The frames that end in these bytes.
   *
   * @throws FrameError on the first thing RFC 6455 §5 forbids, or a payload of more than 1 MB
   */
  push(bytes: Buffer): Frame[] {
    this.pending = Buffer.concat([this.pending, bytes]);
    const frames: Frame[] = [];
    for (let frame = this.take(); frame !== null; frame = this.take()) frames.push(frame);
    return frames;
  }

  private take(): Frame | null {
    const bytes = this.pending;
    if (bytes.length < 2) return null;
    const first = bytes.readUInt8(0);
    const second = bytes.readUInt8(1);
    const opcode = first & 0x0f;
    const short = second & 0x7f;
    if ((first & 0x70) !== 0) throw new FrameError('invalid frame: a reserved bit is set');
    if (!opcodes.has(opcode)) throw new FrameError(`invalid frame: opcode ${opcode}`);
    if (opcode >= 8 && (first < 0x80 || short > 125))
      throw new FrameError('invalid frame: a control frame is fragmented or too long');
    if (second >= 0x80 !== this.masked) {
      throw new FrameError(`invalid frame: it must ${this.masked ? '' : 'not '}be masked`);
    }
    const lengthEnd = short === 127 ? 10 : short === 126 ? 4 : 2;
    const start = lengthEnd + (this.masked ? 4 : 0);
    if (bytes.length < start) return null;
    const length =
      short === 127 ? Number(bytes.readBigUInt64BE(2)) : short === 126 ? bytes.readUInt16BE(2) : short;
    if (length > longest) throw new FrameError(`invalid frame: ${length} bytes of payload`);
    if (bytes.length < start + length) return null;
    const raw = bytes.subarray(start, start + length);
    this.pending = bytes.subarray(start + length);
    const payload = this.masked ? mask(raw, bytes.subarray(lengthEnd, start)) : Buffer.from(raw);
    return { final: first >= 0x80, opcode, payload };
  }
}

/** The Sec-WebSocket-Accept that answers a Sec-WebSocket-Key (RFC 6455 §4.2.2, item 5.4). */
export function acceptFor(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}
