import { entryBlock } from '../syntax/entry-blocks';
import { passFact } from '../reference/pass-directives';
import { locationName } from '../values/location';
import { referencesIn } from '../values/script';
import { hasPlaceholder } from '../syntax/templates/languages';
import { insideQuotes, type Word } from '../syntax/tree';
import { hostOf, parseProxyTarget } from '../values/pass-url';
import { definedWord } from './variables';

/** The kinds of things that a configuration names. */
export type SymbolKind =
  | 'upstream'
  /** `location @name`. */
  | 'named-location'
  | 'variable'
  | 'limit-req-zone'
  | 'limit-conn-zone'
  /** The `keys_zone` of a `*_cache_path`. */
  | 'cache-zone'
  | 'log-format';

/** One name in a directive: offsets into the text of its file. */
export interface Mention {
  readonly kind: SymbolKind;
  /** As nginx compares it: upstreams and variables in lower case, variables without `$`, locations without `@`. */
  readonly name: string;
  readonly role: 'definition' | 'reference';
  /** The name's own text: without `$`, `${` and `}`, `@`, quotes, `zone=`. */
  readonly start: number;
  readonly end: number;
  /** The same with `$`, `${` and `}` or `@` around it. */
  readonly outerStart: number;
  readonly outerEnd: number;
}

/** A directive as far as it matters for the names in it. */
export interface Statement {
  readonly name: string;
  readonly words: readonly Word[];
  /** Name of the block around it; '' at the top. */
  readonly block: string;
  readonly isBlock: boolean;
}

/** Words from an offset on, and the text they are in. */
interface Piece {
  readonly text: string;
  readonly start: number;
}

/** Directives whose arguments are patterns when they begin with `~`. */
const TILDE_PATTERNS: ReadonlySet<string> = new Set([
  'server_name',
  'valid_referers',
  'proxy_redirect',
  'proxy_cookie_domain',
  'proxy_cookie_path',
  'proxy_cookie_flags',
]);

/** Directives whose first argument is a pattern. */
const FIRST_PATTERN: ReadonlySet<string> = new Set(['rewrite', 'fastcgi_split_path_info', 'subs_filter']);

/** Directives whose last argument may be the name of a location. */
const LOCATION_USERS: ReadonlySet<string> = new Set([
  'error_page',
  'try_files',
  'post_action',
  'internal_redirect',
  'echo_exec',
  'upload_pass',
]);

/** Where a directive has the name of something: in which of its words (0 is the directive's name), after what. */
interface Rule {
  readonly kind: SymbolKind;
  readonly role: Mention['role'];
  /** Index of the word; null for any of them. */
  readonly word: number | null;
  /** What is before the name in its word. */
  readonly prefix: string;
}

const rule = (kind: SymbolKind, role: Mention['role'], word: number | null, prefix = ''): Rule => ({
  kind,
  role,
  word,
  prefix,
});

const cacheRules = ['proxy', 'fastcgi', 'scgi', 'uwsgi'].flatMap((family): [string, Rule][] => [
  [`${family}_cache_path`, rule('cache-zone', 'definition', null, 'keys_zone=')],
  [`${family}_cache`, rule('cache-zone', 'reference', 1)],
]);

const RULES: ReadonlyMap<string, Rule> = new Map([
  ['limit_req_zone', rule('limit-req-zone', 'definition', null, 'zone=')],
  ['limit_req', rule('limit-req-zone', 'reference', null, 'zone=')],
  ['limit_conn_zone', rule('limit-conn-zone', 'definition', null, 'zone=')],
  ['limit_conn', rule('limit-conn-zone', 'reference', 1)],
  ['log_format', rule('log-format', 'definition', 1)],
  ['access_log', rule('log-format', 'reference', 2)],
  ...cacheRules,
]);

/** Third-party directives that define the variable that is their first argument: those of set-misc, and `auth_jwt_*_set`. */
const SETTERS = /^(?:set_\w+|auth_jwt_(?:claim|header)_set)$/;

/** Directives that always contain mentions, whatever their text. */
export function isNaming({ name, isBlock }: Pick<Statement, 'name' | 'isBlock'>): boolean {
  if (name === 'upstream' || name === 'location') return isBlock;
  return passFact(name) !== undefined || LOCATION_USERS.has(name) || RULES.has(name);
}

/** Whether the text of a directive may have variables, or captures of a pattern. */
export function mayMentionVariables(text: string): boolean {
  return text.includes('$') || text.includes('(?');
}

/**
 * The names in one directive, in no certain order.
 *
 * @param text of the file
 * @param template whether it has placeholders of templates
 */
export function mentionsIn(text: string, statement: Statement, template: boolean): Mention[] {
  const mentions: Mention[] = [];
  addVariables(mentions, text, statement, template);
  if (isTable(statement.block)) return mentions;
  addNames(mentions, text, statement);
  return mentions.filter(({ name }) => !hasPlaceholder(name));
}

function addNames(mentions: Mention[], text: string, { name, words, isBlock }: Statement): void {
  const last = words.at(-1);
  if (name === 'upstream' && isBlock) addWord(mentions, text, words[1], 'upstream', 'definition');
  else if (name === 'location' && isBlock && locationName({ words }).kind === 'named')
    addLocation(mentions, text, last, 'definition');
  else if (LOCATION_USERS.has(name) && words.length > 1) addLocation(mentions, text, last, 'reference');
  else if (passFact(name) !== undefined) addUpstream(mentions, text, words[1]);
  const found = RULES.get(name);
  if (found === undefined) return;
  for (const [index, word] of words.entries()) {
    if (index === 0 || (found.word !== null && index !== found.word)) continue;
    addByRule(mentions, text, word, found);
  }
}

/** Whether the lines of a block are a key and a value: variables are the only names there. */
function isTable(block: string): boolean {
  return entryBlock(block)?.isTable === true;
}

function pieceOf(text: string, word: Word): Piece {
  const { start, end } = insideQuotes(text, word);
  return { text: text.slice(start, end), start };
}

function addWord(
  mentions: Mention[],
  text: string,
  word: Word | undefined,
  kind: 'upstream',
  role: Mention['role'],
): void {
  if (word === undefined || word.value === '' || word.value.includes('$')) return;
  const { start, end } = insideQuotes(text, word);
  const name = word.value.toLowerCase();
  mentions.push({ kind, name, role, start, end, outerStart: start, outerEnd: end });
}

function addLocation(mentions: Mention[], text: string, word: Word | undefined, role: Mention['role']): void {
  if (word === undefined || !/^@[^$]+$/.test(word.value)) return;
  const { start, end } = insideQuotes(text, word);
  const name = word.value.slice(1);
  mentions.push({
    kind: 'named-location',
    name,
    role,
    start: start + 1,
    end,
    outerStart: start,
    outerEnd: end,
  });
}

/** Variables that begin with a slash: the text before them is certainly a host. */
const PATH_VARIABLE = /\$(?:\{(?:request_uri|uri|document_uri)\}|(?:request_uri|uri|document_uri)(?!\w))/i;

/** The host of a URL that may be an upstream; null when it has a port, is a variable, or is no host. */
export function upstreamIn(text: string, word: Word): Mention | null {
  const piece = pieceOf(text, word);
  const { authority, authorityStart } = parseProxyTarget(piece.text);
  const path = authority.search(PATH_VARIABLE);
  const host = path === -1 ? authority : authority.slice(0, path);
  if (host === '' || /[$:\\]/.test(host) || hostOf(host) === '') return null;
  const start = piece.start + authorityStart;
  const end = start + host.length;
  const name = host.toLowerCase();
  return { kind: 'upstream', name, role: 'reference', start, end, outerStart: start, outerEnd: end };
}

function addUpstream(mentions: Mention[], text: string, word: Word | undefined): void {
  const mention = word === undefined ? null : upstreamIn(text, word);
  if (mention !== null) mentions.push(mention);
}

/** The variable that is the whole host of a `proxy_pass` or its like, in lower case; null when it is none. */
export function hostVariable({ name, words }: Statement): string | null {
  if (passFact(name) === undefined) return null;
  const { authority } = parseProxyTarget(words[1]?.value ?? '');
  const match = /^\$(?:\{(\w+)\}|(\w+))(?:\$.*)?$/s.exec(authority);
  return (match?.[1] ?? match?.[2])?.toLowerCase() ?? null;
}

function addByRule(mentions: Mention[], text: string, word: Word, { kind, role, prefix }: Rule): void {
  const piece = pieceOf(text, word);
  if (!piece.text.startsWith(prefix)) return;
  const [name = ''] = /^[^:]*/.exec(piece.text.slice(prefix.length)) ?? [];
  if (name === '' || /[$=]/.test(name) || (role === 'reference' && name === 'off')) return;
  const start = piece.start + prefix.length;
  const end = start + name.length;
  mentions.push({ kind, name, role, start, end, outerStart: start, outerEnd: end });
}

function addVariables(mentions: Mention[], text: string, statement: Statement, template: boolean): void {
  const { name, words, block } = statement;
  const isEntry = isTable(block);
  const defined = isEntry ? -1 : definedIn(statement);
  for (const [index, word] of words.entries()) {
    const piece = pieceOf(text, word);
    if (!mayMentionVariables(piece.text) || isForeignCode(name, index)) continue;
    if (isPattern(statement, index)) addCaptures(mentions, piece, word);
    else if (index === defined) addDefinition(mentions, piece);
    else if (isEntry ? isExpandedEntry(block, index) : isExpanded(name, index))
      addReferences(mentions, piece, template);
  }
}

/** Index of the word that is a variable which the directive defines; -1 for none. */
function definedIn({ name, words, block }: Statement): number {
  const index = definedWord(name, words.length);
  if (index !== -1) return index;
  if (block === 'geoip2') return 0;
  return SETTERS.test(name) && name !== 'set_real_ip_from' ? 1 : -1;
}

/** Of entries only the values of maps may have variables. */
function isExpandedEntry(block: string, index: number): boolean {
  return index === 1 && (block === 'map' || block === 'num_map');
}

/** Whether nginx looks for variables in a word at all. */
function isExpanded(name: string, index: number): boolean {
  return index > 0 && name !== 'location' && name !== 'include';
}

/** Whether a word is source of Lua or Perl. */
function isForeignCode(name: string, index: number): boolean {
  if (name === 'perl' || name.endsWith('_by_lua')) return index === (name === 'set_by_lua' ? 2 : 1);
  return name === 'perl_set' && index === 2;
}

/** Whether nginx compiles a word as a pattern: a `$` in it is the end of the text, and named groups are variables. */
function isPattern({ name, words, block }: Statement, index: number): boolean {
  const before = words[index - 1]?.value ?? '';
  const value = words[index]?.value ?? '';
  if (isTable(block)) return index === 0 && block === 'map' && value.startsWith('~');
  if (index === 0) return false;
  if (name === 'location') return index === words.length - 1 && locationName({ words }).kind === 'regex';
  if (name === 'if') return index > 1 && /^!?~\*?$/.test(before);
  if (FIRST_PATTERN.has(name)) return index === 1;
  return TILDE_PATTERNS.has(name) && value.startsWith('~');
}

function addDefinition(mentions: Mention[], { text, start }: Piece): void {
  if (!/^\$\w+$/.test(text)) return;
  mentions.push(variable(text.slice(1), 'definition', start + 1, start, start + text.length));
}

/**
 * Backslashes hide no variable: nginx resolves escapes before it looks for variables, and no escape produces a character
 * of a variable. So the raw text shows where variables are.
 */
function addReferences(mentions: Mention[], { text, start }: Piece, template: boolean): void {
  for (const reference of referencesIn(text)) {
    const { name, isCapture, isBraced, error } = reference;
    if (error !== null || isCapture || /^\d+$/.test(name)) continue;
    // `${NAME}` is for envsubst.
    if (template && isBraced && /^[A-Z0-9_]+$/.test(name)) continue;
    const outer = start + reference.start;
    mentions.push(variable(name, 'reference', outer + (isBraced ? 2 : 1), outer, start + reference.end));
  }
}

/** Named groups, and references to them: `\k<name>`, `(?P=name)`, `(?&name)`, `(?(<name>)…)`. */
const CAPTURE =
  /\\k[<{'](\w+)|\\g[<{'](?!\d)(\w+)|\\.|\(\?P[=>](\w+)|\(\?&(\w+)|\(\?\([<'](\w+)|\(\?P?[<'](\w+)[>']/gis;

function addCaptures(mentions: Mention[], piece: Piece, word: Word): void {
  const offsets = rawOffsets(piece.text, word.value);
  for (const match of word.value.matchAll(CAPTURE)) {
    const name = match.slice(1).find((group) => group !== undefined);
    if (name === undefined) continue;
    const isDefinition = match[6] !== undefined;
    const at = match.index + match[0].lastIndexOf(name);
    const start = piece.start + (offsets?.[at] ?? at);
    mentions.push({
      ...variable(name, isDefinition ? 'definition' : 'reference', start, start, start + name.length),
    });
  }
}

function variable(
  name: string,
  role: Mention['role'],
  start: number,
  outerStart: number,
  outerEnd: number,
): Mention {
  const end = start + name.length;
  return { kind: 'variable', name: name.toLowerCase(), role, start, end, outerStart, outerEnd };
}

/** For each character of a word's value, its offset in the text; null when both are the same. */
function rawOffsets(raw: string, value: string): number[] | null {
  if (raw.length === value.length) return null;
  const offsets: number[] = [];
  for (let offset = 0; offset < raw.length; offset += 1) {
    offsets.push(offset);
    if (raw.charAt(offset) === '\\' && /["'\\trn]/.test(raw.charAt(offset + 1))) offset += 1;
  }
  return offsets;
}
