import { english, t } from '../l10n';
import type { ProbeCause, ProbeHeader } from '../protocol';
import { NoWord, ProbeFailure } from './failure';
import { tokensOf, valuesOf } from './headers';
import type { HandshakeRequest } from './request';
import type { NotHttp, ResponseHead } from './response';
import { statusName, statusText } from './status';
import type { Target } from './target';

/**
 * What a client finds wrong with a 101 (RFC 6455 §4.1); null when nothing.
 */
export function judgeUpgrade(request: HandshakeRequest, { headers }: ResponseHead): ProbeFailure | null {
  return (
    judgeUpgradeHeaders(headers) ??
    judgeAccept(headers, request.accept) ??
    judgeExtensions(headers) ??
    judgeSubprotocol(headers, request.protocols)
  );
}

function judgeUpgradeHeaders(headers: readonly ProbeHeader[]): ProbeFailure | null {
  const upgrade = valuesOf(headers, 'Upgrade').join(', ');
  const has = (name: string, token: string): boolean =>
    tokensOf(headers, name).some((each) => each.toLowerCase() === token);
  if (upgrade === '')
    return new ProbeFailure(
      'missing-upgrade-header',
      t('101 without the header Upgrade'),
      t(
        'The answer is 101, but its header `Upgrade` is missing: clients refuse it. Something on the way takes it out: with nginx `proxy_hide_header Upgrade` or a module that clears headers. Remove that.',
      ),
    );
  if (upgrade.toLowerCase() !== 'websocket')
    return new ProbeFailure(
      'missing-upgrade-header',
      t`101 with Upgrade: ${upgrade}`,
      t`The answer is 101, but to \`${upgrade}\`, not to \`websocket\`: clients refuse it. Look at what the back end answers.`,
    );
  if (has('Connection', 'upgrade')) return null;
  const connection = valuesOf(headers, 'Connection').join(', ');
  return new ProbeFailure(
    'missing-upgrade-header',
    connection === '' ? t('101 without the header Connection') : t`101 with Connection: ${connection}`,
    t(
      'The answer is 101, but its header `Connection` does not say `Upgrade`: clients refuse it. Look at what stands between nginx and this client, and at the back end.',
    ),
  );
}

function judgeAccept(headers: readonly ProbeHeader[], expected: string): ProbeFailure | null {
  const accepts = valuesOf(headers, 'Sec-WebSocket-Accept');
  if (accepts.length === 1 && accepts[0] === expected) return null;
  if (accepts.length === 0)
    return new ProbeFailure(
      'bad-accept',
      t('101 without Sec-WebSocket-Accept'),
      t(
        'The answer is 101, but `Sec-WebSocket-Accept` is missing: clients refuse it. Something takes it out (`proxy_hide_header`), or the back end is no WebSocket server.',
      ),
    );
  return new ProbeFailure(
    'bad-accept',
    t`101 with a wrong Sec-WebSocket-Accept: ${accepts.join(', ')}`,
    t`The answer is 101, but its \`Sec-WebSocket-Accept\` does not answer this request's key (\`${expected}\` would): clients refuse it. The answer may come from a cache, the key may be changed on the way, or the back end is wrong.`,
  );
}

function judgeExtensions(headers: readonly ProbeHeader[]): ProbeFailure | null {
  const extensions = valuesOf(headers, 'Sec-WebSocket-Extensions').join(', ');
  if (extensions === '') return null;
  return new ProbeFailure(
    'bad-accept',
    t`101 with an extension that was not offered: ${extensions}`,
    t`The server insists on an extension that the request did not offer (\`${extensions}\`): clients refuse that. Let the back end use only what \`Sec-WebSocket-Extensions\` of the request offers.`,
  );
}

function judgeSubprotocol(headers: readonly ProbeHeader[], offered: readonly string[]): ProbeFailure | null {
  const chosen = valuesOf(headers, 'Sec-WebSocket-Protocol').join(', ');
  const asked = offered.join(', ');
  if (chosen === '' && offered.length > 0)
    return new ProbeFailure(
      'subprotocol',
      t`none of the subprotocols was taken: ${asked}`,
      t`The server took none of the subprotocols it was offered (${asked}): browsers close such a connection. Offer one that it speaks, or let it choose one.`,
    );
  if (chosen === '' || offered.includes(chosen)) return null;
  return new ProbeFailure(
    'subprotocol',
    t`a subprotocol that was not offered: ${chosen}`,
    offered.length === 0
      ? t`The server chose the subprotocol \`${chosen}\`, but none was offered: clients refuse that. Offer it with --protocol ${chosen}.`
      : t`The server chose the subprotocol \`${chosen}\`, but only ${asked} was offered: clients refuse that. Offer it, or let the server choose one of these.`,
  );
}

/** Whether a server says that it got plain HTTP where it expects TLS. */
export function saysTls(body: string): boolean {
  return SAYS_TLS.test(body);
}

/** The failure that an answer other than 101 means. */
export function failureOfStatus(target: Target, head: ResponseHead, body: string): ProbeFailure {
  const { status } = head;
  const says = saidIn(head.headers, body, status);
  const detail = `${statusText(status)}${says === '' ? '' : `: ${says}`}`;
  if (status === 400 && saysTls(body)) return new ProbeFailure('plain-to-tls-port', detail, t(PLAIN_TO_TLS));
  const cause = causeOfStatus(status);
  return new ProbeFailure(cause, detail, messageOfStatus(cause, target, head, says));
}

/** What nginx, Go and Apache say of plain HTTP on a TLS port. */
const SAYS_TLS =
  /plain HTTP request was sent to HTTPS port|sent an HTTP request to an HTTPS server|speaking plain HTTP to an SSL-enabled/i;

/** What to say where a port expects TLS. */
export const PLAIN_TO_TLS = english(
  'This port speaks TLS only, and the request came without it. Connect with wss://.',
);

const CAUSES: Readonly<Record<number, ProbeCause>> = {
  301: 'redirect',
  302: 'redirect',
  303: 'redirect',
  307: 'redirect',
  308: 'redirect',
  400: 'bad-request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found',
  405: 'method-not-allowed',
  426: 'upgrade-required',
  502: 'bad-gateway',
  503: 'unavailable',
  504: 'gateway-timeout',
};

function causeOfStatus(status: number): ProbeCause {
  if (status >= 200 && status < 300) return 'upgrade-ignored';
  return CAUSES[status] ?? 'http-status';
}

function messageOfStatus(
  cause: ProbeCause,
  target: Target,
  { status, headers }: ResponseHead,
  says: string,
): string {
  const { path } = target;
  switch (cause) {
    case 'redirect':
      return redirectMessage(target, status, valuesOf(headers, 'Location')[0]);
    case 'bad-request':
      if (/No required SSL certificate was sent|SSL certificate error/i.test(says))
        return t(
          'nginx asks clients for a certificate (`ssl_verify_client`), and the probe has none. Probe a server without it, or the back end behind it.',
        );
      return t(
        'The back end, or nginx, refused the handshake. Usually a header was lost on the way: set `proxy_set_header Upgrade $http_upgrade`, `proxy_set_header Connection "upgrade"` and `proxy_http_version 1.1` in the location.',
      );
    case 'unauthorized':
      return t(
        'The server wants to know who asks. Send what it needs, such as --header "Authorization: …" or --header "Cookie: …".',
      );
    case 'forbidden':
      return t(
        'The server refuses this client: `allow`/`deny`, a missing Cookie, or an Origin that the back end does not accept. Send --header "Origin: https://…" as a browser would, and check that the back end gets the right Host.',
      );
    case 'not-found':
      return t`Nothing is at ${path}. Check the path, which \`location\` takes it, and what \`proxy_pass\` or \`rewrite\` makes of it on the way to the back end.`;
    case 'method-not-allowed':
      return t(
        'The server does not take GET at this path: probably another location or a static file answers. Check the path and which `location` takes it.',
      );
    case 'upgrade-required':
      return t(
        'The back end asks for an upgrade: it did not get the `Upgrade` header, or got HTTP/1.0. Set `proxy_set_header Upgrade $http_upgrade`, `proxy_set_header Connection "upgrade"` and `proxy_http_version 1.1` in the location.',
      );
    case 'upgrade-ignored':
      return t`The server answered with an ordinary page instead of a WebSocket. Either the \`Upgrade\` header does not reach the back end, or ${path} leads to something else: check which \`location\` takes it.`;
    case 'bad-gateway':
      return t(
        'nginx, or another gateway, could not reach the back end, or did not understand it. Check that the back end runs and that `proxy_pass` has its address, its port and the right scheme; the error log of nginx has the reason.',
      );
    case 'unavailable':
      return t(
        'The service is not available: the back end is overloaded or being restarted, or a limit (`limit_conn`, `limit_req`) was reached. Try again, and look into the error log of nginx.',
      );
    case 'gateway-timeout':
      return t(
        'The back end did not answer the handshake in time. Check that it runs and is not overloaded; nginx waits for `proxy_connect_timeout` and `proxy_read_timeout`.',
      );
    default:
      return t`The server answered ${statusText(status)} where 101 was expected. Its log, and that of nginx, should have the reason.`;
  }
}

function redirectMessage(target: Target, status: number, location: string | undefined): string {
  const known = t('WebSocket clients do not follow redirects.');
  if (location === undefined) return t`The server redirects (${status}), but does not say where to. ${known}`;
  const next = redirectTarget(target, location);
  return next === null
    ? t`The server redirects to ${location} (${status}). ${known} Connect to the right URL at once.`
    : t`The server redirects to ${location} (${status}). ${known} Connect to ${next} at once.`;
}

/** The WebSocket URL of a `Location`; null when it has none, or the same. */
function redirectTarget({ url, isSecure, authority, path }: Target, location: string): string | null {
  try {
    const base = `${isSecure ? 'https' : 'http'}://${authority}${path}`;
    const next = new URL(location, base);
    if (next.href === new URL(base).href || !/^https?:$/.test(next.protocol)) return null;
    next.hash = '';
    return next.href.replace(/^http/, 'ws') === url ? null : next.href.replace(/^http/, 'ws');
  } catch {
    return null;
  }
}

/** Longer sentences are cut. */
const LONGEST_SAYING = 160;

/** The title of a page, or the first line of a plain text; nothing when that is the status again. */
function saidIn(headers: readonly ProbeHeader[], body: string, status: number): string {
  const [type = ''] = valuesOf(headers, 'Content-Type');
  const isChunked = valuesOf(headers, 'Transfer-Encoding').length > 0;
  const text = isChunked ? body.replace(/^[\da-f]+[^\n]*\n/i, '') : body;
  const raw = /^text\/plain\b/i.test(type)
    ? /^[^\r\n]*/.exec(text.trimStart())?.[0]
    : /<title>([^<]*)<\/title>/i.exec(text)?.[1];
  const said = (raw ?? '').replaceAll(/\s+/g, ' ').trim().slice(0, LONGEST_SAYING);
  const plain = said.startsWith(`${status} `) ? said.slice(`${status} `.length) : said;
  return plain.toLowerCase() === statusName(status).toLowerCase() ? '' : plain;
}

/** The first bytes of a TLS alert (RFC 8446 §5.1): what a TLS port says to plain HTTP. */
function isTlsAlert(bytes: Buffer): boolean {
  return bytes[0] === 0x15 && bytes[1] === 0x03;
}

/** A SETTINGS frame (RFC 9113 §6.5): what an HTTP/2 server says first. */
function isHttp2(bytes: Buffer): boolean {
  return (
    bytes.length >= 9 && bytes[0] === 0 && bytes[1] === 0 && bytes[3] === 4 && bytes.readUInt32BE(5) === 0
  );
}

/** The failure that bytes other than an HTTP/1 answer mean. */
export function failureOfBytes({ problem, first }: NotHttp, isSecure: boolean): ProbeFailure {
  if (!isSecure && isTlsAlert(first))
    return new ProbeFailure('plain-to-tls-port', t('a TLS alert'), t(PLAIN_TO_TLS));
  if (isHttp2(first))
    return new ProbeFailure(
      'not-http',
      t('HTTP/2, not HTTP/1.1'),
      t(
        'The port speaks HTTP/2 only, and a WebSocket handshake is HTTP/1.1. With nginx before 1.25.1 that is `http2` in a `listen` without `ssl`: remove it.',
      ),
    );
  switch (problem) {
    case 'closed':
      return first.length === 0
        ? new NoWord(
            'not-http',
            t('closed without an answer'),
            t(
              'The server closed the connection without an answer. nginx does that for `return 444`; otherwise the server has failed, or the port speaks another protocol: look into its log.',
            ),
          )
        : new ProbeFailure(
            'not-http',
            t('closed within the headers of the answer'),
            t(
              'The server closed the connection before its answer was complete: it has failed, or the port speaks another protocol. Look into its log.',
            ),
          );
    case 'too-long':
      return new ProbeFailure(
        'not-http',
        t('the headers of the answer have no end'),
        t('The headers of the answer did not end within 64 KB: this is no WebSocket server. Check the port.'),
      );
    case 'other-bytes':
      return new ProbeFailure(
        'not-http',
        t`not HTTP: ${beginningOf(first)}`,
        t(
          'What listens on this port does not speak HTTP. Check the port, and the protocol of what listens there.',
        ),
      );
  }
}

/** The first bytes, so that people can tell what it is: `220 mail.example`. */
function beginningOf(bytes: Buffer): string {
  const text = bytes
    .toString('latin1', 0, 40)
    .replaceAll(/[^ -~]+/g, ' ')
    .trim();
  return text === '' ? t`bytes ${bytes.toString('hex', 0, 8)}` : `\`${text}\``;
}
