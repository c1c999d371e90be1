import type { ConfigDirective } from '../model/configuration';
import type { Level } from '../model/levels';
import type { Model } from '../model/model';
import { isFilledIn, type VariableMap } from '../model/variables';
import { parseValue, variablesIn } from '../values/script';
import { clientHeader } from './client';
import { selectEntry } from './maps';

/**
 * A value during the handshake. `some`: it depends on the address that the client asked for, or on the moment; the
 * text stands for one that is not empty, and `isWord` says whether it may be a word that matters. `unknown`: it cannot be told from the configuration.
 */
export type Value =
  | { readonly kind: 'known'; readonly text: string }
  | { readonly kind: 'some'; readonly text: string; readonly isWord: boolean }
  | { readonly kind: 'unknown'; readonly variable: string };

/** Values that are the same for every handshake of the client. */
const FIXED: ReadonlyMap<string, string> = new Map([
  ['request_method', 'GET'],
  ['server_protocol', 'HTTP/1.1'],
  // Serial numbers: what matters of them is that they are never a word.
  ['connection', '1'],
  ['connection_requests', '1'],
  ['content_length', ''],
  ['content_type', ''],
  ['remote_user', ''],
]);

/** Values that differ from one address to another, but are never empty. */
const ADDRESS: ReadonlyMap<string, string> = new Map([
  ['host', 'localhost'],
  ['http_host', 'localhost'],
  ['proxy_host', 'backend'],
  ['remote_addr', '127.0.0.1'],
  ['proxy_add_x_forwarded_for', '127.0.0.1'],
  ['scheme', 'http'],
  ['server_name', 'localhost'],
  ['server_addr', '127.0.0.1'],
  ['server_port', '80'],
  ['request_uri', '/'],
  ['uri', '/'],
]);

/** Maps and `set` name each other, perhaps in a circle, and each may do so many times: no value needs more steps. */
const STEP_LIMIT = 500;

/** A value longer than this is none that matters. */
const LENGTH_LIMIT = 65_536;

/** What a value comes to at a level, its variables replaced (ngx_http_complex_value). */
export function evaluate(model: Model, level: Level, value: string): Value {
  return new Evaluation(model).value(level, value);
}

/**
 * The same for an argument of a directive, which a template may fill in.
 *
 * @param index number of the argument, from 0
 */
export function evaluateArgument(
  model: Model,
  level: Level,
  directive: ConfigDirective,
  index: number,
): Value {
  const value = directive.argument(index);
  return isFilledIn(directive, index) ? { kind: 'unknown', variable: value } : evaluate(model, level, value);
}

class Evaluation {
  private steps = 0;
  /** How many values of `set` were used. */
  private uses = 0;

  constructor(private readonly model: Model) {}

  value(level: Level, value: string): Value {
    let text = '';
    let kind: 'known' | 'some' = 'known';
    for (const part of parseValue(value)) {
      if (part.kind === 'text') {
        text += part.text;
        continue;
      }
      const variable = this.variable(level, part.name);
      if (variable.kind === 'unknown') return variable;
      if (variable.kind === 'some') kind = 'some';
      text += variable.text;
      if (text.length > LENGTH_LIMIT) return { kind: 'unknown', variable: part.name };
    }
    return kind === 'known' ? { kind, text } : { kind, text, isWord: true };
  }

  private variable(level: Level, name: string): Value {
    const unknown: Value = { kind: 'unknown', variable: name };
    this.steps += 1;
    if (this.steps > STEP_LIMIT) return unknown;
    // A `set` that has run gives its value to the variable of a map too (ngx_http_script_set_var_code).
    const assigned = this.assigned(level, name);
    if (assigned !== null) return assigned;
    const map = this.model.maps.get(name);
    if (map !== undefined) return this.mapped(level, map);
    const address = ADDRESS.get(name);
    if (address !== undefined) return { kind: 'some', text: address, isWord: true };
    if (name.startsWith('http_')) return { kind: 'known', text: clientHeader(name.slice('http_'.length)) };
    const fixed = FIXED.get(name);
    return fixed === undefined ? unknown : { kind: 'known', text: fixed };
  }

  private mapped(level: Level, map: VariableMap): Value {
    const { uses } = this;
    const source = this.value(level, map.source);
    // The variable of a map keeps its first value: what `set` had made of the source by then is not followed.
    const isStable = this.uses === uses;
    const selection = isStable && source.kind === 'known' ? selectEntry(map, source.text) : null;
    // The value may name what the pattern has captured.
    if (selection === null || (selection.match !== null && /\$\d/.test(selection.value))) {
      return { kind: 'unknown', variable: map.name };
    }
    return this.value(level, selection.value);
  }

  /** The value that `set` leaves in a variable; null when none in force names it. */
  private assigned(level: Level, name: string): Value | null {
    for (const at of levelsOfRewrite(level)) {
      const value = assignmentsAt(at).get(name);
      if (value !== undefined) this.uses += 1;
      if (value === null) return { kind: 'unknown', variable: name };
      // What the server sets is set before there is a location.
      if (value !== undefined) return this.value(at, value);
    }
    return null;
  }
}

/**
 * The levels whose `set` directives have run when a request is at a level, the last first: those of the location and
 * those of the server. A nested location has none of the one around it, nor has `limit_except`.
 */
function levelsOfRewrite(level: Level): Level[] {
  const location = level.kind === 'if' ? level.parent : level.kind === 'location' ? level : null;
  return [location, level.server].filter((at): at is Level => at !== null);
}

/** By the name of a variable in lower case: the argument of the last `set`, null where it cannot be told. */
type Assignments = ReadonlyMap<string, string | null>;

const NO_ASSIGNMENTS: Assignments = new Map();

const assignments = new WeakMap<Level, Assignments>();

function assignmentsAt(level: Level): Assignments {
  if (!level.byName.has('set') && !level.byName.has('if')) return NO_ASSIGNMENTS;
  const known = assignments.get(level) ?? readAssignments(level);
  assignments.set(level, known);
  return known;
}

function readAssignments(level: Level): Assignments {
  const values = new Map<string, string | null>();
  let mayHaveEnded = false;
  for (const directive of level.directives) {
    if (directive.name === 'set') {
      values.set(
        variableOf(directive),
        mayHaveEnded || isFilledIn(directive, 1) ? null : directive.argument(1),
      );
    } else if (directive.name === 'if') {
      for (const each of directive.children ?? []) {
        if (each.name === 'set') values.set(variableOf(each), null);
        mayHaveEnded ||= endsRewrite(each);
      }
    } else mayHaveEnded ||= endsRewrite(directive);
  }
  for (const [name, value] of values) {
    // `set $a "$b"` takes the `$b` of that moment: it is the same later only where no `set` here changes it.
    const isStable = value !== null && !variablesIn(value).some((each) => values.has(each));
    if (!isStable) values.set(name, null);
  }
  return values;
}

function variableOf(set: ConfigDirective): string {
  return set.argument(0).toLowerCase().replace(/^\$/, '');
}

/** Whether the directives of the rewrite module that follow may not run. */
function endsRewrite({ name, words }: ConfigDirective): boolean {
  const flag = name === 'rewrite' ? words.at(-1)?.value : undefined;
  return name === 'break' || flag === 'break' || flag === 'last';
}
