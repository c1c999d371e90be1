import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Edit } from '../server/src/edits/edit';
import { parseFile } from '../server/src/model/load';
import { type Analysis, routes } from '../server/src/service';
import { placeholdersIn } from '../server/src/syntax/templates/placement';
import { TokenKind, tokenText } from '../server/src/syntax/tokens';
import { Random } from './live/support/random';
import { ALIGNED, checkFormatting, SPACES, TABS } from './support/formatting';
import { analysisOf } from './support/memory-host';
import { lineAt, plantFault } from './support/planted-faults';

/**
 * Templates in each language, a folder each: nothing is told of them that nginx would not say of what they become, and
 * faults outside their placeholders are found on the right line. TEMPLATES names another folder of such folders
 * (`npm run verify:templates`), SEED draws other faults, FAULTS says how many.
 */

const folder = process.env['TEMPLATES'] ?? path.join(import.meta.dirname, 'fixtures/templates');
const seed = Number(process.env['SEED'] ?? 20_261_130);
const faults = Number(process.env['FAULTS'] ?? 20);

/** A file that a template could be in any folder of a machine: nothing is beside it. */
interface Template {
  readonly name: string;
  readonly text: string;
}

const languages = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

function templatesIn(language: string): Template[] {
  const root = path.join(folder, language);
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .toSorted()
    .map((file) => ({ name: `/${path.relative(root, file)}`, text: readFileSync(file, 'utf8') }));
}

/** The Errors and Warnings, with their lines as editors number them. */
function told({ problems }: Analysis): { readonly line: number; readonly words: string }[] {
  return problems
    .filter(({ severity }) => severity === 'error' || severity === 'warning')
    .map(({ rule, place, message }) => ({
      line: lineAt(place.file.text, place.start),
      words: `${rule}: ${message}`,
    }));
}

/** Whether the verdict of the location around a line is known: what an include that is not here may hold is not judged. */
function isJudged(analysis: Analysis, line: number): boolean {
  return routes(analysis).some(({ whole: { file, start, end }, verdict }) => {
    const isAround = lineAt(file.text, start) <= line && line <= lineAt(file.text, end);
    return isAround && verdict !== 'unknown';
  });
}

/** With blanks before lines where nobody minds them: a placeholder may run over lines. */
function untidy(text: string, random: Random): string {
  const { tokens } = parseFile('/a.conf.j2', text);
  let result = '';
  for (let index = 0; index < tokens.count; index += 1) {
    const token = tokenText(tokens, index);
    const isIndent = tokens.kinds[index] === TokenKind.Whitespace && token.includes('\n');
    result += isIndent ? `${token}${random.of(['', ' ', '\t'])}` : token;
  }
  return result;
}

/** No edit cuts a placeholder, or brings a line that ends otherwise than the others. */
function checkEdits(edits: readonly Edit[], eol: string): void {
  for (const { file, start, end, newText } of edits) {
    const { tokens } = file.tree;
    for (let index = 0; index < tokens.count; index += 1) {
      for (const each of placeholdersIn(tokens, index)) {
        const isCut = (at: number): boolean => each.start < at && at < each.end;
        expect(isCut(start) || isCut(end), `${each.placeholder} is cut`).toBe(false);
      }
    }
    expect(newText.replaceAll(eol, '')).not.toContain('\n');
  }
}

describe.each(languages)('templates of %s', (language) => {
  const templates = templatesIn(language);

  it('have no Error and no Warning', async () => {
    const all: string[] = [];
    for (const { name, text } of templates) {
      const analysis = await analysisOf({ [name]: text });
      all.push(...told(analysis).map(({ line, words }) => `${language}${name}:${line + 1} ${words}`));
    }
    expect(all).toEqual([]);
  });

  it('have their faults found', async () => {
    const random = new Random(seed);
    const missed: string[] = [];
    let planted = 0;
    for (let tries = 0; planted < faults && tries < faults * 10; tries += 1) {
      const { name, text } = random.of(templates);
      const fault = plantFault(name, text, random);
      if (fault === null) continue;
      const before = await analysisOf({ [name]: text });
      if (fault.kind === 'lost header' && !isJudged(before, fault.line)) continue;
      planted += 1;
      const known = new Set(told(before).map(({ words }) => words));
      const found = told(await analysisOf({ [name]: fault.text }));
      if (found.some(({ line, words }) => line === fault.line && !known.has(words))) continue;
      missed.push(`${language}${name}:${fault.line + 1} ${fault.kind}, ${fault.written}`);
    }
    expect(planted).toBe(faults);
    expect(missed.length / planted, `seed ${seed}, missed:\n${missed.join('\n')}`).toBeLessThanOrEqual(0.1);
  });

  it('keep every byte outside the edits of formatting and fixes', async () => {
    const random = new Random(seed);
    let [formatted, edited] = [0, 0];
    // Each template at least once.
    const all = Array.from({ length: Math.ceil(8 / templates.length) }, () => templates).flat();
    for (const { name, text } of all) {
      if (checkFormatting(untidy(text, random), name, random.of([SPACES, TABS, ALIGNED]))) formatted += 1;
      const fault = plantFault(name, text, random);
      if (fault === null) continue;
      const eol = random.of(['\n', '\r\n']);
      const analysis = await analysisOf({ [name]: fault.text.replaceAll('\n', eol) });
      for (const fix of analysis.problems.flatMap(({ fixes }) => fixes())) {
        checkEdits(fix.edits, eol);
        edited += fix.edits.length;
      }
    }
    expect(formatted).toBeGreaterThan(0);
    expect(edited).toBeGreaterThan(0);
  });
});
