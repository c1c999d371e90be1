import { defaultOf } from '../reference/defaults';
import { inheritanceOf, inheritanceSetting, inheritedWith } from '../reference/inheritance';
import type { NginxVersion } from '../reference/versions';
import type { ConfigDirective } from './configuration';
import type { Context } from './context';
import type { OuterLevel } from './levels';

/** What is in force at a level for one directive. */
export interface Effective {
  /** In order; empty when the default of nginx is in force. */
  readonly directives: readonly ConfigDirective[];
  /** The level that has them; null for the default. */
  readonly level: OuterLevel | null;
  /** False when a level that is not in the files may set another value. */
  readonly certain: boolean;
}

/**
 * The directives of one name in force at a level, where one of an inner level replaces all of the outer ones:
 * `proxy_set_header`, `proxy_hide_header`, `error_page`, … (ngx_conf_merge_ptr_value), and, as the last of one
 * level is the only one there, every directive with a single value (`proxy_http_version`, …).
 */
export function effective(level: OuterLevel, name: string): Effective {
  return nearest(level, [name]);
}

/** The directives of some names at the nearest level that has any of them, in order. */
function nearest(level: OuterLevel, names: readonly string[]): Effective {
  let at: OuterLevel | null = level;
  for (let walked = 0; at !== null && walked < LONG_WALK; walked += 1) {
    const found = atLevel(at, names);
    if (found !== null) return found;
    at = at.parent;
  }
  return at === null ? DEFAULT : nearestFarOut(at, names);
}

/** The same, and remembers it at each level on the way. */
function nearestFarOut(level: OuterLevel, names: readonly string[]): Effective {
  const walked: OuterLevel[] = [];
  const key = names.join(' ');
  let found: Effective | null = null;
  for (let at: OuterLevel | null = level; at !== null && found === null; at = at.parent) {
    found = farther.get(at)?.get(key) ?? atLevel(at, names);
    walked.push(at);
  }
  const result = found ?? DEFAULT;
  for (const at of walked) remember(at, key, result);
  return result;
}

const DEFAULT: Effective = { directives: [], level: null, certain: true };
const UNSEEN: Effective = { directives: [], level: null, certain: false };

/** Who has to look farther out than so many levels remembers what was found there: blocks may nest very deep. */
const LONG_WALK = 16;
const farther = new WeakMap<OuterLevel, Map<string, Effective>>();

function remember(level: OuterLevel, key: string, result: Effective): void {
  const known = farther.get(level) ?? new Map<string, Effective>();
  farther.set(level, known.set(key, result));
}

/** The directives of those names at the level itself; null for none. */
function atLevel(level: OuterLevel, names: readonly string[]): Effective | null {
  const [name = ''] = names;
  const directives =
    names.length === 1
      ? ownDirectives(level, name)
      : level.directives.filter((directive) => names.includes(directive.name));
  const unseen = level.unseen || level.opaque !== null;
  if (directives.length > 0) return { directives, level, certain: !unseen };
  return unseen ? UNSEEN : null;
}

/**
 * The directives of one name that an inner level has replaced: those of the nearest level further out than
 * `inner` that has any.
 */
export function replaced(inner: OuterLevel, name: string): readonly ConfigDirective[] {
  for (let at = inner.parent; at !== null; at = at.parent) {
    const directives = ownDirectives(at, name);
    if (directives.length > 0) return directives;
  }
  return [];
}

/** The directives of one name at a level itself, in order. */
export function ownDirectives(level: OuterLevel, name: string): readonly ConfigDirective[] {
  return level.byName.get(name) ?? [];
}

/** What is in force at a level for one directive, with its text and where it comes from. */
export interface EffectiveValue extends Effective {
  /**
   * The arguments as nginx reads them, a blank between them; of a list a line for each directive. The default where no
   * directive is in force; null where there is none, or none is known.
   */
  readonly text: string | null;
  readonly origin: Origin;
}

/** Where a value comes from. */
type Origin =
  | {
      /** Whether the level itself has it, or one around it. */
      readonly kind: 'own' | 'inherited';
      /** The one that decides; of a list the first. */
      readonly directive: ConfigDirective;
      /** The level that has it. */
      readonly level: OuterLevel;
    }
  | { readonly kind: 'default'; readonly directive: null; readonly level: null };

/**
 * What nginx of that version has in force at a level for a directive, by the rules that it inherits this one by: of a
 * value or list the nearest level's, of `proxy_pass` only in `if` and `limit_except`, of `return` the level's own alone,
 * of `add_header` what `add_header_inherit` says. Where directives are inherited together (`allow` and `deny`, `root` and
 * `alias`) all of them are in `directives`. What is inherited in a way not known is taken for a value.
 */
export function effectiveValue(level: OuterLevel, name: string, version: NginxVersion): EffectiveValue {
  const contexts = contextsWith(level);
  const inForce = directivesInForce(level, name, version);
  const { directives } = inForce;
  const isList = inheritanceOf(name, contexts) === 'list';
  const directive = isList ? directives[0] : directives.at(-1);
  if (directive === undefined || inForce.level === null) {
    const origin = { kind: 'default', directive: null, level: null } as const;
    return { ...inForce, text: defaultOf(name, contexts, version), origin };
  }
  const kind = inForce.level === level ? 'own' : 'inherited';
  const text = (isList ? directives : [directive]).map(argumentsOf).join('\n');
  return { ...inForce, text, origin: { kind, directive, level: inForce.level } };
}

/** What nginx of that version has in force at a level for a directive, by the same rules, without its text. */
export function directivesInForce(level: OuterLevel, name: string, version: NginxVersion): Effective {
  switch (inheritanceOf(name, contextsWith(level))) {
    case 'own':
      return atLevel(level, [name]) ?? DEFAULT;
    case 'unnamed':
      return inUnnamed(level, name);
    case 'list':
      return listInForce(level, name, version);
    default:
      return nearest(level, inheritedWith(name));
  }
}

/** The contexts that inherit from one another. */
const HTTP = ['http', 'server', 'location', 'if in server', 'if in location', 'limit_except'] as const;
const STREAM = ['stream', 'stream server'] as const;
const MAIL = ['mail', 'mail server'] as const;

/** The contexts that a level inherits with; in a fragment, where it is not known, those of http. */
function contextsWith({ context }: OuterLevel): readonly Context[] {
  const contexts: readonly (readonly Context[])[] = [HTTP, STREAM, MAIL];
  return context === 'unknown' ? HTTP : (contexts.find((each) => each.includes(context)) ?? [context]);
}

/** A block that has no location itself uses the one around it. */
function inUnnamed(level: OuterLevel, name: string): Effective {
  for (let at: OuterLevel | null = level; at !== null; at = at.parent) {
    const own = atLevel(at, [name]);
    if (own !== null) return own;
    if (at.kind !== 'if' && at.kind !== 'limit_except') break;
  }
  return DEFAULT;
}

/**
 * A list that a directive controls: with `off` the entries of outer levels are dropped, with `merge` they follow the
 * level's own (ngx_http_headers_merge_conf). That directive is itself inherited.
 */
function listInForce(level: OuterLevel, name: string, version: NginxVersion): Effective {
  const setting = inheritanceSetting(name, version);
  const mode = setting === null ? DEFAULT : effective(level, setting);
  if (setting === null || mode.directives.length === 0) {
    const found = nearest(level, inheritedWith(name));
    return { ...found, certain: found.certain && mode.certain };
  }
  const directives: ConfigDirective[] = [];
  let from: OuterLevel | null = null;
  let certain = true;
  for (let at: OuterLevel | null = level; at !== null && certain; at = at.parent) {
    const { directives: modes, certain: isKnown } = effective(at, setting);
    const how = modes.at(-1)?.argument(0) ?? 'on';
    const own = ownDirectives(at, name);
    for (const directive of own) directives.push(directive);
    if (own.length > 0) from ??= at;
    certain = isKnown && !at.unseen && at.opaque === null;
    if (how === 'off' || (how !== 'merge' && own.length > 0)) break;
  }
  return { directives, level: from, certain };
}

function argumentsOf({ words }: ConfigDirective): string {
  return words
    .slice(1)
    .map(({ value }) => value)
    .join(' ');
}
