/** The command line is not understood: exit status 2. */
export class UsageError extends Error {
  /** @param command whose help says more; null when there is none */
  constructor(
    message: string,
    readonly command: string | null = null,
  ) {
    super(message);
  }
}

/** A file named on the command line cannot be read: exit status 2. */
export class InputError extends Error {}

/** The reason of a failed system call in plain words, without the name of the call and the path. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^E[A-Z0-9]+: /, '').replace(/, \w+( '.*)?$/, '');
}
