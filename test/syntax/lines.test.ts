import { describe, expect, it } from 'vitest';
import { LineIndex } from '../../server/src/syntax/lines';
import { tokenAt, tokenText } from '../../server/src/syntax/tokens';
import { treeOf } from './dump';

describe('LineIndex', () => {
  it.each<[text: string, offset: number, line: number, column: number]>([
    ['', 0, 0, 0],
    ['ab', 2, 0, 2],
    ['a\nb', 1, 0, 1],
    ['a\nb', 2, 1, 0],
    ['a\n', 2, 1, 0],
    ['\n\n\n', 2, 2, 0],
    // CR belongs to its line, and alone ends none: nginx counts line feeds.
    ['a\r\nb', 1, 0, 1],
    ['a\r\nb', 2, 0, 2],
    ['a\r\nb', 3, 1, 0],
    ['a\rb\nc', 2, 0, 2],
    ['a\u2028b', 2, 0, 2],
    // Columns are UTF-16 units.
    ['🔑é\né', 3, 0, 3],
    ['🔑é\né', 5, 1, 1],
  ])('%j at %i', (text, offset, line, column) => {
    expect(new LineIndex(text).positionAt(offset)).toEqual({ line, column });
  });

  it('finds every place of a long text', () => {
    const text = Array.from({ length: 300 }, (_, index) => 'x'.repeat(index % 7)).join('\n');
    const index = new LineIndex(text);
    let line = 0;
    let column = 0;
    for (let offset = 0; offset <= text.length; offset += 1) {
      expect(index.positionAt(offset)).toEqual({ line, column });
      column += 1;
      if (text[offset] === '\n') {
        line += 1;
        column = 0;
      }
    }
  });
});

describe('tokenAt', () => {
  it('finds the token that holds a character', () => {
    const { tokens } = treeOf('a  "b c"{#d\n}');
    const at = Array.from(tokens.text, (_, offset) => tokenText(tokens, tokenAt(tokens, offset)));
    expect(at).toEqual([
      'a',
      '  ',
      '  ',
      '"b c"',
      '"b c"',
      '"b c"',
      '"b c"',
      '"b c"',
      '{',
      '#d',
      '#d',
      '\n',
      '}',
    ]);
  });

  it('gives the last token at the end', () => {
    const { tokens } = treeOf('a b');
    expect(tokenText(tokens, tokenAt(tokens, 3))).toBe('b');
  });

  it('gives the first index where there is no token', () => {
    expect(tokenAt(treeOf('').tokens, 0)).toBe(0);
  });
});
