import { expect, it } from 'vitest';
import { isRedirectUrl } from '../../server/src/values/redirect-url';

it.each<[text: string, is: boolean]>([
  ['http://a', true],
  ['https://$host/', true],
  ['$scheme://a', true],
  ['HTTP://a', false],
  ['ws://a', false],
  ['/a', false],
  ['${scheme}://a', false],
  ['', false],
])('%j is a redirect: %s', (text, is) => {
  expect(isRedirectUrl(text)).toBe(is);
});
