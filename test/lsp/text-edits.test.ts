import { array, assert, constantFrom, property, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../server/src/edits/edit';
import { editsBetween } from '../../server/src/lsp/text-edits';
import { parseFile } from '../../server/src/model/load';
import type { SourceFile } from '../../server/src/model/source-file';

function fileOf(text: string): SourceFile {
  return { path: '/a', realPath: '/a', text, tree: parseFile('/a', text), builtIn: false };
}

describe('the edits between two texts', () => {
  it('make the one of the other, whatever they are', () => {
    const line = constantFrom('a;', 'b;', '  c "😀";', '}', '', 'd\r', '\uFEFFe');
    const text = tuple(array(line), constantFrom('', '\n')).map(([lines, end]) => lines.join('\n') + end);
    assert(
      property(text, text, (before, after) => {
        const edits = editsBetween(fileOf(before), after);
        expect(applyEdits(edits).get('/a') ?? before).toBe(after);
        expect(edits.every(({ end }, index) => end < (edits[index + 1]?.start ?? Infinity))).toBe(true);
      }),
    );
  });

  it('touch only the lines that differ', () => {
    const edits = editsBetween(fileOf('a;\nb;\nc;\nd;\n'), 'a;\nB;\nc;\nx;\nd;\n');
    expect(edits.map(({ start, end, newText }) => [start, end, newText])).toEqual([
      [3, 6, 'B;\n'],
      [9, 9, 'x;\n'],
    ]);
  });
});
