import {
  type ClientCapabilities,
  type CompletionClientCapabilities,
  type CompletionItem,
  CompletionItemKind,
  CompletionItemTag,
  type CompletionList,
  type CompletionParams,
  CompletionTriggerKind,
  InsertTextFormat,
  InsertTextMode,
  type Range,
} from 'vscode-languageserver';
import { completionAt, withPaths } from '../features/completion/completion';
import type { Completion, Entry, EntryKind, PathQuery } from '../features/completion/entry';
import type { Listed } from '../features/completion/path-entries';
import { directiveText, variableText } from '../features/support/reference-text';
import type { Host } from '../model/host';
import { suggestCommand } from '../protocol';
import { variableDocs } from '../reference/docs';
import { formatVersion, parseVersion, type NginxVersion } from '../reference/versions';
import type { ServerContext } from './context';
import type { Feature } from './feature';
import { markup } from './markup';
import type { Checkpoint } from './runner';

/** What can be inserted at a place. */
export const completion: Feature = {
  capabilities: ({ textDocument }) =>
    textDocument?.completion === undefined
      ? {}
      : { completionProvider: { triggerCharacters: ['$', '{', '@', '/', ' '], resolveProvider: true } },
  register,
};

/** The data of an item, for its documentation. */
interface ItemData {
  readonly contexts: readonly string[];
  readonly version: string;
}

function register(context: ServerContext): void {
  const { connection, runner } = context;
  connection.onCompletion((params, token) =>
    runner.answer<CompletionList | null>('Completion', token, null, (checkpoint) =>
      answer(context, params, checkpoint),
    ),
  );
  connection.onCompletionResolve((item, token) =>
    runner.answer<CompletionItem>('Completion item', token, item, () =>
      Promise.resolve(withDocumentation(item, context.capabilities)),
    ),
  );
}

async function answer(
  context: ServerContext,
  { textDocument, position, context: asked }: CompletionParams,
  checkpoint: Checkpoint,
): Promise<CompletionList | null> {
  const { workspace, positions, disk, capabilities, commands } = context;
  const answers = await workspace.answersFor(textDocument.uri, checkpoint);
  const current = answers.find(({ file }) => positions.isIn(file, position));
  if (current === undefined) return null;
  const { analysis, file } = current;
  const offset = positions.offsetAt(file, position);
  const isTyped = asked?.triggerKind === CompletionTriggerKind.TriggerCharacter;
  // Only the `{` of `${` begins a name.
  if (isTyped && asked.triggerCharacter === '{' && !file.text.slice(0, offset).endsWith('${')) return null;
  const found = completionAt(analysis.model, file, offset);
  if (found === null) return null;
  // A space begins an argument, or is one of many between directives.
  if (isTyped && asked.triggerCharacter === ' ' && found.of === 'directives') return null;
  const { names, isAll } = found.paths === null ? NO_NAMES : await listed(disk, found.paths, checkpoint);
  const range = positions.rangeOf({ file, ...found });
  const whole = withPaths(found, names);
  const list = toList(whole, range, analysis.model.version, capabilities.textDocument?.completion, commands);
  return { ...list, isIncomplete: !isAll };
}

interface Listing {
  readonly names: readonly Listed[];
  /** Whether these are all; else only those that begin as the name that is being typed. */
  readonly isAll: boolean;
}

const NO_NAMES: Listing = { names: [], isAll: true };

/** Directories with more names than this are not listed: each name must be checked for being a directory. */
const MOST_NAMES = 300;

/** The names in the first of the directories that exists. */
async function listed(
  disk: Host,
  { directories, prefix }: PathQuery,
  checkpoint: Checkpoint,
): Promise<Listing> {
  for (const directory of directories) {
    const all = await disk.readDirectory(directory);
    if (all === null) continue;
    await checkpoint();
    const isAll = all.length <= MOST_NAMES;
    const likely = isAll ? all : all.filter((name) => name.startsWith(prefix)).slice(0, MOST_NAMES);
    const names = await Promise.all(
      likely.map(async (name) => {
        const inner = await disk.readDirectory(`${directory}/${name}`);
        return { name, isDirectory: inner !== null };
      }),
    );
    return { names, isAll };
  }
  return NO_NAMES;
}

const KINDS: Readonly<Record<EntryKind, CompletionItemKind>> = {
  block: CompletionItemKind.Module,
  directive: CompletionItemKind.Property,
  value: CompletionItemKind.Value,
  keyword: CompletionItemKind.EnumMember,
  header: CompletionItemKind.Field,
  variable: CompletionItemKind.Variable,
  upstream: CompletionItemKind.Reference,
  location: CompletionItemKind.Reference,
  file: CompletionItemKind.File,
  folder: CompletionItemKind.Folder,
  snippet: CompletionItemKind.Snippet,
};

/** The kinds that a client knows if it does not say which. */
const OLD_KINDS: Readonly<Partial<Record<EntryKind, CompletionItemKind>>> = {
  keyword: CompletionItemKind.Value,
  folder: CompletionItemKind.File,
};

function toList(
  { entries, contexts }: Completion,
  range: Range,
  version: NginxVersion,
  client: CompletionClientCapabilities | undefined,
  commands: ReadonlySet<string>,
): CompletionList {
  const defaults = new Set(client?.completionList?.itemDefaults);
  const data: ItemData = { contexts, version: formatVersion(version) };
  const hasRange = defaults.has('editRange');
  const hasData = defaults.has('data');
  return {
    isIncomplete: false,
    ...(hasRange || hasData
      ? { itemDefaults: { ...(hasRange ? { editRange: range } : {}), ...(hasData ? { data } : {}) } }
      : {}),
    items: entries.map((entry) => {
      const item = toItem(entry, hasRange ? null : range, client, commands);
      return hasData ? item : Object.assign(item, { data });
    }),
  };
}

/** @param range null where all items share it */
function toItem(
  entry: Entry,
  range: Range | null,
  client: CompletionClientCapabilities | undefined,
  commands: ReadonlySet<string>,
): CompletionItem {
  const { label, kind, note, filter, deprecated, goesOn } = entry;
  const support = client?.completionItem;
  const isSnippet = support?.snippetSupport === true && entry.snippet !== undefined;
  const text = (isSnippet ? entry.snippet : undefined) ?? entry.insert ?? label;
  const item: CompletionItem = {
    label,
    kind: (client?.completionItemKind?.valueSet === undefined ? OLD_KINDS[kind] : undefined) ?? KINDS[kind],
    sortText: sortText(entry),
  };
  if (range !== null) item.textEdit = { range, newText: text };
  else if (text !== label) item.textEditText = text;
  if (isSnippet) {
    item.insertTextFormat = InsertTextFormat.Snippet;
    if (support.insertTextModeSupport?.valueSet.includes(InsertTextMode.adjustIndentation) === true) {
      item.insertTextMode = InsertTextMode.adjustIndentation;
    }
  }
  if (note !== undefined) {
    if (support?.labelDetailsSupport === true) item.labelDetails = { description: note };
    else item.detail = note;
  }
  if (filter !== undefined) item.filterText = filter;
  if (deprecated === true) {
    if (support?.tagSupport !== undefined) item.tags = [CompletionItemTag.Deprecated];
    else if (support?.deprecatedSupport === true) item.deprecated = true;
  }
  // A name alone has no place for a next choice.
  const isPlainName = entry.snippet !== undefined && !isSnippet;
  if (goesOn === true && !isPlainName && commands.has(suggestCommand))
    item.command = { title: 'Suggest', command: suggestCommand };
  return item;
}

function sortText({ label, rank = 5, order }: Entry): string {
  return `${rank}${order === undefined ? '' : String(order).padStart(3, '0')}${label}`;
}

/** The item with its documentation. */
function withDocumentation(item: CompletionItem, { textDocument }: ClientCapabilities): CompletionItem {
  const text = isItemData(item.data) ? textOf(item, item.data) : null;
  if (text === null) return item;
  const formats = textDocument?.completion?.completionItem?.documentationFormat;
  return { ...item, documentation: markup(text, formats) };
}

function textOf({ label, kind }: CompletionItem, { contexts, version }: ItemData): string | null {
  if (kind === CompletionItemKind.Variable) {
    const name = label.replace(/^\$/, '');
    const docs = variableDocs(name);
    return docs === null ? null : variableText(name, docs);
  }
  if (kind !== CompletionItemKind.Module && kind !== CompletionItemKind.Property) return null;
  const parsed = parseVersion(version);
  return parsed === null ? null : directiveText(label, contexts, parsed);
}

function isItemData(data: unknown): data is ItemData {
  return typeof data === 'object' && data !== null && 'contexts' in data && 'version' in data;
}
