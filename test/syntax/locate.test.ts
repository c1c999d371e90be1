import { describe, expect, it } from 'vitest';
import { blockAt, directiveAt, isForeign, wordAtOffset } from '../../server/src/syntax/locate';
import { parse } from '../../server/src/syntax/parser';
import { nameOf, type SyntaxTree } from '../../server/src/syntax/tree';

/** The tree of a text, and the offset of the `|` in it. */
function marked(text: string): { tree: SyntaxTree; offset: number } {
  const offset = text.indexOf('|');
  return { tree: parse(text.replace('|', '')), offset };
}

describe('directiveAt', () => {
  it.each([
    ['ser|ver { listen 80; }', 'server'],
    ['server { lis|ten 80; }', 'listen'],
    ['server { listen 80;| }', 'listen'],
    ['server { listen 80; | }', 'server'],
    ['server { a { b 1;\n| } }', 'a'],
    ['server { listen 80; }|', 'server'],
    ['a 1; | b 2;', null],
    ['|', null],
    ['server { listen 8|', 'listen'],
  ])('%s', (text, expected) => {
    const { tree, offset } = marked(text);
    const found = directiveAt(tree, offset);
    expect(found === null ? null : nameOf(tree, found)).toBe(expected);
  });
});

describe('blockAt', () => {
  it.each([
    ['ser|ver { listen 80; }', null],
    ['server |{ listen 80; }', null],
    ['server {| listen 80; }', 'server'],
    ['server { lis|ten 80; }', 'server'],
    ['server { listen 80; |}', 'server'],
    ['server { listen 80; }|', null],
    ['http { server { a; } | }', 'http'],
    ['http { server { a; |', 'server'],
    ['http { server {|', 'server'],
  ])('%s', (text, expected) => {
    const { tree, offset } = marked(text);
    const found = blockAt(tree, offset);
    expect(found === null ? null : nameOf(tree, found)).toBe(expected);
  });
});

describe('wordAtOffset', () => {
  it.each([
    ['lis|ten 80;', 'listen'],
    ['listen| 80;', 'listen'],
    ['listen |80;', '80'],
    ['listen 80|;', '80'],
    ['a "b| c";', 'b c'],
    ['a  |  b;', null],
    ['# wo|rd', null],
    ['|', null],
  ])('%s', (text, expected) => {
    const { tree, offset } = marked(text);
    expect(wordAtOffset(tree, offset)?.value ?? null).toBe(expected);
  });
});

describe('isForeign', () => {
  it.each([
    ['# no|te', true],
    ['# note|', true],
    ['# note|\na;', true],
    ['|# note', false],
    ['a; |', false],
    ['content_by_lua_block {| a() }', true],
    ['content_by_lua_block { a() |}', true],
    ['content_by_lua_block |{ a() }', false],
    ['|', false],
  ])('%s', (text, expected) => {
    const { tree, offset } = marked(text);
    expect(isForeign(tree, offset)).toBe(expected);
  });
});
