import { t } from '../l10n';
import { inForce, ownWritten } from './in-force';
import type { ConfigDirective } from '../model/configuration';
import type { Level } from '../model/levels';
import type { Model } from '../model/model';
import { type Access, checkAccess } from './access';
import { loginRefusal, type Phase, refusal } from './answer';
import { CannotTell, placeAbout } from './cannot-tell';
import { conclude, isForOwnDirectory, isSameFile, respond } from './content';
import { CYCLE, internalRedirect, toNamedLocation } from './error-pages';
import { atOnce } from './deferral';
import type { Evidence } from './evidence';
import { enterLevel } from './location-config';
import { searchLocation } from './location-search';
import { answeredByNginx, type Outcome } from './outcome';
import { Assigned, type Moment, Request } from './request';
import { runRewrite, shown } from './rewrite';
import { knownText, shownText } from './value';
import { decidingArgument } from './variables';

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
  if (request.given !== null && takeStart(request)) return 'find-config';
  const { path } = request.moment;
  const answer = runRewrite(request, request.server);
  if (request.moment.path !== path) request.given = null;
  return answer === null ? 'find-config' : conclude(request, answer);
}

/** What the directives of a server make of a request, whatever its path is. */
interface Start {
  readonly variables: Assigned;
  readonly moment: Moment;
}

const starts = new WeakMap<Model, WeakMap<Level, Start | null>>();

/**
 * Takes up what the directives of the server make of every request alike. Servers with thousands of locations have
 * them run once, where they ask for nothing and look at no path.
 */
function takeStart(request: Request): boolean {
  const { model, server } = request;
  const ofModel = starts.get(model) ?? new WeakMap<Level, Start | null>();
  starts.set(model, ofModel);
  let start = ofModel.get(server);
  if (start === undefined) {
    // What a name of the server has captured is another for each request.
    start = request.hasPast || request.captures.length > 0 ? null : findStart(request);
    ofModel.set(server, start);
  }
  if (start === null || request.hasPast) return false;
  request.variables = new Assigned(start.variables);
  const { captures, args, quotesCaptures } = start.moment;
  Object.assign(request, { captures, args, quotesCaptures });
  return true;
}

function findStart(request: Request): Start | null {
  const { walk, facts, server } = request;
  const trial = new Request(walk, facts, server, new Assigned(), [], true, 1);
  const isDone = atOnce(trial, () => runRewrite(trial, server) === null);
  const isAlike = isDone === true && !trial.readsPath && trial.steps.length === 0 && trial.isPathAsSent;
  return isAlike ? { variables: trial.variables, moment: trial.moment } : null;
}

/** ngx_http_core_find_config_phase */
function findConfig(request: Request): Phase | Outcome {
  request.contentHandler = null;
  request.uriChanged = false;
  const { level, redirects, passedOver } = searchLocation(request);
  request.level = level;
  noteLocation(request, level, passedOver);
  // `internal` of an outer location is in force too.
  const internal =
    level === request.server ? undefined : inForce(request, level, 'internal').directives.at(-1);
  if (internal !== undefined && !request.internal) {
    const message = t('`internal` keeps requests from outside away from this location: 404.');
    return conclude(request, refusal(404, 'websocket-limited', message, internal));
  }
  enterLevel(request, level);
  if (!redirects) return 'rewrite';
  const path = shownText(request.assumptions.resolve(request.uri));
  const message = t`${path} is redirected to ${path}/, the path of the location (301): a handshake does not follow.`;
  return conclude(request, refusal(301, 'websocket-redirected', message, level));
}

function noteLocation(request: Request, level: Level, passedOver: Level | null): void {
  if (level.block === null || level === request.server) {
    request.note('location', t`No location of the server matches ${shown(request)}.`, request.server);
    return;
  }
  const passed = passedOver?.block ?? null;
  const than = passed === null ? '' : t`, which goes before \`${words(passed)}\``;
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
  refuseForeignRewrite(request);
  if (request.uriChanged) {
    request.uriChanges -= 1;
    request.level = request.server;
    if (request.uriChanges > 0) return 'find-config';
    return conclude(request, refusal(500, 'internal-error', t(CYCLE), level));
  }
  const refused = request.isMain ? checkAccess(request, (directive) => authorize(request, directive)) : null;
  if (refused !== null) return conclude(request, refused);
  const redirected = tryFiles(request);
  if (redirected !== null) return redirected;
  for (const directive of request.isMain ? inForce(request, request.level, 'mirror').directives : [])
    request.mirrors.push(directive);
  return respond(request);
}

function refuseForeignRewrite(request: Request): void {
  for (const name of ['rewrite_by_lua_block', 'rewrite_by_lua_file', 'rewrite_by_lua']) {
    const directive = inForce(request, request.level, name).directives.at(-1);
    if (directive !== undefined) {
      throw new CannotTell(
        'rewrite',
        t`What \`${name}\` does depends on its code.`,
        directive,
        'handler-unknown',
      );
    }
  }
}

/**
 * `try_files` of the level in force itself: an `if` does not inherit it. What a URL names is not there; the location's
 * own directory is, and so is the page that the last argument falls back to (ngx_http_try_files_handler).
 */
function tryFiles(request: Request): Phase | Outcome | null {
  const directive = ownWritten(request, request.level, 'try_files').at(-1);
  const last = directive?.words.at(-1)?.value;
  if (directive === undefined || last === undefined) return null;
  for (const index of directive.words.slice(2).keys()) {
    if (isOwnDirectory(request, directive.argument(index))) {
      request.directory = knownText(request.assumptions.resolve(request.uri));
      return null;
    }
    const file = decidingArgument(request, directive, index, 'files');
    const path = knownText(file);
    if (path === null || request.page === null || !isSameFile(path, request.page)) continue;
    request.uri = file;
    return null;
  }
  if (/^=\d+$/.test(last)) {
    const status = Number(last.slice(1));
    const message = t`\`try_files\` finds no file and answers ${status}: files are not consulted here.`;
    return conclude(request, refusal(status, 'answered-by-nginx', message, directive));
  }
  if (
    last.includes('$') &&
    !last.startsWith('@') &&
    inForce(request, request.level, 'alias').directives.length > 0
  ) {
    throw new CannotTell(
      'files',
      t`Where \`try_files … ${last}\` leads together with \`alias\` cannot be told here.`,
      directive,
    );
  }
  const uri = decidingArgument(request, directive, directive.words.length - 2, 'files');
  const isNamed = shownText(uri).startsWith('@');
  request.note('files', t`\`try_files\` finds no file and goes on at \`${shownText(uri)}\`.`, directive);
  const next = isNamed ? toNamedLocation(request, uri, directive) : internalRedirect(request, uri);
  // What a variable makes the name of is like what a URL names: it is not there.
  if (!isNamed) request.page = /^[^?]*\$/.test(last) ? null : knownText(request.uri);
  return continued(request, next);
}

/** Whether an argument of `try_files` asks for the directory that the location itself stands for. */
function isOwnDirectory(request: Request, written: string): boolean {
  return /^\$(?:uri|\{uri\})\/$/.test(written) && isForOwnDirectory(request);
}

function continued(request: Request, next: ReturnType<typeof internalRedirect>): Phase | Outcome {
  if (typeof next === 'string') return next;
  const { cause, status } = next;
  if (cause !== null) request.note('answer', cause.message, cause.about, cause.id);
  return answeredByNginx(request.level, status);
}

/**
 * The subrequest of `auth_request`: nginx lets a request in for 2xx, passes on 401 and 403, and takes all else for a
 * fault of its own (ngx_http_auth_request_handler). What a back end answers is left open, unless it is asked for an
 * upgrade: then it upgrades.
 */
function authorize(request: Request, directive: ConfigDirective): Access {
  const uri = directive.argument(0);
  const subrequest = request.subrequest(uri);
  const outcome = answerOf(subrequest);
  if (outcome === 'code') return loginAnswer(request, directive);
  if (outcome.by === 'upgraded') {
    request.upstream = subrequest.upstream;
    const message = upgradedMessage(uri);
    const level = subrequest.upstream?.level ?? request.level;
    return { ...refusal(444, 'websocket-subrequest', message, directive), level };
  }
  const { status } = outcome;
  const level = levelOfAlmost(subrequest);
  if (level !== undefined) {
    const message = upgradedMessage(uri);
    const place = placeAbout(directive);
    const { hop } = request;
    const id = 'websocket-subrequest';
    request.walk.further.push({ id, place, message, step: 'access', about: directive, level, hop });
  }
  if (status === null || outcome.by === 'back end') return loginAnswer(request, directive);
  if (status >= 200 && status < 300) return 'allowed';
  const sent = status === 401 || status === 403 ? status : 500;
  return refusal(
    sent,
    'websocket-limited',
    t`The subrequest of \`auth_request\` to ${uri} gets ${status}.`,
    directive,
  );
}

function upgradedMessage(uri: string): string {
  return t`The subrequest to ${uri} carries the upgrade headers too: when its back end upgrades, nginx drops the connection.`;
}

/** The level whose back end would upgrade a subrequest but for the version, a map that is at fault, or the time it is given. */
function levelOfAlmost({ steps }: Request): Level | undefined {
  const atFault = steps.filter((step) => step.fault !== undefined || isOutOfTime(step));
  const isAlmost = atFault.every(
    (step) =>
      isOutOfTime(step) ||
      step.fault?.condition === 'http-version' ||
      step.fault?.id.startsWith('connection-map-') === true,
  );
  return isAlmost ? atFault[0]?.level : undefined;
}

function isOutOfTime({ id }: Evidence): boolean {
  return id === 'websocket-idle-timeout';
}

/** What becomes of a subrequest; `code` where a module that we do not know answers it. */
function answerOf(subrequest: Request): Outcome | 'code' {
  try {
    return serve(subrequest);
  } catch (error) {
    if (error instanceof CannotTell && error.evidence.id === 'handler-unknown') return 'code';
    throw error;
  }
}

/** The ways that the service of an `auth_request` may answer, in words: it lets in, or not. */
export function loginAnswers(directive: ConfigDirective): readonly [letsIn: string, refuses: string] {
  const uri = directive.argument(0);
  return [t`\`${uri}\` answers 2xx`, t`\`${uri}\` answers 401 or 403`];
}

function loginAnswer({ assumptions }: Request, directive: ConfigDirective): Access {
  const uri = directive.argument(0);
  const answers = loginAnswers(directive);
  if (assumptions.ask({ key: `auth_request ${uri}`, answers, bare: null, others: null }) === 0)
    return 'allowed';
  const message = t`The service behind \`auth_request ${uri}\` does not let the client in.`;
  return loginRefusal(401, message, directive);
}

/** The subrequests of `mirror` do no harm, unless one is upgraded: then the whole connection is dropped. */
function withMirrors(request: Request, outcome: Outcome): Outcome {
  if (outcome.by !== 'upgraded') return outcome;
  for (const directive of request.mirrors) {
    const uri = directive.argument(0);
    const copy = request.subrequest(uri);
    if (uri === 'off' || serve(copy).by !== 'upgraded') continue;
    const message = t`The copy that \`mirror\` sends to ${uri} carries the upgrade headers too: nginx drops the connection.`;
    request.note('response', message, directive, 'websocket-subrequest', {
      level: copy.upstream?.level ?? request.level,
    });
    return { ...outcome, serves: false };
  }
  return outcome;
}
