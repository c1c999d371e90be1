import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { firstRefused } from '../../server/src/syntax/errors';
import { LineIndex } from '../../server/src/syntax/lines';
import { concat, errorsOf, treeOf } from './dump';

/** One file of the corpus: real configurations with the first thing that nginx says of each. */
interface Row {
  readonly file: string;
  readonly ok: boolean;
  /** Of the first error: `syntax` for what can be told without knowing any directive. */
  readonly class?: string;
  readonly line?: number | null;
  readonly message?: string;
}

/** Not a part of the project: its files have their own owners. */
const corpus = join(import.meta.dirname, '../../../shared/corpus');
const index = join(corpus, 'index.json');
const isHere = existsSync(index);
const rows: readonly Row[] = isHere ? (JSON.parse(readFileSync(index, 'utf8')) as readonly Row[]) : [];

/** Files that nginx accepts, and what is wrong with them all the same. */
const MISTAKES: ReadonlyMap<string, readonly string[]> = new Map([
  // `server_name a` takes the `root …` of the next line for more names.
  ['files/0293.conf', ['missing-semicolon']],
  // `echo "…"` takes the `echo …` of the next line for more to say.
  ['files/0623.conf', ['missing-semicolon']],
]);

function read({ file }: Row): string {
  return readFileSync(join(corpus, file), 'utf8');
}

// Where the corpus is not, that is said and nothing is claimed.
if (isHere) describe('real configurations', testCorpus);
else
  it('says that the corpus is not here', () =>
    console.warn(`Not run: there are no real configurations at ${corpus}.`));

function testCorpus(): void {
  it('have no syntax error where nginx accepts them', () => {
    const accepted = rows.filter(({ ok }) => ok);
    expect(accepted.length).toBeGreaterThan(500);
    const faults = accepted
      .filter(({ file }) => !MISTAKES.has(file))
      .map((row) => ({ file: row.file, errors: errorsOf(treeOf(read(row))) }))
      .filter(({ errors }) => errors.length > 0);
    expect(faults).toEqual([]);
  });

  it.each([...MISTAKES])('%s: nginx is content, its author would not be', (file, codes) => {
    const row = rows.find((each) => each.file === file);
    expect(row?.ok).toBe(true);
    expect(row === undefined ? [] : treeOf(read(row)).errors.map(({ code }) => code)).toEqual(codes);
  });

  it('have a syntax error where nginx refuses their syntax, in its place', () => {
    const refused = rows.filter((row) => row.class === 'syntax');
    expect(refused.length).toBeGreaterThan(20);
    const places = refused.map((row) => {
      const text = read(row);
      const { errors } = treeOf(text);
      const first = firstRefused(errors);
      // `directive "x" is not terminated by ";"` takes someone who knows x: the place is not the lexer's.
      const isLexical = row.message?.startsWith('unexpected ') === true;
      const line =
        first === null || !isLexical ? row.line : new LineIndex(text).positionAt(first.nginxOffset).line + 1;
      return { file: row.file, hasError: errors.length > 0, line };
    });
    expect(places).toEqual(refused.map(({ file, line }) => ({ file, hasError: true, line })));
  });

  it('are the sum of their tokens, as templates, too', () => {
    const differing = rows.filter((row) => {
      const text = read(row);
      return [false, true].some((template) => concat(treeOf(text, template).tokens) !== text);
    });
    expect(differing).toEqual([]);
  });
}
