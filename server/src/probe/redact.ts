import type { ProbeHeader } from '../protocol';

/** What is shown in place of a secret. */
const HIDDEN = '•••';

/** Headers whose values are credentials. */
const SECRET_NAME = /^(?:authorization|proxy-authorization|cookie)$|token|secret|password|api-?key|^x-auth/i;

/** Authentication schemes, which come before the secret. */
const SCHEME = /^(?:basic|bearer|digest|negotiate)$/i;

/** Shorter pieces are not secrets, and replacing them everywhere would garble the report. */
const SHORTEST = 6;

/** Query parameters whose values are credentials: a browser's WebSocket cannot send its own headers. */
const SECRET_PARAMETER =
  /token|secret|password|passwd|api[-_]?key|^(?:auth|authorization|jwt|key|sid|sig|signature|ticket)$/i;

const PARAMETER = /(?<=[?&])([^=&#]*)=([^&#]*)/g;

/** A URL, or its path and query, without the values of such parameters. */
export function hideInUrl(url: string): string {
  return url.replace(PARAMETER, (whole, name: string) =>
    SECRET_PARAMETER.test(name) ? `${name}=${HIDDEN}` : whole,
  );
}

/** Takes the secrets of a request out of what people will see. */
export interface Redactor {
  readonly text: (text: string) => string;
  readonly header: (header: ProbeHeader) => ProbeHeader;
}

/**
 * @param headers those of the request
 * @param url that of the request
 * @returns a function that hides the values of their secrets everywhere, and the values of cookies that are set
 */
export function redactorFor(headers: readonly ProbeHeader[], url: string): Redactor {
  const secrets = [
    ...new Set([
      ...headers.flatMap(([name, value]) => (SECRET_NAME.test(name) ? piecesOf(value) : [])),
      ...parametersOf(url).flatMap(([name, value]) => (SECRET_PARAMETER.test(name) ? piecesOf(value) : [])),
    ]),
  ].toSorted((a, b) => b.length - a.length);
  const text = (each: string): string =>
    secrets.reduce((left, secret) => left.replaceAll(secret, HIDDEN), each);
  return {
    text,
    header: ([name, value]) => {
      if (SECRET_NAME.test(name)) return [name, HIDDEN];
      if (name.toLowerCase() === 'set-cookie') return [name, text(value.replace(/=[^;]*/, `=${HIDDEN}`))];
      return [name, text(value)];
    },
  };
}

function parametersOf(url: string): (readonly [name: string, value: string])[] {
  return [...url.matchAll(PARAMETER)].map(([, name = '', value = '']) => [name, value]);
}

/** The value, and the words and cookie values in it that are long enough to be a secret. */
function piecesOf(value: string): string[] {
  const words = value.split(/[\s;,]+/);
  const values = words.map((word) => word.slice(word.indexOf('=') + 1));
  return [value, ...words, ...values].filter((piece) => piece.length >= SHORTEST && !SCHEME.test(piece));
}
