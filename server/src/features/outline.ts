import { t } from '../l10n';
import { entryBlock } from '../syntax/entry-blocks';
import { passFact } from '../reference/pass-directives';
import { isNaming, mentionsIn } from '../model/mentions';
import { definedWord } from '../model/variables';
import { locationName } from '../values/location';
import { listenHost, readListen } from '../values/listen';
import { tokenEnd } from '../syntax/tokens';
import {
  type Directive,
  directiveEnd,
  directiveStart,
  nameOf,
  type SyntaxTree,
  type Word,
  wordsOf,
} from '../syntax/tree';

/** What an item of an outline is. */
export type OutlineKind =
  | 'part'
  | 'server'
  | 'location'
  | 'named-location'
  | 'upstream'
  | 'upstream-server'
  | 'variable'
  | 'name'
  | 'condition'
  | 'include'
  | 'lua'
  | 'block';

/** One item of the outline of a file. Offsets in its text. */
export interface OutlineItem {
  readonly kind: OutlineKind;
  /** What people see: `server chat.example :443 ssl`, `location /api/chat`. Never empty. */
  readonly label: string;
  /** What is beside it, dimmed; '' for nothing. */
  readonly detail: string;
  /** The whole directive. */
  readonly start: number;
  readonly end: number;
  /** Its words, or its brace where it has none. */
  readonly nameStart: number;
  readonly nameEnd: number;
  readonly children: readonly OutlineItem[];
}

interface OpenItem extends OutlineItem {
  readonly children: OutlineItem[];
}

/** Blocks may nest as deep as the input likes; those within as many others are left out. */
const DEPTH_LIMIT = 50;

/** A label is cut to as many characters. */
const LONGEST_LABEL = 100;

const PARTS: ReadonlySet<string> = new Set(['http', 'stream', 'mail', 'events']);

const outlines = new WeakMap<SyntaxTree, readonly OutlineItem[]>();

/**
 * The outline of a file: its blocks, the servers of its upstreams, its includes, and what gives a name to something.
 * Works on broken text.
 */
export function outlineOf(tree: SyntaxTree): readonly OutlineItem[] {
  const outline = outlines.get(tree) ?? readOutline(tree);
  outlines.set(tree, outline);
  return outline;
}

interface Frame {
  readonly list: readonly Directive[];
  readonly target: OutlineItem[];
  /** Name of the block; '' for the file. */
  readonly block: string;
  next: number;
}

function readOutline(tree: SyntaxTree): readonly OutlineItem[] {
  const top: OutlineItem[] = [];
  const stack: Frame[] = [{ list: tree.directives, target: top, block: '', next: 0 }];
  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    const directive = frame.list[frame.next];
    frame.next += 1;
    if (directive === undefined) {
      stack.pop();
      continue;
    }
    const item = itemFor(tree, directive, frame.block);
    if (item === null) continue;
    frame.target.push(item);
    const block = nameOf(tree, directive);
    // Entries are too many for an outline.
    const isOpen = stack.length < DEPTH_LIMIT && entryBlock(block) === undefined;
    if (directive.children !== null && isOpen) {
      stack.push({ list: directive.children, target: item.children, block, next: 0 });
    }
  }
  return top;
}

function itemFor(tree: SyntaxTree, directive: Directive, block: string): OpenItem | null {
  const isBlock = directive.children !== null;
  const name = directive.lastWord < directive.first ? '' : nameOf(tree, directive);
  const described = isBlock
    ? describeBlock(tree, directive, name)
    : describeSimple(tree, directive, name, block);
  if (described === null) return null;
  const { kind, label, detail = '' } = described;
  const start = directiveStart(tree, directive);
  const end = directiveEnd(tree, directive);
  const nameEnd = name === '' ? start + 1 : tokenEnd(tree.tokens, directive.lastWord);
  return {
    kind,
    label: shortened(label),
    detail: shortened(detail),
    start,
    end,
    nameStart: start,
    nameEnd: Math.min(nameEnd, end),
    children: [],
  };
}

interface Described {
  readonly kind: OutlineKind;
  readonly label: string;
  readonly detail?: string;
}

function describeBlock(tree: SyntaxTree, directive: Directive, name: string): Described {
  if (name === '') return { kind: 'block', label: '{ }' };
  const words = wordsOf(tree, directive);
  const label = textOf(tree, words);
  switch (name) {
    case 'server':
      return { kind: 'server', label: serverLabel(tree, directive) };
    case 'location': {
      const isNamed = locationName({ words }).kind === 'named';
      return { kind: isNamed ? 'named-location' : 'location', label, detail: passOf(tree, directive) };
    }
    case 'upstream':
      return { kind: 'upstream', label, detail: countOf(tree, directive) };
    case 'if':
    case 'limit_except':
      return { kind: 'condition', label };
    default:
  }
  if (PARTS.has(name)) return { kind: 'part', label };
  if (name.endsWith('_by_lua_block') && definedWord(name, words.length) === -1) return { kind: 'lua', label };
  const defined = words[definedWord(name, words.length)];
  if (defined === undefined) return { kind: 'block', label };
  const source = words.slice(1).filter((word) => word !== defined);
  const arrow = source.length === 0 ? '' : `${textOf(tree, source)} → `;
  return { kind: 'variable', label: `${name} ${arrow}${textOf(tree, [defined])}` };
}

function describeSimple(
  tree: SyntaxTree,
  directive: Directive,
  name: string,
  block: string,
): Described | null {
  if (name === 'include') return { kind: 'include', label: textOf(tree, wordsOf(tree, directive)) };
  if (name === 'server' && block === 'upstream') {
    return { kind: 'upstream-server', label: textOf(tree, wordsOf(tree, directive)) };
  }
  if (!isNaming({ name, isBlock: false }) && definedWord(name, 3) === -1) return null;
  const words = wordsOf(tree, directive);
  const mentions = mentionsIn(tree.text, { name, words, block, isBlock: false }, tree.template);
  const defined = mentions.find(({ role }) => role === 'definition');
  if (defined === undefined) return null;
  const written = tree.text.slice(defined.outerStart, defined.outerEnd);
  return { kind: defined.kind === 'variable' ? 'variable' : 'name', label: `${name} ${written}` };
}

/** The names of a server and what it listens on, each once: `server chat.example www.chat.example :443 ssl :80`. */
function serverLabel(tree: SyntaxTree, { children }: Directive): string {
  const names: string[] = [];
  const listeners = new Set<string>();
  for (const child of children ?? []) {
    const name = nameOf(tree, child);
    if (child.children !== null || (name !== 'server_name' && name !== 'listen')) continue;
    const words = wordsOf(tree, child);
    if (name === 'listen') listeners.add(listenerLabel(words));
    else for (const { value } of words.slice(1)) names.push(value === '' ? '""' : value);
  }
  const more = names.length > NAMES_SHOWN ? ['…'] : [];
  return ['server', ...names.slice(0, NAMES_SHOWN), ...more, ...listeners].join(' ');
}

const NAMES_SHOWN = 3;

/** `443 ssl`, `*:443 ssl` and `[::]:443 ssl` are one for people: `:443 ssl`. */
function listenerLabel(words: readonly Word[]): string {
  const { address, ssl, quic, udp } = readListen({ words }, 'http');
  const host = listenHost(address);
  const isPort = address.hasPort && address.port === address.lastPort && (host === '*' || host === '[::]');
  const written = words[1]?.value ?? '';
  const kinds = Object.entries({ ssl, quic, udp }).flatMap(([kind, is]) => (is ? [kind] : []));
  return [isPort ? `:${address.port}` : written, ...kinds].join(' ');
}

function passOf(tree: SyntaxTree, { children }: Directive): string {
  for (const child of children ?? []) {
    if (child.children === null && passFact(nameOf(tree, child)) !== undefined)
      return wordsOf(tree, child)[1]?.value ?? '';
  }
  return '';
}

function countOf(tree: SyntaxTree, { children }: Directive): string {
  const count = (children ?? []).filter((child) => nameOf(tree, child) === 'server').length;
  return count === 1 ? t('1 server') : t`${count} servers`;
}

/** Words as they are written, with one blank between them. */
function textOf({ text }: SyntaxTree, words: readonly Word[]): string {
  return words.map(({ start, end }) => text.slice(start, end)).join(' ');
}

function shortened(label: string): string {
  const line = label.replaceAll(/\s+/g, ' ');
  return line.length > LONGEST_LABEL ? `${line.slice(0, LONGEST_LABEL - 1)}…` : line;
}

/** The kinds that people look for in a whole workspace. */
const SOUGHT: ReadonlySet<OutlineKind> = new Set([
  'server',
  'location',
  'named-location',
  'upstream',
  'variable',
  'name',
]);

/** An item, and the label of the one around it; '' at the top. */
export interface FoundItem {
  readonly item: OutlineItem;
  readonly container: string;
}

/**
 * The servers, locations, upstreams, variables and other names of a file that a query finds: its characters are in
 * the label in that order, in either case. All for an empty query. In the order of the text.
 */
export function findInOutline(tree: SyntaxTree, query: string): FoundItem[] {
  const found: FoundItem[] = [];
  const wanted = query.toLowerCase().replaceAll(/\s+/g, '');
  const stack: { readonly list: readonly OutlineItem[]; readonly container: string; next: number }[] = [
    { list: outlineOf(tree), container: '', next: 0 },
  ];
  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    const item = frame.list[frame.next];
    frame.next += 1;
    if (item === undefined) {
      stack.pop();
      continue;
    }
    const { container } = frame;
    if (SOUGHT.has(item.kind) && isSubsequence(wanted, item.label)) found.push({ item, container });
    stack.push({ list: item.children, container: item.kind === 'part' ? container : item.label, next: 0 });
  }
  return found;
}

function isSubsequence(wanted: string, label: string): boolean {
  const lower = label.toLowerCase();
  let at = 0;
  for (const character of wanted) {
    at = lower.indexOf(character, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
