import { isIP, type Socket } from 'node:net';
import { connect, type DetailedPeerCertificate, type TLSSocket } from 'node:tls';
import { english, t } from '../l10n';
import type { ProbeTls } from '../protocol';
import {
  type CertificateFault,
  type CertificateReport,
  chainOf,
  judgeCertificate,
  reportCertificate,
  shortName,
} from './certificate';
import { codeOf, NoWord, ProbeFailure, seconds } from './failure';
import { type Limit, TimedOut, timeLeft, waitFor } from './waiting';

/** A TLS connection, also with a certificate that is not valid. */
export interface Secured {
  readonly socket: TLSSocket;
  readonly tls: ProbeTls;
  readonly detail: string;
  /** What a careful client would refuse the certificate for, or null. */
  readonly fault: CertificateFault | null;
}

/**
 * Makes a TLS connection of a TCP connection. The certificate is judged, not refused: that is for the caller.
 *
 * @param host the name or address in the URL: sent to the server, and looked for in the certificate
 * @param ca certificates to trust instead of Node's, in PEM
 * @throws ProbeFailure `tls-failed` or `tls-to-plain-port`
 */
export async function secure(
  tcp: Socket,
  host: string,
  limit: Limit,
  ca: readonly string[] | null,
): Promise<Secured> {
  const time = timeLeft(limit);
  try {
    return described(await startTls(tcp, host, limit, ca), host);
  } catch (error) {
    if (error instanceof TimedOut) throw timeoutFailure(time);
    if (error instanceof ClosedEarly || codeOf(error) !== '') throw failureOf(error);
    throw error;
  }
}

/**
 * Whether what listens there speaks TLS, as far as a handshake tells: one that succeeds, or one that is refused in the
 * words of TLS (an alert).
 *
 * @throws Cancelled
 */
export async function speaksTls(tcp: Socket, host: string, limit: Limit): Promise<boolean> {
  try {
    (await startTls(tcp, host, limit, null)).destroy();
    return true;
  } catch (error) {
    if (error instanceof TimedOut || error instanceof ClosedEarly) return false;
    if (codeOf(error) !== '') return codeOf(error).includes('_ALERT_');
    throw error;
  }
}

/** @throws ClosedEarly, TimedOut, Cancelled, or what went wrong on the connection or in TLS */
async function startTls(
  tcp: Socket,
  host: string,
  limit: Limit,
  ca: readonly string[] | null,
): Promise<TLSSocket> {
  const socket = connect({
    socket: tcp,
    // An address is no server name (RFC 6066 §3). A trailing dot is not part of one.
    ...(isIP(host) === 0 ? { servername: host.replace(/\.$/, '') } : {}),
    // WebSocket over HTTP/2 is another protocol (RFC 8441), which nginx does not speak.
    ALPNProtocols: ['http/1.1'],
    rejectUnauthorized: false,
    // So that `authorizationError` is about the chain alone.
    checkServerIdentity: () => undefined,
    ...(ca === null ? {} : { ca: [...ca] }),
  });
  socket.on('error', () => socket.destroy());
  try {
    await waitFor<void>(limit, ({ resolve, reject }) => {
      const secured = (): void => resolve();
      const closed = (): void => reject(new ClosedEarly());
      socket.once('secureConnect', secured).once('error', reject).once('close', closed);
      return () => socket.off('secureConnect', secured).off('error', reject).off('close', closed);
    });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** The other side closed without a word. */
class ClosedEarly extends Error {}

function described(socket: TLSSocket, host: string): Secured {
  const now = Date.now();
  const certificate = socket.getPeerCertificate(true);
  const chainError = socket.authorized ? null : errorText(socket.authorizationError);
  const report = reportCertificate(certificate, now);
  const fault = judgeCertificate(certificate, host.replace(/\.$/, ''), chainError, now);
  const cipher = socket.getCipher();
  const tls: ProbeTls = {
    protocol: socket.getProtocol() ?? '',
    cipher: cipher.standardName ?? cipher.name,
    alpn: typeof socket.alpnProtocol === 'string' ? socket.alpnProtocol : null,
    trusted: chainError === null,
    ...report,
  };
  return { socket, tls, fault, detail: detailOf(tls, certificate, report, fault) };
}

/** Node gives the code of the error here, though its types say an error. */
function errorText(error: unknown): string {
  return error instanceof Error ? codeOf(error) || error.message : String(error);
}

function detailOf(
  tls: ProbeTls,
  certificate: DetailedPeerCertificate,
  { subject, daysLeft, names }: CertificateReport,
  fault: CertificateFault | null,
): string {
  const connection = [tls.protocol, tls.cipher, tls.alpn ?? t('no ALPN')].join(', ');
  const days = daysLeft === 1 ? t('1 day left') : t`${daysLeft} days left`;
  const judged = [
    ...(fault === null || fault.cause !== 'certificate-expired' ? [days] : []),
    fault === null ? 'trusted' : fault.detail,
    ...(fault !== null && fault.cause === 'certificate-name' && !tls.trusted ? [t('not trusted')] : []),
    ...(names.length === 0 ? [t('no subjectAltName, which browsers insist on')] : []),
  ];
  const own = [subject, t`by ${shortName(certificate.issuer)}`, ...judged].join(', ');
  const chain = chainOf(certificate);
  return [connection, own, ...(chain.length > 1 ? [t`chain ${chain.join(' < ')}`] : [])].join('; ');
}

function timeoutFailure(time: number): ProbeFailure {
  return new NoWord(
    'tls-failed',
    t`no answer within ${seconds(time)}`,
    t`The server accepted the connection, but did not finish the TLS handshake within ${seconds(time)}: it may be overloaded.`,
  );
}

/** What to do where a port expects plain HTTP. */
export const USE_PLAIN = english('Connect with ws://, or add `ssl` to the `listen` of this port.');

/** OpenSSL's words for bytes that are no TLS. */
const NOT_TLS: ReadonlySet<string> = new Set([
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
  'ERR_SSL_HTTP_REQUEST',
  'ERR_SSL_UNEXPECTED_MESSAGE',
  'ERR_SSL_RECORD_LAYER_FAILURE',
]);

function failureOf(error: unknown): ProbeFailure {
  const code = codeOf(error);
  if (NOT_TLS.has(code))
    return new ProbeFailure(
      'tls-to-plain-port',
      t`the answer is not TLS (${code})`,
      t`The port answers, but not with TLS: it expects plain HTTP. ${t(USE_PLAIN)}`,
    );
  if (error instanceof ClosedEarly || code === 'ECONNRESET')
    return new NoWord(
      'tls-failed',
      t('the other side closed the connection before the handshake was done'),
      t(
        'The server closed the connection during the TLS handshake. With nginx, look into its error log, and check that the server has an `ssl_certificate`.',
      ),
    );
  return new ProbeFailure('tls-failed', t`the handshake failed (${code})`, tlsMessage(code));
}

function tlsMessage(code: string): string {
  switch (code) {
    case 'ERR_SSL_UNSUPPORTED_PROTOCOL':
    case 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION':
    case 'ERR_SSL_TLSV1_ALERT_INSUFFICIENT_SECURITY':
      return t(
        'Client and server have no version of TLS in common: the server offers only versions that clients no longer take. Set `ssl_protocols TLSv1.2 TLSv1.3;`.',
      );
    case 'ERR_SSL_TLSV1_UNRECOGNIZED_NAME':
    case 'ERR_SSL_TLSV1_ALERT_UNRECOGNIZED_NAME':
      return t(
        'The server refuses this name (`ssl_reject_handshake on`, or no server for it). Check the host in the URL and `server_name`.',
      );
    case 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL':
    case 'ERR_SSL_NO_APPLICATION_PROTOCOL':
      return t(
        'The server does not speak HTTP/1.1 over TLS (ALPN), and a WebSocket handshake needs it. Check what listens on this port.',
      );
    case 'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE':
    case 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE':
      return t(
        'The server found nothing in common with the client: no cipher, or it has no certificate of a suitable kind. Check `ssl_ciphers` and `ssl_certificate`.',
      );
    default:
      return t`The TLS handshake failed (${code}). Look into the error log of nginx, and check \`ssl_protocols\`, \`ssl_ciphers\` and \`ssl_certificate\`.`;
  }
}
