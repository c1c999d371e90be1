import { directiveRows, documentedRows } from './directives.generated';
import { isAtLeast, keepaliveByDefault, type NginxVersion, parseVersion } from './versions';

/**
 * How the levels of `http`, `stream` or `mail` inherit a directive.
 *
 * - `value`: one value, the one of the nearest level that has it
 * - `list`: those of one level are in force together, and replace all of outer levels
 * - `unnamed`: as `value`, but only `if` and `limit_except` inherit, no location does
 * - `own`: not inherited
 */
export type Inheritance = 'value' | 'list' | 'unnamed' | 'own';

/** One entry of the command tables of nginx and of the modules that Debian ships with it. */
export interface DirectiveFact {
  readonly name: string;
  readonly module: string;
  /** Where it is allowed: `main`, `http`, `server`, `location`, `if in location`, … or `any`. */
  readonly contexts: readonly string[];
  /** The allowed numbers of arguments, or the least number. */
  readonly args: readonly number[] | { readonly min: number };
  readonly kind: 'block' | 'flag' | 'simple';
  /** Which of nginx's setters for many directives reads the value: `flag`, `num`, `size`, … (`ngx_conf_set_*_slot`); '' for one of its own. */
  readonly slot: string;
  /** The release that brought it; null when 1.10.0 had it. */
  readonly since: NginxVersion | null;
  /** The first release without it; null when the latest has it. */
  readonly until: NginxVersion | null;
  /** Null where it is not known, or where the directive is allowed at one level only. */
  readonly inheritance: Inheritance | null;
  /** The third-party project it comes from; null for nginx itself. */
  readonly thirdParty: string | null;
}

/** All entries by name; a name that several modules define has several. Made on first use. */
export function directiveFacts(): ReadonlyMap<string, readonly DirectiveFact[]> {
  facts ??= readFacts();
  return facts;
}

let facts: ReadonlyMap<string, readonly DirectiveFact[]> | undefined;

function readFacts(): ReadonlyMap<string, readonly DirectiveFact[]> {
  const byName = new Map<string, DirectiveFact[]>();
  for (const row of directiveRows) {
    const fact = readFact(row);
    const entries = byName.get(fact.name);
    if (entries === undefined) byName.set(fact.name, [fact]);
    else entries.push(fact);
  }
  return byName;
}

/** Reads a row of the tables that are generated. */
export function readFact(row: readonly string[]): DirectiveFact {
  const [
    name = '',
    module = '',
    contexts = '',
    args = '',
    kind,
    slot = '',
    since = '',
    until = '',
    inheritance = '',
    source,
  ] = row;
  return {
    name,
    module,
    contexts: contexts.split(','),
    args: args.endsWith('+') ? { min: Number(args.slice(0, -1)) } : args.split(',').map(Number),
    kind: kind === 'block' || kind === 'flag' ? kind : 'simple',
    slot,
    since: parseVersion(since),
    until: parseVersion(until),
    inheritance: inheritance === '' ? null : (inheritance as Inheritance),
    thirdParty: source ?? null,
  };
}

/** Whether nginx of that version has it, if its module is there. */
export function existsIn({ since, until }: DirectiveFact, version: NginxVersion): boolean {
  return (since === null || isAtLeast(version, since)) && (until === null || !isAtLeast(version, until));
}

/** Directives that Debian has brought to earlier releases, with its fixes for security: those packages say `1.22.1` all the same. */
const BACKPORTED: ReadonlySet<string> = new Set(['max_headers']);

/** Whether a package of a distribution may have a directive though its release does not. */
export function isBackported(name: string): boolean {
  return BACKPORTED.has(name);
}

/** Whether `name` with `count` arguments could be a directive of nginx, in some context. */
export function isDirective(name: string, count: number): boolean {
  const entries = directiveFacts().get(name);
  return entries?.some(({ args }) => isAllowed(args, count)) ?? false;
}

/** The numbers of arguments that a release allows, or the least number. */
export function argumentsIn(
  { name, module, args }: DirectiveFact,
  version: NginxVersion,
): DirectiveFact['args'] {
  const isKeepalive = name === 'keepalive' && module === 'ngx_http_upstream_keepalive_module';
  return isKeepalive && !isAtLeast(version, keepaliveByDefault) ? [1] : args;
}

/** Whether there may be `count` arguments. */
export function isAllowed(args: DirectiveFact['args'], count: number): boolean {
  return 'min' in args ? count >= args.min : args.includes(count);
}

/**
 * The contexts in which a directive is allowed: those of all its entries. `any` for a name that we do not know
 * would be a guess, so an unknown name has none.
 */
export function contextsOf(name: string): readonly string[] {
  return (
    directiveFacts()
      .get(name)
      ?.flatMap((fact) => fact.contexts) ?? []
  );
}

/** The module of a directive that nginx documents but no free build of it has: commercial, or built apart. Null for others. */
export function documentedModule(name: string): string | null {
  documented ??= new Map(documentedRows.map(([each = '', module = '']) => [each, module] as const));
  return documented.get(name) ?? null;
}

let documented: ReadonlyMap<string, string> | undefined;
