import { setTimeout as sleep } from 'node:timers/promises';

/**
 * What the work gives, or an error that names it when it takes longer than `ms`. It does not stop the work: whoever
 * waits does that.
 */
export async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Asks every `interval` milliseconds until the condition holds; an error that names it when it does not in `ms`. */
export async function until(
  ms: number,
  what: string,
  condition: () => boolean | Promise<boolean>,
  interval = 10,
): Promise<void> {
  const end = performance.now() + ms;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`${what}: not so after ${ms} ms`);
    await sleep(interval);
  }
}
