import { expect, it } from 'vitest';
import { entryBlock } from '../../server/src/syntax/entry-blocks';

it.each<[name: string, words: number | undefined, isTable: boolean | undefined]>([
  ['map', 2, true],
  ['types', Number.POSITIVE_INFINITY, true],
  // A name and what it is taken from, in any number of words.
  ['geoip2', Number.POSITIVE_INFINITY, false],
  ['server', undefined, undefined],
  ['constructor', undefined, undefined],
])('%s', (name, words, isTable) => {
  expect(entryBlock(name)?.words).toBe(words);
  expect(entryBlock(name)?.isTable).toBe(isTable);
});
