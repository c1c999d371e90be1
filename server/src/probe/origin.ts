import { t } from '../l10n';
import type { ProbeHeader } from '../protocol';
import { ProbeFailure } from './failure';
import { valuesOf } from './headers';
import { type Target, TargetError } from './target';

/** Scheme, host and port (RFC 6454 §6.2), those of an extension or a webview too; `null` is that of a sandboxed page. */
const ORIGIN = /^(?:null|[a-z][a-z\d+.-]*:\/\/[^\s/?#@\\]+)$/i;

/**
 * Reads the value of an Origin.
 *
 * @throws TargetError
 */
export function readOrigin(text: string): string {
  if (ORIGIN.test(text)) return text;
  throw new TargetError(
    `\`${text}\` is no Origin: write scheme and host, and the port if there is one, such as https://chat.example, without a path.`,
  );
}

/**
 * The Origin of the second handshake; null where there is none, since it is switched off, or the first has one.
 *
 * @param sent the headers of the first handshake
 * @param wanted left out: that of a page of the URL's own host
 */
export function originOf(
  { isSecure, authority }: Target,
  sent: readonly ProbeHeader[],
  wanted: string | null | undefined,
): string | null {
  if (valuesOf(sent, 'Origin').length > 0) return null;
  return wanted === undefined ? `${isSecure ? 'https' : 'http'}://${authority}` : wanted;
}

/**
 * A handshake with an Origin is refused that is accepted without.
 *
 * @param fault what is wrong with the answer to it
 * @param detail of the step
 */
export function originRefused(origin: string, fault: ProbeFailure, detail: string): ProbeFailure {
  return new ProbeFailure(
    'origin',
    detail,
    t`The WebSocket opens without Origin, as curl and wscat ask for it, but not with \`Origin: ${origin}\`, which a browser sends: ${fault.detail}. Let the back end accept this Origin; if it compares it with Host, pass that on with \`proxy_set_header Host $http_host\`. Pages of another host have another Origin: name it with --origin.`,
  );
}
