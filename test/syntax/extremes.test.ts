import { describe, expect, it } from 'vitest';
import { tokenEnd } from '../../server/src/syntax/tokens';
import { commentsOf } from '../../server/src/syntax/comments';
import { treeOf } from './dump';

const MANY = 100_000;

function nested(depth: number, indent: string): string {
  const lines: string[] = [];
  for (let level = 0; level < depth; level += 1) lines.push(`${indent.repeat(level)}a {`);
  return lines.join('\n');
}

/** For a busy machine: nothing here takes a second by itself. */
const TIMEOUT = 60_000;

/**
 * Texts of a few hundred kilobytes that would take hours, or more stack than there is, if anything about them went by
 * the square or by recursion. Each is read within the time that a test has.
 */
describe('the parser comes to an end with', () => {
  it.each<[name: string, text: string]>([
    ['opening braces', '{'.repeat(MANY)],
    ['closing braces', '}'.repeat(MANY)],
    ['pairs of braces', '{}'.repeat(MANY)],
    ['closing braces on lines of their own', '}\n'.repeat(MANY)],
    ['double quotes', '"'.repeat(MANY)],
    ['single quotes', "'".repeat(MANY)],
    ['quotes in turn', `"'`.repeat(MANY)],
    ['quotes on lines of their own', '"\n'.repeat(MANY)],
    ['quotes of both kinds on lines of their own', `"\n'\n`.repeat(MANY)],
    ['quotes that are all escaped', `"${'\\"'.repeat(MANY)}`],
    ['quotes before semicolons', '";'.repeat(MANY)],
    ['backslashes', '\\'.repeat(MANY)],
    ['semicolons', ';'.repeat(MANY)],
    ['dollars', '$'.repeat(MANY)],
    ['dollars and braces', '${'.repeat(MANY)],
    ['hashes', '#'.repeat(MANY)],
    ['comments', '#\n'.repeat(MANY)],
    ['blanks', ' '.repeat(MANY)],
    ['words on one line', 'a '.repeat(MANY)],
    ['names of directives on one line', 'listen 80 '.repeat(MANY)],
    ['names of directives on lines of their own', 'internal\n'.repeat(MANY)],
    ['unknown names on lines of their own', `${' '.repeat(MANY)}a_b\n${'a_b\n'.repeat(MANY)}`],
    ['directives', 'a b;\n'.repeat(MANY)],
    ['directives on one line', 'a b;'.repeat(MANY)],
    ['blocks that are not closed', 'a {\n'.repeat(MANY)],
    [
      'blocks that are not closed, the first far to the right',
      `${' '.repeat(MANY)}a {\n${'b {\n'.repeat(MANY)}`,
    ],
    [
      'blocks that are not closed, indented, and many comments',
      `${nested(400, '  ')}\n${'#\n'.repeat(MANY)};\n}`,
    ],
    ['stray braces after directives', 'a }\n'.repeat(MANY)],
    ['maps in maps', 'map $a $b {\n'.repeat(MANY)],
    ['Lua blocks that are not closed', 'content_by_lua_block {\n'.repeat(MANY)],
    ['Lua blocks that are not closed, side by side', 'x_by_lua_block { {\n}\n'.repeat(MANY)],
    ['a Lua block with escaped quotes', `x_by_lua_block { "${'\\"'.repeat(MANY)}\n}`],
    ['a Lua block with quotes', `x_by_lua_block { ${`"'`.repeat(MANY)}\n}`],
    ['a Lua block with long strings', `x_by_lua_block { ${'[=['.repeat(MANY)} }`],
    ['a Lua block with brackets', `x_by_lua_block { ${'['.repeat(MANY)}${'='.repeat(MANY)} }`],
    ['a Lua block with dashes', `x_by_lua_block { ${'-'.repeat(MANY)}\n}`],
  ])(
    '%s',
    (_, text) => {
      const { tokens, errors } = treeOf(text);
      expect(tokenEnd(tokens, tokens.count - 1)).toBe(text.length);
      expect(errors.length).toBeLessThanOrEqual(tokens.count);
    },
    TIMEOUT,
  );

  it.each<[name: string, text: string]>([
    ['opening placeholders', '{{'.repeat(MANY)],
    ['opening placeholders in turn', '{{{%<%{#'.repeat(MANY / 4)],
    ['placeholders', '{{ a }}'.repeat(MANY / 4)],
    ['placeholders on one line, and a word', `${'{{ a }} '.repeat(MANY / 4)}b;`],
    ['statements', '{% if a %}\n'.repeat(MANY / 4)],
    ['quotes before placeholders', `${'"{{\n'.repeat(800)}}}${'a'.repeat(MANY)}`],
    ['variables', '${A}\n'.repeat(MANY / 4)],
    ['percent signs', '%'.repeat(MANY)],
    ['less-than signs', '<'.repeat(MANY)],
  ])(
    'a template of %s',
    (_, text) => {
      const { tokens } = treeOf(text, true);
      expect(tokenEnd(tokens, tokens.count - 1)).toBe(text.length);
    },
    TIMEOUT,
  );

  it('ten thousand blocks within each other', () => {
    const depth = 10_000;
    const tree = treeOf(`${'location / {\n'.repeat(depth)}${'}\n'.repeat(depth)}`);
    expect(tree.errors).toEqual([]);
    let levels = 0;
    for (let [directive] = tree.directives; directive !== undefined; [directive] = directive.children ?? []) {
      levels += 1;
      expect(directive.terminated).toBe(true);
    }
    expect(levels).toBe(depth);
    const [first] = tree.directives;
    expect(first === undefined ? null : commentsOf(tree, first)).toEqual([]);
  });
});
