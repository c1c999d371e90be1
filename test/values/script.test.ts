import { describe, expect, it } from 'vitest';
import { compileValue, parseValue, referencesIn, variablesIn } from '../../server/src/values/script';

describe('a value', () => {
  it.each<[value: string, parts: string]>([
    ['', ''],
    ['upgrade', 'upgrade'],
    ['$http_upgrade', '<http_upgrade>'],
    ['${http_upgrade}', '<http_upgrade>'],
    ['$HTTP_Upgrade', '<http_upgrade>'],
    ['a$b-c${d}e', 'a|<b>|-c|<d>|e'],
    ['$a$b', '<a>|<b>'],
    ['$a_b.c', '<a_b>|.c'],
    // A capture is one digit.
    ['$1', '<1>'],
    ['$12', '<1>|2'],
    ['$1abc', '<1>|abc'],
    ['$0a', '<0a>'],
    ['${1}', '<1>'],
    // Names have no dash.
    ['$http_sec-websocket-key', '<http_sec>|-websocket-key'],
    ['$', '$'],
    ['a$', 'a$'],
    ['$$', '$$'],
    ['${', '${'],
    ['${a', '${a'],
    ['5$ and $x', '5$ and |<x>'],
  ])('%j is cut into %s', (value, parts) => {
    const shown = parseValue(value).map((part) => (part.kind === 'text' ? part.text : `<${part.name}>`));
    expect(shown.join('|')).toBe(parts);
  });

  it('names its variables', () => {
    expect(variablesIn('$a ${B} $1')).toEqual(['a', 'b', '1']);
  });
});

describe('what nginx compiles of a value', () => {
  it.each<[value: string, names: string[]]>([
    ['', []],
    ['a', []],
    ['$A-${b}c', ['a', 'b']],
    ['$1$2a', []],
    // In braces it is a variable of that name.
    ['${1}', ['1']],
    ['$0', ['0']],
  ])('%s', (value, names) => {
    expect(compileValue(value)).toEqual({ names, error: null });
  });

  it.each<[value: string, names: string[], error: string]>([
    ['$', [], 'invalid variable name'],
    ['$a$', ['a'], 'invalid variable name'],
    ['$-$a', [], 'invalid variable name'],
    ['${', [], 'invalid variable name'],
    ['${}', [], 'invalid variable name'],
    ['${a', [], 'the closing bracket in "a" variable is missing'],
    ['$a${b-}$c', ['a'], 'the closing bracket in "b" variable is missing'],
    ['${-', [], 'the closing bracket in "" variable is missing'],
  ])('ends at the fault in %s', (value, names, error) => {
    expect(compileValue(value)).toEqual({ names, error });
  });

  it('knows where each stands', () => {
    const text = 'a$b${c}$1$';
    expect(referencesIn(text).map(({ start, end }) => text.slice(start, end))).toEqual([
      '$b',
      '${c}',
      '$1',
      '$',
    ]);
  });

  it('takes time in proportion to the length', () => {
    expect(referencesIn('${a'.repeat(100_000))).toHaveLength(100_000);
    expect(referencesIn(`$${'a'.repeat(100_000)}`.repeat(10))).toHaveLength(10);
  });
});
