import type { Edit } from '../../edits/edit';
import { insertBlockBefore } from '../../edits/insert';
import type { Route } from '../../handshake/routes';
import { knownText } from '../../handshake/value';
import type { ConfigDirective } from '../../model/configuration';
import type { Level } from '../../model/levels';
import type { Model } from '../../model/model';
import { defaultProxyConnection, sinceOf } from '../../reference/versions';
import { isNamed } from '../../values/header-name';
import { isFilledIn } from '../../model/variables';
import { variablesIn } from '../../values/script';
import { harmToOthers, hasToken, isByConnection, isByUpgrade, isKeptAlive } from './maps';
import { memoized } from '../../model/memo';

/** What to write for `Connection`, and what must be inserted elsewhere for it to work. */
export interface ConnectionValue {
  /** The argument as it is written in the file. */
  readonly text: string;
  readonly edits: readonly Edit[];
}

/** The customary name of the variable that the documentation of nginx gives the map. */
const CUSTOMARY_NAME = 'connection_upgrade';

/**
 * The value of `Connection` for a route: the variable of a map that is there; else the literal where the location
 * serves little but WebSocket; else the variable of a map that is inserted with it.
 */
export function connectionValue(model: Model, route: Route): ConnectionValue {
  const existing = workingMap(model, route);
  if (existing !== null) return { text: `$${existing}`, edits: [] };
  return route.intent.byPath ? LITERAL : (mapValue(model) ?? LITERAL);
}

/** The same with the variable of a map, where one is not yet used and can be inserted; else null. */
export function connectionValueByMap(model: Model, route: Route): ConnectionValue | null {
  return workingMap(model, route) === null && route.intent.byPath ? mapValue(model) : null;
}

/** The literal marks every request as an upgrade: right only where all requests are WebSocket. */
const LITERAL: ConnectionValue = { text: '"upgrade"', edits: [] };

/** Whether a header sets `Connection: upgrade` for every request. */
export function isFixedUpgrade(header: ConfigDirective): boolean {
  const value = header.argument(1);
  return (
    isNamed(header, 'connection') &&
    hasToken(value, 'upgrade') &&
    variablesIn(value).length === 0 &&
    !isFilledIn(header, 1)
  );
}

/** The name of a map that yields `upgrade` for a handshake and nothing of the kind for other requests, or null. */
function workingMap(model: Model, route: Route): string | null {
  const works = (name: string): boolean =>
    knownText(route.valueOf(`$${name}`))
      ?.trim()
      .toLowerCase() === 'upgrade';
  const harmless = isKeptAlive(route, model) ? harmlessIfKept(model.latest) : harmlessIfClosed(model.latest);
  return harmless.find(works) ?? null;
}

const harmlessIfKept = memoized((model: Model) => harmlessMaps(model, true));
const harmlessIfClosed = memoized((model: Model) => harmlessMaps(model, false));

/** The maps that may be meant for `Connection`, the customary one first, without those that harm ordinary requests. */
function harmlessMaps({ maps }: Model, keepsAlive: boolean): string[] {
  const customary = maps.get(CUSTOMARY_NAME);
  const others = [...maps.values()].filter(
    (map) => map !== customary && (isByUpgrade(map) || isByConnection(map)),
  );
  return [...(customary === undefined ? [] : [customary]), ...others]
    .filter((map) => harmToOthers(map, keepsAlive) === null)
    .map(({ name }) => name);
}

function mapValue(model: Model): ConnectionValue | null {
  const name = freeName(model, [CUSTOMARY_NAME, 'websocket_connection']);
  if (name === undefined) return null;
  const edit = insertMap(model, name);
  return edit === null ? null : { text: `$${name}`, edits: [edit] };
}

function isTaken({ latest: { maps, variables } }: Model, name: string): boolean {
  return maps.has(name) || variables.has(name);
}

/**
 * Inserts `map $http_upgrade $NAME { … }` at the http level, before its first server or upstream. Null where
 * the http level is not in the files.
 */
export function insertMap(model: Model, name: string): Edit | null {
  // Where connections are kept alive by default, ordinary requests must not close theirs.
  const ordinary = defaultProxyConnection(sinceOf(model.version)) === 'close' ? 'close' : "''";
  return insertMapBlock(model, name, ['default upgrade;', `'' ${ordinary};`]);
}

/** The same with other entries. */
export function insertMapBlock(model: Model, name: string, entries: readonly string[]): Edit | null {
  const { http } = model.latest;
  // A fragment of a server, or of a location, has no place for a map.
  if (http?.kind !== 'http' || http.levels.length === 0) return null;
  const anchor = anchorAt(http);
  return anchor === null ? null : insertBlockBefore(anchor, `map $http_upgrade $${name}`, entries);
}

/** The first of some names for a map's variable that nothing defines yet; undefined when all are taken. */
export function freeName(model: Model, names: readonly string[]): string | undefined {
  return names.find((each) => !isTaken(model, each));
}

/** The first server or upstream in the file of the http block itself; else the first directive there. */
const anchorAt = memoized((http: Level): ConfigDirective | null => {
  const via = http.block === null ? null : http.block.via;
  const isHere = (directive: ConfigDirective): boolean => directive.via === via && !directive.file.builtIn;
  const isBlock = ({ name, children }: ConfigDirective): boolean =>
    children !== null && (name === 'server' || name === 'upstream');
  return (
    http.directives.find((directive) => isBlock(directive) && isHere(directive)) ??
    http.directives.findLast((directive) => directive.name === 'include' && isHere(directive)) ??
    http.directives.find(isHere) ??
    null
  );
});
