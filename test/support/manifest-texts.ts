import texts from '../../package.nls.json';

const byKey: Readonly<Record<string, string>> = texts;

/** What stands between the percent signs of a value of the manifest; undefined for a value that is no key. */
export function keyOf(value: string): string | undefined {
  return /^%(.+)%$/.exec(value)?.[1];
}

/** The English text that a value of the manifest stands for. */
export function englishOf(value: string): string {
  const key = keyOf(value);
  const text = key === undefined ? value : byKey[key];
  if (text === undefined) throw new Error(`package.nls.json has no ${value}.`);
  return text;
}
