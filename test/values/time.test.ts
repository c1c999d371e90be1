import { describe, expect, it } from 'vitest';
import { parseSeconds, parseTime } from '../../server/src/values/time';

describe('a time', () => {
  it.each<[text: string, milliseconds: number | null, seconds: number | null]>([
    ['0', 0, 0],
    ['60', 60_000, 60],
    ['60s', 60_000, 60],
    ['90 ', 90_000, 90],
    ['1m', 60_000, 60],
    ['1h30m', 5_400_000, 5400],
    ['1m 30s', 90_000, 90],
    ['1m30', 90_000, 90],
    ['1m 30', 90_000, 90],
    // Parts without a unit are added up.
    ['1 30', 31_000, 31],
    ['1 30s', null, null],
    ['1 2 3', null, null],
    ['1d 1', 86_401_000, 86_401],
    ['2w', 1_209_600_000, 1_209_600],
    // Each unit is shorter than the one before.
    ['1s 1m', null, null],
    ['1m 1m', null, null],
    ['1s 1s', null, null],
    ['1s 5', 6000, 6],
    // What a directive in milliseconds takes, one in seconds does not.
    ['500ms', 500, null],
    ['30s 500ms', 30_500, null],
    ['500ms 1s', null, null],
    ['1M', null, 2_592_000],
    ['1y', null, 31_536_000],
    ['1y 1M', null, 34_128_000],
    ['1M 1y', null, null],
    ['', null, null],
    ['s', null, null],
    [' 5', 5000, 5],
    ['soon', null, null],
    ['1.5', null, null],
    ['-1', null, null],
    ['1S', null, null],
    ['1m\t1s', null, null],
    ['9223372036854775807', null, Number(2n ** 63n - 1n)],
    ['9223372036854775808', null, null],
    ['9223372036854775807ms', Number(2n ** 63n - 1n), null],
  ])('%j is %s ms, or %s s', (text, milliseconds, seconds) => {
    expect(parseTime(text)).toBe(milliseconds);
    expect(parseSeconds(text)).toBe(seconds);
  });
});
