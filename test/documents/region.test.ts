import { expect, it } from 'vitest';
import { innerOffset, outerOffset, regionOf } from '../../server/src/documents/region';

const outer = '  a $$b;\n  c;\n';
const region = regionOf(outer, [
  [2, 5],
  [6, 9],
  [11, 14],
]);

it('puts slices together', () => {
  expect(region.text).toBe('a $b;\nc;\n');
});

it('maps offsets both ways', () => {
  for (const word of ['a', 'b;', 'c;']) {
    const inner = region.text.indexOf(word);
    expect(outerOffset(region, inner)).toBe(outer.indexOf(word));
    expect(innerOffset(region, outer.indexOf(word))).toBe(inner);
  }
});

it('knows what is outside', () => {
  expect(innerOffset(region, 0)).toBeNull();
  expect(innerOffset(region, 10)).toBeNull();
  expect(outerOffset(region, 1000)).toBe(outer.length);
});
