import { t } from '../l10n';
import { keyOfText } from '../model/source-file';
import { inForce, writtenOf } from './in-force';
import type { ConfigDirective } from '../model/configuration';
import type { OuterLevel } from '../model/levels';
import { memoizedInward } from '../model/memo';
import { loginRefusal, type Refusal, refusal } from './answer';
import { containsAddress } from './addresses';
import { CannotTell } from './cannot-tell';
import { headerOf } from './facts';
import type { Request } from './request';
import { knownText, open } from './value';
import { cannotTell, decidingArgument } from './variables';

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
  const isAny = lastArgument(request, 'satisfy') === 'any';
  let refused: Refusal | null = null;
  const checks = [
    () => checkAddress(request, isAny),
    () => checkPassword(request),
    () => checkSubrequest(request, authorize),
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
    const directive = inForce(request, level, name).directives.at(-1);
    if (directive !== undefined) {
      throw new CannotTell(
        'access',
        t`What \`${name}\` decides depends on its code.`,
        directive,
        'handler-unknown',
      );
    }
  }
  return refused;
}

function lastArgument(request: Request, name: string): string {
  return inForce(request, request.level, name).directives.at(-1)?.argument(0).toLowerCase() ?? '';
}

const ADDRESS_OF_CLIENT = [open('$remote_addr', { isFilled: true, isCrowd: true })];

/**
 * The first of `allow` and `deny` whose addresses have the client's in them. Which client it is is left open: those
 * that are named, or all others.
 */
function checkAddress(request: Request, isAny: boolean): Access {
  const { assumptions, facts } = request;
  const all = accessRules(request);
  const { clientAddress } = facts;
  if (clientAddress !== null) {
    const rule = all.find((each) => containsAddress(each.argument(0), clientAddress));
    return rule === undefined ? 'declined' : accessBy(rule);
  }
  // No URL leads to a socket of the file system.
  const rules = all.filter((rule) => rule.argument(0).toLowerCase() !== 'unix:');
  const isForAll = (rule: ConfigDirective): boolean => rule.argument(0).toLowerCase() === 'all';
  const forAll = rules.find(isForAll);
  const named = forAll === undefined ? rules : rules.slice(0, rules.indexOf(forAll));
  const [first] = named;
  const others = forAll === undefined ? 'declined' : accessBy(forAll);
  if (first === undefined) return others;
  // Each kind of answer once, and for all who are not named.
  const kinds = [...new Map(named.map((rule) => [rule.name, rule] as const)).values()];
  const ways = kinds.filter((rule) => !isAlike(accessBy(rule), others, isAny));
  const key = `address ${placeKey(first)}`;
  const answers = [
    ...ways.map((rule) => t`the client's address is one that \`${rule.name}\` names`),
    t`the client's address is none that ${ways.map(({ name }) => `\`${name}\``).join(t(' or '))} names`,
  ];
  const answerFor = (address: string): number => {
    const rule = named.find((each) => containsAddress(each.argument(0), address));
    const way = ways.findIndex(({ name }) => name === rule?.name);
    return way === -1 ? ways.length : way;
  };
  const decidedBy = { value: ADDRESS_OF_CLIENT, answerFor };
  const answer =
    ways.length === 0 ? 0 : assumptions.ask({ key, answers, bare: null, others: ways.length, decidedBy });
  const way = ways[answer];
  return way === undefined ? others : accessBy(way);
}

/** To be let in and not to be kept out are the same, unless one check is enough. */
function isAlike(a: Access, b: Access, isAny: boolean): boolean {
  if (typeof a === 'string' && typeof b === 'string') return !isAny || a === b;
  return typeof a === typeof b;
}

function accessBy(rule: ConfigDirective): Access {
  return rule.name === 'allow' ? 'allowed' : denied(rule);
}

/** Tells questions about one place from those about another. */
function placeKey({ file, start }: ConfigDirective): string {
  return `${keyOfText(file)}:${start}`;
}

/** `allow` and `deny` are one list: that of the nearest level that has any of them. */
function accessRules(request: Request): readonly ConfigDirective[] {
  for (let at = levelWithRules(request.level); at !== null; at = at.parent && levelWithRules(at.parent)) {
    const rules = writtenOf(
      request,
      at.directives.filter(({ name }) => name === 'allow' || name === 'deny'),
    );
    if (rules.length > 0) return rules;
  }
  return [];
}

const levelWithRules = memoizedInward<OuterLevel, OuterLevel | null>((level, outer) =>
  level.byName.has('allow') || level.byName.has('deny') ? level : outer,
);

function denied(rule: ConfigDirective): Refusal {
  const message = t`\`deny ${rule.argument(0)}\` refuses the handshake with 403.`;
  return refusal(403, 'websocket-limited', message, rule);
}

/** Whether the client sends a password, and the right one (ngx_http_auth_basic_handler). */
function checkPassword(request: Request): Access {
  const realm = inForce(request, request.level, 'auth_basic').directives.at(-1);
  if (realm === undefined) return 'declined';
  if (inForce(request, request.level, 'auth_basic_user_file').directives.length === 0) return 'declined';
  const { assumptions } = request;
  const isOff = assumptions.equals(decidingArgument(request, realm, 0, 'access'), 'off', realm.argument(0));
  if (isOff === null) throw cannotTell(realm.argument(0), realm, 'access');
  if (isOff) return 'declined';
  if (hasPassword(request)) {
    request.variables.set('remote_user', [open('$remote_user', { isFilled: true })]);
    return 'allowed';
  }
  const message = t('`auth_basic` asks for a password: a handshake without one gets 401.');
  return loginRefusal(401, message, realm);
}

/** One that a server of this nginx sends to the next is taken to be right: its file is not read. */
function hasPassword({ assumptions, facts, hop }: Request): boolean {
  const text = knownText(assumptions.resolve(headerOf(facts, 'authorization')));
  const isBasic = text === null || /^basic /i.test(text);
  if (!isBasic || (text !== null && hop > 1)) return isBasic;
  const answers = [t('the client sends a password'), t('the client sends no password')];
  return assumptions.ask({ key: 'password', answers, bare: 1, others: null }) === 0;
}

function checkSubrequest(request: Request, authorize: (directive: ConfigDirective) => Access): Access {
  const directive = inForce(request, request.level, 'auth_request').directives.at(-1);
  return directive === undefined || directive.argument(0) === 'off' ? 'declined' : authorize(directive);
}
