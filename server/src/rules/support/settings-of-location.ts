import type { Edit } from '../../edits/edit';
import { insertAfter, insertBefore, replaceArguments } from '../../edits/insert';
import type { Route } from '../../handshake/routes';
import { ownDirectives } from '../../model/inheritance';

/** Inserts lines in the location of a route: after its `proxy_pass`, or before the `if` that holds it. */
export function insertInLocation({ level, location, proxyPass }: Route, lines: readonly string[]): Edit {
  const { block } = level;
  // Most settings are allowed neither in an `if` nor in `limit_except`.
  return level === location || block === null ? insertAfter(proxyPass, lines) : insertBefore(block, lines);
}

/** Gives a directive with a single value that value at the location of a route: there, or inserted. */
export function setInLocation(route: Route, name: string, value: string): Edit {
  const own = ownDirectives(route.location, name).at(-1);
  return own === undefined ? insertInLocation(route, [`${name} ${value};`]) : replaceArguments(own, value);
}
