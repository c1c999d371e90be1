import { t } from '../l10n';
import { keyOfText } from '../model/source-file';
import { inForce } from './in-force';
import { bytesOf } from '../model/bytes';
import type { ConfigDirective } from '../model/configuration';
import { effective } from '../model/inheritance';
import type { NginxVersion } from '../reference/versions';
import { locationName } from '../values/location';
import { refusal, type Refusal, type Phase } from './answer';
import { backEndOf, timeoutRefusal } from './back-end';
import { CannotTell } from './cannot-tell';
import { answerSpecially, errorPageFor, hasErrorPage, internalRedirect } from './error-pages';
import { atOnce } from './deferral';
import { conditionMessage, isOnlyVersion, isOverHttp2, judge, type Judgement } from './faults';
import { gatewayRequest } from './gateway-request';
import type { Condition } from './evidence';
import { bodyLengthOf } from './facts';
import { followHop, type Hop, mayComeBack, nextHop } from './hops';
import { defaultServerOf } from './listening';
import { isForeignHandler, locationOf, unheardOfIn } from './location-config';
import { answeredByNginx, type BackEnd, type Outcome, type Upstream } from './outcome';
import { isSince } from './release';
import type { ContentHandler, Request } from './request';
import { responseFaults } from './response';
import { THE_PATH } from './rewrite';
import { type UpstreamRequest, upstreamRequest } from './upstream-request';
import { atomsOf, known, knownText, mapKnown, sampleText } from './value';
import { argumentOf } from './variables';

/** nginx closes the connection instead of answering: 444, and what it takes for a client that is gone. */
const CLOSES: ReadonlySet<number> = new Set([408, 444, 499]);

/** Ends a request with an answer of nginx itself, or goes on at the `error_page` for it. */
export function conclude(request: Request, cause: Refusal): Phase | Outcome {
  const { id, message, about, status } = cause;
  const end = (sent: number | null): Outcome => {
    const { level = request.level, isOfLogin = false } = cause;
    request.note('answer', message, about, id, { level, isOfLogin });
    return answeredByNginx(request.level, hasCharset(request) ? sent : null);
  };
  if (!cause.isSpecial) return end(request.errorStatus === 0 ? status : request.errorStatus);
  if (CLOSES.has(status)) return end(null);
  const next = answerSpecially(request, cause);
  return typeof next === 'string' ? next : end(next.status);
}

/** Variables that are not there at all where the client, or an answer, has nothing of the name. */
const MAY_BE_MISSING = /^\$(?:arg|http|cookie|sent_http|upstream_http|upstream_cookie)_/;

/**
 * Whether nginx can say the charset of its answer: it closes the connection instead where the variable of a `charset`
 * is missing (ngx_http_destination_charset).
 */
function hasCharset(request: Request): boolean {
  const directive = inForce(request, request.level, 'charset').directives.at(-1);
  if (directive === undefined || !MAY_BE_MISSING.test(directive.argument(0))) return true;
  return (knownText(request.assumptions.resolve(argumentOf(request, directive, 0))) ?? '') !== '';
}

/** The content phase: the handler of the location, else files. */
export function respond(request: Request): Phase | Outcome {
  const handler = request.contentHandler;
  if (handler === null) {
    const { level } = request;
    const unheardOf =
      level.kind === 'server' ? undefined : (unheardOfIn(level) ?? unheardOfIn(locationOf(level)));
    if (unheardOf === undefined) return staticContent(request);
    const message = t`The module of \`${unheardOf.name}\` is not known here: whether it answers depends on its code.`;
    throw new CannotTell('answer', message, unheardOf, 'handler-unknown');
  }
  switch (handler.name) {
    case 'proxy_pass':
    case 'uwsgi_pass':
    case 'scgi_pass':
      return handOver(request, handler);
    case 'fastcgi_pass':
    case 'grpc_pass':
    case 'memcached_pass':
      request.note(
        'answer',
        t`\`${handler.name}\` cannot carry a WebSocket.`,
        handler.directive,
        'protocol-mismatch',
      );
      return answeredByNginx(request.level, null);
    case 'tunnel_pass': {
      const message = t('`tunnel_pass` takes CONNECT requests alone: a handshake is a GET, and gets 405.');
      return conclude(request, refusal(405, 'answered-by-nginx', message, handler.directive));
    }
    case 'stub_status':
    case 'empty_gif':
      return conclude(request, {
        ...refusal(
          200,
          'answered-by-nginx',
          t`\`${handler.name}\` answers: it is the last handler of the location.`,
          handler.directive,
        ),
        isSpecial: false,
      });
    default:
      break;
  }
  if (isForeignHandler(handler.name)) {
    const message = t`What \`${handler.name}\` answers depends on its code.`;
    throw new CannotTell('answer', message, handler.directive, 'handler-unknown');
  }
  request.note(
    'answer',
    t`\`${handler.name}\` answers, and carries no WebSocket.`,
    handler.directive,
    'answered-by-nginx',
  );
  return answeredByNginx(request.level, null);
}

/**
 * Files are not consulted. What a URL names is not there: 404. A page that `try_files` falls back to is there, and so
 * is the directory of the location itself, which may be 200, 301 or 403.
 */
function staticContent(request: Request): Phase | Outcome {
  const { level, assumptions } = request;
  const path = knownText(assumptions.resolve(request.uri));
  const message = t('Files are served here: no back end is asked.');
  const answered = (status: number): Refusal => refusal(status, 'answered-by-nginx', message, level);
  if (path !== null && request.page !== null && isSameFile(path, request.page))
    return conclude(request, { ...answered(200), isSpecial: false });
  const [index] = effective(level, 'index').directives.flatMap(({ words }) => words.slice(1));
  if (path?.endsWith('/') === true && index?.value.startsWith('/') === true && !index.value.includes('$')) {
    const next = internalRedirect(request, known(bytesOf(index.value)));
    if (typeof next === 'string') return next;
  }
  const isThere = path !== null && (path === request.directory || isRoot(path) || holdsPage(request, path));
  // A directory without an index is refused; where the slash is missing, nginx adds it.
  const statuses = !isThere ? [301, 403, 404] : path.endsWith('/') ? [403] : [301];
  const hasPages = statuses.some((status) => errorPageFor(request, status) !== null);
  if (!hasPages && (path === null || isThere || isOwnDirectory(request))) {
    request.note('answer', message, level, 'answered-by-nginx');
    return answeredByNginx(level, null);
  }
  if (!isThere && !isOwnDirectory(request)) return conclude(request, answered(404));
  throw new CannotTell('files', t('Which `error_page` is next depends on the files that are there.'), level);
}

/** Whether the page that is there is in the directory of this path. */
function holdsPage({ page }: Request, path: string): boolean {
  return page !== null && page.startsWith(path.replace(/\/*$/, '/'));
}

/** Whether paths lead to the same file: however many slashes stand in a row. */
export function isSameFile(path: string, other: string): boolean {
  return withoutDoubledSlashes(path) === withoutDoubledSlashes(other);
}

function withoutDoubledSlashes(text: string): string {
  return text.replaceAll(/\/{2,}/g, '/');
}

/**
 * Whether the request asks for such a directory: with a slash at the end, or where its location has one. Else it asks for
 * a file. What that directory is in is there, too.
 */
function isOwnDirectory(request: Request): boolean {
  const { block } = locationOf(request.level);
  const own = block !== null && block.name === 'location' ? bytesOf(locationName(block).name) : '';
  const path = (): string | null => knownText(request.assumptions.resolve(request.uri));
  if (own.endsWith('/')) return isForOwnDirectory(request) || isWithin(own, path());
  return path()?.endsWith('/') !== false && isForOwnDirectory(request) && path()?.endsWith('/') === true;
}

function isWithin(path: string, directory: string | null): boolean {
  return directory !== null && path.startsWith(withoutDoubledSlashes(`${directory}/`));
}

function isRoot(path: string): boolean {
  return /^\/+$/.test(path);
}

/**
 * Whether the request asks for a directory that is surely there: that of the root, or that which its location stands
 * for, `/app` and `/app/` of `location /app`.
 */
export function isForOwnDirectory({ level, uri, assumptions }: Request): boolean {
  const path = mapKnown(assumptions.resolve(uri), withoutDoubledSlashes);
  const isAt = (text: string): boolean => assumptions.equals(path, text, t(THE_PATH)) === true;
  if (isAt('/')) return true;
  const { block } = locationOf(level);
  if (block === null || block.name !== 'location') return false;
  const { kind, name } = locationName(block);
  if (kind !== 'prefix' && kind !== 'exact') return false;
  const own = bytesOf(name);
  return isAt(own) || isAt(own.endsWith('/') ? own.slice(0, -1) : `${own}/`);
}

/** Hands the request to a back end, and its answer to the client. */
function handOver(request: Request, handler: ContentHandler): Phase | Outcome {
  const { level } = request;
  const prefix = handler.name.replace('_pass', '');
  const backEnd = backEndOf(request, handler);
  if ('kind' in backEnd) return conclude(request, backEnd);
  const sent = requestFor(request, prefix, backEnd);
  const upstream = { backEnd, request: sent, level };
  request.upstream = upstream;
  const timeout = timeoutRefusal(request, prefix);
  if (timeout !== null) {
    // What else is wrong is found next: it is told after what stops the handshake now.
    const start = request.steps.length;
    if (!mayComeBack(request, backEnd)) noteFurther(request, prefix, sent, backEnd.pass);
    const further = request.steps.splice(start);
    const next = conclude(request, timeout);
    if (typeof next !== 'string') for (const step of further) request.steps.push(step);
    return next;
  }
  request.note(
    'request',
    t`The request goes to \`${handler.name} ${backEnd.pass.argument(0)}\`.`,
    backEnd.pass,
  );
  const judgement = judge(request, locationOf(level), sent);
  if (judgement.refused) request.upstream = null;
  const hop = judgement.refused || prefix !== 'proxy' ? null : nextHop(request, backEnd);
  return hop === null
    ? reachBackEnd(request, prefix, upstream, judgement)
    : throughHop(request, prefix, upstream, judgement, hop);
}

function requestFor(request: Request, prefix: string, backEnd: BackEnd): UpstreamRequest {
  const { level } = request;
  const body = prefix === 'proxy' ? inForce(request, level, 'proxy_set_body').directives.at(-1) : undefined;
  const values = {
    inForce: inForce.bind(null, request),
    argument: argumentOf.bind(null, request),
    isSince: isSince.bind(null, request),
    proxyHost: backEnd.host,
    bodyLength:
      body === undefined ? bodyLengthOf(request.facts) : sampleText(argumentOf(request, body, 0)).length,
    clientHeaders: request.facts.headers,
  };
  if (prefix !== 'proxy') return gatewayRequest(level, prefix, values);
  const wellFormed = !backEnd.uri.some((part) => typeof part === 'string' && /[ \r\n]/.test(part));
  return upstreamRequest(level, values, wellFormed);
}

/** The strict back end answers; where HTTP/1.0 is all that is wrong, a lenient one may as well. */
function reachBackEnd(
  request: Request,
  prefix: string,
  upstream: Upstream,
  judgement: Judgement,
): Phase | Outcome {
  const { status, isUnknown } = judgement;
  const { pass } = upstream.backEnd;
  if (isUnknown) throw unknownRequest(upstream);
  if (status === 101) {
    request.note('back end', t('The back end upgrades the connection.'), pass);
    return upgrade(request, prefix, true);
  }
  if (isOnlyVersion(judgement, upstream.request)) {
    const answers = [t('the back end accepts HTTP/1.0'), t('the back end accepts HTTP/1.1 only')];
    const key = `HTTP/1.0 ${keyOfText(pass.file)}:${pass.start}`;
    if (request.assumptions.ask({ key, answers, bare: 1, others: null }) === 0) {
      request.note('back end', t('The back end is asked over HTTP/1.0, and upgrades the connection.'), pass);
      return upgrade(request, prefix, true);
    }
  }
  noteFaults(request, judgement, upstream.request, upstream.backEnd.pass);
  noteResponseFaults(request, prefix);
  return answerOfBackEnd(request, prefix, upstream, status);
}

/**
 * What is wrong with the request that a location sends, and with the answer to it, where no handshake comes so far:
 * it is found next, once what stops them before is mended.
 *
 * @param request one that stands at the location
 */
export function noteFurther(
  request: Request,
  prefix: string,
  sent: UpstreamRequest,
  pass: ConfigDirective,
): void {
  noteFaults(request, judge(request, locationOf(request.level), sent), sent, pass);
  noteResponseFaults(request, prefix);
}

/** What would be wrong with the answer, had the back end upgraded; what code decides is not asked. */
function noteResponseFaults(request: Request, prefix: string): void {
  const faults = atOnce(request, () => responseFaults(request, prefix)) ?? [];
  for (const { id, message, directive } of faults) request.note('response', message, directive, id);
  noteErrorStatus(request);
}

/** Whether `error_page` gives an upgraded connection another status. */
function noteErrorStatus(request: Request): boolean {
  const { errorStatus, level } = request;
  if (errorStatus === 0 || errorStatus === 101) return false;
  const message = t`\`error_page\` without a bare \`=\` makes the status ${errorStatus}: the client refuses the upgrade.`;
  const directive = inForce(request, level, 'error_page').directives.at(-1);
  request.note('response', message, request.errorPage ?? directive ?? level, 'websocket-error-page-status');
  return true;
}

/** From 1.21.1 on nginx answers 400 to a blank in the path (CHANGES). */
const refusesBlanks: NginxVersion = { major: 1, minor: 21, patch: 1 };

/** What a next server cannot set anew for the handshake. */
const NEEDED_BY_NGINX: ReadonlySet<Condition> = new Set(['request-line', 'upgrade', 'key']);

/** The handshake goes on at a server of the same configuration. */
function throughHop(
  request: Request,
  prefix: string,
  upstream: Upstream,
  judgement: Judgement,
  hop: Hop,
): Phase | Outcome {
  // The next server may set all but the key and the upgrade anew, of which any protocol will do.
  const isGet = knownText(request.assumptions.resolve(upstream.request.method)) === 'GET';
  if (!isGet) {
    // What it answers to another method is not followed: no back end behind it takes that for a handshake.
    noteFaults(request, judgement, upstream.request, upstream.backEnd.pass);
    return answerOfBackEnd(request, prefix, upstream, null);
  }
  if (isOverHttp2(upstream.request)) {
    // A listener that does not speak it answers in HTTP/1.1, which nginx cannot read.
    noteFaults(request, judgement, upstream.request, upstream.backEnd.pass);
    return answerOfBackEnd(request, prefix, upstream, speaksHttp2(request, hop) ? null : 502);
  }
  if (!upstream.request.wellFormed && isSince(request, refusesBlanks)) {
    noteFaults(request, judgement, upstream.request, upstream.backEnd.pass);
    return answerOfBackEnd(request, prefix, upstream, 400);
  }
  const lost = judgement.faults.filter(
    ({ condition }) =>
      NEEDED_BY_NGINX.has(condition) && !(condition === 'upgrade' && asksForUpgrade(upstream.request)),
  );
  if (lost.length > 0) noteFaults(request, judgement, upstream.request, upstream.backEnd.pass);
  const outcome = followHop(request, upstream, hop, lost.length > 0);
  if (outcome.by === 'upgraded' && lost.length > 0) {
    // The next server sets it anew: without an upgrade of its own request it goes no further, and another key is answered.
    const status = lost.some(({ condition }) => condition === 'upgrade') ? null : outcome.status;
    return { ...outcome, status, serves: false };
  }
  if (outcome.by === 'upgraded') {
    if (outcome.status === 101) return { ...upgrade(request, prefix, outcome.serves), level: outcome.level };
    // The next nginx has made another status of the 101, and sends no end of a body: this one keeps the answer to itself.
    const kept = answerOfBackEnd(request, prefix, upstream, outcome.status);
    return typeof kept === 'string' ? kept : { ...kept, status: null, level: outcome.level };
  }
  const next = answerOfBackEnd(request, prefix, upstream, outcome.status);
  return typeof next === 'string' || next.by === 'nginx' ? next : { ...next, level: outcome.level };
}

/** Whether a listener may speak HTTP/2: with TLS the two agree on what they speak. */
function speaksHttp2({ model }: Request, { socket, secure }: Hop): boolean {
  const { listener } = socket;
  const own = effective(defaultServerOf(model, socket), 'http2').directives.at(-1);
  return secure || listener.http2 || own?.argument(0).toLowerCase() === 'on';
}

/** Whether a request asks for an upgrade, to whichever protocol: nginx then passes one on (ngx_http_proxy_process_header). */
function asksForUpgrade({ named }: UpstreamRequest): boolean {
  return named('upgrade').some(({ value }) => (knownText(value) ?? '') !== '');
}

function noteFaults(
  request: Request,
  { faults }: Judgement,
  sent: UpstreamRequest,
  pass: ConfigDirective,
): void {
  for (const fault of faults) {
    const { id, condition, directive } = fault;
    request.note('back end', conditionMessage(request.model, condition, sent), directive ?? pass, id, {
      fault,
    });
  }
}

function unknownRequest({ backEnd, request }: Upstream): CannotTell {
  const header = request
    .headers()
    .find(({ value }) => atomsOf(value).some(({ source }) => source === 'code'));
  if (header !== undefined && header.directive !== null) {
    const written = header.directive.words.map(({ value }) => value).join(' ');
    const message = t`What \`${written}\` comes to is known only when nginx runs.`;
    return new CannotTell('request', message, header.directive);
  }
  if (!request.complete || !request.version.certain) {
    const message = t('The levels around this part of a configuration are not here.');
    return new CannotTell(
      'request',
      message,
      request.version.directive ?? backEnd.pass,
      'include-unresolved',
    );
  }
  const message = t('What reaches the back end is known only when nginx runs.');
  return new CannotTell('request', message, backEnd.pass);
}

/** The back end has answered 101. @param serves whether the tunnel behind it serves */
function upgrade(request: Request, prefix: string, serves: boolean): Outcome {
  const faults = responseFaults(request, prefix);
  const { errorStatus, level } = request;
  for (const { id, message, directive } of faults) request.note('response', message, directive, id);
  const isAccepted = !noteErrorStatus(request) && faults.length === 0;
  const status = errorStatus === 0 ? 101 : errorStatus;
  return { status, level, by: 'upgraded', serves: serves && isAccepted };
}

/** The strict back end has answered otherwise; `proxy_intercept_errors` may have an `error_page` for that. */
function answerOfBackEnd(
  request: Request,
  prefix: string,
  upstream: Upstream,
  status: number | null,
): Phase | Outcome {
  const { level } = request;
  const isNginx = status === 502;
  const intercepts =
    inForce(request, level, `${prefix}_intercept_errors`).directives.at(-1)?.argument(0).toLowerCase() ===
    'on';
  if (status !== null && (isNginx || (intercepts && hasErrorPage(request, status)))) {
    const cause = refusal(
      status,
      'protocol-mismatch',
      t`The back end refuses the handshake with ${status}.`,
      upstream.backEnd.pass,
    );
    const next = answerSpecially(request, cause);
    if (typeof next === 'string') return next;
    return { status: next.status, level, by: 'back end', serves: false };
  }
  const sent = status !== null && request.errorStatus !== 0 ? request.errorStatus : status;
  return { status: sent, level, by: 'back end', serves: false };
}
