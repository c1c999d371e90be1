import { t } from '../l10n';
import { isUnconditional } from '../model/branches';
import type { ConfigDirective } from '../model/configuration';
import { ownDirectives } from '../model/inheritance';
import type { Level } from '../model/levels';
import { isUnheardOf, meantDirective } from '../reference/near-directives';
import { passDirectives } from '../reference/pass-directives';
import { CannotTell } from './cannot-tell';
import type { ContentHandler, Request } from './request';

/** The directives of nginx that answer by themselves. */
const OTHER_HANDLERS: readonly string[] = [
  'stub_status',
  'empty_gif',
  'flv',
  'mp4',
  'f4f',
  'hls',
  'api',
  'tunnel_pass',
];

const handlers: ReadonlySet<string> = new Set([...passDirectives, ...OTHER_HANDLERS]);

/** Handlers of other modules: what they answer is in their code. */
const FOREIGN_HANDLER =
  /^(?:content_by_lua(?:_block|_file)?|js_content|perl|echo(?:_\w+)?|nchan_(?:pub|sub|pubsub|publisher|subscriber|websocket)\w*|push_stream_(?:publisher|subscriber|websocket)|rds_json|postgres_pass|redis2?_pass|drizzle_pass|memc_pass|srcache_\w+|passenger_enabled|auth_jwt\w*|auth_oidc)$/;

export function isForeignHandler(name: string): boolean {
  return FOREIGN_HANDLER.test(name);
}

/**
 * Puts a level in force (ngx_http_update_location_config): `limit_except` takes its place where it limits GET, and its
 * content handler, if it has one, takes the place of the one before.
 */
export function enterLevel(request: Request, level: Level): void {
  const limited = level.kind === 'location' ? limitExcept(level) : null;
  const inForce = limited ?? level;
  const unseen = inForce.opaqueInForce;
  if (unseen !== null) {
    const text = unseen.file.text.slice(unseen.start, unseen.end);
    throw new CannotTell(
      'location',
      t`What \`${text}\` brings in is not known here.`,
      unseen,
      'include-unresolved',
    );
  }
  if (limited !== null) {
    request.note(
      'location',
      t('GET is not among the methods of `limit_except`: what it says is in force.'),
      limited,
    );
  }
  request.level = inForce;
  const handler = limited === null ? handlerIn(request, level) : limitedHandler(limited);
  if (handler !== null) request.contentHandler = handler;
}

/** The `limit_except` of a location that GET falls under: one that does not name it. */
function limitExcept(location: Level): Level | null {
  const limits = location.levels.find(({ kind }) => kind === 'limit_except');
  const methods = limits?.block?.words.slice(1).map(({ value }) => value.toUpperCase());
  return limits === undefined || methods?.includes('GET') === true ? null : limits;
}

/** The same of the branches of a template that are taken. */
function handlerIn(request: Request, level: Level): ContentHandler | null {
  const own = ownHandler(level);
  if (own === null || isUnconditional(own.directive)) return own;
  return handlersOf(level).findLast(({ directive }) => request.assumptions.isWritten(directive)) ?? null;
}

const ownHandlers = new WeakMap<Level, readonly ContentHandler[]>();

/** The last directive of a level that sets its content: each takes the place of the one before. */
export function ownHandler(level: Level): ContentHandler | null {
  return handlersOf(level).at(-1) ?? null;
}

function handlersOf(level: Level): readonly ContentHandler[] {
  const known = ownHandlers.get(level) ?? readHandlers(level);
  ownHandlers.set(level, known);
  return known;
}

function readHandlers({ directives, context }: Level): ContentHandler[] {
  return directives.flatMap((directive) => {
    const name = meantDirective(directive.name, context) ?? directive.name;
    return handlers.has(name) || isForeignHandler(name) ? [{ name, directive }] : [];
  });
}

/** A directive that may set the content of a level, as only its module knows; undefined for none. */
export function unheardOfIn({ directives, context }: Level): ConfigDirective | undefined {
  return directives.find(({ name }) => isUnheardOf(name, context));
}

/** Without one of its own, `limit_except` has the back end of its location, the first of these that there is. */
function limitedHandler(limits: Level): ContentHandler | null {
  const own = ownHandler(limits);
  if (own !== null) return own;
  for (const name of ['proxy_pass', 'fastcgi_pass', 'uwsgi_pass', 'scgi_pass', 'grpc_pass']) {
    const directive = limits.parent?.byName.get(name)?.at(-1);
    if (directive !== undefined) return { name, directive };
  }
  return null;
}

/** A directive that hands requests to a back end, and the level where it stands. */
export interface Pass {
  readonly directive: ConfigDirective;
  readonly level: Level;
}

/**
 * What hands the requests of a location to a back end: a directive of its own, else one of an `if` or `limit_except`
 * in it. Null for none. Of two on one level nginx refuses the second.
 *
 * @param names of directives
 */
export function passOf(location: Level, ...names: readonly string[]): Pass | null {
  const inner = location.levels.filter(({ kind }) => kind === 'if' || kind === 'limit_except');
  for (const level of [location, ...inner]) {
    for (const name of names.length > 0 ? names : passDirectives) {
      const directive = ownDirectives(level, name).find(({ words }) => words.length > 1);
      if (directive !== undefined) return { directive, level };
    }
  }
  return null;
}

/** The location of a level, where its directives can be set. */
export function locationOf(level: Level): Level {
  return level.named;
}
