import type { Evidence } from '../handshake/evidence';
import type { ExplainedCase } from '../handshake/explanation';
import type { Names } from './names';
import type { Ranges } from './ranges';

/** `because` of `routes` and `explain`: names and order are fixed. `hop` is there from the second hop on. */
export function becauseJson(because: readonly Evidence[], names: Names, ranges: Ranges): unknown {
  return because.map(({ id, place, message, hop = 1 }) => ({
    id,
    file: place === null ? null : names.of(place.file),
    line: place === null ? null : ranges.of(place).line,
    message,
    ...(hop === 1 ? {} : { hop }),
  }));
}

/** `cases` of `routes` and `explain`. */
export function casesJson(cases: readonly ExplainedCase[], names: Names, ranges: Ranges): unknown {
  return cases.map(({ when, verdict, status, because }) => ({
    when,
    verdict,
    status,
    because: becauseJson(because, names, ranges),
  }));
}
