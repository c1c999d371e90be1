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
  /** Anything may stand there, as far as we can see. */
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

const INNER: Readonly<Partial<Record<Context, Readonly<Record<string, Context>>>>> = {
  main: { events: 'events', http: 'http', mail: 'mail', stream: 'stream' },
  http: { server: 'server', upstream: 'upstream' },
  server: { location: 'location', if: 'if in server' },
  location: { location: 'location', if: 'if in location', limit_except: 'limit_except' },
  mail: { server: 'mail server' },
  stream: { server: 'stream server', upstream: 'stream upstream' },
};

/** What a block of that name most likely is where it may not stand. */
const ANYWHERE: Readonly<Record<string, Context>> = {
  events: 'events',
  http: 'http',
  mail: 'mail',
  stream: 'stream',
  server: 'server',
  location: 'location',
  if: 'if in location',
  limit_except: 'limit_except',
  upstream: 'upstream',
};

/** The context within a block that stands in another; `unknown` where nobody can tell. */
export function innerContext(context: Context, name: string): Context {
  if (entryBlock(name) !== undefined) return 'entries';
  const inner = INNER[context]?.[name];
  if (inner !== undefined) return inner;
  if (AREAS[context] === 'mail' || AREAS[context] === 'stream') return 'unknown';
  return ANYWHERE[name] ?? 'unknown';
}
