import { t } from '../../l10n';
import type { Closure } from '../../model/load';
import { memoized } from '../../model/memo';
import type { Model } from '../../model/model';
import { placeInFile } from '../../model/place-in-file';
import type { Refusal, RefusalRule } from '../../nginx-test/refusal';
import { isBraceError } from '../../syntax/errors';
import type { SyntaxError } from '../../syntax/errors';
import { damagedFrom } from './damage';
import type { NginxCheck } from './rule';

/** A refusal with the text to mark. */
export type PlacedRefusal = Refusal & { readonly place: NonNullable<Refusal['place']> };

/** How much a refusal matters, and what else there is to say of it: '' for nothing, else a sentence after a blank. */
export interface Weight {
  readonly severity: 'error' | 'hint';
  readonly note: string;
}

/** An error, unless a later release takes it, and nobody has said which one runs. */
export function weightOf(refusal: Refusal, { takenBy }: NginxCheck): Weight {
  const release = takenBy(refusal);
  return release === null
    ? { severity: 'error', note: '' }
    : { severity: 'hint', note: t` nginx ${release.major}.${release.minor} takes it.` };
}

/** When these are wrong, it is not certain where blocks begin and end. */
const NEEDS_BLOCKS: ReadonlySet<RefusalRule> = new Set([
  'directive-context',
  'directive-duplicate',
  'variable-unknown',
]);

/**
 * The refusals that belong to a rule and are worth a diagnostic. Near a syntax error only that error is reported; where
 * braces or quotes do not match, nothing that depends on them. Nothing is reported in what is no text.
 */
export function* refusalsFor(rule: RefusalRule, model: Model, nginx: NginxCheck): Generator<PlacedRefusal> {
  const files = model.configuration.closure.files;
  const isBroken = NEEDS_BLOCKS.has(rule) && hasBrokenBlocks(model.configuration.closure);
  for (const refusal of nginx.refusals()) {
    const { place } = refusal;
    if (refusal.rule !== rule || place === null || isBroken) continue;
    const { file, start, end } = placeInFile(model.configuration.closure, place);
    const whole = files.get(file.realPath) ?? file;
    if (end > damagedFrom(whole)) continue;
    if (!touches(whole.tree.errors, start, end)) yield { ...refusal, place };
  }
}

const hasBrokenBlocks = memoized(({ files }: Closure): boolean => {
  for (const { tree } of files.values()) if (tree.errors.some(breaksBlocks)) return true;
  return false;
});

function breaksBlocks({ code }: SyntaxError): boolean {
  return (
    isBraceError(code) ||
    code === 'open-quote' ||
    code === 'unclosed-lua' ||
    code === 'missing-open-brace' ||
    code === 'unexpected-open-brace'
  );
}

/** Whether one of the errors, which are in the order of the text, lies in the range or right beside it; by bisection. */
function touches(errors: readonly SyntaxError[], start: number, end: number): boolean {
  let low = 0;
  let high = errors.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((errors[middle]?.end ?? Infinity) < start) low = middle + 1;
    else high = middle;
  }
  return (errors[low]?.start ?? Infinity) <= end;
}
