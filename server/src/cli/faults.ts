import type { Output } from './io';
import { visible } from './words';

/** Tells of each rule that failed, once: its findings are missing, and nobody must take that for a clean bill. */
export function faultReporter(stderr: Output): (rule: string, error: unknown) => void {
  const told = new Set<string>();
  return (rule, error) => {
    if (told.has(rule)) return;
    told.add(rule);
    const reason = error instanceof Error ? error.message : String(error);
    stderr.write(
      `The rule ${rule} failed, its findings are missing. Please report this: ${visible(reason)}\n`,
    );
  };
}
