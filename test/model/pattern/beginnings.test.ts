import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { mayMatchBeginning, surelyMatchesBeginning } from '../../../server/src/model/pattern/beginnings';
import { execute } from '../../../server/src/model/pattern/matcher';
import { parsePattern } from '../../../server/src/model/pattern/parser';
import { compile, type Program } from '../../../server/src/model/pattern/program';

function programOf(pattern: string): Program {
  const parsed = parsePattern(pattern, false);
  const program = parsed === null ? null : compile(parsed);
  if (program === null) throw new Error(`${pattern} is not known`);
  return program;
}

it.each([
  ['^/(ws|live)/', '/ws/', 'surely'],
  ['^/(ws|live)/', '/ws', 'maybe'],
  ['^/(ws|live)/', '/app', 'never'],
  ['^/ws$', '/ws', 'maybe'],
  ['^/a*', '/', 'surely'],
  ['^/(?>a|ab)c', '/abc', 'maybe'],
  ['^/(?!ws)', '/', 'maybe'],
  ['/ws', '/ws', 'maybe'],
])('%s matches what begins with %s: %s', (pattern, start, expected) => {
  const program = programOf(pattern);
  const isSure = surelyMatchesBeginning(program, start);
  const found = isSure ? 'surely' : mayMatchBeginning(program, start) ? 'maybe' : 'never';
  expect(found).toBe(expected);
});

const SEED = Number(process.env['SEED'] ?? 20_261_130);
const part = fc.constantFrom(
  'a',
  'b',
  '[ab]',
  '.',
  '$',
  '^',
  '\\b',
  '(?=a)',
  '(?!b)',
  '(?<=a)',
  '(a)',
  '\\1',
);
const times = fc.constantFrom('', '', '*', '?', '+?', '{2}', '*+');
const pattern = fc
  .array(
    fc.oneof(
      part,
      fc.tuple(fc.constantFrom('a', '(?:b|ab)', '(?>a|ab)'), times).map((all) => all.join('')),
    ),
    {
      minLength: 1,
      maxLength: 5,
    },
  )
  .map((parts) => `^(a)?${parts.join('')}`);
const text = fc.array(fc.constantFrom('a', 'b', '\n'), { maxLength: 5 }).map((all) => all.join(''));

it(`agrees with what is matched (SEED=${SEED})`, () => {
  fc.assert(
    fc.property(pattern, text, text, (written, start, rest) => {
      const program = programOf(written);
      const isMatched = execute(program, start + rest).found !== null;
      if (isMatched) expect(mayMatchBeginning(program, start)).toBe(true);
      else expect(surelyMatchesBeginning(program, start)).toBe(false);
    }),
    { seed: SEED, numRuns: 5000 },
  );
});
