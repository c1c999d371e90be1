import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { selectionAt } from '../../server/src/features/selection';
import { parseFile } from '../../server/src/model/load';
import { brokenText } from '../support/arbitrary-text';
import { readMarks } from '../support/marks';

/** The selected texts at the `|`, from within. */
function selected(marked: string): string[] {
  const { text, offsets } = readMarks(marked);
  return selectionAt(parseFile('/nginx.conf', text), offsets[0] ?? -1).map(({ start, end }) =>
    text.slice(start, end),
  );
}

describe('the selection grows', () => {
  it('from a variable in quotes to the file', () => {
    expect(selected('server {\n  add_header A "x $a|b y" always;\n  b;\n}\n')).toEqual([
      '$ab',
      'x $ab y',
      '"x $ab y"',
      'A "x $ab y" always',
      'add_header A "x $ab y" always',
      'add_header A "x $ab y" always;',
      'add_header A "x $ab y" always;\n  b;',
      '\n  add_header A "x $ab y" always;\n  b;\n',
      'server {\n  add_header A "x $ab y" always;\n  b;\n}',
      'server {\n  add_header A "x $ab y" always;\n  b;\n}\n',
    ]);
  });

  it('from the head of a block to the block', () => {
    expect(selected('http { location /a|b { c; } }')).toEqual([
      '/ab',
      'location /ab',
      'location /ab { c; }',
      ' location /ab { c; } ',
      'http { location /ab { c; } }',
    ]);
  });

  it('from a comment, from Lua, from a blank', () => {
    expect(selected('a { # b| c\n }').slice(0, 2)).toEqual(['# b c', ' # b c\n ']);
    expect(selected('content_by_lua_block { a| = 1 }').slice(0, 2)).toEqual(['a = 1', ' a = 1 ']);
    expect(selected('a { | b; }').slice(0, 2)).toEqual(['  b; ', 'a {  b; }']);
    expect(selected('|')).toEqual(['']);
  });

  it('in broken text', () => {
    expect(selected('http { server { listen 8|0')).toEqual([
      '80',
      'listen 80',
      ' listen 80',
      'server { listen 80',
      ' server { listen 80',
      'http { server { listen 80',
    ]);
  });
});

it('blocks that nest without end are not all given', () => {
  const text = 'a {'.repeat(20_000);
  const ranges = selectionAt(parseFile('/nginx.conf', text), text.length);
  expect(ranges.length).toBeLessThan(500);
  expect(ranges.at(-1)).toEqual({ start: 0, end: text.length });
});

it('whatever the text and the place, each range holds the one before and is larger', () => {
  fc.assert(
    fc.property(brokenText, fc.nat(), (text, seed) => {
      const offset = seed % (text.length + 1);
      const ranges = selectionAt(parseFile('/nginx.conf', text), offset);
      let [last] = ranges;
      expect(last !== undefined && last.start <= offset && offset <= last.end).toBe(true);
      for (const range of ranges.slice(1)) {
        expect(range.start <= (last?.start ?? 0) && range.end >= (last?.end ?? 0)).toBe(true);
        expect(range).not.toEqual(last);
        last = range;
      }
      expect(last).toEqual({ start: 0, end: text.length });
    }),
    { numRuns: 500 },
  );
});
