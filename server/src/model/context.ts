import { contextsOf } from '../reference/directives';

/** What of a directive tells where it may stand. */
interface Standing {
  readonly name: string;
  /** Null for a line. */
  readonly children: readonly unknown[] | null;
}

/** Where the top level of a file stands in a configuration. `main`: it is a main file itself. */
export type FileContext = 'main' | 'http' | 'server' | 'location' | 'upstream' | 'unknown';

/** Blocks that only a main file has at its top level. */
const MAIN_BLOCKS: ReadonlySet<string> = new Set(['events', 'http', 'stream', 'mail']);

/** Tried in this order: what may stand at several levels stands at the outermost. */
const FRAGMENT_CONTEXTS = ['http', 'server', 'location', 'upstream'] as const;

/** Whether a block of that name at the top level makes a file a main file. */
export function isMainBlock(name: string): boolean {
  return MAIN_BLOCKS.has(name);
}

/**
 * The context that the top level of a file is likely to stand in: the outermost one in which all its directives
 * may stand. Names that nginx does not know tell nothing.
 */
export function likelyContext(directives: readonly Standing[]): FileContext {
  if (directives.some(({ name }) => isMainBlock(name))) return 'main';
  const known = directives.filter(({ name }) => name !== 'include' && contextsOf(name).length > 0);
  if (known.length === 0) return 'unknown';
  const fits = (context: string): boolean => known.every((directive) => mayStandIn(directive, context));
  return FRAGMENT_CONTEXTS.find(fits) ?? 'unknown';
}

function mayStandIn(directive: Standing, context: string): boolean {
  // `server` is a block in http and a line in upstream.
  if (directive.name === 'server') return (context === 'upstream') === (directive.children === null);
  return contextsOf(directive.name).includes(context);
}
