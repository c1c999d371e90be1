import type { Words } from './words';

/** Whether the first argument of a directive is the name of a header, which has no case; `name` in lower case. */
export function isNamed({ words }: Words, name: string): boolean {
  return words[1]?.value.toLowerCase() === name;
}
