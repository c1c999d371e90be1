import { expect } from 'vitest';
import { readOuterText } from '../../server/src/documents/outer-text';
import { innerOffset, outerOffset } from '../../server/src/documents/region';
import { applyEdits, combine } from '../../server/src/edits/edit';
import { parseFile } from '../../server/src/model/load';
import { fixAll, withNewTexts } from '../../server/src/project/fix-all';
import type { Analysis } from '../../server/src/service';
import { checkFormatting, SPACES } from '../support/formatting';
import { analysisOf } from '../support/memory-host';
import { reportOf } from '../support/report';
import { concat, treeOf } from '../syntax/dump';

/** Processor time that one answer may take, in milliseconds: nobody waits longer. */
const LONGEST_MS = 2000;

/** The same of many answers at once, and of fix-all, which analyses again and again. */
const LONGEST_SUM_MS = 10_000;

/** Does something, and expects that it does not take long. Processor time: another program may have the processor. */
export async function inTime<Value>(
  name: string,
  work: () => Value | Promise<Value>,
  longest = LONGEST_MS,
): Promise<Value> {
  const begun = process.cpuUsage();
  const value = await work();
  const { user, system } = process.cpuUsage(begun);
  expect((user + system) / 1000, `milliseconds for ${name}`).toBeLessThan(longest);
  return value;
}

/** The tokens of a text are the text, and formatting changes white space alone. */
export function checkSyntax(text: string): void {
  for (const template of [false, true]) expect(concat(treeOf(text, template).tokens)).toBe(text);
  checkFormatting(text, '/nginx.conf', SPACES);
}

/** What stands in another text stands there, offset by offset. */
export function checkDocuments(text: string): void {
  for (const name of ['nginx.conf', 'a.yaml', 'README.md']) {
    const reading = readOuterText(name, text);
    if (reading === null || reading.kind === 'foreign') continue;
    for (const region of reading.regions) {
      for (const { inner, outer, length } of region.pieces) {
        const piece = text.slice(outer, outer + length);
        expect(region.text.slice(inner, inner + length)).toBe(piece);
        expect(outerOffset(region, inner)).toBe(outer);
        expect(innerOffset(region, outer)).toBe(inner);
      }
    }
  }
}

/** The analysis of some texts, and all that people see of it, without a fault. */
export async function checkAnalysis(texts: Readonly<Record<string, string>>): Promise<number> {
  const analysis = await inTime('the findings', async () => {
    const made = await analysisOf(texts);
    // They are made when they are asked for.
    expect(made.problems).toBeInstanceOf(Array);
    return made;
  });
  await inTime('all that is shown', () => reportOf(analysis), LONGEST_SUM_MS);
  return checkFixes(analysis) + (await checkFixAll(analysis));
}

/** What was sound before is sound after; where a `}` is missing, a mended name may be that of a block. */
function expectSound(analysis: Analysis, texts: ReadonlyMap<string, string>, name: string): void {
  for (const [realPath, text] of texts) {
    const file = analysis.closure.files.get(realPath);
    if (file === undefined || parseFile(file.path, file.text).errors.length > 0) continue;
    expect(parseFile(file.path, text).errors, `${name}: errors of syntax`).toEqual([]);
  }
}

/** Each fix is valid by itself, and breaks no syntax. @returns the number of edits */
function checkFixes(analysis: Analysis): number {
  let count = 0;
  for (const problem of analysis.problems) {
    for (const { title, edits } of problem.fixes()) {
      for (const { file, start, end } of edits) {
        const isWithin = 0 <= start && start <= end && end <= file.text.length;
        expect(isWithin, `${title}: ${start} to ${end} is within the file`).toBe(true);
      }
      expect(combine(edits), `${title}: its edits can be made together`).not.toBe(null);
      expectSound(analysis, applyEdits(edits), title);
      count += edits.length;
    }
  }
  return count;
}

/** Fixing all comes to an end, makes nothing worse, and leaves nothing for a second time. @returns the number of files */
async function checkFixAll(analysis: Analysis): Promise<number> {
  let count = 0;
  for (const suggestions of [false, true]) {
    const fixed = await inTime('all fixes', () => fixAll([analysis], { suggestions }), LONGEST_SUM_MS);
    if (fixed.length === 0) continue;
    const texts = new Map(fixed.map(({ file, text }) => [file.realPath, text]));
    expectSound(analysis, texts, 'all fixes');
    const after = withNewTexts(analysis, texts);
    expect(
      fixAll([after], { suggestions }).map(({ text }) => text),
      'fixed again',
    ).toEqual([]);
    count += fixed.length;
  }
  return count;
}
