import { type Configuration, type Place, wholePlaceOf } from '../model/configuration';
import { placeInFile } from '../model/place-in-file';
import type { SourceFile } from '../model/source-file';
import { symbolsOf } from '../model/symbols';
import { includeAt } from './includes';

/** Where a name leads. */
export interface Definition {
  /** The name that was asked about. */
  readonly origin: Place;
  readonly targets: readonly Target[];
}

interface Target {
  /** What is shown: the whole directive; nothing of an included file. */
  readonly whole: Place;
  /** Where the cursor goes. */
  readonly name: Place;
}

/**
 * What defines the name at an offset: an upstream, a named location, a variable, a zone, a log format; for the path of
 * an `include` the files that it brings in. Null where nothing is defined in this configuration.
 */
export function definitionAt(
  configuration: Configuration,
  file: SourceFile,
  offset: number,
): Definition | null {
  const include = includeAt(configuration.closure, file, offset);
  if (include !== null) {
    const targets = include.files.map((each) => {
      const start: Place = { file: each, start: 0, end: 0 };
      return { whole: start, name: start };
    });
    return { origin: include.place, targets };
  }
  const occurrence = symbolsOf(configuration).at(file, offset);
  if (occurrence === null || occurrence.symbol.definitions.length === 0) return null;
  const targets = occurrence.symbol.definitions.map(({ place, directive }) => ({
    whole: placeInFile(configuration.closure, wholePlaceOf(directive)),
    name: place,
  }));
  return { origin: occurrence.outer, targets };
}
