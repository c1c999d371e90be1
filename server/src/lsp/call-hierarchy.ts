import {
  type CallHierarchyIncomingCall,
  type CallHierarchyItem,
  type CallHierarchyOutgoingCall,
  type CallHierarchyPrepareParams,
  SymbolKind,
} from 'vscode-languageserver';
import { type Unit, unitsAt, usedBy, usesOf } from '../features/usage';
import { visible } from '../features/support/escape';
import { type Place, placeOf } from '../model/configuration';
import { fileNameOf } from '../model/paths';
import { placeInFile } from '../model/place-in-file';
import { symbolsOf } from '../model/symbols';
import { t } from '../l10n';
import type { ServerContext } from './context';
import { aboutPosition, type Feature } from './feature';
import type { Checkpoint } from './runner';
import type { Answer } from './workspace';

/** Who includes a file, and who uses an upstream or a map, step by step up to the main file; and the way down. */
export const callHierarchy: Feature = {
  capabilities: ({ textDocument }) =>
    textDocument?.callHierarchy === undefined ? {} : { callHierarchyProvider: true },
  register(context) {
    const { connection, runner } = context;
    connection.languages.callHierarchy.onPrepare(
      aboutPosition<CallHierarchyPrepareParams, CallHierarchyItem[] | null>(
        context,
        'Hierarchy',
        null,
        (answer, offset) =>
          unitsAt(answer.analysis.model.configuration, answer.file, offset).map((unit) =>
            toItem(context, answer, unit),
          ),
      ),
    );
    connection.languages.callHierarchy.onIncomingCalls(({ item }, token) =>
      runner.answer<CallHierarchyIncomingCall[]>('Included by', token, [], (checkpoint) =>
        following(context, item, checkpoint, usesOf, (from, fromRanges) => ({ from, fromRanges })),
      ),
    );
    connection.languages.callHierarchy.onOutgoingCalls(({ item }, token) =>
      runner.answer<CallHierarchyOutgoingCall[]>('Includes', token, [], (checkpoint) =>
        following(context, item, checkpoint, usedBy, (to, fromRanges) => ({ to, fromRanges })),
      ),
    );
  },
};

/** What finds the unit of an item again. */
interface ItemData {
  /** The document that was asked about. */
  readonly uri: string;
  readonly kind: Unit['kind'];
  /** The file of the unit, by its real path, and where in it it begins and ends. */
  readonly path: string;
  readonly start: number;
  readonly end: number;
  /** Where the head of a block ends. */
  readonly headEnd: number;
}

const KINDS: Readonly<Record<Unit['kind'], SymbolKind>> = {
  file: SymbolKind.File,
  upstream: SymbolKind.Interface,
  map: SymbolKind.Variable,
  block: SymbolKind.Namespace,
};

function toItem(context: ServerContext, { analysis, document }: Answer, unit: Unit): CallHierarchyItem {
  const { documents, positions } = context;
  const place: Place = unit.kind === 'file' ? { file: unit.file, start: 0, end: 0 } : unit.place;
  const own = nameOf(unit);
  const isMain = unit.kind === 'file' && unit.file.realPath === analysis.closure.main.realPath;
  const data: ItemData = {
    uri: document.uri,
    kind: unit.kind,
    path: place.file.realPath,
    start: place.start,
    end: place.end,
    headEnd: unit.kind === 'block' ? unit.head.end : place.start,
  };
  return {
    name: visible(own),
    kind: KINDS[unit.kind],
    detail: unit.kind === 'file' ? (isMain ? t('main file') : unit.file.path) : fileNameOf(place.file.path),
    uri: documents.uriOf(place.file),
    range: positions.rangeOf(place),
    selectionRange: positions.rangeOf(unit.kind === 'block' ? unit.head : { ...place, end: place.start }),
    data,
  };
}

function nameOf(unit: Unit): string {
  switch (unit.kind) {
    case 'file':
      return fileNameOf(unit.file.path);
    case 'block':
      return unit.name;
    case 'map':
      return `$${unit.symbol.written}`;
    case 'upstream':
      return unit.symbol.written;
  }
}

async function following<Call>(
  context: ServerContext,
  item: CallHierarchyItem,
  checkpoint: Checkpoint,
  find: typeof usesOf,
  make: (item: CallHierarchyItem, ranges: CallHierarchyIncomingCall['fromRanges']) => Call,
): Promise<Call[]> {
  if (!isItemData(item.data)) return [];
  const { data } = item;
  const answers = await context.workspace.answersFor(data.uri, checkpoint);
  const answer = answers.find(({ analysis }) => analysis.closure.files.has(data.path));
  const unit = answer === undefined ? null : unitOf(answer, item, data);
  if (answer === undefined || unit === null) return [];
  return find(answer.analysis.model.configuration, unit).map((use) =>
    make(
      toItem(context, answer, use.unit),
      use.places.map((place) => context.positions.rangeOf(place)),
    ),
  );
}

/** The unit of an item, where it is still there. */
function unitOf({ analysis }: Answer, { name }: CallHierarchyItem, data: ItemData): Unit | null {
  const { kind, path, start, end, headEnd } = data;
  const file = analysis.closure.files.get(path);
  if (file === undefined) return null;
  if (kind === 'file') return { kind, file };
  const place = { file, start, end };
  if (kind === 'block') return { kind, name, head: { ...place, end: headEnd }, place };
  const { configuration } = analysis.model;
  const written = name.replace(/^\$/, '').toLowerCase();
  const symbol = symbolsOf(configuration)
    .named(kind === 'map' ? 'variable' : kind, written)
    .find(({ definitions }) =>
      definitions.some(
        ({ directive }) => placeInFile(configuration.closure, placeOf(directive)).start === start,
      ),
    );
  return symbol === undefined ? null : { kind, symbol, place };
}

function isItemData(data: unknown): data is ItemData {
  return typeof data === 'object' && data !== null && 'uri' in data && 'path' in data && 'kind' in data;
}
