import type { Disposable } from 'vscode-languageserver';
import type { Host } from '../model/host';

/** What differs between the desktop and the browser; the entries give it. */
export interface Environment {
  readonly timer: Timer;
  /** The files of this machine; null where there are none. All others are asked of the client. */
  readonly localFiles: Host | null;
  /** What the `nginx` on PATH says of its version; null when there is none. Asked in trusted workspaces only. */
  readonly nginxVersion?: () => Promise<string | null>;
}

/** The timers of the platform: the language has none. */
export interface Timer {
  /** Runs `callback` as soon as what has arrived meanwhile was taken in. */
  setImmediate(callback: () => void): Disposable;
  setTimeout(callback: () => void, milliseconds: number): Disposable;
}
