import { describe, expect, it } from 'vitest';
import { slashCommentsIn } from '../../server/src/syntax/comments';
import { dump, errorsOf, treeOf } from './dump';

describe('markers of a conflict', () => {
  it.each<[name: string, text: string, tree: string, errors: string[]]>([
    ['two sides', '<<<<<<< HEAD\na;\n=======\nb;\n>>>>>>> main\nc;', 'a;\nb;\nc;', ['conflict <<<<<<< HEAD']],
    [
      'three',
      '<<<<<<< a\r\nb;\r\n||||||| c\r\nd;\r\n=======\r\n>>>>>>> e\r\n',
      'b;\nd;',
      ['conflict <<<<<<< a'],
    ],
    ['in a directive', 'a\n<<<<<<<\n 1;\n=======\n 2;\n>>>>>>>\n', 'a 1;\n2;', ['conflict <<<<<<<']],
    [
      'a block opened twice',
      '<<<<<<< a\nb {\n=======\nc {\n>>>>>>> d\n e;\n}\n',
      'b {¦\nc {\n  e;\n}',
      ['conflict <<<<<<< a'],
    ],
    ['one that is left over', 'a;\n>>>>>>> b\nc;', 'a;\nc;', ['conflict >>>>>>> b']],
    ['two conflicts', '<<<<<<<\n>>>>>>>\n<<<<<<<\n>>>>>>>\n', '', ['conflict <<<<<<<', 'conflict <<<<<<<']],
    ['none in the middle of a line', 'a <<<<<<< =======;', 'a <<<<<<< =======;', []],
    ['none of another length', '======== a;', '======== a;', []],
  ])('%s', (_, text, tree, errors) => {
    const parsed = treeOf(text);
    expect(errorsOf(parsed).map((error) => error.replace(/ @-?\d+$/, ''))).toEqual(errors);
    expect(dump(parsed)).toBe(tree);
  });
});

describe('comments with slashes', () => {
  it.each<[text: string, tree: string, comments: string[]]>([
    ['a; // b {\nc;', 'a;\nc;', ['// b {']],
    ["{ //don't;\r\n}\n//", ' {}', ["//don't;", '//']],
    ['a //b;\nc //;', 'a //b;\nc //;', []],
    ['map a b { //c 1; } types { //d e; }', 'map a b {\n  //c 1;\n}\ntypes {\n  //d e;\n}', []],
    ['map a b { } //c', 'map a b {}', ['//c']],
  ])('%s', (text, tree, comments) => {
    const parsed = treeOf(text);
    expect(slashCommentsIn(parsed).map((comment) => comment.text)).toEqual(comments);
    expect(dump(parsed)).toBe(tree);
  });
});
