import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { codeOf } from './failure';
import { type Limit, TimedOut, waitFor } from './waiting';
import { Receiver, Sender } from './ws-frames';

/** How an open WebSocket ended. */
export interface Ended {
  /** That of the close frame; 1005 when it had none, 1006 when there was no frame at all (RFC 6455 §7.4.1). */
  readonly code: number;
  /** That of the close frame, or what was wrong with the connection; may be empty. */
  readonly reason: string;
  /** Milliseconds since the last frame of either side. */
  readonly idle: number;
}

/** What came instead of the echo. */
export interface OtherMessages {
  readonly count: number;
  /** The beginning of the first. */
  readonly first: string;
}

type Event =
  | { readonly kind: 'pong'; readonly data: Buffer }
  | { readonly kind: 'message'; readonly text: string | null }
  | { readonly kind: 'ended'; readonly ended: Ended };

/** Messages of the other side that are longer than this end the connection, unless the echo must be longer. */
const LONGEST_MESSAGE = 1024 * 1024;
const MOST_FRAGMENTS = 16 * 1024;

/** Pings are not answered while so much waits to be sent: the other side does not read. */
const MOST_UNSENT = 64 * 1024;

const SHOWN = 80;

const SEND_OPTIONS = { binary: false, compress: false, fin: true, mask: true };

/** An open WebSocket, on the client's side. Nothing of what comes is kept but what was asked for. */
export class Session {
  private readonly sender: Sender;
  private readonly receiver: Receiver;
  private readonly listeners = new Set<(event: Event) => void>();
  private ended: Ended | null = null;
  private lastFrame = performance.now();
  /** Pings of the other side so far. */
  pings = 0;

  /**
   * @param rest what came right behind the head of the answer
   * @param longestEcho bytes of the longest message that will be sent
   */
  constructor(
    private readonly socket: Socket,
    rest: Buffer,
    longestEcho: number,
  ) {
    this.sender = new Sender(socket, {});
    this.receiver = this.receive(Math.max(LONGEST_MESSAGE, longestEcho));
    socket.once('end', () => this.end(1006, ''));
    socket.once('close', () => this.end(1006, codeOf(socket.errored)));
    socket.on('data', (chunk: Buffer) => this.feed(chunk));
    if (rest.length > 0) this.feed(rest);
    socket.resume();
  }

  /** Sends a ping; whether it was answered, or how the connection ended before. */
  async ping(limit: Limit): Promise<boolean | Ended> {
    const data = randomBytes(8);
    return this.exchange(
      limit,
      () => this.sent(() => this.sender.ping(data, true)),
      (event) => (event.kind === 'pong' && event.data.equals(data) ? true : null),
      () => false,
    );
  }

  /** Sends a text; whether it came back, what came instead, or how the connection ended before. */
  async echo(text: string, limit: Limit): Promise<true | OtherMessages | Ended> {
    let count = 0;
    let first = '';
    return this.exchange<true | OtherMessages>(
      limit,
      () => this.sent(() => this.sender.send(text, SEND_OPTIONS)),
      (event) => {
        if (event.kind !== 'message') return null;
        if (event.text === text) return true;
        count += 1;
        if (count === 1) first = event.text === null ? 'binary' : `"${event.text.slice(0, SHOWN)}"`;
        return null;
      },
      () => ({ count, first }),
    );
  }

  /** Sends nothing until the limit; null, or how the connection ended before. */
  async hold(limit: Limit): Promise<Ended | null> {
    return this.exchange<null>(
      limit,
      () => {},
      () => null,
      () => null,
    );
  }

  /** Sends a close frame and waits for that of the other side; null when none came. */
  async close(limit: Limit): Promise<Ended | null> {
    return this.exchange<null>(
      limit,
      () => this.sender.close(1000, undefined, true),
      () => null,
      () => null,
    );
  }

  /**
   * Sends something and waits for what answers it.
   *
   * @param answer what an event is worth; null when it is not the answer
   * @param late what it is worth that there was no answer in time
   */
  private async exchange<Value>(
    limit: Limit,
    send: () => void,
    answer: (event: Event) => Value | null,
    late: () => Value,
  ): Promise<Value | Ended> {
    if (this.ended !== null) return this.ended;
    try {
      return await waitFor<Value | Ended>(limit, ({ resolve }) => {
        const listener = (event: Event): void => {
          const value = event.kind === 'ended' ? event.ended : answer(event);
          if (value !== null) resolve(value);
        };
        this.listeners.add(listener);
        send();
        return () => this.listeners.delete(listener);
      });
    } catch (error) {
      if (error instanceof TimedOut) return late();
      throw error;
    }
  }

  private sent(send: () => void): void {
    send();
    this.lastFrame = performance.now();
  }

  private receive(maxPayload: number): Receiver {
    const receiver = new Receiver({
      isServer: false,
      maxPayload,
      maxFragments: MOST_FRAGMENTS,
      // One frame in a turn of the event loop: whatever comes, others get their turn.
      allowSynchronousEvents: false,
    });
    receiver.on('message', (data, isBinary) => {
      this.emit({ kind: 'message', text: isBinary ? null : data.toString() });
    });
    receiver.on('pong', (data) => this.emit({ kind: 'pong', data }));
    receiver.on('ping', (data) => {
      this.pings += 1;
      if (this.socket.writableLength < MOST_UNSENT) this.sender.pong(data, true);
      this.lastFrame = performance.now();
    });
    receiver.on('conclude', (code, reason) => {
      // Answered in kind (RFC 6455 §5.5.1); nothing is sent where this side has closed already.
      if (this.socket.writable) this.sender.close(code === 1005 ? undefined : code, undefined, true);
      this.end(code, reason.toString());
    });
    receiver.on('error', (error) => {
      this.end(closeCodeOf(error), error.message);
      this.socket.destroy();
    });
    return receiver;
  }

  /** Reads on when a chunk is done with, in another turn of the event loop. */
  private feed(chunk: Buffer): void {
    if (this.ended !== null) return;
    this.socket.pause();
    this.receiver.write(chunk, () => setImmediate(() => this.socket.resume()));
  }

  private emit(event: Event): void {
    this.lastFrame = performance.now();
    for (const listener of this.listeners) listener(event);
  }

  private end(code: number, reason: string): void {
    if (this.ended !== null) return;
    this.ended = { code, reason, idle: performance.now() - this.lastFrame };
    for (const listener of this.listeners) listener({ kind: 'ended', ended: this.ended });
  }
}

/** The code with which a client closes on such an error of ws. */
function closeCodeOf(error: Error): number {
  switch (codeOf(error)) {
    case 'WS_ERR_INVALID_UTF8':
      return 1007;
    case 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH':
      return 1009;
    default:
      return 1002;
  }
}
