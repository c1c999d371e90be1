import { describe, expect, it } from 'vitest';
import { type LocationName, locationName } from '../../server/src/values/location';

function read(...words: readonly string[]): LocationName {
  return locationName({ words: ['location', ...words].map((value) => ({ value })) });
}

describe('the argument of a location', () => {
  it.each<[words: string, kind: LocationName['kind'], modifier: string, name: string]>([
    ['/ws', 'prefix', '', '/ws'],
    ['= /ws', 'exact', '=', '/ws'],
    ['=/ws', 'exact', '=', '/ws'],
    ['^~ /ws', 'prefix', '^~', '/ws'],
    ['^~/ws', 'prefix', '^~', '/ws'],
    ['~ ^/ws', 'regex', '~', '^/ws'],
    ['~^/ws', 'regex', '~', '^/ws'],
    ['~* ^/ws', 'regex', '~*', '^/ws'],
    ['~*^/ws', 'regex', '~*', '^/ws'],
    ['@ws', 'named', '', '@ws'],
    // Only alone it is a name.
    ['= @ws', 'exact', '=', '@ws'],
    ['=@ws', 'exact', '=', '@ws'],
    ['^~ @ws', 'prefix', '^~', '@ws'],
    ['=', 'exact', '=', ''],
    ['^', 'prefix', '', '^'],
    ['', 'prefix', '', ''],
  ])('%s', (words, kind, modifier, name) => {
    expect(read(...words.split(' '))).toEqual({ kind, modifier, name, error: null });
  });

  it.each(['==', '*', '!~', '@', '', 'constructor'])('has no modifier %s', (modifier) => {
    const error = `invalid location modifier "${modifier}"`;
    expect(read(modifier, '/ws')).toEqual({ kind: 'prefix', modifier, name: '/ws', error });
  });
});
