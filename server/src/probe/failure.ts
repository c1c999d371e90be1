import type { ProbeCause } from '../protocol';

/** A step failed, and with it the probe. */
export class ProbeFailure extends Error {
  /**
   * @param reason the cause in the report
   * @param detail what happened, short: the step's detail
   * @param message the whole of it: what, why, what to do
   */
  constructor(
    readonly reason: ProbeCause,
    readonly detail: string,
    message: string,
  ) {
    super(message);
  }
}

/** The other side said nothing at all before it closed, or the time was over: why, it does not tell. */
export class NoWord extends ProbeFailure {}

/** `ECONNREFUSED` and the like; an empty text for an error without a code. */
export function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

/** Seconds as people read them: `2 s`, `0.5 s`. */
export function seconds(milliseconds: number): string {
  return `${Number((milliseconds / 1000).toFixed(1))} s`;
}
