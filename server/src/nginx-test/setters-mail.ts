import { parseAddress, printAddress } from '../values/address';
import { listenFault, readListen } from '../values/listen';
import { wrong } from './refusal';
import type { Setter } from './setters';
import { errorLog, once, resolver } from './setters-core';
import { sessionCache } from './zones';

/** Directives of mail (ngx_mail_core_module.c and the others). */

/** The protocols, with the ports by which nginx knows each where `protocol` does not say. */
export const MAIL_PROTOCOLS: ReadonlyMap<string, readonly number[]> = new Map([
  ['pop3', [110, 995]],
  ['imap', [143, 993]],
  ['smtp', [25, 465, 587]],
]);

const listen: Setter = (directive, _conf, reading) => {
  const fault = listenFault(directive, 'mail', reading.version);
  if (fault !== null) return fault;
  const { address } = readListen(directive, 'mail');
  // Only the machine knows the address of a name.
  if (address.kind === 'name') return null;
  const text = printAddress(address);
  const { mailAddresses } = reading;
  if (mailAddresses.has(text)) {
    return { text: `duplicate "${text}" address and port pair`, word: 1, rule: 'directive-duplicate' };
  }
  mailAddresses.set(text, true);
  return null;
};

const protocol: Setter = (directive) => {
  const name = directive.argument(0);
  return MAIL_PROTOCOLS.has(name) ? null : wrong(`unknown protocol "${name}"`, 1);
};

/** `auth_http`: a URL, its scheme written or not. */
const authHttp: Setter = (directive) => {
  const url = directive.argument(0).replace(/^http:\/\//, '');
  const { error } = parseAddress(url, { uriPart: true, defaultPort: 80 });
  return error === null ? null : wrong(`${error} in auth_http "${url}"`, 1);
};

export const mailSetters: Readonly<Record<string, Setter>> = {
  listen,
  protocol,
  auth_http: authHttp,
  ssl_session_cache: sessionCache,
  ssl_password_file: once,
  error_log: errorLog,
  resolver,
};
