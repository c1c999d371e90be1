import type { Output } from './io';
import { visible } from '../features/support/escape';

/** Reports each rule that failed, once: its findings are missing, which must not look like a clean result. */
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
