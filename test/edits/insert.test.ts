import { describe, expect, it } from 'vitest';
import { applyEdits, type Edit } from '../../server/src/edits/edit';
import {
  argumentsAsWritten,
  insertAfter,
  insertBefore,
  insertBlockBefore,
  replaceArguments,
  replaceWord,
} from '../../server/src/edits/insert';
import { buildConfiguration, type ConfigDirective, walk } from '../../server/src/model/configuration';
import { closureOf } from '../support/memory-host';

/** The text after an edit at the directive `here`. */
async function after(text: string, make: (here: ConfigDirective) => Edit): Promise<string | undefined> {
  const { directives } = buildConfiguration(await closureOf({ '/nginx.conf': text }));
  const here = [...walk(directives)].find(({ name }) => name === 'here');
  if (here === undefined) throw new Error('There is no directive "here".');
  return applyEdits([make(here)]).get('/nginx.conf');
}

type Case = readonly [name: string, text: string, expected: string];

describe('insertBefore', () => {
  it.each<Case>([
    ['two spaces', 'a {\n  here;\n}\n', 'a {\n  x;\n  y;\n  here;\n}\n'],
    ['four spaces', 'a {\n    here;\n}\n', 'a {\n    x;\n    y;\n    here;\n}\n'],
    ['tabs', 'a {\n\t\there;\n}\n', 'a {\n\t\tx;\n\t\ty;\n\t\there;\n}\n'],
    ['no indentation', 'here;', 'x;\ny;\nhere;'],
    ['CRLF', 'a {\r\n  here;\r\n}\r\n', 'a {\r\n  x;\r\n  y;\r\n  here;\r\n}\r\n'],
    ['a block on one line', 'a { here; b; }\n', 'a { x; y; here; b; }\n'],
    ['behind another on its line', 'a {\n  b; here;\n}\n', 'a {\n  b; x; y; here;\n}\n'],
    ['with a comment behind', 'a {\n  here; # c\n}\n', 'a {\n  x;\n  y;\n  here; # c\n}\n'],
    [
      'with a comment above: that stays above',
      'a {\n  # c\n  here;\n}\n',
      'a {\n  # c\n  x;\n  y;\n  here;\n}\n',
    ],
    ['a block', 'a {\n  here {\n    b;\n  }\n}\n', 'a {\n  x;\n  y;\n  here {\n    b;\n  }\n}\n'],
    ['the first line of a file', 'here;\r\nb;\r\n', 'x;\r\ny;\r\nhere;\r\nb;\r\n'],
  ])('%s', async (_, text, expected) => {
    expect(await after(text, (here) => insertBefore(here, ['x;', 'y;']))).toBe(expected);
  });
});

describe('what is inserted beside lines in columns', () => {
  const statements = ['version 1;', 'header Upgrade $a;', 'header "a b" c;', 'x;'];

  it.each<Case>([
    [
      'stands in the columns of their arguments',
      'a {\n  here       1;\n  header     Host     $host;\n  header     X-Real   $b;\n}\n',
      'a {\n  here       1;\n  version    1;\n  header     Upgrade  $a;\n  header "a b" c;\n  x;\n  header     Host     $host;\n  header     X-Real   $b;\n}\n',
    ],
    [
      'is not pushed apart by names that happen to have one length',
      'a {\n  here 1;\n  more 2;\n}\n',
      'a {\n  here 1;\n  version 1;\n  header Upgrade $a;\n  header "a b" c;\n  x;\n  more 2;\n}\n',
    ],
    [
      'takes no notice of one line alone, nor of other blocks',
      'b {\n  cc    1;\n  ddd   1;\n}\na {\n  here    1;\n}\n',
      'b {\n  cc    1;\n  ddd   1;\n}\na {\n  here    1;\n  version 1;\n  header Upgrade $a;\n  header "a b" c;\n  x;\n}\n',
    ],
    [
      'keeps one space where a name is too long',
      'a {\n  here   1;\n  b      1;\n}\n',
      'a {\n  here   1;\n  version 1;\n  header Upgrade $a;\n  header "a b" c;\n  x;\n  b      1;\n}\n',
    ],
  ])('%s', async (_, text, expected) => {
    expect(await after(text, (here) => insertAfter(here, statements))).toBe(expected);
  });

  it('stands in them above a line, too', async () => {
    const text = 'a {\r\n  b      1;\r\n  here   1;\r\n}\r\n';
    expect(await after(text, (here) => insertBefore(here, ['x 1;']))).toBe(
      'a {\r\n  b      1;\r\n  x      1;\r\n  here   1;\r\n}\r\n',
    );
  });
});

describe('insertAfter', () => {
  it.each<Case>([
    ['two spaces', 'a {\n  here;\n}\n', 'a {\n  here;\n  x;\n  y;\n}\n'],
    ['four spaces', 'a {\n    here;\n    b;\n}\n', 'a {\n    here;\n    x;\n    y;\n    b;\n}\n'],
    ['tabs', 'a {\n\t\there;\n}\n', 'a {\n\t\there;\n\t\tx;\n\t\ty;\n}\n'],
    ['CRLF', 'a {\r\n\there;\r\n}\r\n', 'a {\r\n\there;\r\n\tx;\r\n\ty;\r\n}\r\n'],
    ['CRLF and a comment', 'a {\r\n  here; # c \r\n}\r\n', 'a {\r\n  here; # c \r\n  x;\r\n  y;\r\n}\r\n'],
    [
      'a comment behind: that stays on its line',
      'a {\n  here; # c;\n}\n',
      'a {\n  here; # c;\n  x;\n  y;\n}\n',
    ],
    ['blanks behind', 'a {\n  here;  \n}\n', 'a {\n  here;  \n  x;\n  y;\n}\n'],
    ['a block on one line', 'a { here; b; }\n', 'a { here; x; y; b; }\n'],
    ['the last of a block on one line', 'a { b; here; }\n', 'a { b; here; x; y; }\n'],
    ['before another on its line', 'a {\n  here; b;\n}\n', 'a {\n  here; x; y; b;\n}\n'],
    ['before the brace on its line', 'a {\n  here; }\n', 'a {\n  here; x; y; }\n'],
    [
      'behind another on its line, before a comment',
      'a {\n  b; here; # c\n}\n',
      'a {\n  b; here; x; y; # c\n}\n',
    ],
    ['the last line, without its end', 'a;\nhere;', 'a;\nhere;\nx;\ny;'],
    ['the last line, without its end, with a comment', 'a;\nhere; # c', 'a;\nhere; # c\nx;\ny;'],
    ['the last line of a file with CRLF', 'a;\r\nhere;', 'a;\r\nhere;\r\nx;\r\ny;'],
    ['a block', 'a {\n  here {\n    b;\n  } # c\n}\n', 'a {\n  here {\n    b;\n  } # c\n  x;\n  y;\n}\n'],
    [
      'arguments on several lines',
      'a {\n  here b\n       c;\n}\n',
      'a {\n  here b\n       c;\n  x;\n  y;\n}\n',
    ],
  ])('%s', async (_, text, expected) => {
    expect(await after(text, (here) => insertAfter(here, ['x;', 'y;']))).toBe(expected);
  });
});

describe('insertBlockBefore', () => {
  it.each<Case>([
    ['two spaces', 'a {\n  here { c; }\n}\n', 'a {\n  map x {\n    1;\n    2;\n  }\n\n  here { c; }\n}\n'],
    [
      'four spaces',
      'a {\n    here {\n        c;\n    }\n}\n',
      'a {\n    map x {\n        1;\n        2;\n    }\n\n    here {\n        c;\n    }\n}\n',
    ],
    [
      'tabs',
      'a {\n\there {\n\t\tc;\n\t}\n}\n',
      'a {\n\tmap x {\n\t\t1;\n\t\t2;\n\t}\n\n\there {\n\t\tc;\n\t}\n}\n',
    ],
    [
      'CRLF',
      'a {\r\n  here {\r\n    c;\r\n  }\r\n}\r\n',
      'a {\r\n  map x {\r\n    1;\r\n    2;\r\n  }\r\n\r\n  here {\r\n    c;\r\n  }\r\n}\r\n',
    ],
    [
      'comments above: it goes above them',
      'a {\n  b;\n  # c\n  # d\n  here {\n    e;\n  }\n}\n',
      'a {\n  b;\n  map x {\n    1;\n    2;\n  }\n\n  # c\n  # d\n  here {\n    e;\n  }\n}\n',
    ],
    [
      'a comment further up stays there',
      'a {\n  # b\n\n  here {\n    c;\n  }\n}\n',
      'a {\n  # b\n\n  map x {\n    1;\n    2;\n  }\n\n  here {\n    c;\n  }\n}\n',
    ],
    ['one line', 'a { here { c; } }\n', 'a { map x { 1; 2; } here { c; } }\n'],
    ['at the top, indented as the rest', 'here {\n  c;\n}\n', 'map x {\n  1;\n  2;\n}\n\nhere {\n  c;\n}\n'],
    ['at the top, with nothing to go by', 'here;', 'map x {\n    1;\n    2;\n}\n\nhere;'],
    [
      'a simple directive, indented as its block is',
      'a {\n   here;\n}\n',
      'a {\n   map x {\n      1;\n      2;\n   }\n\n   here;\n}\n',
    ],
  ])('%s', async (_, text, expected) => {
    expect(await after(text, (here) => insertBlockBefore(here, 'map x', ['1;', '2;']))).toBe(expected);
  });
});

describe('replaceWord', () => {
  it.each<[index: number, text: string, expected: string]>([
    [0, '  here a b;', '  NEW a b;'],
    [1, 'here a b;', 'here NEW b;'],
    [2, "here a\n  'b c' ;", 'here a\n  NEW ;'],
    [1, 'here "a";', 'here NEW;'],
    [1, 'here a # c\n b;', 'here NEW # c\n b;'],
  ])('%i of %j', async (index, text, expected) => {
    expect(await after(text, (here) => replaceWord(here, index, 'NEW'))).toBe(expected);
  });

  it('adds the one that is missing behind the last', async () => {
    expect(await after('here a;', (here) => replaceWord(here, 2, 'NEW'))).toBe('here a NEW;');
  });

  it('of a word beyond that is a mistake of the caller', async () => {
    await expect(after('here a;', (here) => replaceWord(here, 3, 'NEW'))).rejects.toThrow(
      'The directive here has no word 3.',
    );
  });
});

describe('replaceArguments', () => {
  it.each([
    ['here a;', 'here NEW;'],
    ['here a  "b c"\n d ;', 'here NEW ;'],
    ['here a # c\n b;', 'here NEW;'],
    ['here;', 'here NEW;'],
    ['here { a; }', 'here NEW { a; }'],
  ])('of %j', async (text, expected) => {
    expect(await after(text, (here) => replaceArguments(here, 'NEW'))).toBe(expected);
  });
});

it('arguments are given as they are written, one space between', async () => {
  const { directives } = buildConfiguration(
    await closureOf({ '/nginx.conf': 'here a  "b  c"\n\t\'d\' # e\n ${f}\\ g;' }),
  );
  expect(directives.map(argumentsAsWritten)).toEqual(['a "b  c" \'d\' ${f}\\ g']);
});
