import { combine } from '../../edits/edit';
import { insertAfter, insertBefore } from '../../edits/insert';
import { removeDirective } from '../../edits/remove';
import { t } from '../../l10n';
import { isUnconditional } from '../../model/branches';
import type { ConfigDirective } from '../../model/configuration';
import { ownDirectives } from '../../model/inheritance';
import { type Level, levelsWithin } from '../../model/levels';
import type { Model } from '../../model/model';
import { directiveAt } from '../../syntax/locate';
import { nameOf } from '../../syntax/tree';
import { isOnlyInstance, levelsAt, type Refactoring, type Selected } from './refactoring';

/** What is moved: what the request to a back end is made of. */
const NAMES = ['proxy_http_version', 'proxy_set_header'];

/** Where it is offered: at one of them, or at a block that has them. */
const OFFERED_AT: ReadonlySet<string> = new Set([...NAMES, 'location', 'server']);

/**
 * Moves what all locations of a server repeat up to the server, where each inherits it. The headers of a level replace
 * all of the outer ones, so they are moved only as a whole, and only where no location sends a request without them.
 */
export function moveHeaders(selected: Selected): Refactoring | null {
  const { model, file, start } = selected;
  const directive = directiveAt(file.tree, start);
  if (directive === null || !OFFERED_AT.has(nameOf(file.tree, directive))) return null;
  const [level, ...others] = levelsAt(selected);
  const server = level?.server ?? null;
  if (server?.block === null || server === null || others.length > 0) return null;
  const moved = NAMES.flatMap((name) => repeatedIn(model, server, server.block, name));
  const lists = moved.flatMap(({ first }) => first.map(statementOf));
  const edits = combine([
    ...moved.flatMap(({ all }) => all.map(removeDirective)),
    ...(lists.length === 0 ? [] : insertion(server, server.block, lists)),
  ]);
  if (edits === null || edits.length === 0) return null;
  return {
    title: t('Move what all locations repeat up to the server'),
    kind: 'refactor.rewrite',
    edits,
    newFile: null,
  };
}

/** Directives that several levels of a server have alike. */
interface Repeated {
  /** Those of one level, in order. */
  readonly first: readonly ConfigDirective[];
  /** Those of all. */
  readonly all: readonly ConfigDirective[];
}

function repeatedIn(model: Model, server: Level, block: ConfigDirective | null, name: string): Repeated | [] {
  const inner = [...levelsWithin(server)].slice(1);
  const isSeen = [server, ...inner].every(({ unseen, opaque }) => !unseen && opaque === null);
  if (!isSeen || ownDirectives(server, name).length > 0) return [];
  const lists: (readonly ConfigDirective[])[] = [];
  for (const level of inner) {
    if (hasListAround(level, server, name)) continue;
    const own = ownDirectives(level, name);
    if (own.length > 0) lists.push(own);
    else if (level.byName.has('proxy_pass')) return [];
  }
  const [first, ...others] = lists;
  const all = lists.flat();
  const isAlike = others.every((list) => textOf(list) === textOf(first ?? []));
  const isMovable = (directive: ConfigDirective): boolean =>
    directive.via === block?.via &&
    directive.file.realPath === block.file.realPath &&
    isOnlyInstance(model, directive) &&
    isUnconditional(directive);
  return first !== undefined && others.length > 0 && isAlike && all.every(isMovable) ? { first, all } : [];
}

/** Whether a level between this one and the server has directives of the name. */
function hasListAround(level: Level, server: Level, name: string): boolean {
  for (let at = level.parent; at !== null && at.block !== server.block; at = at.parent) {
    if (ownDirectives(at, name).length > 0) return true;
  }
  return false;
}

function textOf(list: readonly ConfigDirective[]): string {
  return JSON.stringify(list.map(({ words }) => words.map(({ value }) => value)));
}

function statementOf({ file, start, wordsEnd }: ConfigDirective): string {
  return `${file.text.slice(start, wordsEnd)};`;
}

/** Behind the simple directives that the server begins with; before its first block where there are none. */
function insertion(
  server: Level,
  block: ConfigDirective,
  statements: readonly string[],
): readonly ReturnType<typeof insertAfter>[] {
  const own = server.directives.filter(({ via }) => via === block.via);
  const firstBlock = own.findIndex(({ children }) => children !== null);
  const before = own.slice(0, firstBlock === -1 ? own.length : firstBlock);
  const last = before.at(-1);
  const [first] = own;
  if (last !== undefined && isUnconditional(last)) return [insertAfter(last, statements)];
  return first === undefined ? [] : [insertBefore(first, statements)];
}
