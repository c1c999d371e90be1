import { expect, it } from 'vitest';
import { flagError, isOn, parseFlag } from '../../server/src/values/flag';

it.each<[text: string, value: boolean | null]>([
  ['on', true],
  ['ON', true],
  ['off', false],
  ['Off', false],
  ['yes', null],
  ['1', null],
  ['', null],
])('%j is %s', (text, value) => {
  expect(parseFlag(text)).toBe(value);
  const error = `invalid value "${text}" in "ssl" directive, it must be "on" or "off"`;
  expect(flagError('ssl', text)).toBe(value === null ? error : null);
});

it('a directive that is not there is not on', () => {
  const ssl = { words: [{ value: 'ssl' }, { value: 'On' }] };
  expect([isOn(ssl), isOn({ words: [{ value: 'ssl' }] }), isOn(undefined), isOn(null)]).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
