import type { Configuration, Place } from '../model/configuration';
import type { SourceFile } from '../model/source-file';
import { type Occurrence, symbolsOf } from '../model/symbols';

/**
 * All places of the name at an offset, in all files of the configuration; of a variable of nginx, too. Empty where no
 * name is.
 *
 * @param withDefinitions whether those that define it are among them
 */
export function referencesAt(
  configuration: Configuration,
  file: SourceFile,
  offset: number,
  withDefinitions: boolean,
): Place[] {
  const occurrence = symbolsOf(configuration).at(file, offset);
  if (occurrence === null) return [];
  const { definitions, references } = occurrence.symbol;
  return (withDefinitions ? definitions.concat(references) : references).map(({ place }) => place);
}

/** The same in the file itself alone, in the order of the text, with what each does. */
export function highlightsAt(configuration: Configuration, file: SourceFile, offset: number): Occurrence[] {
  const symbols = symbolsOf(configuration);
  const occurrence = symbols.at(file, offset);
  if (occurrence === null) return [];
  return symbols.in(file).filter(({ symbol }) => symbol === occurrence.symbol);
}
