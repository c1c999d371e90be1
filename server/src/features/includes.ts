import type { Place } from '../model/configuration';
import type { Closure } from '../model/load';
import type { SourceFile } from '../model/source-file';
import { directiveAt, wordAtOffset } from '../syntax/locate';
import { type Directive, insideQuotes, nameOf, type Word, wordsOf } from '../syntax/tree';

/** The path of an `include`, and the files of this configuration that it brings in. */
export interface IncludePath {
  /** The path as written, without quotes. */
  readonly place: Place;
  readonly files: readonly SourceFile[];
}

/** The path of an `include` at an offset; null where there is none, or where it brings in nothing that is here. */
export function includeAt(closure: Closure, file: SourceFile, offset: number): IncludePath | null {
  const directive = directiveAt(file.tree, offset);
  const word = directive === null ? null : wordAtOffset(file.tree, offset);
  if (directive === null || word === null) return null;
  const path = pathIn(closure, file, directive);
  return path?.place.start === insideQuotes(file.text, word).start ? path : null;
}

/** All paths of includes in a file that bring in something, in order. */
export function includesIn(closure: Closure, file: SourceFile): IncludePath[] {
  const found: IncludePath[] = [];
  const stack: { readonly list: readonly Directive[]; next: number }[] = [
    { list: file.tree.directives, next: 0 },
  ];
  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    const directive = frame.list[frame.next];
    frame.next += 1;
    if (directive === undefined) stack.pop();
    else if (directive.children !== null) stack.push({ list: directive.children, next: 0 });
    else {
      const path = pathIn(closure, file, directive);
      if (path !== null) found.push(path);
    }
  }
  return found;
}

function pathIn({ inclusions }: Closure, file: SourceFile, directive: Directive): IncludePath | null {
  if (directive.children !== null || nameOf(file.tree, directive) !== 'include') return null;
  const word: Word | undefined = wordsOf(file.tree, directive)[1];
  const inclusion = word === undefined ? undefined : inclusions.get(word.value);
  // Built-in files are not on the disk.
  const files = (inclusion?.files ?? []).filter(({ builtIn }) => !builtIn);
  if (word === undefined || files.length === 0) return null;
  return { place: { file, ...insideQuotes(file.text, word) }, files };
}
