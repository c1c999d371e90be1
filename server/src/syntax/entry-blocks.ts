/** A block whose content is entries, not directives: the name of a directive at the start of one means nothing. */
export interface EntryBlock {
  /** The most words that an entry has: one with more lacks its `;`. */
  readonly words: number;
  /** Whether its entries are a key and what the key stands for. */
  readonly isTable: boolean;
}

/** The blocks with entries, those of nginx and of modules that are common: http, stream and `match` of NGINX Plus. */
const entryBlocks: ReadonlyMap<string, EntryBlock> = new Map([
  ['map', { words: 2, isTable: true }],
  ['num_map', { words: 2, isTable: true }],
  ['geo', { words: 2, isTable: true }],
  ['split_clients', { words: 2, isTable: true }],
  ['charset_map', { words: 2, isTable: true }],
  ['types', { words: Number.POSITIVE_INFINITY, isTable: true }],
  ['geoip2', { words: Number.POSITIVE_INFINITY, isTable: false }],
  ['match', { words: Number.POSITIVE_INFINITY, isTable: false }],
]);

/** How the content of a block of that name is read; undefined where it is directives. */
export function entryBlock(name: string): EntryBlock | undefined {
  return entryBlocks.get(name);
}
