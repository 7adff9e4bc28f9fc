import { expect, test } from 'vitest';
import { gap, groupGaps, jamesStein } from '../src/index.ts';

const even = { truePositives: 20, falsePositives: 5, trueNegatives: 20, falseNegatives: 5 };

test('equal groups have no gap, and names or order of groups do not matter', () => {
  const { demographicParity, equalizedOdds } = groupGaps([even, even, even]);
  expect(demographicParity).toEqual({ difference: 0, ratio: 1, differenceToOverall: 0, ratioToOverall: 1 });
  expect(equalizedOdds).toEqual({ difference: 0, ratio: 1, differenceToOverall: 0, ratioToOverall: 1 });
  const other = { truePositives: 3, falsePositives: 1, trueNegatives: 9, falseNegatives: 2 };
  expect(groupGaps([other, even]).equalizedOdds).toEqual(groupGaps([even, other]).equalizedOdds);
});

test('rates, gaps and their direction, by hand', () => {
  const strict = { truePositives: 10, falsePositives: 1, trueNegatives: 29, falseNegatives: 10 };
  const got = groupGaps([even, strict]);
  expect(got.rates).toEqual([
    { selection: 0.5, truePositive: 0.8, falsePositive: 0.2 },
    { selection: 0.22, truePositive: 0.5, falsePositive: 1 / 30 },
  ]);
  expect(got.demographicParity).toEqual({
    difference: 0.28,
    ratio: 0.44,
    differenceToOverall: expect.closeTo(0.14, 14),
    ratioToOverall: expect.closeTo(0.22 / 0.36, 14),
  });
  expect(got.equalOpportunity.difference).toBeCloseTo(0.3, 14);
  expect(got.equalizedOdds.difference).toBeCloseTo(0.3, 14);
  expect(got.equalizedOdds.ratio).toBeCloseTo(1 / 6, 14);
});

test('a group without positives leaves its true positive rate open, and with it the gap; never 0', () => {
  const none = { truePositives: 0, falsePositives: 2, trueNegatives: 8, falseNegatives: 0 };
  const got = groupGaps([even, none]);
  const open = { difference: undefined, ratio: undefined, differenceToOverall: undefined, ratioToOverall: undefined };
  expect(got.rates[1]).toEqual({ selection: 0.2, truePositive: undefined, falsePositive: 0.2 });
  expect(got.equalOpportunity).toEqual(open);
  expect(got.equalizedOdds).toEqual(open);
  expect(got.demographicParity.difference).toBeCloseTo(0.3, 14);
  const empty = { truePositives: 0, falsePositives: 0, trueNegatives: 0, falseNegatives: 0 };
  expect(groupGaps([even, empty]).demographicParity).toEqual(open);
  expect(groupGaps([empty]).demographicParity).toEqual(open);
});

test('where all rates are 0 there is a difference, but no ratio', () => {
  expect(gap([0, 0], 0)).toEqual({
    difference: 0,
    ratio: undefined,
    differenceToOverall: 0,
    ratioToOverall: undefined,
  });
  expect(gap([0, 0.5], 0.25)).toEqual({ difference: 0.5, ratio: 0, differenceToOverall: 0.25, ratioToOverall: 0 });
});

test('wrong counts are refused', () => {
  expect(() => groupGaps([])).toThrow(new RangeError('number of groups must be an integer of at least 1, got 0'));
  expect(() => groupGaps([even, { ...even, falseNegatives: -1 }])).toThrow(
    new RangeError('groups[1].falseNegatives must be an integer of at least 0, got -1'),
  );
});

test('James and Stein: between nothing and everything is kept', () => {
  const spread = jamesStein([0, 10, 20, 30, 40], 0.01);
  expect(spread.kept).toBeCloseTo(1 - 0.02 / 1000, 12);
  const noise = jamesStein([1, 1.1, 0.9, 1.05, 0.95], 4);
  expect(noise).toMatchObject({ kept: 0, grand: 1 });
  expect(noise.estimates).toEqual([1, 1, 1, 1, 1]);
  expect(jamesStein([2, 2, 2, 2], 1)).toEqual({ grand: 2, kept: 0, estimates: [2, 2, 2, 2] });
  expect(() => jamesStein([1, 2, 3], 1)).toThrow(
    new RangeError('number of values must be an integer of at least 4, got 3'),
  );
});
