/** How much of a document is looked at, in UTF-16 units. */
export const HEAD_LENGTH = 4096;

/**
 * Whether a text begins as an nginx configuration does: the first statement is one that nginx knows, there is a
 * block that nginx knows in the form that nginx wants, most other statements are known too, and nothing stands there
 * that only other kinds of files have. Directives outside any block are not enough: too many formats end their lines
 * with `;`.
 *
 * @param text a whole document or its beginning; only the first `HEAD_LENGTH` units are read
 */
export function readsAsNginx(text: string): boolean {
  const head = wholeLines(text);
  if (FOREIGN_LINE.test(head)) return false;
  const count: Record<Kind, number> = { head: 0, level: 0, directive: 0, unknown: 0, foreign: 0 };
  for (const statement of statements(head)) {
    const kind = kindOf(statement);
    if (kind === undefined) continue;
    count[kind] += 1;
    const known = count.head + count.level + count.directive;
    if (count.foreign > 0 || known === 0) return false;
  }
  const blocks = count.head + count.level;
  const known = blocks + count.directive;
  // A lone `server {` or `http {` may be anything.
  return blocks > 0 && (count.head > 0 || known > 1) && known > count.unknown;
}

/** The lines that lie within the head; a line that is cut off is left out, unless it is the only one. */
function wholeLines(text: string): string {
  if (text.length <= HEAD_LENGTH) return text;
  const head = text.slice(0, HEAD_LENGTH);
  return head.includes('\n') ? head.slice(0, head.lastIndexOf('\n')) : head;
}

/** A script's first line, which nginx would take for a comment, and a virtual host of Apache. */
const FOREIGN_LINE = /^#!|^[ \t]*<VirtualHost\b/im;

interface Statement {
  /** At least one, quotes and all. A placeholder of a template is a word of its own. */
  readonly words: readonly [string, ...string[]];
  /** What follows the last word: `cut` where the text ends first. */
  readonly end: ';' | '{' | '}' | 'cut';
  /** The name of the block around it, or '' where there is none. */
  readonly parent: string;
}

/**
 * Comments, quoted words, placeholders of templates, punctuation, words: roughly as nginx cuts a text. A placeholder
 * ends on its line.
 */
const TOKEN =
  /#.*|"(?:[^"\\]|\\[^])*"?|'(?:[^'\\]|\\[^])*'?|\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|<%.*?%>|[;{}]|(?:\$\{\w+\}|\\[^]|[^\s;{}\\])+/gu;

const CONTROL = /^(?:\{[%#]|<%[^=])/;
const PLACEHOLDER = /^(?:\{\{|<%=)/;
const LINE_END = /[ \t]*(?:\r?\n|$)/y;
const LUA_BLOCK = /_by_lua_block$/;

/** Reads directives and the heads of blocks; comments, control lines of templates and Lua are left out. */
function* statements(text: string): Generator<Statement> {
  const parents: string[] = [];
  let words: string[] = [];
  const pattern = new RegExp(TOKEN);
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const [token] = match;
    if (token.startsWith('#') || CONTROL.test(token)) continue;
    if (words.length === 0 && PLACEHOLDER.test(token) && isLineEnd(text, pattern.lastIndex)) continue;
    if (token !== ';' && token !== '{' && token !== '}') {
      words.push(token);
      continue;
    }
    const [name, ...rest] = words;
    if (name !== undefined) yield { words: [name, ...rest], end: token, parent: parents.at(-1) ?? '' };
    if (token === '{' && name !== undefined && LUA_BLOCK.test(name)) {
      pattern.lastIndex = endOfBraces(text, pattern.lastIndex);
    } else if (token === '{') {
      parents.push(name ?? '');
    } else if (token === '}') {
      parents.pop();
    }
    words = [];
  }
  const [name, ...rest] = words;
  if (name !== undefined) yield { words: [name, ...rest], end: 'cut', parent: parents.at(-1) ?? '' };
}

function isLineEnd(text: string, offset: number): boolean {
  LINE_END.lastIndex = offset;
  return LINE_END.test(text);
}

/** The offset behind the `}` that closes the `{` before the given offset, braces counted; else the end of the text. */
function endOfBraces(text: string, from: number): number {
  let depth = 1;
  for (let offset = from; offset < text.length; offset += 1) {
    if (text[offset] === '{') depth += 1;
    else if (text[offset] === '}') depth -= 1;
    if (depth === 0) return offset + 1;
  }
  return text.length;
}

/** Blocks whose lines are keys and values, not directives. */
const TABLES = new Set(['map', 'geo', 'split_clients', 'types', 'charset_map', 'match']);

/**
 * What a statement shows about its file. `head`: a block with arguments that only nginx has; `level`: a block that nginx
 * knows, without arguments.
 */
type Kind = 'head' | 'level' | 'directive' | 'unknown' | 'foreign';

/** undefined: nothing is said. */
function kindOf(statement: Statement): Kind | undefined {
  const { words, end, parent } = statement;
  const [name] = words;
  if (TABLES.has(parent) || PLACEHOLDER.test(name)) return undefined;
  if (isForeign(statement)) return 'foreign';
  if (end === 'cut') return undefined;
  const block = end === '{' ? blockOf(words) : undefined;
  return block ?? (isKnown(name) ? 'directive' : 'unknown');
}

/**
 * Whether no nginx file has such a statement: `[section]`, `key = value`, `key: value`, `"key": value`, an element,
 * a comment that begins with slashes.
 */
function isForeign({ words: [name, second] }: Statement): boolean {
  if (/^(?:["'[<]|\/[/*])|[:=]$|^[\w.-]+=/.test(name)) return true;
  return second !== undefined && /^(?:[+:]?=(?!=)|:$)/.test(second) && name !== 'location';
}

/** Which kind of block that nginx knows has these words in front of its `{`, if any. */
function blockOf([name, ...args]: Statement['words']): 'head' | 'level' | undefined {
  switch (name) {
    case 'events':
    case 'http':
    case 'mail':
    case 'server':
    case 'stream':
      return args.length === 0 ? 'level' : undefined;
    case 'upstream':
    case 'location':
    case 'limit_except':
      return args.length > 0 ? 'head' : undefined;
    case 'geo':
    case 'map':
    case 'split_clients':
      return isVariable(args.at(-1)) ? 'head' : undefined;
    default:
      return undefined;
  }
}

function isVariable(word: string | undefined): boolean {
  return word !== undefined && (word.startsWith('$') || PLACEHOLDER.test(word));
}

/** Directives that configurations are full of, so far as no prefix below covers them, and those files begin with. */
const NAMES = new Set(
  `access_log add_header alias allow break charset daemon default_type deny env error_log error_page etag expires geo
  hash http2 http3 if include index internal ip_hash js_import least_conn limit_rate listen load_module location
  log_format map map_hash_bucket_size map_hash_max_size match merge_slashes modsecurity mp4 multi_accept pagespeed
  perl_modules pid port_in_redirect postpone_output preread_buffer_size preread_timeout random recursive_error_pages
  resolver resolver_timeout return rewrite rewrite_log root rtmp satisfy secure_link send_timeout sendfile server
  server_name server_name_in_redirect server_names_hash_bucket_size server_names_hash_max_size server_tokens set
  slice split_clients status_zone stub_status tcp_nodelay tcp_nopush try_files types types_hash_bucket_size
  types_hash_max_size underscores_in_headers uninitialized_variable_warn upstream use user valid_referers
  variables_hash_bucket_size variables_hash_max_size zone`.split(/\s+/),
);

/** The first parts of directive names that are named after their module. */
const PREFIXES =
  /^(?:access_by|ancient_browser|aio|app_protect|auth|autoindex|body_filter|brotli|client|content_by|debug|directio|dav|fancyindex|fastcgi|geoip2?|grpc|gunzip|gzip|echo|header_filter|ignore|image_filter|init_by|init_worker|js|keepalive|keyval|large_client|limit_conn|limit_rate|limit_req|lingering|log|lua|memcached|mirror|modsecurity|more|msie|mqtt|nchan|open_file|output|otel|passenger|perl|proxy|quic|rds|read|real_ip|redis2?|request_pool|reset_timedout|rewrite_by|scgi|server_rewrite|set_by|set_real_ip|ssi|ssl|sticky|sub_filter|uwsgi|vhost_traffic_status|worker|xquic|xslt|zstd)(?:_|$)/;

function isKnown(name: string): boolean {
  return NAMES.has(name) || PREFIXES.test(name);
}
