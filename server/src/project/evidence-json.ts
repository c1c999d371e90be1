import type { Evidence } from '../handshake/evidence';
import type { ExplainedCase } from '../handshake/explanation';
import type { Place } from '../model/configuration';
import type { FileNames } from './file-names';
import type { Ranges } from './ranges';

/** `because` of `routes` and `explain`: names and order are fixed. `hop` is there from the second hop on. */
export function becauseJson(because: readonly Evidence[], names: FileNames, ranges: Ranges): unknown {
  return because.map(({ id, place, message, hop = 1 }) => ({
    id,
    file: place === null ? null : names.of(place.file),
    line: place === null ? null : ranges.of(place).line,
    ...(place === null ? {} : atJson(place, ranges)),
    message,
    ...(hop === 1 ? {} : { hop }),
  }));
}

/** `at`: where it is in the text that was read, when nginx's text stands within another. */
export function atJson(place: Place, ranges: Ranges): { readonly at?: { file: string; line: number } } {
  const at = ranges.at(place);
  return at === null ? {} : { at: { file: at.file, line: at.line } };
}

/** `cases` of `routes` and `explain`. */
export function casesJson(cases: readonly ExplainedCase[], names: FileNames, ranges: Ranges): unknown {
  return cases.map(({ when, verdict, status, because }) => ({
    when,
    verdict,
    status,
    because: becauseJson(because, names, ranges),
  }));
}
