// The table of directives in server/src/reference/, joined from the command tables of nginx, from the releases in
// which a name came and went, from its merge functions, and from nginx's documentation.

/**
 * @typedef {object} Command one entry of a command table
 * @property {string} name
 * @property {string} source `nginx` or the name of a third-party module
 * @property {string} module
 * @property {string[]} contexts
 * @property {number[] | {min: number}} args
 * @property {boolean} [block]
 * @property {boolean} [onOff]
 * @property {string} handler
 */

/** @typedef {Record<string, {since?: string, removed?: string}>} Changes by `area:name` */

/** @typedef {Record<string, Record<string, string[]>>} Inheritance names by kind, by module */

/** @typedef {{name: string, module: string, contexts: string[], syntax: string[], isBlock: boolean}} Documented */

/** Setters whose values a slot of this name checks; all others are checked by name, or not at all. */
const SLOTS = /^ngx_(?:conf|http|stream)_set_(\w+)_slot$/;

/** Setters of their own that leave the value to a slot. */
/** @type {Record<string, string>} */
const LEFT_TO_SLOTS = { ngx_mail_ssl_starttls: 'enum' };

/** Commands that the tables of today no longer have: nginx up to the release in which each went. */
/** @type {Command[]} */
const REMOVED = [
  { ...removed('ssl', 'ngx_http_ssl_module', ['http', 'server']), onOff: true },
  { ...removed('ssl', 'ngx_mail_ssl_module', ['mail', 'mail server']), onOff: true },
  ...[
    'chunk_size',
    'headers_comp',
    'keepalive_timeout',
    'max_concurrent_streams',
    'pool_size',
    'recv_buffer_size',
    'recv_timeout',
    'streams_index_size',
  ].map((name) => removed(`spdy_${name}`, 'ngx_http_v2_module', ['http', 'server'], '')),
];

/** Releases that brought an entry beside an older one of its name, or that are later than the list of releases. */
/** @type {Record<string, string>} by `module:name` */
const SINCE = {
  'ngx_http_upstream:resolver': '1.27.3',
  'ngx_http_upstream:resolver_timeout': '1.27.3',
  'ngx_stream_upstream:resolver': '1.27.3',
  'ngx_stream_upstream:resolver_timeout': '1.27.3',
  'ngx_http_core_module:client_body_early_read': '1.31.5',
};

/**
 * @param {string} name
 * @param {string} module
 * @param {string[]} contexts
 * @param {string} handler
 * @returns {Command}
 */
function removed(name, module, contexts, handler = 'ngx_conf_set_flag_slot') {
  return { name, source: 'nginx', module, contexts, args: [1], handler };
}

/**
 * The rows of the table: name, module, contexts, argument counts, kind, slot, first and last release, how it is
 * inherited, and the third-party source.
 *
 * @param {Command[]} commands
 * @param {Changes} changes
 * @param {Inheritance} inheritance
 */
export function directiveRows(commands, changes, inheritance) {
  return [...commands, ...REMOVED].map(({ name, source, module, contexts, args, block, onOff, handler }) => {
    const kind = block ? 'block' : onOff ? 'flag' : '';
    const counts = Array.isArray(args) ? args.join(',') : `${args.min}+`;
    const slot = slotOf(handler);
    const change = source === 'nginx' ? changes[`${areaOf(contexts)}:${name}`] : undefined;
    const row = [
      name,
      module,
      contexts.join(','),
      counts,
      kind,
      slot,
      SINCE[`${module}:${name}`] ?? change?.since ?? '',
      change?.removed ?? '',
      inheritedAs(inheritance[module] ?? {}, name),
    ];
    if (source !== 'nginx') row.push(source);
    return row;
  });
}

/**
 * @param {string} handler a setter
 * @returns {string} the slot that reads the value, '' for none
 */
export function slotOf(handler) {
  return SLOTS.exec(handler)?.[1] ?? LEFT_TO_SLOTS[handler] ?? '';
}

/**
 * @param {Record<string, string[]>} kinds names by kind
 * @param {string} name
 */
function inheritedAs(kinds, name) {
  return Object.entries(kinds).find(([, names]) => names.includes(name))?.[0] ?? '';
}

/** @param {string[]} contexts */
function areaOf(contexts) {
  const [first = ''] = contexts;
  if (['main', 'events', 'any'].includes(first)) return 'core';
  const [area = ''] = first.split(' ');
  return area === 'mail' || area === 'stream' ? area : 'http';
}

/**
 * Names that nginx documents and its command tables do not have: commercial ones, and modules built apart.
 *
 * @param {Documented[]} documented
 * @param {Command[]} commands
 * @returns {string[][]} name and module
 */
export function documentedRows(documented, commands) {
  const known = new Set([...commands, ...REMOVED].map(({ name }) => name));
  /** @type {Map<string, string>} */
  const rows = new Map();
  for (const { name, module } of documented) if (!known.has(name) && !rows.has(name)) rows.set(name, module);
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
}
