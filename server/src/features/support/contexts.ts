import type { ConfigDirective, Configuration, Heading, Instance } from '../../model/configuration';
import { type Context, innerContext, isMainBlock } from '../../model/context';
import { memoized } from '../../model/memo';
import type { SourceFile } from '../../model/source-file';
import { type DirectiveFact, directiveFacts } from '../../reference/directives';
import type { Directive, SyntaxTree } from '../../syntax/tree';
import type { Block } from './statement';

/** Tried for a file that no main file includes; the parts that few have only where nothing else fits. */
const FRAGMENT_CONTEXTS: readonly (readonly Context[])[] = [
  ['main', 'http', 'server', 'location', 'upstream'],
  ['stream', 'stream server', 'stream upstream', 'mail', 'mail server', 'events'],
];

/** All instances of a block in the configuration. */
export function instancesOf(configuration: Configuration, { file, node }: Block): readonly ConfigDirective[] {
  const chain: Directive[] = [];
  for (let at: Directive | null = node; at !== null; at = at.parent) chain.unshift(at);
  return instancesOfText(configuration, file).flatMap(({ directives }) => {
    let found: ConfigDirective | undefined;
    for (const each of chain) {
      const list: readonly ConfigDirective[] = found === undefined ? directives : (found.children ?? []);
      found = list.find((directive) => directive.node === each);
      if (found === undefined) return [];
    }
    return found === undefined || found.children === null ? [] : [found];
  });
}

/** What a file, or a part of one, gives wherever it is included, by whichever of its paths. */
function instancesOfText(configuration: Configuration, { tree }: SourceFile): readonly Instance[] {
  const files = filesByTree(configuration).get(tree) ?? [];
  const instances = files.map((file) => configuration.instances.get(file));
  return instances.flatMap((byInclude) => (byInclude === undefined ? [] : Array.from(byInclude.values())));
}

const filesByTree = memoized(
  ({ instances }: Configuration): ReadonlyMap<SyntaxTree, readonly SourceFile[]> => {
    const files = new Map<SyntaxTree, SourceFile[]>();
    for (const file of instances.keys()) {
      const known = files.get(file.tree);
      if (known === undefined) files.set(file.tree, [file]);
      else known.push(file);
    }
    return files;
  },
);

/**
 * The contexts of the directives directly in a block of a file, or at its top: one for each kind of place that an
 * include puts it in. For a fragment they are all contexts in which its directives are allowed.
 */
export function contextsAt(
  configuration: Configuration,
  file: SourceFile,
  block: Block | null,
): readonly Context[] {
  const around: readonly (Heading | null)[] =
    block === null ? blocksAround(configuration, file) : instancesOf(configuration, block);
  const known = contextsKnown(configuration);
  return [...new Set(around.flatMap((each) => contextsWithin(known, each)))];
}

/** The blocks that a file is included in, each once; null for the top of the configuration. */
function blocksAround(configuration: Configuration, file: SourceFile): (Heading | null)[] {
  const [first = file] = (file.parts ?? []).map((part) => part.file);
  const around = new Set(instancesOfText(configuration, first).map(({ parent }) => parent));
  return [...around];
}

/** Whether a directive of the reference is allowed in one of the contexts. */
export function isAllowedIn({ contexts: allowed }: DirectiveFact, contexts: readonly Context[]): boolean {
  return contexts.some(
    (context) => allowed.includes(context) || (allowed.includes('any') && context !== 'entries'),
  );
}

function contextsWithin({ top, known }: Contexts, block: Heading | null): readonly Context[] {
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

/** The contexts within blocks, as far as they are known. */
interface Contexts {
  /** What the top of the configuration may be. */
  readonly top: readonly Context[];
  readonly known: Map<Heading, readonly Context[]>;
}

const contextsKnown = memoized(
  ({ directives }: Configuration): Contexts => ({ top: topContexts(directives), known: new Map() }),
);

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
