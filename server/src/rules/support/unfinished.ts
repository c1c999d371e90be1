import { type Place, placeOf, walk } from '../../model/configuration';
import { partAt, placeInFile } from '../../model/place-in-file';
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
        const part = partAround(file, start, blockAt);
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
      const part = partAround(file, start, directiveAt);
      if (part !== null) this.unfinished.add(part);
    }
  }

  /** Whether a place belongs to one of them: it is in its block or its head. */
  has({ file, start }: Place): boolean {
    if (this.unfinished.size === 0) return false;
    const part = partAround(file, start, directiveAt);
    return part !== null && this.unfinished.has(part);
  }
}

/**
 * The innermost location around a place; the tree of the file when it is at the top of that, in no block; else null.
 *
 * @param find finds the directive that the place is in, or the block
 */
function partAround(
  file: SourceFile,
  offset: number,
  find: (tree: SyntaxTree, offset: number) => Directive | null,
): Directive | SyntaxTree | null {
  const { file: text, offset: own, outer } = partAt(file, offset);
  const directive = find(text.tree, own);
  for (let at = directive; at !== null; at = at.parent) if (nameOf(text.tree, at) === 'location') return at;
  const isInBlock = directive !== null && (directive.parent !== null || directive.children !== null);
  return isInBlock || outer !== null ? null : file.tree;
}
