/** How long a test waits for what must come: less than a test may take, so that it says what did not come. */
const DEADLINE_MS = 60_000;

/** Asks again and again until there is an answer other than undefined, null and false. */
export async function until<T>(
  what: string,
  ask: () => T | Promise<T>,
): Promise<Exclude<T, undefined | null | false>> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== null && answer !== false) {
      return answer as Exclude<T, undefined | null | false>;
    }
    if (Date.now() > deadline) throw new Error(`Waited ${DEADLINE_MS} ms in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
