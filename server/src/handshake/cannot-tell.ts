import type { ConfigDirective, Place } from '../model/configuration';
import { placeOf } from '../model/configuration';
import type { Level } from '../model/levels';
import type { Evidence, EvidenceId, Step } from './evidence';

/** What a piece of evidence is about. */
export type About = ConfigDirective | Level | Place | null;

/** Where a thing stands; null where no place in the files says it. */
export function placeAbout(about: About): Place | null {
  if (about === null) return null;
  if ('start' in about && 'end' in about) return about;
  if ('kind' in about) return about.block === null ? null : placeOf(about.block);
  return placeOf(about);
}

/** Thrown where a request cannot be followed any further, because something cannot be told from the files. */
export class CannotTell extends Error {
  readonly evidence: Evidence;

  constructor(step: Step, message: string, about: About, id: EvidenceId = 'value-unknown') {
    super(message);
    this.evidence = { id, place: placeAbout(about), message, step };
  }
}

/** What is worked out, or something else where that cannot be told from the files. */
export function orWhereUntold<Told>(told: () => Told, otherwise: Told): Told {
  try {
    return told();
  } catch (error) {
    if (!(error instanceof CannotTell)) throw error;
    return otherwise;
  }
}
