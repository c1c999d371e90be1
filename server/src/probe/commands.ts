import type { ProbeHeader } from '../protocol';
import { requestHeaders } from './headers';
import { hideInUrl } from '../values/secrets';
import { redactorFor } from './redact';
import { endpointText, type Endpoint, type Target } from './target';

/** What a command repeats of a probe. */
export interface Repeated {
  readonly headers: readonly ProbeHeader[];
  readonly protocols: readonly string[];
  readonly connectTo: Endpoint | null;
  readonly insecure: boolean;
}

/** The key of RFC 6455 §1.3: a command is read and compared, and needs no secret one. */
const SAMPLE_KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

/**
 * The same handshake with curl, for a POSIX shell: it shows the answer, and ends by itself. Secrets are `•••`.
 * `--http1.1`, since curl would ask for HTTP/2 over TLS, which has no upgrade.
 */
export function curlCommand(target: Target, { headers, protocols, connectTo, insecure }: Repeated): string {
  const all = requestHeaders(target, headers, protocols, SAMPLE_KEY);
  const redact = redactorFor(all, target.url);
  // curl writes Host itself; only another one has to be said.
  const sent = all.filter(([name, value]) => name.toLowerCase() !== 'host' || value !== target.authority);
  const { host, port, isSecure, authority, path } = target;
  const elsewhere =
    connectTo === null ? [] : ['--connect-to', `${endpointText({ host, port })}:${endpointText(connectTo)}`];
  return commandOf([
    'curl',
    '--http1.1',
    '--include',
    '--no-buffer',
    '--max-time',
    '10',
    '--noproxy',
    '*',
    ...(insecure ? ['--insecure'] : []),
    ...elsewhere,
    ...sent.flatMap((header) => ['--header', curlHeader(redact.header(header))]),
    `${isSecure ? 'https' : 'http'}://${authority}${hideInUrl(path)}`,
  ]);
}

/**
 * The same handshake with wscat, for a POSIX shell: it stays open to write in. Secrets are `•••`. wscat cannot
 * connect to another address: then the URL has that address, `--host` has the host, and the certificate is not checked,
 * because it would be checked against the wrong name.
 */
export function wscatCommand(target: Target, { headers, protocols, connectTo, insecure }: Repeated): string {
  const redact = redactorFor(headers, target.url);
  const { isSecure, authority, path } = target;
  const place = connectTo === null ? authority : endpointText(connectTo);
  return commandOf([
    'wscat',
    '--connect',
    `${isSecure ? 'wss' : 'ws'}://${place}${hideInUrl(path)}`,
    ...(connectTo === null ? [] : ['--host', authority]),
    ...(insecure || (connectTo !== null && isSecure) ? ['--no-check'] : []),
    ...protocols.flatMap((protocol) => ['--subprotocol', protocol]),
    ...headers.flatMap((header) => ['--header', redact.header(header).join(': ').trimEnd()]),
  ]);
}

/** A header as curl reads it: `Name:` would leave it out, `Name;` sends it without a value. */
function curlHeader([name, value]: ProbeHeader): string {
  return value === '' ? `${name};` : `${name}: ${value}`;
}

/** Words for a POSIX shell, quoted where they must be. */
function commandOf(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w%+,./:=@-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`))
    .join(' ');
}
