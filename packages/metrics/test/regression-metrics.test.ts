import { Random } from '@modelgate/statistics';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  d2AbsoluteErrorScore,
  d2PinballScore,
  type MetricValue,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanPinballLoss,
  meanSquaredError,
  medianAbsoluteError,
  r2,
  rootMeanSquaredError,
  weightedQuantile,
} from '../src/index.ts';
import { column, numberOf, weightedRows } from './rows.ts';

const all = {
  meanAbsoluteError,
  meanSquaredError,
  rootMeanSquaredError,
  medianAbsoluteError,
  meanAbsolutePercentageError,
  r2,
  d2AbsoluteErrorScore,
  pinball: (...[truth, predicted, weights]: Parameters<typeof r2>) => meanPinballLoss(truth, predicted, 0.2, weights),
  d2Pinball: (...[truth, predicted, weights]: Parameters<typeof r2>) => d2PinballScore(truth, predicted, 0.2, weights),
};

it.each(Object.entries(all))('%s is undefined without rows, without weight and of what is no number', (_, metric) => {
  const one = column(1, 2);
  expect(metric(column(), column())).toEqual({ undefined: 'there are no rows' });
  expect(metric(one, one, column(0, 0))).toEqual({ undefined: 'no row has a weight above 0' });
  expect(metric(one, column(1, Number.NaN))).toEqual({ undefined: '1 row has a value that is not a finite number' });
  expect(metric(one, one, column(1, Infinity))).toEqual({
    undefined: '1 row has a weight that is negative or not a finite number',
  });
  expect(() => metric(one, column(1))).toThrow(new RangeError('column must have 2 rows, got 1'));
});

const number = fc.integer({ min: 1, max: 20 });
const pair = fc.record({ truth: number, predicted: number });

it.each(Object.entries(all))('%s: a weight of n is n rows', (_, metric) => {
  const of = (rows: readonly { truth: number; predicted: number }[], weights?: Float64Array) =>
    metric(
      Float64Array.from(rows, ({ truth }) => truth),
      Float64Array.from(rows, ({ predicted }) => predicted),
      weights,
    );
  fc.assert(
    fc.property(weightedRows(pair), ({ rows, weights, repeated }) => {
      const [once, often] = [of(rows, weights), of(repeated)];
      if ('undefined' in often) expect(once).toEqual(often);
      else expect(numberOf(once)).toBeCloseTo(often.value, 9);
    }),
  );
});

const tenth = column(0.1, 0.1, 0.1);
const nothing = 'all true values are equal';

it.each<[string, MetricValue, string]>([
  ['equal values whose mean is rounded', r2(tenth, column(0.1, 0.2, 0.3)), nothing],
  ['equal values, all predicted', r2(tenth, tenth), nothing],
  ['equal values', d2AbsoluteErrorScore(tenth, column(0.1, 0.2, 0.3)), nothing],
  ['one row', r2(column(1), column(2)), nothing],
  [
    'a truth of 0',
    meanAbsolutePercentageError(column(0, 2, -0), column(1, 1, 1)),
    '2 rows have a true value of 0, of which no error is a percentage',
  ],
  ['too large', meanSquaredError(column(1e200), column(-1e200)), 'the result is too large for a number'],
])('is undefined: %s', (_, metric, why) => {
  expect(metric).toEqual({ undefined: why });
});

it('refuses quantiles outside their range', () => {
  expect(() => meanPinballLoss(tenth, tenth, 1.1)).toThrow(new RangeError('alpha must lie in [0, 1], got 1.1'));
  expect(() => d2PinballScore(tenth, tenth, 1)).toThrow(
    new RangeError('alpha must lie strictly between 0 and 1, got 1'),
  );
});

it.each([
  [0, 1],
  [0.25, 1.5],
  [0.3, 2],
  [0.5, 2.5],
  [0.75, 3.5],
  [0.8, 4],
  [1, 4],
])('weighted quantile at %d of 1, 2, 3, 4 is %d', (share, quantile) => {
  expect(weightedQuantile(column(4, 2, 1, 3), share)).toBe(quantile);
  expect(weightedQuantile(column(4, 2, 9, 1, 3, 0), share, column(0.1, 0.1, 0, 0.1, 0.1, 0))).toBe(quantile);
});

it('finds the middle of ten weights of 0.1 as of ten of 1', () => {
  const values = column(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
  expect(weightedQuantile(values, 0.5, new Float64Array(10).fill(0.1))).toBe(5.5);
});

it('selects what sorting would', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 60 }), fc.nat(), (values, at) => {
      const sorted = values.toSorted((a, b) => a - b);
      const rank = at % values.length;
      // inside the step of that rank, so that it alone is taken
      expect(weightedQuantile(Float64Array.from(values), (rank + 0.5) / values.length)).toBe(sorted[rank]);
    }),
  );
});

it('finds the same quantile of many values as sorting them does: either sign, ties, equal leading bits', () => {
  const spread = (of: (u: number) => number) => {
    const random = new Random('0123456789abcdef');
    return Float64Array.from({ length: 20_000 }, () => of(random.uniform()));
  };
  for (const values of [
    spread((u) => u - 0.5),
    spread((u) => -Math.exp(40 * u - 20)),
    spread((u) => Math.round(8 * u) - 4),
    spread((u) => (u < 0.5 ? -0 : 0)),
    spread((u) => 1000 + u * 1e-9),
    spread((u) => -1000 - u * 1e-9),
    spread(() => 7),
  ]) {
    const sorted = values.toSorted();
    for (const share of [0, 1e-4, 0.25, 0.33333, 0.5, 0.5 + 1e-5, 0.9999, 1]) {
      const at = share * values.length;
      const whole = Math.round(at);
      const between = Math.abs(at - whole) < 1e-7 && whole > 0 && whole < values.length;
      const lower = sorted[between ? whole - 1 : Math.min(Math.floor(at), values.length - 1)] ?? Number.NaN;
      const expected = between ? (lower + (sorted[whole] ?? 0)) / 2 : lower;
      expect(weightedQuantile(values, share) + 0, `share ${share}`).toBe(expected + 0);
    }
    expect(values.toSorted()).toEqual(sorted);
  }
});
