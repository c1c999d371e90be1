import type { Edit } from '../../edits/edit';
import { combine } from '../../edits/edit';
import { argumentsAsWritten, insertAfter, insertBefore, replaceWord } from '../../edits/insert';
import type { Fault } from '../../handshake/evidence';
import { isNamed } from '../../values/header-name';
import { headersNamedIn } from '../../handshake/upstream-request';
import type { Intent } from '../../model/intent';
import type { Route } from '../../handshake/routes';
import type { ConfigDirective } from '../../model/configuration';
import { ownDirectives } from '../../model/inheritance';
import type { Level } from '../../model/levels';
import type { ConnectionValue } from './connection-value';
import type { Reasons } from './rule';
import { answersSubrequests } from '../../handshake/subrequests';
import { type HostVariable, wantedHost } from './wanted-host';

/** The faults that directives of the location itself can fix. */
export type Missing = 'upgrade' | 'connection' | 'http-version';

/** What a location needs to forward the upgrade. */
interface Needed {
  /** What is added to it, in the order of the lines. */
  readonly added: readonly Missing[];
  /** The `Connection` of its own that gets another value instead of a line being added, or undefined. */
  readonly changed: ConfigDirective | undefined;
  /** The `Host` that is sent as well, where no header was set before and the application wants it; or null. */
  readonly host: HostVariable | null;
}

/**
 * What messages name and `forwardUpgrade` writes.
 *
 * @param missing the conditions to meet
 */
export function neededFor(route: Route, missing: readonly Missing[]): Needed {
  if (missing.every((condition) => condition === 'http-version'))
    return { added: missing, changed: undefined, host: null };
  const { location } = route;
  const changed = missing.includes('connection')
    ? ownDirectives(location, 'proxy_set_header').find((header) => isNamed(header, 'connection'))
    : undefined;
  const editable = changed !== undefined && isIn(location, changed) ? changed : undefined;
  const added: Missing[] = [];
  if (needsVersion(route, missing)) added.push('http-version');
  if (missing.includes('upgrade')) added.push('upgrade');
  if (missing.includes('connection') && editable === undefined) added.push('connection');
  const host = route.request.set.directives.length === 0 ? wantedHost(route) : null;
  return { added, changed: editable, host };
}

/**
 * The edits that make a location forward the upgrade: what is missing is inserted, a `Connection` at this level
 * that keeps connections alive is replaced, headers that were inherited are repeated so that none is lost.
 *
 * @param missing the conditions to meet
 * @returns null when the location is not to be edited
 */
export function forwardUpgrade(
  route: Route,
  missing: readonly Missing[],
  connection: ConnectionValue,
): Edit[] | null {
  const { location } = route;
  if (location.block === null) return null;
  const { added, changed, host } = neededFor(route, missing);
  const setsHeaders = missing.includes('upgrade') || missing.includes('connection');
  const hasOwn = ownDirectives(location, 'proxy_set_header').length > 0;
  const inherited = hasOwn || !setsHeaders ? [] : route.request.set.directives;
  const lines = [
    ...added.map((condition) => lineFor(condition, connection)),
    ...(host === null ? [] : [`proxy_set_header Host ${host};`]),
    ...inherited.filter((header) => !missing.some((name) => isNamed(header, name))).map(repeat),
  ];
  const edits = [
    ...(lines.length > 0 ? [insertHeaders(route, lines)] : []),
    ...(changed === undefined ? [] : [replaceWord(changed, 2, connection.text)]),
    ...(missing.includes('connection') ? connection.edits : []),
  ];
  return combine(edits);
}

function lineFor(condition: Missing, connection: ConnectionValue): string {
  switch (condition) {
    case 'http-version':
      return 'proxy_http_version 1.1;';
    case 'upgrade':
      return 'proxy_set_header Upgrade $http_upgrade;';
    case 'connection':
      return `proxy_set_header Connection ${connection.text};`;
  }
}

/** A level that is not in the files may set another version: then it is set where headers are set anyway. */
function needsVersion(route: Route, missing: readonly Missing[]): boolean {
  const { version } = route.request;
  return missing.includes('http-version') || (!version.certain && version.directive === null);
}

/** A header as its author wrote it, for another level. */
export function repeat(header: ConfigDirective): string {
  return `proxy_set_header ${argumentsAsWritten(header)};`;
}

/** Adds a header to those of a location; inherited ones are repeated so that none is lost. */
export function addHeader(route: Route, line: string): Edit {
  const hasOwn = ownDirectives(route.location, 'proxy_set_header').length > 0;
  return insertHeaders(route, [line, ...(hasOwn ? [] : route.request.set.directives.map(repeat))]);
}

/** Where a location gets its lines: before its first header, so that a comment above them stays above; else after its proxy_pass. */
export function insertHeaders(route: Route, lines: readonly string[]): Edit {
  const { location, level, proxyPass } = route;
  const first = ownDirectives(location, 'proxy_set_header').find((header) => isIn(location, header));
  if (first !== undefined) return insertBefore(first, lines);
  if (level === location && isIn(location, proxyPass)) return insertAfter(proxyPass, lines);
  // `proxy_set_header` is not allowed in an `if`: it goes in front of it.
  const { block } = level;
  if (block !== null && isIn(location, block)) return insertBefore(block, lines);
  const last = location.directives.findLast((directive) => isIn(location, directive));
  return last === undefined ? insertAfter(proxyPass, lines) : insertAfter(last, lines);
}

/** Whether a directive is in the block of the level itself, not in a file that it includes. */
function isIn(level: Level, directive: ConfigDirective): boolean {
  return (
    level.block !== null && directive.parent === level.block.heading && directive.via === level.block.via
  );
}

/**
 * Whether a location without a sign of WebSocket keeps handshakes from its back end on purpose: it answers the
 * subrequests of others, or blanks `Upgrade`.
 *
 * @param intent that of the location, or of one that sends handshakes there
 */
export function refusesUpgrades({ location, request }: Route, intent: Intent): boolean {
  if (intent.strength !== 'none') return false;
  const headers = headersNamedIn(request.set.directives, 'upgrade');
  const isBlank = headers.length > 0 && headers.every((header) => header.argument(1) === '');
  return answersSubrequests(location) || isBlank;
}

/** What the back end lacks, by the evidence. */
export function faultsIn({ evidence }: Reasons): Fault[] {
  return evidence.flatMap(({ fault }) => fault ?? []);
}

/** The part of it that directives of the location itself can fix. */
export function missingIn(reasons: Reasons): Missing[] {
  // An `if` of the location may have a back end of its own, which lacks the same.
  const conditions = new Set(faultsIn(reasons).map(({ condition }) => condition));
  return [...conditions].filter((condition): condition is Missing => MISSING.has(condition));
}

const MISSING: ReadonlySet<string> = new Set<Missing>(['upgrade', 'connection', 'http-version']);
