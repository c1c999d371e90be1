import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Captured, matchOpen } from '../../server/src/handshake/open-patterns';
import { matchPattern } from '../../server/src/handshake/patterns';
import { concat, known, keyOf, open, shownText, type Value } from '../../server/src/handshake/value';

const REST = open('rest');

/** A text whose end is open. */
function beginning(start: string): Value {
  return concat(known(start), [REST]);
}

function groupsOf({ groups }: Captured): string[] {
  return groups.map(shownText);
}

describe('a pattern against a value of which the beginning is known', () => {
  it.each<[pattern: string, start: string, expected: string]>([
    ['^/ws', '/ws/', 'always'],
    ['^/ws', '/ws', 'always'],
    ['^/ws/', '/ws', 'begins /ws/'],
    ['^/ws', '/', 'begins /ws'],
    ['^/ws', '/api', 'never'],
    ['^/ws', '', 'begins /ws'],
    ['^/ws$', '/', 'is /ws'],
    ['^/ws$', '/ws', 'is /ws'],
    ['^/ws$', '/ws/', 'never'],
    [String.raw`^/a\.b`, '/a.b', 'always'],
    [String.raw`^/a\.b`, '/axb', 'never'],
    ['^/ws/(.*)', '/ws/', 'always'],
    ['^/ws/(.*)$', '/ws/', 'always'],
    ['^/ws/.*$', '/ws', 'begins /ws/'],
    ['/ws', '/ws/', 'always'],
    ['.*', '', 'always'],
    ['^', '', 'always'],
    ['^/(ws|live)/', '/app/', 'never'],
    ['^/(ws|live)/', '/live', 'open'],
    ['^/a|^/b', '/c', 'never'],
    ['^/[0-9]+/', '/7/', 'always'],
    ['^/[0-9]+/', '/x', 'never'],
    ['^/?$', '/ws', 'never'],
    ['(?:ws|live)/', '/app/', 'open'],
    [String.raw`^/a\b`, '/ab', 'never'],
    // Whether it matches is decided by what follows.
    ['^/ws/(.+)', '/ws/', 'open'],
    [String.raw`\.php$`, '/', 'open'],
    ['/ws$', '/ws', 'open'],
    ['/a(?!b)', '/a', 'open'],
    [String.raw`/a\b`, '/a', 'open'],
    ['/a*+b', '/', 'open'],
    // It matches what is known already, whatever follows.
    ['^/(a|b)', '/a', 'always'],
    ['[0-9]+', '/room/7', 'always'],
  ])('%s on %s…: %s', (pattern, start, expected) => {
    const match = matchOpen(pattern, false, beginning(start));
    expect('text' in match ? `${match.kind} ${match.text}` : match.kind).toBe(expected);
  });

  it('without regard to case', () => {
    expect(matchOpen('^/WS', true, beginning('/ws/')).kind).toBe('always');
    expect(matchOpen('^/WS', false, beginning('/ws/')).kind).toBe('never');
    expect(matchOpen('^/WS', true, beginning('/app/')).kind).toBe('never');
  });

  it('captures what is behind a known beginning', () => {
    const match = matchOpen('^/ws/(.*)$', false, beginning('/ws/room/'));
    expect(match.kind === 'always' ? groupsOf(match.captured) : null).toEqual(['/ws/room/rest', 'room/rest']);
  });

  it('captures what is behind the beginning that it asks for, once the value has it', () => {
    const match = matchOpen('^/ws/(.*)', false, beginning('/'));
    if (match.kind !== 'begins') throw new Error(match.kind);
    expect(groupsOf(match.captured(beginning('/ws/a')))).toEqual(['/ws/arest', 'arest']);
  });

  it('captures something of which nothing is known, by number and name', () => {
    const match = matchOpen(String.raw`/(\w+)/(?<room>x|(?:y))/[(](.)\(`, false, beginning('/'));
    if (match.kind !== 'open') throw new Error(match.kind);
    expect(match.captured.groups).toHaveLength(4);
    expect([...match.captured.named.keys()]).toEqual(['room']);
    expect(new Set(match.captured.groups.map(keyOf)).size).toBe(4);
  });

  it('says of a beginning what holds for every text that begins so', () => {
    const pieces = [
      '^',
      '$',
      '/',
      'a',
      'b',
      'ab',
      '.',
      '.*',
      '(.*)',
      '(a|b)',
      '[ab]+',
      'a?',
      '/b*',
      'a{2}',
      '|',
      '(?=a)',
      '(?!b)',
      'a*+',
      '(?>a+)',
      String.raw`\b`,
      String.raw`\.`,
      String.raw`\Z`,
      '(?i)',
      '(a',
      ')',
    ];
    const pattern = fc
      .tuple(fc.constantFrom('', '^', '^/'), fc.array(fc.constantFrom(...pieces), { maxLength: 5 }))
      .map(([start, rest]) => start + rest.join(''));
    const text = fc
      .array(fc.constantFrom('/', 'a', 'b', '.', 'A', '1'), { maxLength: 4 })
      .map((all) => all.join(''));
    fc.assert(
      fc.property(
        pattern,
        fc.boolean(),
        text,
        fc.array(text, { minLength: 8, maxLength: 8 }),
        (source, ignoreCase, start, ends) => {
          if (matchPattern(source, ignoreCase, '') === 'unknown') return;
          const match = matchOpen(source, ignoreCase, beginning(start));
          for (const end of ['', ...ends]) {
            const whole = start + end;
            const matches = matchPattern(source, ignoreCase, whole) !== null;
            if (match.kind === 'never') expect([whole, matches]).toEqual([whole, false]);
            if (match.kind === 'always') expect([whole, matches]).toEqual([whole, true]);
            if (match.kind === 'begins')
              expect([whole, matches]).toEqual([whole, whole.startsWith(match.text)]);
            if (match.kind === 'is') expect([whole, matches]).toEqual([whole, whole === match.text]);
          }
        },
      ),
      { numRuns: 4000 },
    );
  }, 60_000);
});
