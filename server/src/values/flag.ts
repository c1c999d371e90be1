import type { Words } from './words';

/** How nginx reads `on` and `off` (ngx_conf_set_flag_slot): in either case. */

/** Whether a text is `on`; null where it is neither. */
export function parseFlag(text: string): boolean | null {
  const lower = text.toLowerCase();
  return lower === 'on' ? true : lower === 'off' ? false : null;
}

/** Whether the first argument of a directive is `on`; no for one that is not there. */
export function isOn(directive: Words | null | undefined): boolean {
  return parseFlag(directive?.words[1]?.value ?? '') === true;
}

/** The error of nginx for a value that is neither `on` nor `off`. */
export function flagError(name: string, value: string): string | null {
  if (parseFlag(value) !== null) return null;
  return `invalid value "${value}" in "${name}" directive, it must be "on" or "off"`;
}
