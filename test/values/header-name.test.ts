import { expect, it } from 'vitest';
import { isNamed } from '../../server/src/values/header-name';

it.each<[written: string, is: boolean]>([
  ['Upgrade', true],
  ['UPGRADE', true],
  // nginx sends a colon as a part of the name.
  ['Upgrade:', false],
  ['Connection', false],
  ['', false],
])('proxy_set_header %j sets the header: %s', (written, is) => {
  expect(isNamed({ words: [{ value: 'proxy_set_header' }, { value: written }] }, 'upgrade')).toBe(is);
});

it('a directive without arguments names none', () => {
  expect(isNamed({ words: [{ value: 'proxy_set_header' }] }, '')).toBe(false);
});
