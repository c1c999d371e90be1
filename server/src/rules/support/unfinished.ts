import { type Place, placeOf, walk } from '../../model/configuration';
import { partAt, type PlaceInPart, placeInFile } from '../../model/place-in-file';
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
  /** The files, or parts of them, that these are in: nearly all places are in others. */
  private readonly texts = new Set<SourceFile>();

  constructor({ configuration }: Model) {
    const tops = new Set<string>();
    for (const file of configuration.closure.files.values()) {
      for (const { start } of file.tree.errors) {
        if (this.add(file, start, blockAt) === file.tree) tops.add(file.realPath);
      }
    }
    if (tops.size === 0) return;
    for (const directive of walk(configuration.directives)) {
      if (directive.name !== 'include') continue;
      const inclusion = configuration.closure.inclusions.get(directive.argument(0));
      if (inclusion?.files.some(({ realPath }) => tops.has(realPath)) !== true) continue;
      const { file, start } = placeInFile(configuration.closure, placeOf(directive));
      this.add(file, start, directiveAt);
    }
  }

  private add(file: SourceFile, offset: number, find: FindDirective): Directive | SyntaxTree | null {
    const at = partAt(file, offset);
    const part = partAround(file, at, find);
    if (part !== null) this.unfinished.add(part);
    this.texts.add(at.file);
    return part;
  }

  /** Whether a place belongs to one of them: it is in its block or its head. */
  has({ file, start }: Place): boolean {
    if (this.unfinished.size === 0) return false;
    const at = partAt(file, start);
    if (!this.texts.has(at.file) && !this.unfinished.has(file.tree)) return false;
    const part = partAround(file, at, directiveAt);
    return part !== null && this.unfinished.has(part);
  }
}

/** Finds the directive that a place is in, or the block. */
type FindDirective = (tree: SyntaxTree, offset: number) => Directive | null;

/** The innermost location around a place; the tree of the file when it is at the top of that, in no block; else null. */
function partAround(
  whole: SourceFile,
  { file, offset, outer }: PlaceInPart,
  find: FindDirective,
): Directive | SyntaxTree | null {
  const directive = find(file.tree, offset);
  for (let at = directive; at !== null; at = at.parent) if (nameOf(file.tree, at) === 'location') return at;
  const isInBlock = directive !== null && (directive.parent !== null || directive.children !== null);
  return isInBlock || outer !== null ? null : whole.tree;
}
