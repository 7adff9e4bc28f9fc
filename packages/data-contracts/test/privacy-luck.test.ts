import { expect, test } from 'vitest';
import { isLuck } from '../src/privacy-luck.ts';

test('one in ten of unrelated numbers passes for a card, and twice as many are more than luck', () => {
  expect(isLuck('payment-card', 1000, 0)).toBe(false);
  expect(isLuck('payment-card', 1000, 100)).toBe(true);
  expect(isLuck('payment-card', 1000, 199)).toBe(true);
  expect(isLuck('payment-card', 1000, 200)).toBe(false);
  // P(X ≥ 8) of 30 is 0.0078, P(X ≥ 10) is 0.00045.
  expect(isLuck('payment-card', 30, 8)).toBe(true);
  expect(isLuck('payment-card', 30, 10)).toBe(false);
});

test('few numbers tell no luck, and kinds without a checksum have none', () => {
  expect(isLuck('payment-card', 29, 1)).toBe(false);
  expect(isLuck('email', 1000, 1)).toBe(false);
});
