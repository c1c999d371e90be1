import { isDeepStrictEqual } from 'node:util';
import { applyEdits } from '../../../server/src/edits/edit';
import type { Proof, Seen } from '../../../server/src/rules/support/proof';
import type { Rule, RuleDocs } from '../../../server/src/rules/support/rule';
import { analysisOf } from '../../support/memory-host';
import { textOf } from '../../support/proof-text';
import { settingsFor } from '../../support/rule-tester';
import type { Certificate } from './certificates';
import { isTested, observe, shownAs } from './observe';
import { release } from './release';

/** What a rule finds in a text. */
interface Found {
  /** The first message. */
  readonly message: string;
  /** The text after its first fix; null when there is none. */
  readonly mended: string | null;
}

/** What is wrong with a proof on the nginx that is here, in words; empty when it holds. */
export async function faultsOf(
  rule: Rule,
  docs: RuleDocs,
  proof: Proof,
  certificate: Certificate,
): Promise<string[]> {
  const { sees, text: which = 'bad' } = proof;
  const text = textOf(docs, which);
  const finding = await find(rule, text, proof);
  const seen = await observe(proof, text, [sees], certificate);
  const faults = differences(sees, shownAs(sees, seen), text);
  if (proof.finds === false) {
    return finding === null ? faults : [...faults, `The rule finds something in:\n${text}`];
  }
  if (finding === null) return [...faults, `The rule finds nothing in:\n${text}`];
  faults.push(...otherWords(finding.message, proof));

  const good = proof.good ?? (which === 'bad' ? 'good' : null);
  const goodText = good === null ? null : textOf(docs, good);
  if (goodText !== null && (await find(rule, goodText, proof)) !== null)
    faults.push(`The rule finds something in:\n${goodText}`);
  // What is mended may give way to a lesser finding of the same rule.
  if (finding.mended !== null && (await find(rule, finding.mended, proof))?.message === finding.message)
    faults.push(`The fix does not mend it:\n${finding.mended}`);
  const texts = [finding.mended, goodText].filter((each) => each !== null);
  if (texts.length === 0)
    faults.push('It cannot be compared: the rule has no fix here, so the proof needs `good`.');
  for (const each of texts) faults.push(...(await comparisonFaults(proof, each, certificate)));
  return faults;
}

/** What is wrong with what is seen without the mistake. */
async function comparisonFaults(proof: Proof, text: string, certificate: Certificate): Promise<string[]> {
  const { sees } = proof;
  const usual: Seen = isTested(sees) ? { starts: true } : { answer: 'works' };
  const { mended = usual } = proof;
  const expected = mended === 'same' ? sees : mended;
  const seen = await observe(proof, text, [expected, sees], certificate);
  const faults = differences(expected, shownAs(expected, seen), text);
  if (mended !== 'same' && differences(sees, shownAs(sees, seen), text).length === 0)
    faults.push(`It proves nothing, ${JSON.stringify(sees)} is seen without the mistake as well:\n${text}`);
  return faults;
}

async function find(rule: Rule, text: string, { files = {} }: Proof): Promise<Found | null> {
  const beside = Object.entries(files).map(([path, content]) => [`/etc/nginx/${path}`, content] as const);
  const all = Object.fromEntries([['/etc/nginx/nginx.conf', text], ...beside]);
  const { closure, problems } = await analysisOf(all, release, settingsFor(rule));
  const problem = problems.find((each) => each.rule === rule.id);
  if (problem === undefined) return null;
  const [fix] = problem.fixes();
  const mended = fix === undefined ? null : applyEdits(fix.edits).get(closure.main.realPath);
  return { message: problem.message, mended: mended ?? null };
}

function differences(expected: Seen, shown: Seen, text: string): string[] {
  if (isDeepStrictEqual(expected, shown)) return [];
  return [`Expected: ${JSON.stringify(expected)}\nSeen:     ${JSON.stringify(shown)}\nof:\n${text}`];
}

/** A message quotes nginx, and names the status that clients get. */
function otherWords(message: string, { sees, ownWords }: Proof): string[] {
  const { refused, warns, log, answer } = sees;
  const faults = [refused, warns, log]
    .filter((words) => typeof words === 'string' && ownWords !== true && !message.includes(words))
    .map((words) => `The message does not quote nginx, which says: ${words}\nIt is: ${message}`);
  const status = /\b(?:answers|with|gets?) (?:handshakes with )?(\d{3})\b/.exec(message)?.[1];
  if (status !== undefined && typeof answer === 'number' && answer !== Number(status))
    faults.push(`The message names another status than ${answer}: ${message}`);
  return faults;
}
