import { describe, expect, it } from 'vitest';
import { captureCount, groupNames, patternFault, tildePattern } from '../../server/src/values/pattern';

describe('a pattern', () => {
  it.each(['', '^/ws', '(?<name>a)\\k<name>', '[a-z]{2,3}+', '\\.(js|css)$'])('%s is right', (pattern) => {
    expect(patternFault(pattern, 'pcre2')).toBeNull();
  });

  it.each<[pattern: string, reason: string, at: number]>([
    ['(a', 'missing closing parenthesis', 2],
    ['a)', 'unmatched closing parenthesis', 1],
    ['[a', 'missing terminating ] for character class', 2],
    ['*a', 'quantifier does not follow a repeatable item', 0],
    ['a{3,2}', 'numbers out of order in {} quantifier', 5],
  ])('%s is refused: %s', (pattern, reason, at) => {
    expect(patternFault(pattern, 'pcre2')).toEqual({ reason, at });
  });

  it('has groups, some of them with names', () => {
    const pattern = "(a)(?:b)(?<first>c)(?P<second>d)(?'third'e)[(]\\(";
    expect(captureCount(pattern)).toBe(4);
    expect(groupNames(pattern)).toEqual(['first', 'second', 'third']);
  });
});

it('a value is a pattern after ~, and one without case after ~*', () => {
  expect(tildePattern('~^A')).toEqual({ pattern: '^A', ignoreCase: false });
  expect(tildePattern('~*^A')).toEqual({ pattern: '^A', ignoreCase: true });
  expect(tildePattern('~')).toEqual({ pattern: '', ignoreCase: false });
  expect(tildePattern('a~')).toBeNull();
});
