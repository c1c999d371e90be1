import { describe, expect, it } from 'vitest';
import { translateRegex } from '../../server/src/model/regex';

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
    const regex = translateRegex(pattern, false);
    expect([regex?.test(yes), pattern === '' || regex?.test(no) === false]).toEqual([true, true]);
  });

  it('is matched without case where that is asked for', () => {
    expect(translateRegex('^/ws$', true)?.test('/WS')).toBe(true);
    expect(translateRegex('^/ws$', false)?.test('/WS')).toBe(false);
  });

  it.each([
    // Not the same in JavaScript, or not known there.
    ['(?i:a)', 'flags in the middle'],
    ['a(?i)b', 'flags in the middle'],
    ['(?s)a', 'other flags'],
    ['(?>a)', 'an atomic group'],
    ['a++', 'a possessive repetition'],
    ['a{2}+', 'a possessive repetition'],
    ['(?|a|b)', 'a branch reset'],
    ['(?#a)', 'a comment'],
    ["(?'a'b)", 'a name in quotes'],
    ['(a)?\\1', 'a back reference'],
    ['(?<a>b)\\k<a>', 'a back reference'],
    ['(a)(?1)', 'a subroutine'],
    ['(?(1)a)', 'a condition'],
    ['(*UTF8)a', 'a verb'],
    ['[]a]', 'a bracket first in brackets'],
    ['[^]a]', 'a bracket first in brackets'],
    ['[[:alpha:]]', 'a class by name'],
    ['\\Aa\\z', 'an anchor of Perl'],
    ['\\h', 'an escape of Perl'],
    ['\\Qa\\E', 'a quotation'],
    ['\\x41', 'a character by number'],
    ['\\012', 'a character by number'],
    ['\\p{L}', 'a property'],
    ['a{,3}', 'a repetition of newer PCRE only'],
    ['{', 'a brace alone'],
    ['a{x}', 'a brace alone'],
    ['é', 'more than ASCII'],
    ['a\tb', 'a control character'],
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
    expect(translateRegex(pattern, false)).toBeNull();
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
    expect(translateRegex(pattern, false)).toBeNull();
  });

  it.each(['(?:', '[^a]', '(?=', '[^^', '(?P<a>', '\\', '((', 'a{1', 'a|'])(
    '%s many times over is read in no time',
    (piece) => {
      expect(translateRegex(`${piece.repeat(500)}\\h`, false)).toBeNull();
    },
  );
});
