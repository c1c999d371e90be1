import { ownDirectives } from '../model/inheritance';
import { type Level, outward } from '../model/levels';
import type { Model } from '../model/model';
import { translateRegex } from '../model/regex';
import { parseValue, type VariableMap } from '../model/variables';
import { clientHeader } from './client';

/**
 * A value during the handshake. `some`: it depends on the address that the client asked for; the text stands for
 * one that is not empty. `unknown`: it cannot be told from the configuration.
 */
export type Value =
  | { readonly kind: 'known'; readonly text: string }
  | { readonly kind: 'some'; readonly text: string }
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

/** What a template fills in before nginx sees it. */
const PLACEHOLDER = /\{\{|\{%|<%|%%\w+%%/;

/** A map may name another map, and that the first: nginx gives up after some rounds, so do we. */
const DEPTH_LIMIT = 16;

/** What an argument comes to at a level, its variables replaced (ngx_http_complex_value). */
export function evaluate(model: Model, level: Level, value: string, depth = 0): Value {
  if (PLACEHOLDER.test(value)) return { kind: 'unknown', variable: value };
  let text = '';
  let kind: 'known' | 'some' = 'known';
  for (const part of parseValue(value)) {
    if (part.kind === 'text') {
      text += part.text;
      continue;
    }
    const variable = evaluateVariable(model, level, part.name, depth);
    if (variable.kind === 'unknown') return variable;
    if (variable.kind === 'some') kind = 'some';
    text += variable.text;
  }
  return { kind, text };
}

function evaluateVariable(model: Model, level: Level, name: string, depth: number): Value {
  const unknown: Value = { kind: 'unknown', variable: name };
  if (depth > DEPTH_LIMIT) return unknown;
  const map = model.maps.get(name);
  if (map !== undefined) return evaluateMap(model, level, map, depth);
  const assigned = evaluateSet(model, level, name, depth);
  if (assigned !== null) return assigned;
  const address = ADDRESS.get(name);
  if (address !== undefined) return { kind: 'some', text: address };
  if (name.startsWith('http_')) return { kind: 'known', text: clientHeader(name.slice('http_'.length)) };
  const fixed = FIXED.get(name);
  return fixed === undefined ? unknown : { kind: 'known', text: fixed };
}

/** Exact keys first, then the patterns in order, then `default` (ngx_http_map_find). */
function evaluateMap(model: Model, level: Level, map: VariableMap, depth: number): Value {
  const unknown: Value = { kind: 'unknown', variable: map.name };
  const source = evaluate(model, level, map.source, depth + 1);
  if (source.kind !== 'known' || map.hostnames) return unknown;
  const result = (value: string): Value => evaluate(model, level, value, depth + 1);
  const key = source.text.toLowerCase();
  const exact = map.entries.find((entry) => entry.kind === 'exact' && entry.key === key);
  if (exact !== undefined) return result(exact.value);
  for (const entry of source.text === '' ? [] : map.entries) {
    if (entry.kind !== 'regex') continue;
    const regex = translateRegex(entry.key, entry.ignoreCase);
    if (regex === null) return unknown;
    if (regex.test(source.text)) return /\$\d|\$\{\d/.test(entry.value) ? unknown : result(entry.value);
  }
  return result(map.otherwise);
}

/**
 * A variable of `set`: the last one of the location, else of the server. One within an `if` may or may not run.
 * Null when no `set` in force names it.
 */
function evaluateSet(model: Model, level: Level, name: string, depth: number): Value | null {
  const isThis = (argument: string): boolean => argument.toLowerCase() === `$${name}`;
  for (const at of outward(level)) {
    const conditional = ownDirectives(at, 'if')
      .flatMap((block) => block.children ?? [])
      .some((directive) => directive.name === 'set' && isThis(directive.argument(0)));
    if (conditional) return { kind: 'unknown', variable: name };
    const last = ownDirectives(at, 'set').findLast((set) => isThis(set.argument(0)));
    if (last === undefined) continue;
    // `set $x "$x, more"` needs the order of all of them.
    if (parseValue(last.argument(1)).some((part) => part.kind === 'variable' && part.name === name)) {
      return { kind: 'unknown', variable: name };
    }
    return evaluate(model, level, last.argument(1), depth + 1);
  }
  return null;
}
