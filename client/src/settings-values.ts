/** Releases that people choose from: the branches that distributions have, and the latest that we know. */
export const versionsOffered: readonly { readonly version: string; readonly label: string }[] = [
  { version: '1.31.4', label: 'mainline' },
  { version: '1.30.0', label: 'stable' },
  { version: '1.28.0', label: '' },
  { version: '1.26.3', label: 'Debian 13' },
  { version: '1.24.0', label: 'Ubuntu 24.04' },
  { version: '1.22.1', label: 'Debian 12' },
  { version: '1.20.1', label: 'RHEL 9' },
  { version: '1.18.0', label: 'Ubuntu 22.04, Debian 11' },
];

/** A version as it is written in the setting; undefined for what is none. */
export function readTypedVersion(text: string): string | undefined {
  const trimmed = text.trim().replace(/^(?:nginx)?[/ v]*/i, '');
  return /^\d{1,4}\.\d{1,4}(?:\.\d{1,4})?$/.test(trimmed) ? trimmed : undefined;
}

/** Whether a text has a block that only a main file has, outside of comments. */
export function looksLikeMain(text: string): boolean {
  return /^[ \t]*(?:events|http|stream|mail)\s*\{/m.test(text);
}

/** The glob that matches a path and nothing else. */
export function globOf(path: string): string {
  return path.replaceAll(/[*?[]/g, '[$&]');
}
