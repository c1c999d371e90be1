import { checkServerIdentity, type DetailedPeerCertificate, type PeerCertificate } from 'node:tls';
import { t } from '../l10n';
import type { ProbeCause, ProbeTls } from '../protocol';

/** What is wrong with a certificate. */
export interface CertificateFault {
  readonly cause: ProbeCause;
  /** In a few words. */
  readonly detail: string;
  readonly message: string;
}

/** A certificate as reports show it. */
export type CertificateReport = Pick<ProbeTls, 'subject' | 'issuer' | 'names' | 'validTo' | 'daysLeft'>;

const DAY = 24 * 60 * 60 * 1000;

/** Longer chains are not shown to their end. */
const LONGEST_CHAIN = 10;

/** OpenSSL's words for a date that is not right, somewhere in the chain. */
const DATE_ERRORS: ReadonlySet<string> = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);

/** @param now milliseconds since 1970 */
export function reportCertificate(certificate: PeerCertificate, now: number): CertificateReport {
  const validTo = Date.parse(certificate.valid_to);
  return {
    subject: nameText(certificate.subject),
    issuer: nameText(certificate.issuer),
    names: alternativeNames(certificate.subjectaltname),
    validTo: Number.isNaN(validTo) ? '' : new Date(validTo).toISOString(),
    daysLeft: Number.isNaN(validTo) ? 0 : Math.floor((validTo - now) / DAY),
  };
}

/**
 * What a careful client would refuse the certificate for; null when nothing. A date that is not right comes first, then
 * the name, then who vouches for it.
 *
 * @param host the name or address in the URL
 * @param chainError what OpenSSL found wrong with the chain, such as `DEPTH_ZERO_SELF_SIGNED_CERT`, or null
 * @param now milliseconds since 1970
 */
export function judgeCertificate(
  certificate: PeerCertificate,
  host: string,
  chainError: string | null,
  now: number,
): CertificateFault | null {
  return (
    judgeDates(certificate, chainError, now) ??
    judgeName(certificate, host) ??
    (chainError === null ? null : judgeTrust(chainError))
  );
}

function judgeDates(
  { valid_from: from, valid_to: to }: PeerCertificate,
  chainError: string | null,
  now: number,
): CertificateFault | null {
  const cause = 'certificate-expired';
  if (now > Date.parse(to)) {
    const day = dayOf(to);
    const message = t`The certificate expired on ${day}: every client refuses it. Renew it, and reload nginx so that it reads the new one.`;
    return { cause, detail: t`expired on ${day}`, message };
  }
  if (now < Date.parse(from)) {
    const day = dayOf(from);
    const message = t`The certificate is not valid before ${day}: every client refuses it. Check the clocks of both machines, or install one that is valid now.`;
    return { cause, detail: t`not valid before ${day}`, message };
  }
  if (chainError === null || !DATE_ERRORS.has(chainError)) return null;
  const detail = t('a certificate in the chain is out of date');
  const message = t`The certificate is in date, but one that vouches for it is not (${chainError}). Put the current chain into the file of \`ssl_certificate\`, and reload nginx.`;
  return { cause, detail, message };
}

function judgeName(certificate: PeerCertificate, host: string): CertificateFault | null {
  if (checkServerIdentity(host, certificate) === undefined) return null;
  const names = alternativeNames(certificate.subjectaltname);
  const own = names.length > 0 ? listOf(names) : nameText(certificate.subject);
  return {
    cause: 'certificate-name',
    detail: t`not for ${host}`,
    message: t`The certificate is for ${own}, not for ${host}: every client refuses it. Connect by a name that it has, install one for ${host}, or check that \`server_name\` leads to the right server.`,
  };
}

function judgeTrust(chainError: string): CertificateFault {
  const [detail, reason] = trustText(chainError);
  return { cause: 'certificate-untrusted', detail, message: reason };
}

/** What a chain error means: in a few words, and with what to do. */
function trustText(chainError: string): readonly [detail: string, message: string] {
  const own = t(
    'For a certificate authority of your own, name its certificate in NODE_EXTRA_CA_CERTS, or use --insecure to go on without the check.',
  );
  switch (chainError) {
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return [
        t('not trusted: self-signed'),
        t`The certificate is self-signed: clients do not trust it unless they are told to. ${own}`,
      ];
    case 'SELF_SIGNED_CERT_IN_CHAIN':
      return [
        t('not trusted: unknown certificate authority'),
        t`The certificate comes from a certificate authority that is not known here. ${own}`,
      ];
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return [
        t('not trusted: its issuer is neither sent nor known'),
        t`Nothing says who vouches for the certificate: the server does not send its issuer's certificate, and it is not known here. The file of \`ssl_certificate\` must hold the intermediate certificates too (the full chain). ${own}`,
      ];
    default:
      return [
        t`not trusted (${chainError})`,
        t`The certificate is not trusted (${chainError}): clients refuse it. ${own}`,
      ];
  }
}

/** The certificates that the server sent or that are known here, its own first, by their short names. */
export function chainOf(certificate: DetailedPeerCertificate): string[] {
  const names: string[] = [];
  let current: DetailedPeerCertificate | undefined = certificate;
  while (current !== undefined && names.length < LONGEST_CHAIN) {
    names.push(shortName(current.subject));
    // A root is its own issuer.
    current = current.issuerCertificate === current ? undefined : current.issuerCertificate;
  }
  return names;
}

type DistinguishedName = PeerCertificate['subject'];

/** `CN=chat.example, O=Example`: the most particular part first. */
function nameText(name: DistinguishedName | undefined): string {
  return Object.entries(name ?? {})
    .reverse()
    .flatMap(([key, value]: [string, unknown]) =>
      (Array.isArray(value) ? value : [value]).map((each) => `${key}=${String(each)}`),
    )
    .join(', ');
}

/** The common name, or all of a name without one. */
export function shortName(name: DistinguishedName | undefined): string {
  const common: unknown = name?.CN;
  return typeof common === 'string' ? common : nameText(name);
}

/** The names and addresses of Node's `DNS:a.example, IP Address:127.0.0.1`; one with special characters is in quotes. */
function alternativeNames(text: string | undefined): string[] {
  const entries = (text ?? '').matchAll(/(DNS|IP Address):("(?:[^"\\]|\\.)*"|[^,]*)/g);
  return [...entries].map(([, , value = '']) => (value.startsWith('"') ? unquoted(value) : value));
}

function unquoted(json: string): string {
  try {
    return String(JSON.parse(json));
  } catch {
    return json;
  }
}

/** A certificate may have hundreds. */
function listOf(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? t`${shown} and ${names.length - 5} more` : shown;
}

function dayOf(date: string): string {
  const time = Date.parse(date);
  return Number.isNaN(time) ? date : new Date(time).toISOString().slice(0, 10);
}
