import { t } from '../../l10n';

/** Longer names and values are cut in messages. */
const LENGTH_LIMIT = 60;

/** A name or value of the configuration as a message shows it: marked as code, on one line, not too long. */
export function quoted(text: string): string {
  return `\`${plain(text)}\``;
}

/** The same, not marked. */
export function plain(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > LENGTH_LIMIT ? `${line.slice(0, LENGTH_LIMIT)}…` : line;
}

/** More names than this are counted in a message, not listed. */
export const LISTED = 3;

/**
 * `a; b; c; and 2 more`.
 *
 * @param names the first of them, at least `LISTED` where there are so many
 * @param count how many there are
 */
export function listed(names: readonly string[], count: number): string {
  const rest = count - LISTED;
  return [...names.slice(0, LISTED), ...(rest > 0 ? [t`and ${rest} more`] : [])].join('; ');
}
