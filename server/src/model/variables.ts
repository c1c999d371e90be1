import { isBuiltInVariable } from '../reference/variables';
import { placeholdersIn } from '../syntax/comments';
import { hasPlaceholder } from '../syntax/templates/languages';
import { tokenEnd, tokenStart } from '../syntax/tokens';
import { groupNames, tildePattern } from '../values/pattern';
import type { ConfigDirective } from './configuration';
import { memoized } from './memo';

/** The name of a part that is a capture, `$1` to `$9`: no definition is needed. */
const CAPTURE = /^[1-9]$/;

/** Names compare without case. */
function variableName(name: string): string {
  return name.toLowerCase();
}

/**
 * Whether a template fills in part of an argument before nginx sees it: `{{ name }}`, `<%= name %>`, `%%NAME%%`, and
 * in a template `${NAME}` too.
 *
 * @param index number of the argument, from 0
 */
export function isFilledIn(directive: ConfigDirective, index: number): boolean {
  const value = directive.argument(index);
  return (
    hasPlaceholder(value) ||
    (directive.file.tree.template && /\$\{[A-Z0-9_]+(?::?[-=+?][^}]*)?\}/.test(value))
  );
}

/** What a `map` block says. */
export interface VariableMap {
  readonly directive: ConfigDirective;
  /** Its name, in lower case, without `$`. */
  readonly name: string;
  readonly source: string;
  readonly entries: readonly MapEntry[];
  /** Whether these are all entries; else an include that does not resolve, or a template, may bring others. */
  readonly complete: boolean;
  /** The value of `default`; '' without one. */
  readonly otherwise: string;
  /** Whether a dot at the end of the source is left out. */
  readonly hostnames: boolean;
  /** Whether it is evaluated each time it is used. */
  readonly volatile: boolean;
}

interface MapEntry {
  readonly kind: 'exact' | 'regex';
  /** The key in lower case, or the pattern after `~` or `~*`. */
  readonly key: string;
  /** Whether the pattern is matched without case (`~*`); an exact key always is. */
  readonly ignoreCase: boolean;
  /** Whether the key may be a wildcard: `hostnames` stood before it. */
  readonly hostname: boolean;
  readonly value: string;
}

/** Maps by name. Of two with one name the last is in force (ngx_http_add_variable). */
export function mapsIn(blocks: readonly ConfigDirective[]): Map<string, VariableMap> {
  const maps = new Map<string, VariableMap>();
  for (const block of blocks) {
    const map = readMap(block);
    if (map !== null) maps.set(map.name, map);
  }
  return maps;
}

const readMap = memoized((directive: ConfigDirective): VariableMap | null => {
  const target = directive.argument(1);
  if (!target.startsWith('$')) return null;
  const entries: MapEntry[] = [];
  let otherwise = '';
  let hostnames = false;
  let volatile = false;
  const { tree } = directive.file;
  let complete =
    !(directive.children ?? []).some(({ hidesDirectives }) => hidesDirectives) &&
    !hasPlaceholder(directive.argument(0)) &&
    !(tree.template && placeholdersIn(tree, directive.node).length > 0);
  for (const entry of directive.children ?? []) {
    const value = entry.argument(0);
    if (hasPlaceholder(entry.name)) complete = false;
    else if (entry.name === 'hostnames' && entry.words.length === 1) hostnames = true;
    else if (entry.name === 'volatile' && entry.words.length === 1) volatile = true;
    else if (entry.name === 'include') continue;
    else if (entry.name === 'default') otherwise = value;
    else entries.push(mapEntry(entry.name, value, hostnames));
  }
  const name = variableName(target.slice(1));
  return {
    directive,
    name,
    source: directive.argument(0),
    entries,
    complete,
    otherwise,
    hostnames,
    volatile,
  };
});

function mapEntry(key: string, value: string, hostname: boolean): MapEntry {
  const regex = tildePattern(key);
  if (regex !== null) {
    return { kind: 'regex', key: regex.pattern, ignoreCase: regex.ignoreCase, hostname: false, value };
  }
  // `\default` is the value "default".
  const plain = key.startsWith('\\') ? key.slice(1) : key;
  return { kind: 'exact', key: plain.toLowerCase(), ignoreCase: true, hostname, value };
}

/** Directives whose argument (by its index) is a variable that they define. */
const DEFINITIONS: ReadonlyMap<string, number> = new Map([
  ['set', 0],
  ['geo', 0],
  ['split_clients', 1],
  ['keyval', 1],
  ['num_map', 1],
  ['auth_request_set', 0],
  ['js_set', 0],
  ['js_var', 0],
  ['perl_set', 0],
  ['set_by_lua', 0],
  ['set_by_lua_block', 0],
  ['set_by_lua_file', 0],
]);

/**
 * Module families that define variables whose names are not in the file. `set_real_ip_from` is not part of
 * set-misc, and headers-more (`more_*`) defines no variables.
 */
const OPAQUE_DEFINITIONS =
  /^(?:set_(?!real_ip_from$|by_lua)|geoip2$|auth_jwt|oidc|encrypted_session|echo_|memc_|redis_|srcache_|uploadprogress)/;

/**
 * Whether a variable is defined: by nginx, or anywhere in the configuration. Case does not matter.
 */
export class DefinedVariables {
  private readonly defined: ReadonlySet<string>;

  /**
   * @param defined in lower case, but for those of maps
   * @param assigned those of `set` and of named captures alone
   * @param opaque whether some module may define variables that we cannot see
   */
  constructor(
    maps: ReadonlyMap<string, VariableMap>,
    defined: Iterable<string>,
    private readonly assigned: ReadonlySet<string>,
    private readonly opaque: boolean,
  ) {
    this.defined = new Set([...maps.keys(), ...defined]);
  }

  /** False only when the files certainly do not define the variable. */
  has(name: string): boolean {
    const lower = name.toLowerCase();
    return (
      this.opaque ||
      this.defined.has(lower) ||
      this.assigned.has(lower) ||
      CAPTURE.test(name) ||
      isBuiltInVariable(name)
    );
  }

  /** The names that the configuration itself defines, in lower case: those of maps first. */
  names(): Iterable<string> {
    return new Set([...this.defined, ...this.assigned]);
  }

  /** Whether nothing but `set` and patterns give it a value, so that it is empty before. */
  isEmptyUntilSet(name: string): boolean {
    const lower = name.toLowerCase();
    return this.assigned.has(lower) && !this.opaque && !this.defined.has(lower);
  }
}

/** Looks at the text as it is: the words of all directives of a large configuration are much to keep. */
function mayCapture({ file, node }: ConfigDirective): boolean {
  const { tokens, text } = file.tree;
  return text.slice(tokenStart(tokens, node.first), tokenEnd(tokens, node.lastWord)).includes('(?');
}

/**
 * The word of a directive that is a variable it defines, by its index (the name is 0); -1 when it defines none.
 *
 * @param count of its words
 */
export function definedWord(name: string, count: number): number {
  // `geo [$address] $variable`: the last argument is the one that is defined.
  if (name === 'geo') return count - 1;
  if (name === 'map') return 2;
  const index = DEFINITIONS.get(name);
  return index === undefined ? -1 : index + 1;
}

/** The variables that a directive defines, in lower case, but for those of named captures. */
export function definedBy(directive: ConfigDirective): string[] {
  // What a map defines is known from the map.
  if (!DEFINITIONS.has(directive.name)) return [];
  const argument = directive.words[definedWord(directive.name, directive.words.length)]?.value ?? '';
  return argument.startsWith('$') ? [variableName(argument.slice(1))] : [];
}

/** Whether a directive is of a module that may define variables whose names are not in the files. */
export function definesUnseen({ name }: ConfigDirective): boolean {
  return OPAQUE_DEFINITIONS.test(name);
}

/** Named captures of a regex define variables. */
export function namedCaptures(directive: ConfigDirective): string[] {
  if (!mayCapture(directive)) return [];
  return directive.words.flatMap(({ value }) => groupNames(value).map(variableName));
}
