import { describe, expect, it } from 'vitest';
import { firstRefused } from '../../server/src/syntax/errors';
import { LineIndex } from '../../server/src/syntax/lines';
import { concat, errorsOf, treeOf } from '../syntax/dump';
import { corpusRows, corpusText } from './corpus';

/** Files that nginx accepts, and what is wrong with them all the same. */
const MISTAKES: ReadonlyMap<string, readonly string[]> = new Map([
  // `server_name a` takes the `root …` of the next line for more names.
  ['files/0293.conf', ['missing-semicolon']],
  // `echo "…"` takes the `echo …` of the next line for more to say.
  ['files/0623.conf', ['missing-semicolon']],
]);

describe('real configurations', () => {
  it('have no syntax error where nginx accepts them', () => {
    const accepted = corpusRows.filter(({ ok }) => ok);
    expect(accepted.length).toBeGreaterThan(500);
    const faults = accepted
      .filter(({ file }) => !MISTAKES.has(file))
      .map((row) => ({ file: row.file, errors: errorsOf(treeOf(corpusText(row))) }))
      .filter(({ errors }) => errors.length > 0);
    expect(faults).toEqual([]);
  });

  it.each([...MISTAKES])('%s: nginx is content, its author would not be', (file, codes) => {
    const row = corpusRows.find((each) => each.file === file);
    expect(row?.ok).toBe(true);
    expect(row === undefined ? [] : treeOf(corpusText(row)).errors.map(({ code }) => code)).toEqual(codes);
  });

  it('have a syntax error where nginx refuses their syntax, in its place', () => {
    const refused = corpusRows.filter((row) => row.class === 'syntax');
    expect(refused.length).toBeGreaterThan(20);
    const places = refused.map((row) => {
      const text = corpusText(row);
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
    const differing = corpusRows.filter((row) => {
      const text = corpusText(row);
      return [false, true].some((template) => concat(treeOf(text, template).tokens) !== text);
    });
    expect(differing).toEqual([]);
  });
});
