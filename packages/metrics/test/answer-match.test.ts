import { expect, it } from 'vitest';
import { exactMatch, normalizedAnswer, tokenF1 } from '../src/index.ts';
import { column } from './rows.ts';

it.each([
  ['The  Quick, brown fox.', 'quick brown fox'],
  ['a the an', ''],
  ['another theory', 'another theory'],
  ['the-end', 'theend'],
  ["it's", 'its'],
  ['“a” — 5 %', '“ ” — 5'],
  ['à la', 'à la'],
  ['a_b an1', 'ab an1'],
  ['one\u001ctwo\u00a0three\u0085', 'one two three'],
])('%j is compared as %j', (text, normalized) => {
  expect(normalizedAnswer(text)).toBe(normalized);
});

it('counts a repeated word as often as both have it', () => {
  expect(tokenF1(['cat cat cat dog'], [['cat cat bird']], '2.0')).toEqual({ value: (2 * 2) / (4 + 3) });
});

it('takes the answer that fits best, and weights', () => {
  const predictions = ['red car', 'blue'];
  const answers = [['a house', 'the car'], ['green']];
  expect(tokenF1(predictions, answers, '1.1')).toEqual({ value: 1 / 3 });
  expect(tokenF1(predictions, answers, '1.1', column(3, 1))).toEqual({ value: 0.5 });
  expect(exactMatch(['Car!', 'blue'], answers, '1.1', column(3, 1))).toEqual({ value: 0.75 });
});

it('knows questions without an answer in version 2.0 only', () => {
  expect(exactMatch([''], [[]], '2.0')).toEqual({ value: 1 });
  expect(exactMatch(['something'], [['the']], '2.0')).toEqual({ value: 0 });
  expect(tokenF1(['the'], [['a']], '2.0')).toEqual({ value: 1 });
  expect(tokenF1(['the'], [['a']], '1.1')).toEqual({ value: 0 });
  expect(exactMatch(['x'], [[]], '1.1')).toEqual({
    undefined: 'a row has no right answer, which only version 2.0 of SQuAD allows',
  });
});

it('is undefined without rows or weight', () => {
  expect(exactMatch([], [], '2.0')).toEqual({ undefined: 'there are no rows' });
  expect(tokenF1(['x'], [['x']], '2.0', column(0))).toEqual({ undefined: 'no row has a weight above 0' });
  expect(() => exactMatch(['x'], [], '2.0')).toThrow(new RangeError('answers must have 1 rows, got 0'));
});
