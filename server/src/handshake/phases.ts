import type { ConfigDirective } from '../model/configuration';
import { effective, ownDirectives } from '../model/inheritance';
import type { Level } from '../model/levels';
import { findLocation } from '../model/locations';
import { locationName } from '../values/location';
import { type Access, checkAccess } from './access';
import { type Phase, refusal } from './answer';
import { conclude, respond } from './content';
import { CYCLE, internalRedirect, toNamedLocation } from './error-pages';
import { enterLevel } from './location-config';
import { answeredByNginx, type Outcome } from './outcome';
import { matchPattern } from './patterns';
import { CannotTell, type Request } from './request';
import { decidingText } from './request-variables';
import { runRewrite, shown } from './rewrite';

/**
 * Follows a request through the phases of nginx until it is answered (ngx_http_core_run_phases). It ends, because
 * nginx lets the path of a request change ten times only.
 *
 * @throws CannotTell where the files do not tell how it goes on
 */
export function serve(request: Request, from: Phase = 'server-rewrite'): Outcome {
  let next: Phase | Outcome = from;
  while (typeof next === 'string') next = runPhase(request, next);
  return withMirrors(request, next);
}

function runPhase(request: Request, phase: Phase): Phase | Outcome {
  switch (phase) {
    case 'server-rewrite':
      return serverRewrite(request);
    case 'find-config':
      return findConfig(request);
    case 'rewrite':
      return rewrite(request);
  }
}

function serverRewrite(request: Request): Phase | Outcome {
  enterLevel(request, request.server);
  const answer = runRewrite(request, request.server);
  return answer === null ? 'find-config' : conclude(request, answer);
}

/** ngx_http_core_find_config_phase */
function findConfig(request: Request): Phase | Outcome {
  request.contentHandler = null;
  request.uriChanged = false;
  const { level, redirects, passedOver } = findLocation(request.server, request.uri, (location) =>
    matchesLocation(request, location),
  );
  request.level = level;
  noteLocation(request, level, passedOver);
  // `internal` of an outer location is in force too.
  const internal = level === request.server ? undefined : effective(level, 'internal').directives.at(-1);
  if (internal !== undefined && !request.internal) {
    const message = '`internal` keeps requests from outside away from this location: 404.';
    return conclude(request, refusal(404, 'websocket-limited', message, internal));
  }
  enterLevel(request, level);
  if (!redirects) return 'rewrite';
  const message = `${request.uri} is sent to ${request.uri}/, which the location stands for (301): a handshake does not follow.`;
  return conclude(request, refusal(301, 'websocket-redirected', message, level));
}

function matchesLocation(request: Request, location: Level): boolean {
  if (location.block === null) return false;
  const { name, modifier } = locationName(location.block);
  const match = matchPattern(name, modifier === '~*', request.uri);
  if (match === 'unknown') {
    throw new CannotTell(
      'location',
      `Whether \`location ${modifier} ${name}\` matches cannot be told here.`,
      location,
    );
  }
  if (match !== null) request.capture(match);
  return match !== null;
}

function noteLocation(request: Request, level: Level, passedOver: Level | null): void {
  if (level.block === null || level === request.server) {
    request.note('location', `No location of the server stands for ${shown(request)}.`, request.server);
    return;
  }
  const passed = passedOver?.block ?? null;
  const than = passed === null ? '' : `, which goes before \`${words(passed)}\``;
  request.note('location', `\`${words(level.block)}\`${than}`, level);
}

function words(block: ConfigDirective): string {
  return block.words.map(({ value }) => value).join(' ');
}

/** The phases from the rewrite directives of the location on. */
function rewrite(request: Request): Phase | Outcome {
  const { level } = request;
  // Where no location was found, the directives of the server are not run again.
  const answer = level === request.server ? null : runRewrite(request, level);
  if (answer !== null) return conclude(request, answer);
  refuseForeignRewrite(request.level);
  if (request.uriChanged) {
    request.uriChanges -= 1;
    request.level = request.server;
    if (request.uriChanges > 0) return 'find-config';
    return conclude(request, refusal(500, 'internal-error', CYCLE, level));
  }
  const refused = request.isMain ? checkAccess(request, (directive) => authorize(request, directive)) : null;
  if (refused !== null) return conclude(request, refused);
  const redirected = tryFiles(request);
  if (redirected !== null) return redirected;
  if (request.isMain) request.mirrors.push(...effective(request.level, 'mirror').directives);
  return respond(request);
}

function refuseForeignRewrite(level: Level): void {
  for (const name of ['rewrite_by_lua_block', 'rewrite_by_lua_file', 'rewrite_by_lua']) {
    const directive = effective(level, name).directives.at(-1);
    if (directive !== undefined) {
      throw new CannotTell('rewrite', `What \`${name}\` does is in its code.`, directive, 'handler-unknown');
    }
  }
}

/** `try_files` of the level in force itself: an `if` does not inherit it. No file is there. */
function tryFiles(request: Request): Phase | Outcome | null {
  const directive = ownDirectives(request.level, 'try_files').at(-1);
  const last = directive?.words.at(-1)?.value;
  if (directive === undefined || last === undefined) return null;
  if (/^=\d+$/.test(last)) {
    const status = Number(last.slice(1));
    const message = `\`try_files\` finds no file and answers ${status}: files are not consulted here.`;
    return conclude(request, refusal(status, 'answered-by-nginx', message, directive));
  }
  request.note('files', `\`try_files\` finds no file and goes on at \`${last}\`.`, directive);
  if (last.startsWith('@')) return continued(request, toNamedLocation(request, last, directive));
  if (last.includes('$') && effective(request.level, 'alias').directives.length > 0) {
    throw new CannotTell(
      'files',
      `Where \`try_files … ${last}\` leads together with \`alias\` cannot be told here.`,
      directive,
    );
  }
  const uri = decidingText(request, directive, directive.words.length - 2, 'files');
  return continued(
    request,
    uri.startsWith('@') ? toNamedLocation(request, uri, directive) : internalRedirect(request, uri),
  );
}

function continued(request: Request, next: ReturnType<typeof internalRedirect>): Phase | Outcome {
  return typeof next === 'string' ? next : answeredByNginx(request.level, next.status);
}

/**
 * The subrequest of `auth_request`: nginx lets a request in for 2xx, passes on 401 and 403, and takes all else for a
 * fault of its own (ngx_http_auth_request_handler).
 */
function authorize(request: Request, directive: ConfigDirective): Access {
  const uri = directive.argument(0);
  const subrequest = request.subrequest(uri);
  const outcome = serve(subrequest);
  if (outcome.by === 'upgraded') {
    request.upstream = subrequest.upstream;
    const message = `The subrequest to ${uri} carries the upgrade headers too: when its back end upgrades, nginx drops the connection.`;
    return { ...refusal(444, 'websocket-subrequest', message, directive) };
  }
  const { status } = outcome;
  if (status === null || outcome.by === 'back end') {
    throw new CannotTell(
      'access',
      `What the back end of ${uri} says to \`auth_request\` cannot be told here.`,
      directive,
    );
  }
  if (status >= 200 && status < 300) return 'allowed';
  const sent = status === 401 || status === 403 ? status : 500;
  return refusal(
    sent,
    'websocket-limited',
    `The subrequest of \`auth_request\` to ${uri} gets ${status}.`,
    directive,
  );
}

/** The subrequests of `mirror` do no harm, unless one is upgraded: then the whole connection is dropped. */
function withMirrors(request: Request, outcome: Outcome): Outcome {
  if (outcome.by !== 'upgraded') return outcome;
  for (const directive of request.mirrors) {
    const uri = directive.argument(0);
    if (uri === 'off' || serve(request.subrequest(uri)).by !== 'upgraded') continue;
    const message = `The copy that \`mirror\` sends to ${uri} carries the upgrade headers too: nginx drops the connection.`;
    request.note('response', message, directive, 'websocket-subrequest');
    return { ...outcome, serves: false };
  }
  return outcome;
}
