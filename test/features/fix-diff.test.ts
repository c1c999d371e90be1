import { describe, expect, it } from 'vitest';
import { fixDiff } from '../../server/src/features/fix-diff';
import { analysisOf } from '../support/memory-host';

const MARK = { same: ' ', removed: '-', added: '+' } as const;

/** The diff of replacements in a text, as a person reads it, with the offset of each hunk before it. */
async function shown(text: string, ...changes: readonly (readonly [string, string])[]): Promise<string> {
  const { closure } = await analysisOf(text);
  const file = closure.main;
  const edits = changes.map(([old, newText]) => {
    const start = file.text.indexOf(old);
    return { file, start, end: start + old.length, newText };
  });
  return fixDiff(edits)
    .map(({ start, lines }) =>
      [`@${start}`, ...lines.map(({ kind, text: line }) => `${MARK[kind]}${line}`)].join('\n'),
    )
    .join('\n');
}

const TEXT = 'a 1;\nb 2;\nc 3;\nd 4;\ne 5;\n';

describe('the diff of a fix', () => {
  it.each([
    ['a line that changes', [['2', '20']], '@0\n a 1;\n-b 2;\n+b 20;\n c 3;'],
    ['lines that are added', [['c 3;\n', 'c 3;\nx;\ny;\n']], '@10\n c 3;\n+x;\n+y;\n d 4;'],
    ['a line that is taken away', [['c 3;\n', '']], '@5\n b 2;\n-c 3;\n d 4;'],
    ['the first line', [['a', 'x']], '@0\n-a 1;\n+x 1;\n b 2;'],
    ['the last line', [['e 5', 'x']], '@15\n d 4;\n-e 5;\n+x;'],
    [
      'lines side by side',
      [
        ['b', 'x'],
        ['3', '30'],
      ],
      '@0\n a 1;\n-b 2;\n-c 3;\n+x 2;\n+c 30;\n d 4;',
    ],
    [
      'two places',
      [
        ['a', 'x'],
        ['e', 'y'],
      ],
      '@0\n-a 1;\n+x 1;\n b 2;\n@15\n d 4;\n-e 5;\n+y 5;',
    ],
  ] as const)('has %s', async (_, changes, expected) => {
    expect(await shown(TEXT, ...changes)).toBe(expected);
  });

  it('is nothing where nothing changes', () => {
    expect(fixDiff([])).toEqual([]);
  });
});
