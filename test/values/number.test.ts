import { describe, expect, it } from 'vitest';
import { parseNumber, parsePercent } from '../../server/src/values/number';

describe('a number', () => {
  it.each<[text: string, value: number | null]>([
    ['0', 0],
    ['007', 7],
    ['65536', 65_536],
    ['9223372036854775807', Number(2n ** 63n - 1n)],
    ['9223372036854775808', null],
    ['', null],
    ['-1', null],
    ['+1', null],
    ['1.5', null],
    ['1k', null],
    [' 1', null],
    ['١', null],
  ])('%j is %s', (text, value) => {
    expect(parseNumber(text)).toBe(value);
  });
});

describe('a percentage, in hundredths', () => {
  it.each<[text: string, value: number | null]>([
    ['50%', 5000],
    ['0.5%', 50],
    ['.25%', 25],
    ['100.00%', 10_000],
    ['1.%', 100],
    ['.%', 0],
    ['%', null],
    ['1.005%', null],
    ['50', null],
    ['-1%', null],
  ])('%j is %s', (text, value) => {
    expect(parsePercent(text)).toBe(value);
  });
});
