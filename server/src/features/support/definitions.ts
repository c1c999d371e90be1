import { type ConfigDirective, type Configuration, walk } from '../../model/configuration';
import { tokenEnd, tokenStart } from '../../syntax/tokens';

/** One place that gives a variable its value. */
export interface Definition {
  /** As it is written, without `$`. */
  readonly name: string;
  readonly directive: ConfigDirective;
  /** Whether a pattern captures it. */
  readonly isCapture: boolean;
}

/** Directives whose argument (by its index) is a variable that they define. */
const DEFINES: ReadonlyMap<string, number> = new Map([
  ['set', 0],
  ['map', 1],
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

const known = new WeakMap<Configuration, ReadonlyMap<string, readonly Definition[]>>();

/** The variables that a configuration defines, by their names in lower case, with all places that do, in order. */
export function definitionsIn(configuration: Configuration): ReadonlyMap<string, readonly Definition[]> {
  const found = known.get(configuration) ?? findDefinitions(configuration);
  known.set(configuration, found);
  return found;
}

function findDefinitions({ directives }: Configuration): ReadonlyMap<string, readonly Definition[]> {
  const byName = new Map<string, Definition[]>();
  for (const directive of walk(directives)) {
    for (const definition of [...assigned(directive), ...captured(directive)]) {
      const key = definition.name.toLowerCase();
      const list = byName.get(key);
      if (list === undefined) byName.set(key, [definition]);
      else list.push(definition);
    }
  }
  return byName;
}

function assigned(directive: ConfigDirective): Definition[] {
  const index = DEFINES.get(directive.name);
  if (index === undefined && directive.name !== 'geo') return [];
  // `geo [$address] $variable`: the last argument is the one that is defined.
  const argument = index === undefined ? (directive.words.at(-1)?.value ?? '') : directive.argument(index);
  return /^\$\w/.test(argument) ? [{ name: argument.slice(1), directive, isCapture: false }] : [];
}

/** Looks at the text as it is first: the words of all directives are much to make. */
function captured(directive: ConfigDirective): Definition[] {
  const { tokens, text } = directive.file.tree;
  const { first, lastWord } = directive.node;
  if (!text.slice(tokenStart(tokens, first), tokenEnd(tokens, lastWord)).includes('(?')) return [];
  return directive.words.flatMap(({ value }) =>
    [...value.matchAll(/\(\?P?<(\w+)>|\(\?'(\w+)'/g)].map((match) => ({
      name: match[1] ?? match[2] ?? '',
      directive,
      isCapture: true,
    })),
  );
}
