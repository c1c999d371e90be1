// `ws` exports these two, but @types/ws does not know them. Only what is used here.
import type { Duplex } from 'node:stream';
import { Receiver, Sender } from 'ws';

declare module 'ws' {
  /** A Writable: bytes of the other side are written to it, frames come out as events. */
  export class Receiver {
    constructor(options: {
      readonly isServer: boolean;
      /** Bytes of one message. */
      readonly maxPayload: number;
      /** Parts of one message. */
      readonly maxFragments: number;
      /** Whether more than one message, ping or pong may be told of in a turn of the event loop. */
      readonly allowSynchronousEvents: boolean;
    });
    /** @param done called when all frames of the chunk have been told of, or with an error */
    write(chunk: Buffer, done: () => void): boolean;
    /** A close frame: its code, 1005 when it has none, and its reason. */
    on(event: 'conclude', listener: (code: number, reason: Buffer) => void): this;
    on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): this;
    on(event: 'ping' | 'pong', listener: (data: Buffer) => void): this;
    on(event: 'error', listener: (error: Error) => void): this;
  }

  /** Writes frames to a stream. */
  export class Sender {
    constructor(socket: Duplex, extensions: Readonly<Record<string, never>>);
    send(
      data: string,
      options: {
        readonly binary: boolean;
        readonly compress: boolean;
        readonly fin: boolean;
        readonly mask: boolean;
      },
    ): void;
    ping(data: Buffer, mask: boolean): void;
    pong(data: Buffer, mask: boolean): void;
    close(code: number | undefined, reason: string | undefined, mask: boolean): void;
  }
}

export { Receiver, Sender };
