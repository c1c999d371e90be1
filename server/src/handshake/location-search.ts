import { t } from '../l10n';
import { keyOfText } from '../model/source-file';
import { bytesOf, textOf } from '../model/bytes';
import type { Level } from '../model/levels';
import { findLocation, type FoundLocation } from '../model/locations';
import { memoized } from '../model/memo';
import { passDirectives } from '../reference/pass-directives';
import { locationName } from '../values/location';
import { CannotTell } from './cannot-tell';
import { matchOpen } from './open-patterns';
import type { Request } from './request';
import { THE_PATH } from './rewrite';
import { atomsOf, bareText, keyOf, knownText, prefixOf, type Value } from './value';

/** More locations than this are not tried one by one. */
const LOCATIONS_LIMIT = 500;

/** A character that no name of a location has: what stands for the rest of a path. */
const REST = '\0';

/**
 * The location that takes the request. Where only the beginning of its path is known, each location that such a path
 * may lead to is a way to go on.
 *
 * @throws CannotTell where a pattern cannot be matched, or too many locations may take it
 */
export function searchLocation(request: Request): FoundLocation {
  const { given } = request;
  request.given = null;
  if (given !== null) return takenBy(request, given);
  const uri = settle(request);
  const text = knownText(uri) ?? `${prefixOf(uri)}${REST}`;
  const left = new Set<Level>();
  for (;;) {
    const found = findLocation(request.server, text, (location) => matches(request, location), left);
    if (found.level === request.server || isWritten(request, found.level)) return found;
    left.add(found.level);
  }
}

function isWritten({ assumptions }: Request, { block }: Level): boolean {
  return block === null || assumptions.isWritten(block);
}

/** A location that takes the request by itself: its pattern captures something of the path. */
function takenBy(request: Request, location: Level): FoundLocation {
  if (location.block !== null && locationName(location.block).kind === 'regex') {
    const { name, modifier } = locationName(location.block);
    const match = matchOpen(name, modifier === '~*', request.uri);
    if (match.kind === 'always' || match.kind === 'open') request.capture(match.captured);
  }
  return { level: location, redirects: false, passedOver: null };
}

function matches(request: Request, location: Level): boolean {
  if (location.block === null) return false;
  const { name, modifier } = locationName(location.block);
  const match = request.assumptions.match(request.uri, name, modifier === '~*', t(THE_PATH));
  if (match === 'unknown') {
    throw new CannotTell(
      'location',
      t`Whether \`location ${modifier} ${name}\` matches cannot be told here.`,
      location,
    );
  }
  if (match !== null) request.capture(match);
  return match !== null;
}

/** Takes the path to be one that leads to a certain location, where it may lead to several; gives what is known of it. */
function settle({ server, uri, assumptions }: Request): Value {
  const path = assumptions.resolve(uri);
  if (knownText(path) !== null) return path;
  const start = prefixOf(path);
  const isPossible = (target: Target): boolean =>
    (target.path === start || assumptions.mayBegin(path, target.path)) &&
    (!target.isExact || assumptions.mayBe(path, target.path));
  const targets = targetsBelow(server, start).filter(isPossible);
  if (targets.length === 0) return path;
  if (targets.length > LOCATIONS_LIMIT) {
    throw new CannotTell('location', t('The path may lead to any of many locations.'), server);
  }
  const bare = bareText(path);
  const answers = [
    ...targets.map(({ path: each, isExact }) =>
      isExact ? t`the path is \`${textOf(each)}\`` : t`the path begins with \`${textOf(each)}\``,
    ),
    t('no other location takes the path'),
  ];
  const { block } = server;
  const key = `location ${block === null ? '' : keyOfText(block.file)}:${block?.start} ${keyOf(path)}`;
  const bareAnswer = bare === null ? null : targetOf(targets, bare);
  const answer = assumptions.ask({ key, answers, bare: bareAnswer, others: null });
  const target = targets[answer];
  const [atom, ...more] = atomsOf(path);
  const isSeveral = more.length > 0 || path.length > 2;
  if (target === undefined || isSeveral) assumptions.setApart(path, answer === bareAnswer);
  if (target === undefined || atom === undefined) return path;
  const rest = target.path.slice(start.length);
  // What several unknown parts come to is not told apart.
  if (isSeveral) return target.isExact ? [target.path] : [target.path, atom];
  if (target.isExact) assumptions.fix(atom, rest);
  else assumptions.lead(atom, rest, isTakenWhole(targets, target) ? 'x' : '');
  return assumptions.resolve(path);
}

/** Whether the beginning of paths is, by itself, what an exact location takes. */
function isTakenWhole(targets: readonly Target[], { path }: Target): boolean {
  return targets.some((each) => each.isExact && each.path === path);
}

/** A path, or the beginning of paths, that leads to a location of its own. */
interface Target {
  readonly path: string;
  readonly isExact: boolean;
}

/** The number of the target that takes a path; that of the others where none does. */
function targetOf(targets: readonly Target[], path: string): number {
  const exact = targets.findIndex((each) => each.isExact && each.path === path);
  if (exact !== -1) return exact;
  let best = targets.length;
  let length = -1;
  for (const [index, target] of targets.entries()) {
    if (target.isExact || !path.startsWith(target.path) || target.path.length <= length) continue;
    best = index;
    length = target.path.length;
  }
  return best;
}

/** The targets that paths with this beginning may lead to. */
function targetsBelow(server: Level, start: string): readonly Target[] {
  return targetsOf(server).filter(({ path, isExact }) =>
    isExact ? path.startsWith(start) : path.length > start.length && path.startsWith(start),
  );
}

/** All names of locations of a server, nested ones too, and the paths that lack the slash of one with a back end. */
const targetsOf = memoized((server: Level): readonly Target[] => {
  const targets = new Map<string, Target>();
  const add = (path: string, isExact: boolean): void => {
    targets.set(`${isExact} ${path}`, { path, isExact });
  };
  const pending = [...server.levels];
  for (let level = pending.pop(); level !== undefined; level = pending.pop()) {
    for (const inner of level.levels) pending.push(inner);
    if (level.kind !== 'location' || level.block === null) continue;
    const { kind, name } = locationName(level.block);
    if (kind !== 'exact' && kind !== 'prefix') continue;
    const path = bytesOf(name);
    add(path, kind === 'exact');
    const hasPass = passDirectives.some((each) => level.byName.has(each));
    if (hasPass && path.endsWith('/') && path !== '/') add(path.slice(0, -1), true);
  }
  return [...targets.values()];
});
