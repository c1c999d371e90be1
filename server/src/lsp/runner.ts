import { type CancellationToken, LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import type { Timer } from './environment';

/** Lets other messages in, and gives up when the request was cancelled meanwhile. For use between two long steps. */
export type Checkpoint = () => Promise<void>;

class Cancelled extends Error {}

/** The document changes faster than it can be analysed: a newer request will follow. */
export class Stale extends Error {}

/** Runs every handler: none blocks the others, outlives its cancellation, or takes the server down with it. */
export class Runner {
  constructor(
    private readonly timer: Timer,
    private readonly log: (message: string) => void,
  ) {}

  /** Answers a request. A fault is logged, and the answer is `neutral`. */
  async answer<T>(
    name: string,
    token: CancellationToken,
    neutral: T,
    work: (checkpoint: Checkpoint) => Promise<T>,
  ): Promise<T | ResponseError<never>> {
    const checkpoint = async (): Promise<void> => {
      await this.yield();
      if (token.isCancellationRequested) throw new Cancelled();
    };
    try {
      await checkpoint();
      const result = await work(checkpoint);
      await checkpoint();
      return result;
    } catch (error) {
      if (error instanceof Cancelled) {
        return new ResponseError(LSPErrorCodes.RequestCancelled, 'The request was cancelled.');
      }
      if (error instanceof Stale) {
        return new ResponseError(LSPErrorCodes.ContentModified, 'The document has changed meanwhile.');
      }
      this.fault(name, error);
      return neutral;
    }
  }

  /** Runs work that no request waits for. A fault is logged. */
  start(name: string, work: (checkpoint: Checkpoint) => Promise<void>): void {
    void this.attempt(name, work);
  }

  private async attempt(name: string, work: (checkpoint: Checkpoint) => Promise<void>): Promise<void> {
    try {
      await work(() => this.yield());
    } catch (error) {
      if (!(error instanceof Stale)) this.fault(name, error);
    }
  }

  /** One of several pieces of a work: a fault is logged, and costs its own answer, which is `neutral`. */
  async part<T>(name: string, neutral: T, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Cancelled || error instanceof Stale) throw error;
      this.fault(name, error);
      return neutral;
    }
  }

  /** Logs what went wrong. */
  fault(name: string, error: unknown): void {
    try {
      this.log(`${name} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    } catch {
      // The connection is closed: there is no log to write to.
    }
  }

  private yield(): Promise<void> {
    return new Promise((resolve) => {
      this.timer.setImmediate(resolve);
    });
  }
}
