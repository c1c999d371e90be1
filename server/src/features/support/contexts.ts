import type { ConfigDirective, Configuration, Heading } from '../../model/configuration';
import { placeOf, walk } from '../../model/configuration';
import { placeInFile } from '../../model/place-in-file';
import { isMainBlock } from '../../model/context';
import type { SourceFile } from '../../model/source-file';
import { type Context, innerContext } from '../../model/context';
import { type DirectiveFact, directiveFacts } from '../../reference/directives';
import { type Directive, directiveStart } from '../../syntax/tree';

/** Tried for a file that no main file includes; the parts that few have only where nothing else fits. */
const FRAGMENT_CONTEXTS: readonly (readonly Context[])[] = [
  ['main', 'http', 'server', 'location', 'upstream'],
  ['stream', 'stream server', 'stream upstream', 'mail', 'mail server', 'events'],
];

/** The contexts of the blocks of the files, and where the files are included. */
interface Instances {
  /** By file and where the block begins. */
  readonly blocks: ReadonlyMap<string, readonly ConfigDirective[]>;
  /** By real path: the blocks around each `include` of the file; null for the top of the configuration. */
  readonly includes: ReadonlyMap<string, ReadonlySet<Heading | null>>;
  /** What the top of the configuration may be. */
  readonly top: readonly Context[];
  readonly known: Map<Heading, readonly Context[]>;
}

const instances = new WeakMap<Configuration, Instances>();

/** All instances of a block of a file in the configuration. */
export function instancesOf(
  configuration: Configuration,
  file: SourceFile,
  block: Directive,
): readonly ConfigDirective[] {
  return instancesIn(configuration).blocks.get(keyOf(file, directiveStart(file.tree, block))) ?? [];
}

function keyOf({ realPath }: SourceFile, start: number): string {
  return `${start} ${realPath}`;
}

/**
 * The contexts of the directives directly in a block of a file, or at its top: one for each kind of place that an
 * include puts it in. For a fragment they are all contexts in which its directives are allowed.
 */
export function contextsAt(
  configuration: Configuration,
  file: SourceFile,
  block: Directive | null,
): readonly Context[] {
  const found = instancesIn(configuration);
  const around =
    block !== null
      ? instancesOf(configuration, file, block)
      : file.realPath === configuration.closure.main.realPath
        ? [null, ...(found.includes.get(file.realPath) ?? [])]
        : [...(found.includes.get(file.realPath) ?? [])];
  return [...new Set(around.flatMap((each) => contextsWithin(found, each)))];
}

/** Whether a directive of the reference is allowed in one of the contexts. */
export function isAllowedIn({ contexts: allowed }: DirectiveFact, contexts: readonly Context[]): boolean {
  return contexts.some(
    (context) => allowed.includes(context) || (allowed.includes('any') && context !== 'entries'),
  );
}

function contextsWithin({ top, known }: Instances, block: Heading | null): readonly Context[] {
  const path: Heading[] = [];
  let at = block;
  while (at !== null && !known.has(at)) {
    path.push(at);
    at = at.parent;
  }
  let contexts = at === null ? top : (known.get(at) ?? top);
  for (const each of path.toReversed()) {
    contexts = [...new Set(contexts.map((context) => innerContext(context, each.name)))];
    // Of several guesses those that know the block are right.
    const told = contexts.filter((context) => context !== 'unknown');
    if (told.length > 0) contexts = told;
    known.set(each, contexts);
  }
  return contexts;
}

function instancesIn(configuration: Configuration): Instances {
  const found = instances.get(configuration) ?? findInstances(configuration);
  instances.set(configuration, found);
  return found;
}

function findInstances(configuration: Configuration): Instances {
  const blocks = new Map<string, ConfigDirective[]>();
  const includes = new Map<string, Set<Heading | null>>();
  for (const directive of walk(configuration.directives)) {
    if (directive.children !== null) {
      const { file, start } = placeInFile(configuration.closure, placeOf(directive));
      const key = keyOf(file, start);
      const known = blocks.get(key);
      if (known === undefined) blocks.set(key, [directive]);
      else known.push(directive);
    } else if (directive.name === 'include') {
      const files = configuration.closure.inclusions.get(directive.argument(0))?.files ?? [];
      for (const { realPath } of files) {
        const known = includes.get(realPath) ?? new Set();
        includes.set(realPath, known.add(directive.parent));
      }
    }
  }
  return { blocks, includes, top: topContexts(configuration.directives), known: new Map() };
}

function topContexts(directives: readonly ConfigDirective[]): readonly Context[] {
  if (directives.some(({ name, children }) => isMainBlock(name) && children !== null)) return ['main'];
  const allowed = directives.map(factsOf).filter((facts) => facts.length > 0);
  for (const group of FRAGMENT_CONTEXTS) {
    const fitting = group.filter((context) =>
      allowed.every((facts) => facts.some((fact) => isAllowedIn(fact, [context]))),
    );
    if (fitting.length > 0) return fitting;
  }
  return FRAGMENT_CONTEXTS[0] ?? [];
}

/** What it may be: `server` is a block in http and a line in upstream. Half a name tells nothing. */
function factsOf({ name, children }: ConfigDirective): readonly DirectiveFact[] {
  return (directiveFacts().get(name) ?? []).filter(({ kind }) => (kind === 'block') === (children !== null));
}
