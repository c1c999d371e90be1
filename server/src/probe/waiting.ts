/** How long a wait may take, and what ends it before. */
export interface Limit {
  /** Aborted when the result is no longer wanted. */
  readonly signal: AbortSignal;
  /** When the time is over, by `performance.now()`. */
  readonly end: number;
}

/** The time of a limit is over. */
export class TimedOut extends Error {
  constructor() {
    super('the time is over');
  }
}

/** The result is no longer wanted. */
export class Cancelled extends Error {
  constructor() {
    super('cancelled');
  }
}

/** How a wait is ended by what it waits for. Only the first call counts. */
interface Settle<Value> {
  readonly resolve: (value: Value) => void;
  readonly reject: (error: unknown) => void;
}

/** A limit that is over in so many milliseconds. */
export function limitOf(milliseconds: number, signal: AbortSignal): Limit {
  return { signal, end: performance.now() + milliseconds };
}

/** Milliseconds left, none at least. */
export function timeLeft({ end }: Limit): number {
  return Math.max(0, end - performance.now());
}

/**
 * Waits for something, but no longer than the limit.
 *
 * @param begin starts listening; the function it gives stops that, and is called once, however the wait ends
 * @throws TimedOut
 * @throws Cancelled
 */
export function waitFor<Value>(limit: Limit, begin: (settle: Settle<Value>) => () => void): Promise<Value> {
  const { signal } = limit;
  return new Promise((resolve, reject) => {
    let isSettled = false;
    let release: (() => void) | null = null;
    const settle = (outcome: () => void): void => {
      if (isSettled) return;
      isSettled = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
      release?.();
      outcome();
    };
    const cancel = (): void => settle(() => reject(new Cancelled()));
    const timer = setTimeout(() => settle(() => reject(new TimedOut())), timeLeft(limit));
    signal.addEventListener('abort', cancel);
    if (signal.aborted) {
      cancel();
      return;
    }
    const stop = begin({
      resolve: (value) => settle(() => resolve(value)),
      reject: (error) => settle(() => reject(error)),
    });
    if (isSettled) stop();
    else release = stop;
  });
}
