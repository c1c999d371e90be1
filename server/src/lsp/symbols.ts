import {
  type DocumentSymbol,
  type DocumentSymbolParams,
  type SymbolInformation,
  SymbolKind,
  type WorkspaceSymbolParams,
} from 'vscode-languageserver';
import { findInOutline, type OutlineItem, type OutlineKind, outlineOf } from '../features/outline';
import type { SourceFile } from '../model/source-file';
import type { ServerContext } from './context';
import { aboutTexts, type Feature } from './feature';
import { toLocation } from './locations';
import type { Checkpoint } from './runner';

const KINDS: Readonly<Record<OutlineKind, SymbolKind>> = {
  part: SymbolKind.Namespace,
  server: SymbolKind.Class,
  location: SymbolKind.Method,
  'named-location': SymbolKind.Function,
  upstream: SymbolKind.Struct,
  'upstream-server': SymbolKind.Field,
  variable: SymbolKind.Variable,
  name: SymbolKind.Key,
  condition: SymbolKind.Boolean,
  include: SymbolKind.File,
  lua: SymbolKind.Function,
  block: SymbolKind.Object,
};

/** The outline of a file. */
export const documentSymbols: Feature = {
  capabilities: ({ textDocument }) =>
    textDocument?.documentSymbol === undefined ? {} : { documentSymbolProvider: true },
  register(context) {
    const { connection, capabilities } = context;
    const isHierarchical =
      capabilities.textDocument?.documentSymbol?.hierarchicalDocumentSymbolSupport === true;
    connection.onDocumentSymbol(
      isHierarchical
        ? aboutTexts<DocumentSymbolParams, DocumentSymbol>(context, 'Outline', ({ file }) =>
            tree(context, file),
          )
        : aboutTexts<DocumentSymbolParams, SymbolInformation>(context, 'Outline', ({ file }) =>
            list(context, file),
          ),
    );
  },
};

/** Items nest no deeper than the outline lets them. */
function tree(context: ServerContext, file: SourceFile): DocumentSymbol[] {
  const convert = (item: OutlineItem): DocumentSymbol => ({
    name: item.label,
    ...(item.detail === '' ? {} : { detail: item.detail }),
    kind: KINDS[item.kind],
    range: context.positions.rangeOf({ file, start: item.start, end: item.end }),
    selectionRange: context.positions.rangeOf({ file, start: item.nameStart, end: item.nameEnd }),
    children: item.children.map(convert),
  });
  return outlineOf(file.tree).map(convert);
}

function list(context: ServerContext, file: SourceFile): SymbolInformation[] {
  const symbols: SymbolInformation[] = [];
  const add = (items: readonly OutlineItem[], container: string): void => {
    for (const item of items) {
      symbols.push(information(context, file, item, container));
      add(item.children, item.label);
    }
  };
  add(outlineOf(file.tree), '');
  return symbols;
}

function information(
  context: ServerContext,
  file: SourceFile,
  { label, kind, start, end }: OutlineItem,
  container: string,
): SymbolInformation {
  return {
    name: label,
    kind: KINDS[kind],
    location: toLocation(context, { file, start, end }),
    ...(container === '' ? {} : { containerName: container }),
  };
}

/** A longer list of results is of no use. */
const RESULT_LIMIT = 1000;

/** Servers, locations, upstreams and names of all configurations that the open documents belong to. */
export const workspaceSymbols: Feature = {
  capabilities: ({ workspace }) => (workspace?.symbol === undefined ? {} : { workspaceSymbolProvider: true }),
  register(context) {
    const { connection, runner } = context;
    connection.onWorkspaceSymbol((params, token) =>
      runner.answer<SymbolInformation[]>('Workspace symbols', token, [], (checkpoint) =>
        found(context, params, checkpoint),
      ),
    );
  },
};

async function found(
  context: ServerContext,
  { query }: WorkspaceSymbolParams,
  checkpoint: Checkpoint,
): Promise<SymbolInformation[]> {
  const files = new Map<string, SourceFile>();
  for (const { text } of context.documents.all()) {
    const answer = await context.runner.part('Workspace symbols', null, () =>
      context.workspace.analysisOf(text.uri, checkpoint),
    );
    for (const [realPath, file] of answer?.analysis.closure.files ?? []) files.set(realPath, file);
  }
  const symbols: SymbolInformation[] = [];
  for (const file of files.values()) {
    for (const { item, container } of findInOutline(file.tree, query)) {
      if (symbols.length >= RESULT_LIMIT) return symbols;
      // The cursor goes to the head of a block.
      const head: OutlineItem = { ...item, end: item.nameEnd };
      symbols.push(information(context, file, head, container === '' ? file.path : container));
    }
  }
  return symbols;
}
