import { type Place, placeOf, walk } from '../../model/configuration';
import { placeInFile } from '../../model/place-in-file';
import type { SourceFile } from '../../model/source-file';
import type { Model } from '../../model/model';
import { blockAt, directiveAt } from '../../syntax/locate';
import { type Directive, nameOf, type SyntaxTree } from '../../syntax/tree';

/**
 * The locations with a syntax error in their own block, which is likely being edited: nothing is reported about their
 * handshakes until it is fixed. In an included file the top level is part of a location.
 */
export class UnfinishedLocations {
  /** Locations, and trees whose top is unfinished. */
  private readonly unfinished = new Set<Directive | SyntaxTree>();

  constructor({ configuration }: Model) {
    const tops = new Set<string>();
    for (const file of configuration.closure.files.values()) {
      for (const { start } of file.tree.errors) {
        const part = partAround(file, blockAt(file.tree, start));
        if (part !== null) this.unfinished.add(part);
        if (part === file.tree) tops.add(file.realPath);
      }
    }
    if (tops.size === 0) return;
    for (const directive of walk(configuration.directives)) {
      if (directive.name !== 'include') continue;
      const inclusion = configuration.closure.inclusions.get(directive.argument(0));
      if (inclusion?.files.some(({ realPath }) => tops.has(realPath)) !== true) continue;
      const { file, start } = placeInFile(configuration.closure, placeOf(directive));
      const part = partAround(file, directiveAt(file.tree, start));
      if (part !== null) this.unfinished.add(part);
    }
  }

  /** Whether a place belongs to one of them: it is in its block or its head. */
  has({ file, start }: Place): boolean {
    if (this.unfinished.size === 0) return false;
    const part = partAround(file, directiveAt(file.tree, start));
    return part !== null && this.unfinished.has(part);
  }
}

/**
 * The innermost location that a directive is or is in; the tree when it is at the top of its file, or nowhere; else null.
 */
function partAround({ tree }: SourceFile, directive: Directive | null): Directive | SyntaxTree | null {
  if (directive === null) return tree;
  for (let at: Directive | null = directive; at !== null; at = at.parent) {
    if (nameOf(tree, at) === 'location') return at;
  }
  return directive.parent === null && directive.children === null ? tree : null;
}
