import { directiveRows } from './directives.generated';

/** One entry of the command tables of nginx and of the modules that Debian ships with it. */
export interface DirectiveFact {
  readonly name: string;
  readonly module: string;
  /** Where it may stand: `main`, `http`, `server`, `location`, `if in location`, … or `any`. */
  readonly contexts: readonly string[];
  /** The allowed numbers of arguments, or the least number. */
  readonly args: readonly number[] | { readonly min: number };
  readonly kind: 'block' | 'flag' | 'simple';
}

/** All entries by name; a name that several modules define has several. Made on first use. */
export function directiveFacts(): ReadonlyMap<string, readonly DirectiveFact[]> {
  facts ??= readFacts();
  return facts;
}

let facts: ReadonlyMap<string, readonly DirectiveFact[]> | undefined;

function readFacts(): ReadonlyMap<string, readonly DirectiveFact[]> {
  const byName = new Map<string, DirectiveFact[]>();
  for (const [name, module, contexts, args, kind] of directiveRows) {
    const fact: DirectiveFact = {
      name,
      module,
      contexts: contexts.split(','),
      args: args.endsWith('+') ? { min: Number(args.slice(0, -1)) } : args.split(',').map(Number),
      kind: kind === 'block' || kind === 'flag' ? kind : 'simple',
    };
    const entries = byName.get(name);
    if (entries === undefined) byName.set(name, [fact]);
    else entries.push(fact);
  }
  return byName;
}

/** Whether `name` with `count` arguments could be a directive of nginx, in some context. */
export function isDirective(name: string, count: number): boolean {
  const entries = directiveFacts().get(name);
  return entries?.some((fact) => takes(fact, count)) ?? false;
}

function takes({ args }: DirectiveFact, count: number): boolean {
  return 'min' in args ? count >= args.min : args.includes(count);
}

/**
 * The contexts in which a directive may stand: those of all its entries. `any` for a name that we do not know
 * would be a guess, so an unknown name has none.
 */
export function contextsOf(name: string): readonly string[] {
  return (
    directiveFacts()
      .get(name)
      ?.flatMap((fact) => fact.contexts) ?? []
  );
}
