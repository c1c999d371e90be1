import { english, t } from '../l10n';
import { writtenOf } from './in-force';
import type { ConfigDirective } from '../model/configuration';
import type { Level } from '../model/levels';
import { internalError, refusal, type Refusal } from './answer';
import { CannotTell } from './cannot-tell';
import { isConditionTrue } from './conditions';
import { assign, isTrueOrDeferred, nameOf } from './deferral';
import { enterLevel } from './location-config';
import type { Request } from './request';
import { concat, EMPTY, known, knownText, opaque, shownText, type Value } from './value';
import { decidingArgument, decidingValue } from './variables';

/** `stop`: the codes that follow do not run. */
type Result = 'go on' | 'stop' | Refusal;

/**
 * Runs the directives of the rewrite module at a level, in order, those in an `if` that is true among them
 * (ngx_http_rewrite_handler). Such an `if` is in force from then on; the last one wins.
 *
 * @returns the answer that ends the request, or null when it goes on
 */
export function runRewrite(request: Request, level: Level): Refusal | null {
  request.quotesCaptures = true;
  for (const directive of writtenOf(request, codesOf(level))) {
    const result = directive.name === 'if' ? runIf(request, level, directive) : run(request, directive);
    if (result === 'stop') return null;
    if (result !== 'go on') return result;
  }
  return null;
}

const CODES: ReadonlySet<string> = new Set(['set', 'rewrite', 'return', 'break', 'if']);

/** Directives of other modules that set variables: set-misc, Lua. */
const FOREIGN_SET = /^set_\w/;

const codes = new WeakMap<Level, readonly ConfigDirective[]>();

/** The directives of a level that are run: a server with many locations has few. */
function codesOf(level: Level): readonly ConfigDirective[] {
  const known =
    codes.get(level) ?? level.directives.filter(({ name }) => CODES.has(name) || FOREIGN_SET.test(name));
  codes.set(level, known);
  return known;
}

function runIf(request: Request, level: Level, block: ConfigDirective): Result {
  if (block.children === null) return 'go on';
  const changesNothing = request.level === level && setsOnly(level, block);
  const isTrue = changesNothing ? isTrueOrDeferred(request, block) : isConditionTrue(request, block);
  if (!isTrue) return 'go on';
  const inner = innerLevels(level).get(block);
  // In a server, an `if` has no configuration of its own.
  if (inner !== undefined && level.kind === 'location') enterLevel(request, inner);
  for (const directive of writtenOf(request, block.children)) {
    const result = run(request, directive);
    if (result !== 'go on') return result;
  }
  return 'go on';
}

/**
 * Whether an `if` does nothing but set variables, and changes nothing else by being in force in place of its level:
 * `try_files` is not inherited by it, and groups of its pattern would be captured.
 */
function setsOnly(level: Level, block: ConfigDirective): boolean {
  const isSet = ({ name, words }: ConfigDirective): boolean =>
    name === 'set' && words[1]?.value.toLowerCase() !== '$args';
  if (block.children?.every(isSet) !== true) return false;
  if (level.kind === 'location' && level.byName.has('try_files')) return false;
  return !block.words.some(
    ({ value }, index) => index > 1 && value.includes('(') && index < block.words.length - 1,
  );
}

const byBlock = new WeakMap<Level, ReadonlyMap<ConfigDirective, Level>>();

function innerLevels(level: Level): ReadonlyMap<ConfigDirective, Level> {
  const known =
    byBlock.get(level) ??
    new Map(level.levels.flatMap((inner) => (inner.block === null ? [] : [[inner.block, inner] as const])));
  byBlock.set(level, known);
  return known;
}

function run(request: Request, directive: ConfigDirective): Result {
  switch (directive.name) {
    case 'set':
      runSet(request, directive);
      return 'go on';
    case 'rewrite':
      return rewrite(request, directive);
    case 'return':
      return answer(directive);
    case 'break':
      if (request.uriChanged) request.isLocationPath = false;
      request.uriChanged = false;
      return 'stop';
    default:
      if (FOREIGN_SET.test(directive.name) && directive.argument(0).startsWith('$')) {
        const name = nameOf(directive);
        request.variables.set(name, [opaque(`$${name}`)]);
      }
      return 'go on';
  }
}

function runSet(request: Request, directive: ConfigDirective): void {
  if (nameOf(directive) !== 'args') {
    assign(request, directive);
    return;
  }
  request.args = decidingArgument(request, directive, 1, 'rewrite', { quote: request.quotesCaptures });
  request.isPathAsSent = false;
}

/** ngx_http_rewrite, ngx_http_script_regex_start_code, ngx_http_script_regex_end_code */
function rewrite(request: Request, directive: ConfigDirective): Result {
  const [pattern, replacement, flag] = [0, 1, 2].map((index) => directive.argument(index));
  if (pattern === undefined || replacement === undefined) return 'go on';
  const match = request.assumptions.match(request.uri, pattern, false, t(THE_PATH));
  if (match === 'unknown') {
    throw new CannotTell(
      'rewrite',
      t`Whether \`rewrite ${pattern}\` matches cannot be told here.`,
      directive,
    );
  }
  if (match === null) {
    request.captures = [];
    return 'go on';
  }
  request.capture(match);
  request.internal = true;
  request.isPathAsSent = false;
  const isAbsolute = /^(?:https?:\/\/|\$scheme)/.test(replacement);
  if (isAbsolute || flag === 'redirect' || flag === 'permanent') {
    const status = flag === 'permanent' ? 301 : 302;
    const message = t`\`rewrite ${pattern}\` sends the client elsewhere (${status}): a handshake does not follow.`;
    return refusal(status, 'websocket-redirected', message, directive);
  }
  request.uriChanged = flag !== 'break';
  if (flag === 'break') request.isLocationPath = false;
  replaceUri(request, directive, replacement);
  if (isEmptyPath(request)) {
    return internalError(
      t('The rewritten path has no length, which nginx takes for a fault of its own.'),
      directive,
    );
  }
  request.note('rewrite', t`\`rewrite ${pattern}\` makes the path ${shown(request)}.`, directive);
  return flag === 'last' || flag === 'break' ? 'stop' : 'go on';
}

/** The first `?` of the replacement begins the query; one at its end drops the old query, which else is added. */
function replaceUri(request: Request, directive: ConfigDirective, replacement: string): void {
  const dropsQuery = replacement.endsWith('?');
  const text = dropsQuery ? replacement.slice(0, -1) : replacement;
  const at = text.indexOf('?');
  const path = at === -1 ? text : text.slice(0, at);
  const query = at === -1 ? null : text.slice(at + 1);
  const newPath = decidingValue(request, path, directive, 'rewrite');
  const added = query === null ? null : decidingValue(request, query, directive, 'rewrite', { quote: true });
  const kept = dropsQuery ? EMPTY : request.assumptions.resolve(request.args);
  request.uri = newPath;
  request.quotesCaptures = false;
  if (added === null) request.args = kept;
  else request.args = knownText(kept) === '' ? added : concat(added, known('&'), kept);
}

/** What a pattern has captured of a path may be nothing. */
function isEmptyPath({ uri, assumptions }: Request): boolean {
  return assumptions.isEmpty(uri, t('the rewritten path')) === true;
}

/** nginx closes the connection instead of answering: 444, and what it takes for a client that is gone. */
const CLOSES: ReadonlySet<number> = new Set([408, 444, 499]);

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** ngx_http_rewrite_return, ngx_http_script_return_code, ngx_http_send_response */
function answer(directive: ConfigDirective): Refusal {
  const first = directive.argument(0);
  const isUrl = directive.words.length === 2 && /^(?:https?:\/\/|\$scheme)/.test(first);
  const status = isUrl ? 302 : Number.parseInt(first, 10);
  if (!(status >= 0 && status <= 999)) {
    throw new CannotTell('answer', t`What \`return ${first}\` answers cannot be told here.`, directive);
  }
  if (REDIRECTS.has(status)) {
    const message = t`\`return\` sends the client elsewhere (${status}): a handshake does not follow.`;
    return refusal(status, 'websocket-redirected', message, directive);
  }
  const message = CLOSES.has(status)
    ? t`\`return ${status}\` closes the connection without an answer.`
    : t`\`return\` answers ${status}: the request reaches no back end.`;
  const hasText = directive.words.length > 2 && directive.argument(1) !== '';
  const isSpecial = status >= 400 && !hasText;
  return { ...refusal(status, 'answered-by-nginx', message, directive), isSpecial };
}

/** The path in the words of a condition. */
export const THE_PATH = english('the path');

/** Path and query as they are now. */
export function shown({ uri, args, assumptions }: Request): string {
  const query = assumptions.resolve(args);
  const path = shownPath(assumptions.resolve(uri));
  return knownText(query) === null || query.length === 0 ? path : `${path}?${shownText(query)}`;
}

/** A path as it is known: what follows is left out. */
function shownPath(uri: Value): string {
  return knownText(uri) === null
    ? `${shownText(uri.filter((part) => typeof part === 'string'))}…`
    : shownText(uri);
}
