import { describe, expect, it } from 'vitest';
import { numberBounds, valueWords } from '../../server/src/reference/value-words';

describe('what a directive takes', () => {
  it('is its words, or bounds', () => {
    expect(valueWords('gzip_static')?.written).toEqual(['off', 'on', 'always']);
    expect(numberBounds('gzip_comp_level')).toEqual([1, 9]);
  });

  it.each(['__proto__', 'constructor', 'toString', ''])('is not known of %j', (name) => {
    expect(valueWords(name)).toBe(null);
    expect(numberBounds(name)).toBe(null);
  });
});
