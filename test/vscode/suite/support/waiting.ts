/** How long something may take that has to happen: far more than it does, for slow machines. */
const DEADLINE_MS = 60_000;
const INTERVAL_MS = 50;

/** Most of what is waited for is there soon: it is asked for more often at first. */
const SOON_MS = 300;
const SHORT_INTERVAL_MS = 10;

/**
 * Asks again and again until the answer is neither undefined nor false.
 *
 * @param what what is waited for, for the message
 * @throws when the deadline passes
 */
export async function waitFor<T>(
  what: string,
  probe: () => T | Promise<T>,
): Promise<Exclude<T, undefined | false>> {
  const begun = Date.now();
  const deadline = begun + DEADLINE_MS;
  for (;;) {
    const answer = await probe();
    if (answer !== undefined && answer !== false) return answer as Exclude<T, undefined | false>;
    if (Date.now() > deadline) throw new Error(`This did not happen within ${DEADLINE_MS / 1000} s: ${what}`);
    const interval = Date.now() - begun < SOON_MS ? SHORT_INTERVAL_MS : INTERVAL_MS;
    await new Promise((resolve) => setTimeout(resolve, interval));
  }
}
