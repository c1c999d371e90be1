import type { ConfigDirective } from '../model/configuration';
import { effective } from '../model/inheritance';
import type { Level } from '../model/levels';
import { type Refusal, refusal } from './answer';
import { CannotTell, type Request } from './request';
import { decidingText } from './request-variables';

/** What one check of the access phase says: nothing, yes, or no with a reason. */
export type Access = 'declined' | 'allowed' | Refusal;

/**
 * The access phase: addresses, then a password, then a subrequest; all of them, or with `satisfy any` one
 * (ngx_http_core_access_phase).
 *
 * @param authorize makes the subrequest of `auth_request`
 * @returns the answer that ends the request, or null when it goes on
 */
export function checkAccess(
  request: Request,
  authorize: (directive: ConfigDirective) => Access,
): Refusal | null {
  const { level } = request;
  const isAny = lastArgument(level, 'satisfy') === 'any';
  let refused: Refusal | null = null;
  const checks = [
    () => checkAddress(level, isAny),
    () => checkPassword(request),
    () => checkSubrequest(level, authorize),
  ];
  for (const check of checks) {
    const access = check();
    if (access === 'allowed' && isAny) return null;
    if (access === 'declined' || access === 'allowed') continue;
    const mayBeForgiven = isAny && (access.status === 401 || access.status === 403);
    if (!mayBeForgiven) return access;
    // 401 stays: it lets the client try with a password.
    if (refused?.status !== 401) refused = access;
  }
  for (const name of ['access_by_lua_block', 'access_by_lua_file', 'access_by_lua']) {
    const directive = effective(level, name).directives.at(-1);
    if (directive !== undefined) {
      throw new CannotTell(
        'access',
        `What \`${name}\` decides is in its code.`,
        directive,
        'handler-unknown',
      );
    }
  }
  return refused;
}

function lastArgument(level: Level, name: string): string {
  return effective(level, name).directives.at(-1)?.argument(0).toLowerCase() ?? '';
}

/** The first of `allow` and `deny` whose addresses have the client's in them; that is known of `all` alone. */
function checkAddress(level: Level, isAny: boolean): Access {
  const possible: Access[] = [];
  const rules = accessRules(level);
  for (const rule of rules) {
    const addresses = rule.argument(0).toLowerCase();
    if (addresses === 'unix:') continue;
    possible.push(rule.name === 'allow' ? 'allowed' : denied(rule));
    if (addresses === 'all') break;
  }
  if (!rules.some((rule) => rule.argument(0).toLowerCase() === 'all')) possible.push('declined');
  const [first = 'declined', ...others] = possible;
  const isSame = (access: Access): boolean =>
    typeof access === 'string' && typeof first === 'string'
      ? !isAny || access === first
      : typeof access === typeof first;
  if (others.every(isSame)) return first;
  const [rule] = rules;
  throw new CannotTell(
    'access',
    'It depends on the address of the client.',
    rule ?? level,
    'websocket-limited',
  );
}

/** `allow` and `deny` are one list: that of the nearest level that has any of them. */
function accessRules(level: Level): ConfigDirective[] {
  for (let at: Level | null = level; at !== null; at = at.parent) {
    const rules = at.byName.has('allow') || at.byName.has('deny') ? at.directives : [];
    if (rules.length > 0) return rules.filter(({ name }) => name === 'allow' || name === 'deny');
  }
  return [];
}

function denied(rule: ConfigDirective): Refusal {
  const message = `\`deny ${rule.argument(0)}\` refuses the handshake with 403.`;
  return refusal(403, 'websocket-limited', message, rule);
}

/** The client sends no password (ngx_http_auth_basic_handler). */
function checkPassword(request: Request): Access {
  const realm = effective(request.level, 'auth_basic').directives.at(-1);
  if (realm === undefined) return 'declined';
  if (effective(request.level, 'auth_basic_user_file').directives.length === 0) return 'declined';
  if (decidingText(request, realm, 0, 'access') === 'off') return 'declined';
  const message = '`auth_basic` asks for a password: a handshake without one gets 401.';
  return refusal(401, 'websocket-limited', message, realm);
}

function checkSubrequest(level: Level, authorize: (directive: ConfigDirective) => Access): Access {
  const directive = effective(level, 'auth_request').directives.at(-1);
  return directive === undefined || directive.argument(0) === 'off' ? 'declined' : authorize(directive);
}
