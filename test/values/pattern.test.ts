import { describe, expect, it } from 'vitest';
import { captureCount, groupNames, patternError, tildePattern } from '../../server/src/values/pattern';

describe('a pattern', () => {
  const now = { major: 1, minor: 28, patch: 0 };

  it.each(['', '^/ws', '(?<name>a)\\k<name>', '[a-z]{2,3}+', '\\.(js|css)$'])('%s is right', (pattern) => {
    expect(patternError(pattern, now)).toBeNull();
  });

  it.each<[pattern: string, error: string]>([
    ['(a', 'missing closing parenthesis in "(a"'],
    ['a)', 'unmatched closing parenthesis in "a)" at ")"'],
    ['[a', 'missing terminating ] for character class in "[a"'],
    ['*a', 'quantifier does not follow a repeatable item in "*a" at "*a"'],
    ['a{3,2}', 'numbers out of order in {} quantifier in "a{3,2}" at "}"'],
  ])('%s is refused: %s', (pattern, error) => {
    expect(patternError(pattern, now)).toBe(`pcre2_compile() failed: ${error}`);
  });

  it.each<[pattern: string, error: string]>([
    ['(a', 'missing ) in "(a"'],
    ['a)', 'unmatched parentheses in "a)" at ")"'],
    ['a{3,2}', 'numbers out of order in {} quantifier in "a{3,2}" at "}"'],
  ])('%s is refused by PCRE before 1.21.5: %s', (pattern, error) => {
    expect(patternError(pattern, { major: 1, minor: 20, patch: 0 })).toBe(`pcre_compile() failed: ${error}`);
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
