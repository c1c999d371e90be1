/** Longer names and values are cut in messages. */
const LENGTH_LIMIT = 60;

/** A name or value of the configuration as a message shows it: marked as code, on one line, not too long. */
export function quoted(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return `\`${line.length > LENGTH_LIMIT ? `${line.slice(0, LENGTH_LIMIT)}…` : line}\``;
}
