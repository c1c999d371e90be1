import type { Configuration, Place } from '../model/configuration';
import type { SourceFile } from '../model/source-file';
import { symbolsOf } from '../model/symbols';
import { wordAtOffset } from '../syntax/locate';
import { insideQuotes } from '../syntax/tree';

/** A URL that names an upstream, and where that is. */
export interface UpstreamLink {
  /** The URL as written, without quotes. */
  readonly place: Place;
  /** The name of the upstream where it is defined. */
  readonly target: Place;
}

const URL_SCHEME = /^[a-z][a-z+.-]*:\/\//i;

/**
 * The URLs of a file whose host is an upstream of the configuration (`proxy_pass http://chat`), in the order of the text:
 * no website has them.
 */
export function upstreamLinksIn(configuration: Configuration, file: SourceFile): UpstreamLink[] {
  return symbolsOf(configuration)
    .in(file)
    .flatMap(({ symbol, role, place }) => {
      const [definition] = symbol.definitions;
      if (symbol.kind !== 'upstream' || role === 'definition' || definition === undefined) return [];
      const word = wordAtOffset(file.tree, place.start);
      const inner = word === null ? null : insideQuotes(file.text, word);
      if (inner === null || !URL_SCHEME.test(file.text.slice(inner.start, inner.end))) return [];
      return [{ place: { file, ...inner }, target: definition.place }];
    });
}
