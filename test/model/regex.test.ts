import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileRegex } from '../../server/src/model/regex';

describe('a pattern', () => {
  it.each<[pattern: string, yes: string, no: string]>([
    ['^/ws$', '/ws', '/ws/'],
    ['\\.(?:css|js|jpe?g)$', '/a.jpeg', '/a.jpe'],
    ['^/([^/]+)/([^/]+)/ws$', '/a/b/ws', '/a/ws'],
    ['^/api/v\\d{1,2}/', '/api/v12/', '/api/v123/'],
    ['^/(?P<room>\\w+)-(?<user>[a-z]+)$', '/a_1-b', '/a-1'],
    ['^\\(?P<', 'P<', '?P<'],
    ['(?i)^/WS', '/ws', '/w'],
    ['^(?!/api)/', '/app', '/api'],
    ['^/a(?=b)', '/ab', '/a'],
    ['(?<=/)ws', '/ws', 'ws'],
    ['(?<!x)ws', '/ws', 'xws'],
    ['^[\\w.-]+$', 'a.b-c', 'a/b'],
    ['^[^^]$', 'a', '^'],
    ['^[(?P<x]$', 'P', 'y'],
    ['^\\%20\\-\\_\\:\\=$', '%20-_:=', '%20'],
    ['^/a+?b', '/aab', '/b'],
    ['^(?:ab)*$', 'abab', 'aba'],
    ['^(\\d{1,3}\\.){3}\\d{1,3}$', '10.0.0.1', '10.0.0'],
    ['^/~(.+?)(/.*)?$', '/~me/a', '/me'],
    ['a,b;"c"', 'a,b;"c"', 'ab'],
    ['', 'anything', ''],
  ])('%s means the same', (pattern, yes, no) => {
    const regex = compileRegex(pattern, false);
    expect(regex?.match(yes)).toMatchObject({ groups: expect.any(Array) });
    expect(pattern === '' ? null : regex?.match(no)).toBeNull();
  });

  it('is matched without case where that is asked for', () => {
    expect(compileRegex('^/ws$', true)?.match('/WS')).toMatchObject({ groups: ['/WS'] });
    expect(compileRegex('^/ws$', false)?.match('/WS')).toBeNull();
  });

  it.each([
    // Not the same in JavaScript, or not known there.
    ['(?|a|b)', 'a branch reset'],
    ['(a)?\\1', 'a back reference'],
    ['(?<a>b)\\k<a>', 'a back reference'],
    ['(a)(?1)', 'a subroutine'],
    ['(?(1)a)', 'a condition'],
    ['(*UTF8)a', 'a verb'],
    ['\\p{L}', 'a property'],
    ['a{,3}', 'a repetition of newer PCRE only'],
    ['a\\', 'a backslash at the end'],
    // Not well-formed.
    ['(', 'an open group'],
    [')', 'a closed group'],
    ['[a', 'open brackets'],
    ['*a', 'a repetition of nothing'],
    ['a{2}{3}', 'a repetition of a repetition'],
    ['a{3,1}', 'a repetition from more to less'],
    ['(?<a>b)(?<a>c)', 'a name twice'],
    ['[z-a]', 'a range from more to less'],
    ['a'.repeat(4097), 'a longer word than nginx reads'],
  ])('%s is refused: %s', (pattern) => {
    expect(compileRegex(pattern, false)).toBeNull();
  });

  it.each([
    '(a+)+',
    '(a*)*',
    '(a+)*$',
    '((a+)b?)+',
    '(?:(?:a*)){2,}',
    '(/[^/]+)*$',
    '(a|a)*',
    '(?:a|aa)+$',
    '(a?b?)+',
    '(\\d{1,3}\\.?)+',
    '(a+){10000000000,}',
    '(a+){20}',
    '((a|b){8}){8}',
    'a?'.repeat(30),
    '(a|a)'.repeat(30),
    '.*'.repeat(9),
  ])('%s is refused: it may take for ever', (pattern) => {
    expect(compileRegex(pattern, false)).toBeNull();
  });

  it.each(['(?:', '[^a]', '(?=', '[^^', '(?P<a>', '\\', '((', 'a{1', 'a|'])(
    '%s many times over is read in no time',
    (piece) => {
      expect(compileRegex(`${piece.repeat(500)}\\R`, false)).toBeNull();
    },
  );
});

describe('what a pattern captures', () => {
  it('is numbered as in PCRE, and named', () => {
    const match = compileRegex('^(?>x+)(a)(?<n>b)?(c)$', false)?.match('xxac');
    expect(match).toEqual({ groups: ['xxac', 'a', '', 'c'], named: new Map([['n', '']]) });
  });

  it('is not told where an earlier turn of a repetition may have captured it', () => {
    const regex = compileRegex('^(?:(a)|b){2}$', false);
    expect(regex?.match('ba')).toMatchObject({ groups: ['ba', 'a'] });
    expect(regex?.match('ab')).toBe('unknown');
  });

  it('is bytes', () => {
    expect(compileRegex('^(.)(.)$', false)?.match('\xc3\xa9')).toMatchObject({
      groups: ['\xc3\xa9', '\xc3', '\xa9'],
    });
    expect(compileRegex('^é$', false)?.match('\xc3\xa9')).toMatchObject({ groups: ['\xc3\xa9'] });
  });
});

it('never throws, whatever the pattern and the subject', () => {
  const text = fc.string({
    unit: fc.constantFrom(...Array.from('ab(|)[]?*+{}12,^$.\\-:<>=!iQE#')),
    maxLength: 40,
  });
  fc.assert(
    fc.property(text, fc.boolean(), fc.string({ maxLength: 30 }), (pattern, ignoreCase, subject) => {
      const match = compileRegex(pattern, ignoreCase)?.match(subject) ?? null;
      expect(match === null || match === 'unknown' || match.groups.length > 0).toBe(true);
    }),
    { numRuns: 3000, seed: 7 },
  );
});
