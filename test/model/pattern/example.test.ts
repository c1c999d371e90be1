import { expect, it } from 'vitest';
import { compileRegex } from '../../../server/src/model/regex';
import { exampleOf } from '../../../server/src/model/pattern/example';

it.each([
  ['^/ws/(?<room>\\w+)/v\\d{2}$', '/ws/x/v00'],
  ['\\.php$', '.php'],
  ['^/(a|b)/.*', '/a/'],
  ['^/([^/]+)/\\1$', '/x/x'],
  ['^/(?:api|app)(?!s)[-._a-f]{3}?', '/apiaaa'],
  ['[[:upper:]]\\x41', 'AA'],
])('%s matches %s', (pattern, example) => {
  expect(exampleOf(pattern, false)).toBe(example);
  expect(compileRegex(pattern, false)?.match(example)).not.toBeNull();
});

it('has none for what is no pattern, or is long', () => {
  expect(exampleOf('(', false)).toBeNull();
  expect(exampleOf('(?:a{200}){200}', false)).toBeNull();
  expect(exampleOf(`^${'a'.repeat(600)}`, false)).toBeNull();
});
