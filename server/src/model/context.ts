import { contextsOf } from '../reference/directives';
import { entryBlock } from '../syntax/entry-blocks';

/** The contexts of nginx's command tables, and those beside them. */
export type Context =
  | 'main'
  | 'events'
  | 'http'
  | 'server'
  | 'location'
  | 'if in server'
  | 'if in location'
  | 'limit_except'
  | 'upstream'
  | 'mail'
  | 'mail server'
  | 'stream'
  | 'stream server'
  | 'stream upstream'
  /** The lines of `map`, `geo`, `types` and their like are entries, not directives. */
  | 'entries'
  /** Anything is allowed there, as far as we know. */
  | 'unknown';

/** What a directive belongs to: modules of different parts share names. */
export type Area = 'core' | 'http' | 'stream' | 'mail' | 'unknown';

const AREAS: Readonly<Record<Context, Area>> = {
  main: 'core',
  events: 'core',
  http: 'http',
  server: 'http',
  location: 'http',
  'if in server': 'http',
  'if in location': 'http',
  limit_except: 'http',
  upstream: 'http',
  mail: 'mail',
  'mail server': 'mail',
  stream: 'stream',
  'stream server': 'stream',
  'stream upstream': 'stream',
  entries: 'unknown',
  unknown: 'unknown',
};

export function areaOf(context: Context): Area {
  return AREAS[context];
}

/** The blocks that each context has, and their contexts. */
const INNER: ReadonlyMap<Context, ReadonlyMap<string, Context>> = new Map([
  ['main', blocks({ events: 'events', http: 'http', mail: 'mail', stream: 'stream' })],
  ['http', blocks({ server: 'server', upstream: 'upstream' })],
  ['server', blocks({ location: 'location', if: 'if in server' })],
  ['location', blocks({ location: 'location', if: 'if in location', limit_except: 'limit_except' })],
  ['mail', blocks({ server: 'mail server' })],
  ['stream', blocks({ server: 'stream server', upstream: 'stream upstream' })],
]);

/** What a block of that name most likely is where it is not allowed. */
const ANYWHERE = blocks({
  events: 'events',
  http: 'http',
  mail: 'mail',
  stream: 'stream',
  server: 'server',
  location: 'location',
  if: 'if in location',
  limit_except: 'limit_except',
  upstream: 'upstream',
});

function blocks(contexts: Readonly<Record<string, Context>>): ReadonlyMap<string, Context> {
  return new Map(Object.entries(contexts));
}

/** The context within a block that is in another; `unknown` where the files do not determine it. */
export function innerContext(context: Context, name: string): Context {
  if (entryBlock(name) !== undefined) return 'entries';
  const inner = INNER.get(context)?.get(name);
  if (inner !== undefined) return inner;
  if (AREAS[context] === 'mail' || AREAS[context] === 'stream') return 'unknown';
  return ANYWHERE.get(name) ?? 'unknown';
}

/** The parts of a directive that show where it is allowed. */
interface Standing {
  readonly name: string;
  /** Null for a line. */
  readonly children: readonly Standing[] | null;
}

/** Blocks that more than one part of a configuration has. */
const AMBIGUOUS: ReadonlyMap<string, readonly Context[]> = new Map([
  ['server', ['server', 'stream server', 'mail server']],
  ['upstream', ['upstream', 'stream upstream']],
]);

/** The contexts that the inside of a block of that name may be, if more than one part has it; else none. */
export function contextsWithin(name: string): readonly Context[] {
  return AMBIGUOUS.get(name) ?? [];
}

/**
 * The context within a block whose surroundings are not in the files: the one in which all its directives are allowed.
 * `unknown` when there are several, or none.
 */
export function likelyInner(name: string, children: readonly Standing[]): Context {
  // An `if` of a server takes less than one of a location.
  if (name === 'if') return 'unknown';
  const candidates = AMBIGUOUS.get(name);
  if (candidates === undefined) return innerContext('unknown', name);
  // Those of stream and mail have no blocks in them: one is a `location`, even where its name is misspelt.
  if (name === 'server' && children.some(isBlock)) return 'server';
  const known = children.map((child) => contextsOf(child.name)).filter((contexts) => contexts.length > 0);
  const fitting = candidates.filter((context) =>
    known.every((contexts) => contexts.includes(context) || contexts.includes('any')),
  );
  const [only] = fitting;
  return only !== undefined && fitting.length === 1 ? only : 'unknown';
}

function isBlock({ name, children }: Standing): boolean {
  return name === 'location' || (children !== null && !name.endsWith('_by_lua_block'));
}

/** The context of the top level of a file. `main`: it is a main file itself. */
export type FileContext = Extract<Context, 'main' | 'http' | 'server' | 'location' | 'upstream' | 'unknown'>;

/** Blocks that only a main file has at its top level. */
const MAIN_BLOCKS: ReadonlySet<string> = new Set(['events', 'http', 'stream', 'mail']);

/** Tried in this order: a directive that is allowed at several levels is taken to be at the outermost. */
const FRAGMENT_CONTEXTS = ['http', 'server', 'location', 'upstream'] as const;

/** Whether a block of that name at the top level makes a file a main file. */
export function isMainBlock(name: string): boolean {
  return MAIN_BLOCKS.has(name);
}

/**
 * The likely context of the top level of a file: the outermost one in which all its directives are allowed. Names that
 * nginx does not know are ignored. Beside a `server` of http all others are taken to be in http as well: nginx refuses
 * what is not allowed there, wherever the file is included.
 */
export function likelyContext(directives: readonly Standing[]): FileContext {
  if (directives.some(({ name }) => isMainBlock(name))) return 'main';
  const known = directives.filter(({ name }) => name !== 'include' && contextsOf(name).length > 0);
  if (known.length === 0) return 'unknown';
  const fits = (context: string): boolean => known.every((directive) => mayStandIn(directive, context));
  return FRAGMENT_CONTEXTS.find(fits) ?? (hasHttpServer(directives) ? 'http' : 'unknown');
}

/** Whether there is a `server` of http: those of stream and mail have no blocks in them, and no `location` beside them. */
function hasHttpServer(directives: readonly Standing[]): boolean {
  const servers = directives.filter(({ name, children }) => name === 'server' && children !== null);
  const hasLocation = directives.some(({ name }) => name === 'location');
  return servers.some(({ children }) => hasLocation || children?.some(isBlock) === true);
}

function mayStandIn(directive: Standing, context: string): boolean {
  // `server` is a block in http and a line in upstream.
  if (directive.name === 'server') return context === (directive.children === null ? 'upstream' : 'http');
  return contextsOf(directive.name).includes(context);
}
