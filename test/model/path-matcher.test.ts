import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pathMatcher } from '../../server/src/model/path-matcher';

describe('the paths of locations', () => {
  it.each<[pattern: string, path: string, matches: boolean]>([
    ['/chat', '/chat', true],
    ['/chat', '/chat/', false],
    ['/chat', '/Chat', false],
    ['/chat/*', '/chat/', true],
    ['/chat/*', '/chat/a/b', true],
    ['/chat/*', '/chat', false],
    ['*/ws*', '/api/ws/v1', true],
    ['/a*b*c', '/a-b-c', true],
    ['/a*b*c', '/a-c-b', false],
    // What begins and ends it must not be the same characters.
    ['/aa*aa', '/aaa', false],
    ['*', '', true],
    ['^/ws/(.*)$', '^/ws/(.*)$', true],
    ['/a.c', '/abc', false],
    ['@ws', '@ws', true],
  ])('%s matches %s: %s', (pattern, path, matches) => {
    expect(pathMatcher(['/other', pattern])(path)).toBe(matches);
  });

  it('are matched as the same pattern of a regex matches them', () => {
    const text = fc.stringMatching(/^[ab/*]{0,8}$/);
    fc.assert(
      fc.property(text, fc.stringMatching(/^[ab/]{0,8}$/), (pattern, path) => {
        const regex = new RegExp(`^${pattern.replaceAll('*', '.*')}$`);
        expect(pathMatcher([pattern])(path)).toBe(regex.test(path));
      }),
    );
  });
});
