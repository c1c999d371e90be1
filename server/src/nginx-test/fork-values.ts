import type { ConfigDirective, Heading } from '../model/configuration';
import { type Fork, takesOtherValues } from '../reference/forks';

/** Whether a fork may take what nginx refuses of a directive: it takes other values of it, or of the location around it. */
export function mayTakeOtherwise(fork: Fork | null, directive: ConfigDirective | null): boolean {
  if (fork === null || directive === null) return false;
  const takes = ({ words }: Heading): boolean =>
    takesOtherValues(
      fork,
      words.map(({ value }) => value),
    );
  const { parent } = directive;
  return takes(directive) || (directive.name === 'location' && parent !== null && takes(parent));
}
