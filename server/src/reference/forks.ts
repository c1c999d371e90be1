import { forkRows } from './forks.generated';

let forks: ReadonlyMap<string, string> | undefined;

/** The forks of nginx that have a directive which nginx does not have, in words; null where none is known to. */
export function forksWith(name: string): string | null {
  forks ??= new Map(forkRows);
  return forks.get(name) ?? null;
}
