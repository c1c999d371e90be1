/** What is shown in place of a secret. */
export const HIDDEN = '•••';

/** Headers whose values are credentials. `Set-Cookie` names more than that. */
const SECRET_HEADER =
  /^(?:authorization|proxy-authorization|cookie)$|token|secret|passw(?:or)?d|pwd|credential|session|signature|jwt|(?:api|access|auth|private|service)-?key|^x-(?:auth|key$|sig$)/i;

/** Query parameters whose values are credentials: a browser's WebSocket cannot send headers of its own. */
const SECRET_PARAMETER =
  /token|secret|passw(?:or)?d|passphrase|credential|session|signature|authorization|jwt|(?:api|access|private)[-_]?key|^(?:auth|code|key|pass|pw|pwd|sid|sig|ticket|assertion)$|[-_](?:auth|key|pwd|sid|sig)$/i;

/** Authentication schemes, which come before the secret. */
const SCHEME = /^(?:basic|bearer|digest|negotiate|token)$/i;

/** A value that is all variables holds no secret: the request brings it. */
const VARIABLES = /^(?:\$\w+|\$\{\w+\})+$/;

/** Whether the value of a header is a credential. */
export function isSecretHeader(name: string): boolean {
  return SECRET_HEADER.test(name);
}

/** Whether the value of a parameter of a query is a credential. */
export function isSecretParameter(name: string): boolean {
  return SECRET_PARAMETER.test(name);
}

/** Whether a word says how a client proves who it is, rather than that. */
export function isScheme(word: string): boolean {
  return SCHEME.test(word);
}

/** A parameter in a URL, or in a sentence that has one. */
const PARAMETER = /(?<=[?&])([^=&#\s`"']*)=([^&#\s`"';]+)/g;
const USER = /(?<=:\/\/)[^\s/@:`"']*:[^\s/@`"']+(?=@)/g;

/** A URL, or its path and query, without the passwords in it: alone or in a sentence. */
export function hideInUrl(text: string): string {
  return text
    .replaceAll(PARAMETER, (whole, name: string, value: string) =>
      isSecretParameter(decoded(name)) && !VARIABLES.test(value) ? `${name}=${HIDDEN}` : whole,
    )
    .replaceAll(USER, HIDDEN);
}

/** The parameters of a URL and their values, as they are written. */
export function parametersOf(url: string): (readonly [name: string, value: string])[] {
  return [...url.matchAll(PARAMETER)].map(([, name = '', value = '']) => [name, value]);
}

/** The value of a header as it may be shown: schemes, names of cookies and variables stay. */
export function hideInHeader(name: string, value: string): string {
  if (!isSecretHeader(name)) return hideInUrl(value);
  return value.replaceAll(/[^\s;,]+/g, (word) => {
    if (isScheme(word) || VARIABLES.test(word)) return word;
    const [, cookie = '', rest = word] = /cookie/i.test(name) ? (/^([^=]+=)(.+)$/s.exec(word) ?? []) : [];
    return VARIABLES.test(rest) ? word : cookie + HIDDEN;
  });
}

/** A directive that sets a header, as it is written; the value is the last group. */
const SET_HEADER =
  /(\b(?:\w+_set_header|add_header|\w+_param)\s+["']?([\w-]+)["']?\s+)("[^"]*"|'[^']*'|[^\s;`"']+)/g;
/** A header in a code span. */
const HEADER = /(`([\w-]+): )([^`]+)(?=`)/g;
const CREDENTIAL = /\b([Bb]asic|[Bb]earer) (?=\S*[\dA-Z=])[\w.~+/=-]{6,}/g;

/** A sentence about a configuration, without the secrets of what it quotes. */
export function hideSecrets(text: string): string {
  const hide = (whole: string, before: string, name: string, value: string): string => {
    if (!isSecretHeader(name)) return whole;
    const quote = /^["']/.exec(value)?.[0] ?? '';
    const bare = quote === '' ? value : value.slice(1, -1);
    return `${before}${quote}${hideInHeader(name, bare)}${quote}`;
  };
  return hideInUrl(text)
    .replaceAll(SET_HEADER, hide)
    .replaceAll(HEADER, hide)
    .replaceAll(CREDENTIAL, `$1 ${HIDDEN}`);
}

/** A text in the ways that it may come back: decoded, and encoded again. */
export function formsOf(text: string): string[] {
  const plain = decoded(text);
  const encoded = [encodeURIComponent(plain), encodeURIComponent(text)];
  const small = encoded.map((each) => each.replaceAll(/%[\dA-F]{2}/g, (code) => code.toLowerCase()));
  return [...new Set([text, plain, ...encoded, ...small])];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', '%20'));
  } catch {
    return text;
  }
}
