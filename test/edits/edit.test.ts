import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdits, combine, type Edit, EditSet } from '../../server/src/edits/edit';
import { parseFile } from '../../server/src/model/load';
import type { SourceFile } from '../../server/src/model/source-file';

const TEXT = '0123456789';

function fileOf(path: string, text = TEXT): SourceFile {
  return { path, realPath: path, text, tree: parseFile(path, text), builtIn: false };
}

const a = fileOf('/a');
const b = fileOf('/b');

const edit = (start: number, end: number, newText: string, file = a): Edit => ({ file, start, end, newText });

function shown(edits: readonly Edit[] | null): string[] | null {
  return edits?.map(({ file, start, end, newText }) => `${file.path} ${start}-${end} ${newText}`) ?? null;
}

describe('edits that can be made together', () => {
  it.each<[name: string, edits: readonly Edit[], expected: readonly string[]]>([
    ['none', [], []],
    ['in the order of the text', [edit(5, 6, 'x'), edit(1, 2, 'y')], ['/a 1-2 y', '/a 5-6 x']],
    ['side by side', [edit(1, 3, 'x'), edit(3, 5, 'y')], ['/a 1-3 x', '/a 3-5 y']],
    ['an insertion behind a replacement', [edit(3, 3, 'x'), edit(1, 3, 'y')], ['/a 1-3 y', '/a 3-3 x']],
    ['the same twice: once', [edit(1, 2, 'x'), edit(1, 2, 'x')], ['/a 1-2 x']],
    ['the same insertion twice: once', [edit(1, 1, 'x'), edit(1, 1, 'x')], ['/a 1-1 x']],
    ['the same place in two files', [edit(1, 2, 'x', b), edit(1, 2, 'x')], ['/b 1-2 x', '/a 1-2 x']],
  ])('%s', (_, edits, expected) => {
    expect(shown(combine(edits))).toEqual(expected);
  });

  it.each<[name: string, edits: readonly Edit[]]>([
    ['one overlaps the other', [edit(1, 4, 'x'), edit(3, 5, 'y')]],
    ['the other way round', [edit(3, 5, 'y'), edit(1, 4, 'x')]],
    ['one within the other', [edit(1, 9, 'x'), edit(4, 5, 'y')]],
    ['the other way round, within', [edit(4, 5, 'y'), edit(1, 9, 'x')]],
    ['an insertion within', [edit(1, 4, 'x'), edit(2, 2, 'y')]],
    ['two texts for one place', [edit(1, 4, 'x'), edit(1, 4, 'y')]],
    ['two insertions at one place', [edit(1, 1, 'x'), edit(1, 1, 'y')]],
    ['an insertion where a replacement begins', [edit(1, 1, 'x'), edit(1, 2, 'y')]],
    ['the other way round, where it begins', [edit(1, 2, 'y'), edit(1, 1, 'x')]],
    ['one after others that do not', [edit(0, 1, 'x'), edit(8, 9, 'y'), edit(5, 6, 'z'), edit(5, 7, 'w')]],
  ])('are not these: %s', (_, edits) => {
    expect(combine(edits)).toBeNull();
  });
});

describe('a set of edits', () => {
  it('takes all of what belongs together, or nothing', () => {
    const set = new EditSet();
    expect(set.add([edit(1, 3, 'x')])).toBe(true);
    expect(set.add([edit(5, 6, 'y'), edit(0, 1, 'b', b), edit(2, 4, 'z')])).toBe(false);
    expect(shown(set.all())).toEqual(['/a 1-3 x']);
    expect(set.add([edit(5, 6, 'w'), edit(0, 1, 'c', b)])).toBe(true);
    expect(shown(set.all())).toEqual(['/a 1-3 x', '/a 5-6 w', '/b 0-1 c']);
  });

  it('keeps what it had when a part of what it refuses is the same', () => {
    const set = new EditSet();
    set.add([edit(1, 3, 'x')]);
    expect(set.add([edit(1, 3, 'x'), edit(2, 4, 'y')])).toBe(false);
    expect(set.add([edit(1, 3, 'x'), edit(5, 6, 'z')])).toBe(true);
    expect(shown(set.all())).toEqual(['/a 1-3 x', '/a 5-6 z']);
  });

  it('knows a file by its real path', () => {
    const set = new EditSet();
    set.add([edit(1, 3, 'x')]);
    expect(set.add([edit(2, 3, 'y', { ...a, path: '/link' })])).toBe(false);
  });
});

describe('applyEdits', () => {
  it.each<[name: string, edits: readonly Edit[], expected: Readonly<Record<string, string>>]>([
    ['nothing', [], {}],
    ['a replacement', [edit(2, 4, 'X')], { '/a': '01X456789' }],
    ['a removal', [edit(0, 10, '')], { '/a': '' }],
    ['insertions at both ends', [edit(10, 10, '>'), edit(0, 0, '<')], { '/a': '<0123456789>' }],
    ['in any order', [edit(7, 8, 'B'), edit(1, 2, 'A')], { '/a': '0A23456B89' }],
    ['side by side', [edit(3, 5, 'B'), edit(1, 3, 'A'), edit(5, 5, 'C')], { '/a': '0ABC56789' }],
    ['in several files', [edit(0, 1, 'A'), edit(9, 10, 'B', b)], { '/a': 'A123456789', '/b': '012345678B' }],
  ])('%s', (_, edits, expected) => {
    expect(Object.fromEntries(applyEdits(edits))).toEqual(expected);
  });
});

/** The edits of one fix. */
const fix = fc.array(
  fc
    .record({
      file: fc.constantFrom(a, b),
      from: fc.nat(TEXT.length),
      to: fc.nat(TEXT.length),
      newText: fc.constantFrom('', 'x', 'yy'),
    })
    .map(({ file, from, to, newText }) => edit(Math.min(from, to), Math.max(from, to), newText, file)),
  { minLength: 1, maxLength: 4 },
);

/** Whether one changes what the other changes, or nobody could tell which of them goes first. */
function isAtOdds(one: Edit, other: Edit): boolean {
  if (one.file !== other.file) return false;
  return one.start === other.start || (one.start < other.end && other.start < one.end);
}

it('whatever is asked for, the edits of a set never overlap, and give what one after the other would give', () => {
  fc.assert(
    fc.property(fc.array(fix, { maxLength: 8 }), (fixes) => {
      const set = new EditSet();
      const taken: Edit[] = [];
      for (const edits of fixes) {
        const isFree = edits.every((each, index) =>
          [...taken, ...edits.slice(0, index)].every(
            (other) => shown([each])?.[0] === shown([other])?.[0] || !isAtOdds(each, other),
          ),
        );
        expect(set.add(edits)).toBe(isFree);
        if (isFree) taken.push(...edits);
      }
      const all = set.all();
      for (const [index, one] of all.entries()) {
        expect(all.slice(index + 1).some((other) => isAtOdds(one, other))).toBe(false);
      }
      expect(new Set(shown(all))).toEqual(new Set(shown(taken)));
      expect(applyEdits(all)).toEqual(naively(all));
    }),
    { seed: 20_261_122, numRuns: 2000 },
  );
});

/** The last edit of each file first, so that the offsets of the others stay right. */
function naively(edits: readonly Edit[]): Map<string, string> {
  const texts = new Map(edits.map(({ file }) => [file.realPath, file.text] as const));
  for (const { file, start, end, newText } of edits.toSorted((x, y) => y.start - x.start || y.end - x.end)) {
    const text = texts.get(file.realPath) ?? '';
    texts.set(file.realPath, text.slice(0, start) + newText + text.slice(end));
  }
  return texts;
}
