import type { ProbeHeader } from '../protocol';
import {
  formsOf,
  HIDDEN,
  hideInUrl,
  isScheme,
  isSecretHeader,
  isSecretParameter,
  parametersOf,
} from '../values/secrets';

/** Shorter pieces are not secrets, and replacing them everywhere would garble the report. */
const SHORTEST = 6;

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
      ...headers.flatMap(([name, value]) => (isSecretHeader(name) ? piecesOf(value) : [])),
      ...parametersOf(url).flatMap(([name, value]) => (isSecretParameter(name) ? piecesOf(value) : [])),
    ]),
  ].toSorted((a, b) => b.length - a.length);
  const text = (each: string): string =>
    hideInUrl(secrets.reduce((left, secret) => left.replaceAll(secret, HIDDEN), each));
  return {
    text,
    header: ([name, value]) => {
      if (isSecretHeader(name)) return [name, HIDDEN];
      if (name.toLowerCase() === 'set-cookie') return [name, text(value.replace(/=[^;]*/, `=${HIDDEN}`))];
      return [name, text(value)];
    },
  };
}

/** The value, and the words and cookie values in it that are long enough to be a secret, in all their forms. */
function piecesOf(value: string): string[] {
  const words = value.split(/[\s;,]+/);
  const values = words.map((word) => word.slice(word.indexOf('=') + 1));
  return [value, ...words, ...values]
    .flatMap(formsOf)
    .filter((piece) => piece.length >= SHORTEST && !isScheme(piece));
}
