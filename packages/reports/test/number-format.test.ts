import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  about,
  boundDecimals,
  byteSize,
  count,
  honestDecimals,
  limitNumber,
  number,
  scaleOf,
  withShortUnit,
  withUnit,
} from '../src/number-format.ts';
import { bound } from './verdicts.ts';

const points = scaleOf({ scale: 'share' }, 'difference');

describe('numbers', () => {
  test.each([
    [-1.9, 1, false, '−1.9'],
    [0.61, 1, true, '+0.6'],
    [-0.04, 1, true, '0.0'],
    [0.04, 1, true, '0.0'],
    [48_211, 0, false, '48,211'],
    [-1234567.891, 2, false, '−1,234,567.89'],
    [0.00000123, 6, false, '0.000001'],
    [0.00000123, 8, false, '1.23e−6'],
    [0.00000999, 7, false, '1.00e−5'],
    [0.000000001, 7, false, '0'],
    [1_234_567, -3, false, '1,235,000'],
    [-12_345, -2, true, '−12,300'],
    [1e21, 0, false, '1.00e21'],
  ])('%d with %d decimals', (value, decimals, signed, text) => {
    expect(number(value, decimals, signed)).toBe(text);
  });

  test.each([
    [1.8, 1],
    [0.4, 1],
    [0.39, 2],
    [1.5, 1],
    [4, 0],
    [500, 0],
    [0.011, 3],
  ])('an interval of width %d justifies %d decimals', (width, decimals) => {
    expect(honestDecimals(width)).toBe(decimals);
  });

  test('large values are rounded to what their interval justifies, small ones keep digits', () => {
    expect(honestDecimals(20_000, 1_200_000)).toBe(-3);
    expect(honestDecimals(500, 1_200)).toBe(0);
    expect(honestDecimals(4e-8, 3.5e-7)).toBe(8);
    expect(honestDecimals(undefined, 0.0004)).toBe(6);
    expect(honestDecimals(undefined, 1.2e6)).toBe(0);
    expect(honestDecimals(1e-9, 0.7)).toBe(6);
    expect(honestDecimals(Number.POSITIVE_INFINITY, 1.7e308)).toBe(-308);
  });

  test('no end of an interval is rounded onto the limit that it keeps clear of', () => {
    const near = bound({
      rule: 'max-regression',
      threshold: -0.005,
      estimate: -0.003,
      interval: { lower: -0.00496, upper: -0.001, level: 0.95, method: 'tango' },
    });
    expect(number(-0.496, 2)).toBe('−0.50');
    expect(boundDecimals(near, points)).toBe(3);
  });

  test('limits keep the digits of the policy and gain none', () => {
    expect(limitNumber((0.1 + 0.2) * 100)).toBe('30');
    expect(limitNumber(0.005 * 100)).toBe('0.5');
    expect(limitNumber(-0.25)).toBe('−0.25');
    expect(limitNumber(12_000)).toBe('12,000');
    expect(limitNumber(5e-8)).toBe('5e−8');
    expect(limitNumber(1.25e-7)).toBe('1.25e−7');
    expect(limitNumber(0.00005)).toBe('0.00005');
  });

  test('units in words and in tables', () => {
    expect(withUnit('1', points)).toBe('1 point');
    expect(withUnit('1.0', points)).toBe('1.0 points');
    expect(withShortUnit('−1.9', points)).toBe('−1.9 pt');
    expect(withUnit('5', scaleOf({ scale: 'share' }, 'relative-difference'))).toBe('5 %');
    expect(withUnit('0.75', scaleOf({ scale: 'share' }, 'value'))).toBe('0.75');
    expect(withUnit('40', scaleOf({ scale: 'own', unit: 'ms' }, 'difference'))).toBe('40 ms');
  });

  test('planning numbers are rounded up to two digits, counts are exact, sizes short', () => {
    expect(about(12_345)).toBe('13,000');
    expect(about(61_204)).toBe('62,000');
    expect(about(7)).toBe('7');
    expect(count(336_776)).toBe('336,776');
    expect(byteSize(999)).toBe('999 B');
    expect(byteSize(1_204_331)).toBe('1.2 MB');
  });

  test('a written number reads back as the number, to its digits', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e9, max: 1e9, noNaN: true }),
        fc.integer({ min: 0, max: 4 }),
        (value, decimals) => {
          const text = number(value, decimals).replaceAll(',', '').replace('−', '-');
          expect(Math.abs(Number(text) - value)).toBeLessThanOrEqual(0.5 * 10 ** -decimals + 1e-6);
        },
      ),
    );
  });
});
