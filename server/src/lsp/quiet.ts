import type { Disposable } from 'vscode-languageserver';
import type { Timer } from './environment';

/** Long enough for answers to be sent first, and for the next key; short enough for a status. */
const QUIET_MS = 300;

/** Delays work until no more has come for a while: it may take long, and no request waits for it. */
export class Quiet {
  private pending: Disposable | null = null;

  constructor(private readonly timer: Timer) {}

  /** Does `work` when it is quiet, unless other work takes its place until then. */
  afterwards(work: () => void): void {
    this.pending?.dispose();
    this.pending = this.timer.setTimeout(() => {
      this.pending = null;
      work();
    }, QUIET_MS);
  }
}
