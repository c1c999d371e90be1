import { expect, it } from 'vitest';
import { parseVersion, sinceOf } from '../../server/src/reference/versions';
import { hostIn } from '../../server/src/values/host';

/** What each release takes for the host: `-` where it answers 400. */
it.each([
  // header, 1.20.0, 1.28.0, 1.30.0
  ['A.Example', 'a.example', 'a.example', 'a.example'],
  ['a.example.:8080', 'a.example', 'a.example', 'a.example'],
  ['[::1]:8080', '[::1]', '[::1]', '[::1]'],
  ['a_b~%2f', 'a_b~%2f', 'a_b~%2f', 'a_b~%2f'],
  ['a..b', '-', '-', '-'],
  ['a/b', '-', '-', '-'],
  ['', '-', '-', '-'],
  ['.', '-', '-', '-'],
  [':80', '-', '-', '-'],
  ['a b', 'a b', '-', '-'],
  ['~^[a-z]$', '~^[a-z]$', '~^[a-z]$', '-'],
  ['a:http', 'a', 'a', '-'],
  ['a:65535', 'a', 'a', 'a'],
  ['a:65536', 'a', 'a', '-'],
  ['[::1', '[::1', '[::1', '-'],
  ['[::1]x', '[::1]', '[::1]', '-'],
])('the host of %j', (header, ...expected) => {
  const releases = ['1.20.0', '1.28.0', '1.30.0'].map((text) => parseVersion(text));
  expect(releases.map((release) => release && (hostIn(header, sinceOf(release)) ?? '-'))).toEqual(expected);
});
