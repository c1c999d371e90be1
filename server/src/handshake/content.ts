import { effective } from '../model/inheritance';
import type { Level } from '../model/levels';
import { refusal, type Refusal, type Phase } from './answer';
import { type BackEnd, backEndOf, timeoutRefusal } from './back-end';
import type { Value } from './evaluate';
import { answerSpecially, errorPageFor, hasErrorPage, internalRedirect } from './error-pages';
import { gatewayRequest } from './gateway-request';
import { CONDITION_MESSAGES, judge, type Judgement } from './faults';
import { isForeignHandler } from './location-config';
import { answeredByNginx, type Outcome, type Upstream } from './outcome';
import { CannotTell, type ContentHandler, type Request } from './request';
import { argumentOf } from './request-variables';
import { responseFaults } from './response';
import { clientHeadersFor } from './client';
import { type UpstreamRequest, upstreamRequest } from './upstream-request';

/** nginx closes the connection instead of answering: 444, and what it takes for a client that is gone. */
const CLOSES: ReadonlySet<number> = new Set([408, 444, 499]);

/** Ends a request with an answer of nginx itself, or goes on at the `error_page` for it. */
export function conclude(request: Request, cause: Refusal): Phase | Outcome {
  const { id, message, about, status } = cause;
  const end = (sent: number | null): Outcome => {
    request.note('answer', message, about, id);
    return answeredByNginx(request.level, sent);
  };
  if (!cause.isSpecial) return end(request.errorStatus === 0 ? status : request.errorStatus);
  if (CLOSES.has(status)) return end(null);
  const next = answerSpecially(request, cause);
  return typeof next === 'string' ? next : end(next.status);
}

/** The content phase: the handler of the location, else files. */
export function respond(request: Request): Phase | Outcome {
  const handler = request.contentHandler;
  if (handler === null) return staticContent(request);
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
        `\`${handler.name}\` cannot carry a WebSocket.`,
        handler.directive,
        'protocol-mismatch',
      );
      return answeredByNginx(request.level, null);
    case 'stub_status':
    case 'empty_gif':
      return conclude(request, {
        ...refusal(
          200,
          'answered-by-nginx',
          `\`${handler.name}\` answers: it is the last handler of the location.`,
          handler.directive,
        ),
        isSpecial: false,
      });
    default:
      break;
  }
  if (isForeignHandler(handler.name)) {
    const message = `What \`${handler.name}\` answers is in its code.`;
    throw new CannotTell('answer', message, handler.directive, 'handler-unknown');
  }
  request.note(
    'answer',
    `\`${handler.name}\` answers, and carries no WebSocket.`,
    handler.directive,
    'answered-by-nginx',
  );
  return answeredByNginx(request.level, null);
}

/** Files are not consulted: what is not there is 404; a directory may be 403 or 404, or have an index. */
function staticContent(request: Request): Phase | Outcome {
  const { level } = request;
  const [index] = effective(level, 'index').directives.flatMap(({ words }) => words.slice(1));
  const isDirectory = request.uri.endsWith('/');
  if (isDirectory && index?.value.startsWith('/') === true && !index.value.includes('$')) {
    const next = internalRedirect(request, index.value);
    if (typeof next === 'string') return next;
  }
  const message = 'Files are served here: no back end is asked.';
  const missing = refusal(404, 'answered-by-nginx', message, level);
  if (!isDirectory) return conclude(request, missing);
  const [forbidden, notFound] = [403, 404].map((status) => errorPageFor(request, status));
  if (forbidden === null && notFound === null) {
    request.note('answer', message, level, 'answered-by-nginx');
    return answeredByNginx(level, null);
  }
  throw new CannotTell('files', 'Which `error_page` is next depends on the files that are there.', level);
}

/** Hands the request to a back end, and its answer to the client. */
function handOver(request: Request, handler: ContentHandler): Phase | Outcome {
  const { model, level } = request;
  const prefix = handler.name.replace('_pass', '');
  const backEnd = backEndOf(request, handler);
  if ('kind' in backEnd) return conclude(request, backEnd);
  const sent = requestFor(request, prefix, backEnd);
  const upstream = { backEnd, request: sent };
  request.upstream = upstream;
  const timeout = timeoutRefusal(level, prefix);
  if (timeout !== null) return conclude(request, timeout);
  const judgement = judge(model, locationOf(level), sent);
  request.note(
    'request',
    `The request goes to \`${handler.name} ${backEnd.pass.argument(0)}\`.`,
    backEnd.pass,
  );
  noteFaults(request, judgement, upstream);
  if (judgement.refused) request.upstream = null;
  if (judgement.verdict === 'unknown') throw unknownRequest(upstream);
  if (judgement.status === 101 || judgement.verdict === 'depends')
    return upgrade(request, prefix, upstream, judgement);
  return answerOfBackEnd(request, prefix, upstream, judgement.status, false);
}

function requestFor(request: Request, prefix: string, backEnd: BackEnd): UpstreamRequest {
  const { model, level } = request;
  const body = prefix === 'proxy' ? effective(level, 'proxy_set_body').directives.at(-1) : undefined;
  const values = {
    argument: argumentOf.bind(null, request),
    proxyHost: backEnd.host,
    bodyLength: body === undefined ? null : lengthOf(argumentOf(request, body, 0)),
    clientHeaders: clientHeadersFor(request.target.hostHeader),
  };
  if (prefix !== 'proxy') return gatewayRequest(level, prefix, values);
  const wellFormed = !/[ \r\n]/.test(backEnd.uri);
  return { ...upstreamRequest(model, level, values), wellFormed };
}

function lengthOf(value: Value): number | null {
  return value.kind === 'unknown' ? null : value.text.length;
}

function noteFaults(request: Request, { faults }: Judgement, { backEnd }: Upstream): void {
  for (const { id, condition, directive } of faults) {
    request.note('back end', CONDITION_MESSAGES[condition], directive ?? backEnd.pass, id);
  }
}

function unknownRequest({ backEnd, request }: Upstream): CannotTell {
  const header = request.headers.find(({ value }) => value.kind === 'unknown');
  const about = header?.directive ?? backEnd.pass;
  return new CannotTell('request', 'What reaches the back end is known only when nginx runs.', about);
}

/** The back end has answered 101, or would have over HTTP/1.1. */
function upgrade(
  request: Request,
  prefix: string,
  upstream: Upstream,
  judgement: Judgement,
): Phase | Outcome {
  const faults = responseFaults(request, prefix);
  const { errorStatus, level } = request;
  if (judgement.status === 101)
    request.note('back end', 'The back end upgrades the connection.', upstream.backEnd.pass);
  for (const { id, message, directive } of faults) request.note('response', message, directive, id);
  if (errorStatus !== 0 && errorStatus !== 101) {
    const message = `The back end upgrades, but \`error_page\` without a bare \`=\` makes the status ${errorStatus}: the client refuses it.`;
    const directive = effective(level, 'error_page').directives.at(-1);
    request.note('response', message, request.errorPage ?? directive ?? level, 'websocket-error-page-status');
  }
  const serves = faults.length === 0 && (errorStatus === 0 || errorStatus === 101);
  if (judgement.verdict === 'depends')
    return answerOfBackEnd(request, prefix, upstream, judgement.status, serves);
  const status = errorStatus === 0 ? 101 : errorStatus;
  return { status, level, by: 'upgraded', serves, dependsOnVersion: false };
}

/** The strict back end has answered otherwise; `proxy_intercept_errors` may have an `error_page` for that. */
function answerOfBackEnd(
  request: Request,
  prefix: string,
  upstream: Upstream,
  status: number | null,
  dependsOnVersion: boolean,
): Phase | Outcome {
  const { level } = request;
  const isNginx = status === 502;
  const intercepts =
    effective(level, `${prefix}_intercept_errors`).directives.at(-1)?.argument(0).toLowerCase() === 'on';
  if (status !== null && (isNginx || (intercepts && hasErrorPage(level, status)))) {
    const cause = refusal(
      status,
      'protocol-mismatch',
      `The back end refuses the handshake with ${status}.`,
      upstream.backEnd.pass,
    );
    const next = answerSpecially(request, cause);
    if (typeof next === 'string') return next;
    return { status: next.status, level, by: 'back end', serves: false, dependsOnVersion };
  }
  const sent = status !== null && request.errorStatus !== 0 ? request.errorStatus : status;
  return { status: sent, level, by: 'back end', serves: false, dependsOnVersion };
}

/** The location of a level, where its directives can be set. */
export function locationOf(level: Level): Level {
  return (level.kind === 'if' || level.kind === 'limit_except') && level.parent !== null
    ? level.parent
    : level;
}
