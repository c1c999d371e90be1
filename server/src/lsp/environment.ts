import type { CancellationToken, Disposable } from 'vscode-languageserver';
import type { Host } from '../model/host';
import type { ProbeAnswer, ProbeParams, ProbeStep, VerifyAnswer } from '../protocol';
import type { Analysis } from '../service';
import type { RouteSight } from '../verify/route-sight';

/** What differs between the desktop and the browser; the entries give it. */
export interface Environment {
  readonly timer: Timer;
  /** The files of this machine; null where there are none. All others are requested from the client. */
  readonly localFiles: Host | null;
  /** The version output of the `nginx` on PATH; null when there is none. Run in trusted workspaces only. */
  readonly nginxVersion?: () => Promise<string | null>;
  /** Opens a WebSocket, step by step; absent where there are no sockets. It ends at once when it is cancelled. */
  readonly probe?: (
    params: ProbeParams,
    token: CancellationToken,
    onStep: (step: ProbeStep) => void,
  ) => Promise<ProbeAnswer>;
  /**
   * Tries a configuration with some URLs, or with those of all routes, in an nginx of this machine; absent where there are no programs. Used in trusted workspaces
   * only. All that it has started is gone when it ends, as it does at once when it is cancelled.
   */
  readonly verify?: (
    analysis: Analysis,
    files: Host,
    urls: readonly string[],
    token: CancellationToken,
    onUrl: (text: string) => void,
  ) => Promise<{ readonly answer: VerifyAnswer; readonly sights: readonly RouteSight[] }>;
  /** Starts programs, where there are any. Used in trusted workspaces only. */
  readonly run?: Run;
}

/**
 * Starts a program, without a shell, and waits for its end. Never rejects.
 *
 * @param command the program and its arguments
 * @param directory where it is started, as a path of the model; null, or one that does not exist: anywhere
 */
export type Run = (
  command: readonly string[],
  directory: string | null,
  token: CancellationToken,
) => Promise<Ran>;

export type Ran =
  /** `output` is all that it has printed, `printed` what is not on standard error; `status` is null when a signal has ended it. */
  | {
      readonly kind: 'ended';
      readonly status: number | null;
      readonly output: string;
      readonly printed: string;
    }
  /** There is no such program. */
  | { readonly kind: 'missing' }
  /** It cannot be started, in the words of the system. */
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'cancelled' };

/** The timers of the platform: the language has none. */
export interface Timer {
  /** Runs `callback` after the messages that have arrived meanwhile. */
  setImmediate(callback: () => void): Disposable;
  setTimeout(callback: () => void, milliseconds: number): Disposable;
}
