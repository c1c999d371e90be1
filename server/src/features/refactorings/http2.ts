import { combine, type Edit } from '../../edits/edit';
import { insertAfter, replaceWord } from '../../edits/insert';
import { removeDirective, removeWord } from '../../edits/remove';
import { t } from '../../l10n';
import { isUnconditional } from '../../model/branches';
import type { ConfigDirective } from '../../model/configuration';
import { effectiveValue, ownDirectives } from '../../model/inheritance';
import type { Level } from '../../model/levels';
import { type Listener, listenersOf } from '../../model/listeners';
import type { Model } from '../../model/model';
import { hasHttp2Directive } from '../../reference/versions';
import { directiveAt } from '../../syntax/locate';
import { nameOf } from '../../syntax/tree';
import { isOnlyInstance, levelsAt, type Refactoring, type Selected } from './refactoring';

/**
 * Writes `listen … http2` as `http2 on`, or the other way round. The parameter is of an address and port, the directive
 * of a server, so all servers that share one are changed together, and only where all their ports with TLS speak HTTP/2.
 */
export function rewriteHttp2(selected: Selected): Refactoring | null {
  const { model, file, start } = selected;
  const { http } = model;
  const directive = directiveAt(file.tree, start);
  const name = directive === null ? '' : nameOf(file.tree, directive);
  if (http === null || model.hasUnseenParts || !(name === 'listen' || name === 'http2')) return null;
  if (!hasHttp2Directive(model.version)) return null;
  const [level, ...others] = levelsAt(selected);
  const server = level?.kind === 'server' && others.length === 0 ? level : null;
  if (server === null) return null;
  const group = sharing(listenersOf(http), server);
  const edits = name === 'listen' ? toDirective(model, group) : toParameter(model, group);
  if (edits === null || edits.length === 0) return null;
  const title =
    name === 'listen'
      ? t('Write `http2 on` for `listen … http2`')
      : t('Write `listen … http2` for `http2 on`');
  return { title, kind: 'refactor.rewrite', edits, newFile: null };
}

/** A server with its listeners over TCP. */
interface Listening {
  readonly server: Level;
  readonly listeners: readonly Listener[];
}

/** The servers that share an address and port with one, or with one that does. */
function sharing(listeners: ReadonlyMap<Level, readonly Listener[]>, from: Level): readonly Listening[] {
  const all = [...listeners].map(
    ([server, own]): Listening => ({ server, listeners: own.filter(({ quic }) => !quic) }),
  );
  const keys = new Set<string>();
  const group = new Set<Listening>();
  let next = all.filter(({ server }) => server === from);
  while (next.length > 0) {
    for (const each of next) {
      group.add(each);
      for (const listener of each.listeners) keys.add(keyOf(listener));
    }
    next = all.filter(
      (each) => !group.has(each) && each.listeners.some((listener) => keys.has(keyOf(listener))),
    );
  }
  return all.filter((each) => group.has(each));
}

function keyOf({ address, port }: Listener): string {
  return `${address}:${port}`;
}

function toDirective(model: Model, group: readonly Listening[]): readonly Edit[] | null {
  const spoken = new Set(group.flatMap(({ listeners }) => listeners.filter(({ http2 }) => http2).map(keyOf)));
  const isWhole = group.every(({ listeners }) =>
    listeners.every((listener) => !listener.tls || spoken.has(keyOf(listener))),
  );
  if (spoken.size === 0 || !isWhole) return null;
  return together(model, group, ({ server, listeners }) => {
    const own = ownDirectives(server, 'http2');
    if (effectiveValue(server, 'http2', model.version).text === 'on') return removals(listeners);
    const last = listens(listeners).at(-1);
    return own.length > 0 || last === undefined
      ? null
      : [...removals(listeners), { directive: last, edit: insertAfter(last, ['http2 on;']) }];
  });
}

function toParameter(model: Model, group: readonly Listening[]): readonly Edit[] | null {
  return together(model, group, ({ server, listeners }) => {
    const own = ownDirectives(server, 'http2');
    const isOn = own.length === 1 && own[0]?.argument(0).toLowerCase() === 'on';
    const tls = listens(listeners.filter((listener) => listener.tls));
    if (!isOn || tls.length === 0) return null;
    return [
      ...own.map((directive) => ({ directive, edit: removeDirective(directive) })),
      ...tls
        .filter((listen) => !hasParameter(listen))
        .map((listen) => ({ directive: listen, edit: replaceWord(listen, listen.words.length, 'http2') })),
    ];
  });
}

/** An edit, and the directive that it changes, or stands beside. */
interface Change {
  readonly directive: ConfigDirective;
  readonly edit: Edit;
}

/** The edits for all servers of a group; null where one of them cannot be changed. */
function together(
  model: Model,
  group: readonly Listening[],
  changesOf: (listening: Listening) => readonly Change[] | null,
): readonly Edit[] | null {
  const edits: Edit[] = [];
  for (const listening of group) {
    const changes = changesOf(listening);
    const isPossible = changes?.every(
      ({ directive }) => isOnlyInstance(model, directive) && isUnconditional(directive),
    );
    if (changes === null || isPossible !== true) return null;
    for (const { edit } of changes) edits.push(edit);
  }
  return combine(edits);
}

/** The `listen` directives of some listeners, each once. */
function listens(listeners: readonly Listener[]): readonly ConfigDirective[] {
  return [...new Set(listeners.flatMap(({ directive }) => (directive === null ? [] : [directive])))];
}

function removals(listeners: readonly Listener[]): readonly Change[] {
  return listens(listeners)
    .filter(hasParameter)
    .map((directive) => ({ directive, edit: removeWord(directive, parameterIn(directive)) }));
}

function hasParameter(listen: ConfigDirective): boolean {
  return parameterIn(listen) !== -1;
}

function parameterIn({ words }: ConfigDirective): number {
  return words.findIndex(({ value }, index) => index > 1 && value === 'http2');
}
