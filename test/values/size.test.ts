import { describe, expect, it } from 'vitest';
import { parseOffset, parseSize } from '../../server/src/values/size';

describe('a size in memory, and one of a file', () => {
  it.each<[text: string, size: number | null, offset: number | null]>([
    ['0', 0, 0],
    ['512', 512, 512],
    ['8k', 8192, 8192],
    ['8K', 8192, 8192],
    ['1m', 1_048_576, 1_048_576],
    ['1g', null, 1_073_741_824],
    ['1G', null, 1_073_741_824],
    ['k', null, null],
    ['', null, null],
    ['1kb', null, null],
    ['1.5m', null, null],
    ['-1', null, null],
    ['9007199254740992k', null, null],
  ])('%j is %s and %s', (text, size, offset) => {
    expect(parseSize(text)).toBe(size);
    expect(parseOffset(text)).toBe(offset);
  });
});
