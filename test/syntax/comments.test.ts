import { describe, expect, it } from 'vitest';
import { commentsAbove, commentsIn, commentsOf } from '../../server/src/syntax/comments';
import type { Directive, SyntaxTree } from '../../server/src/syntax/tree';
import { nameOf } from '../../server/src/syntax/tree';
import { treeOf } from './dump';

function find(tree: SyntaxTree, name: string): Directive {
  const open = [...tree.directives];
  for (const directive of open) {
    if (nameOf(tree, directive) === name) return directive;
    open.push(...(directive.children ?? []));
  }
  throw new Error(`There is no ${name}.`);
}

const TEXT = `# file

# far above

# above 1
# above 2
server { # after the brace
  # in front
  listen 80; # after listen
  # before location
  location / { # in location
    # in location, too
  } # after location
  return # between
    204;
  # last
} # after server
# below
`;

describe('comments', () => {
  it('of a file', () => {
    expect(commentsIn(treeOf('# a \r\nb "# c" # d\n;#e')).map(({ text }) => text)).toEqual([
      '# a',
      '# d',
      '#e',
    ]);
    expect(commentsIn(treeOf('a#b "#" \'#\' \\#;'))).toEqual([]);
  });

  it('have their place', () => {
    const text = 'a;  # b  \r\nc;';
    expect(commentsIn(treeOf(text))).toEqual([{ text: '# b', start: 4, end: 7 }]);
  });

  it.each<[name: string, comments: string[]]>([
    [
      'server',
      [
        '# above 1',
        '# above 2',
        '# after the brace',
        '# in front',
        '# after listen',
        '# before location',
        '# after location',
        '# between',
        '# last',
      ],
    ],
    ['listen', ['# in front']],
    ['location', ['# before location', '# in location', '# in location, too']],
    ['return', ['# between']],
  ])('of %s', (name, expected) => {
    const tree = treeOf(TEXT);
    expect(commentsOf(tree, find(tree, name)).map(({ text }) => text)).toEqual(expected);
  });

  it.each<[text: string, comments: string[]]>([
    ['# a\nb;', ['# a']],
    ['  # a\n  b;', ['# a']],
    ['# a\r\n# b\r\nb;', ['# a', '# b']],
    ['# a\n\nb;', []],
    ['c; # a\nb;', []],
    ['# a\nc; b;', []],
    ['# a\n\n# c\nb;', ['# c']],
    ['c { # a\n  # d\n  b;\n}', ['# d']],
    ['b;', []],
  ])('above b in %j', (text, expected) => {
    const tree = treeOf(text);
    expect(commentsAbove(tree, find(tree, 'b')).map((comment) => comment.text)).toEqual(expected);
  });
});
