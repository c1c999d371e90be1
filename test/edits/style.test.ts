import { describe, expect, it } from 'vitest';
import { indentBefore, lineEndAt } from '../../server/src/edits/style';
import { indentUnitOf } from '../../server/src/syntax/indentation';

describe('the line end', () => {
  it.each<[name: string, text: string, offset: number, expected: string]>([
    ['of a text without one', 'a;', 0, '\n'],
    ['of an empty text', '', 0, '\n'],
    ['of a text of one line', 'a;\n', 0, '\n'],
    ['with CR', 'a;\r\nb;\r\n', 0, '\r\n'],
    ['that follows the place', 'a;\r\nb;\nc;\n', 5, '\n'],
    ['that follows the place, with CR', 'a;\nb;\r\nc;\n', 3, '\r\n'],
    ['before the place, where none follows', 'a;\r\nb;', 5, '\r\n'],
    ['before the place, without CR', 'a;\nb;', 4, '\n'],
    ['right at the place', 'a;\nb', 2, '\n'],
    ['a CR alone is none', 'a;\rb;', 0, '\n'],
  ])('%s', (_, text, offset, expected) => {
    expect(lineEndAt(text, offset)).toBe(expected);
  });
});

describe('one step of indentation', () => {
  it.each<[name: string, text: string, expected: string]>([
    ['four spaces by default', 'a;\nb;\n', '    '],
    ['of an empty text', '', '    '],
    ['two spaces', 'a {\n  b {\n    c;\n  }\n}\n', '  '],
    ['four spaces', 'a {\n    b {\n        c;\n    }\n}\n', '    '],
    ['three spaces', 'a {\n   b;\n}\n', '   '],
    ['a tab', 'a {\n\tb {\n\t\tc;\n\t}\n}\n', '\t'],
    ['a tab, with CRLF', 'a {\r\n\tb;\r\n}\r\n', '\t'],
    ['the most frequent', 'a {\n  b;\n}\nc {\n  d;\n}\ne {\n    f;\n}\n', '  '],
    ['the smaller of two as frequent', 'a {\n    b;\n}\nc {\n  d;\n}\n', '  '],
    ['tabs that are more than spaces', 'a {\n\tb;\n\tc;\n}\nd {\n  e;\n}\n', '\t'],
    ['whatever comments do', 'a {\n        # b\n  c;\n        # d\n}\n', '  '],
    ['whatever empty lines do', 'a {\n\n  b;\n \n}\n', '  '],
  ])('%s', (_, text, expected) => {
    expect(indentUnitOf(text)).toBe(expected);
  });
});

describe('the indentation before a place', () => {
  it.each<[text: string, offset: number, expected: string | null]>([
    ['a', 0, ''],
    ['  a', 2, '  '],
    ['  a', 1, ' '],
    ['x\n \ta', 4, ' \t'],
    ['x\r\n  a', 5, '  '],
    ['x\na', 2, ''],
    ['x a', 2, null],
    ['x{\n} a', 5, null],
  ])('%j at %i', (text, offset, expected) => {
    expect(indentBefore(text, offset)).toBe(expected);
  });
});
