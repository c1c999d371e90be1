import type { CancellationToken } from 'vscode-languageserver';

/** Lets so many pieces of work run at once; what comes meanwhile waits, first come, first served. */
export class Turns {
  readonly #most: number;
  #running = 0;
  readonly #waiting = new Set<() => void>();

  constructor(most: number) {
    this.#most = most;
  }

  /**
   * Runs work when its turn comes.
   *
   * @returns what the work gives; null when it was cancelled before its turn, at once
   */
  async run<T>(token: CancellationToken, work: () => Promise<T>): Promise<T | null> {
    if (this.#running >= this.#most && !(await this.#turn(token))) return null;
    this.#running += 1;
    try {
      return await work();
    } finally {
      this.#running -= 1;
      this.#next();
    }
  }

  /** Waits for a turn. @returns false when it was cancelled before */
  #turn(token: CancellationToken): Promise<boolean> {
    return new Promise((resolve) => {
      const begin = (): void => settle(true);
      const settle = (isTurn: boolean): void => {
        listening.dispose();
        this.#waiting.delete(begin);
        resolve(isTurn);
      };
      const listening = token.onCancellationRequested(() => settle(false));
      this.#waiting.add(begin);
    });
  }

  #next(): void {
    const [begin] = this.#waiting;
    begin?.();
  }
}
