import { isatty } from 'node:tty';
import { SIZE_LIMIT } from '../node-host';
import { InputError, reasonOf } from './errors';

/** The environment of a command. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  /**
   * Absolute path of the directory that relative names are relative to.
   * @throws InputError when there is none
   */
  readonly cwd: string;
  /**
   * All bytes of the standard input, to its end.
   * @throws InputError when it cannot be read
   */
  readonly readInput: () => Promise<Uint8Array>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /**
   * Has the listener called, instead of ending the program, the first time that the user presses Ctrl-C.
   *
   * @returns what undoes it
   */
  readonly onInterrupt: (listener: () => void) => () => void;
  /**
   * Has the listener called when the program is asked to end. It ends then, unless the listener says that it will at
   * the end of what it is doing; `end` does it.
   *
   * @returns what undoes it
   */
  readonly onStop: (listener: (end: () => void) => 'now' | 'later') => () => void;
}

export interface Output {
  readonly write: (data: string | Uint8Array) => void;
  readonly isTerminal: boolean;
}

const STOPPING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const satisfies readonly NodeJS.Signals[];

/** The surroundings of this process. */
export function processIo(): Io {
  return {
    stdout: outputTo(process.stdout),
    stderr: outputTo(process.stderr),
    get cwd() {
      try {
        return process.cwd();
      } catch (error) {
        throw new InputError(`The working directory cannot be used: ${reasonOf(error)}.`);
      }
    },
    readInput: readStandardInput,
    environment: process.env,
    onInterrupt(listener) {
      process.once('SIGINT', listener);
      return () => process.off('SIGINT', listener);
    },
    onStop(listener) {
      const release = (): void => {
        for (const signal of STOPPING) process.off(signal, handle);
      };
      const handle = (signal: NodeJS.Signals): void => {
        const end = (): void => {
          release();
          // As it would have ended by itself: whoever has started it sees the signal.
          process.kill(process.pid, signal);
        };
        if (listener(end) === 'now') end();
      };
      for (const signal of STOPPING) process.on(signal, handle);
      return release;
    },
  };
}

async function readStandardInput(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of process.stdin as AsyncIterable<Uint8Array>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > SIZE_LIMIT) break;
    }
  } catch (error) {
    throw new InputError(`The standard input cannot be read: ${reasonOf(error)}.`);
  }
  if (size > SIZE_LIMIT) throw new InputError('The standard input cannot be read: it is larger than 16 MB.');
  return Buffer.concat(chunks);
}

/** An output over a stream. A reader that closes the pipe early (`| head`) does no harm: the rest is dropped. */
function outputTo(stream: NodeJS.WriteStream & { readonly fd: number }): Output {
  let isClosed = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    isClosed = true;
  });
  return {
    write: (data) => {
      if (!isClosed) stream.write(data);
    },
    isTerminal: isatty(stream.fd),
  };
}

/** Whether to colour an output: only on a terminal, and not when the user has turned colours off. */
export function hasColors(output: Output, environment: Io['environment']): boolean {
  const isUnwanted = (environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb';
  return output.isTerminal && !isUnwanted;
}
