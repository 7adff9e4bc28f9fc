import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  averagePrecision,
  binaryBrierScoreLoss,
  binaryLogLoss,
  brierScoreLoss,
  expectedCalibrationError,
  logLoss,
  type MetricValue,
  rocAuc,
  rocAucOneVsOne,
  rocAucOneVsRest,
  topKAccuracy,
  topLabel,
} from '../src/index.ts';
import { column, numberOf, weightedRows } from './rows.ts';

const half = column(0.5, 0.5);
const zeros = column(0, 0);

it.each<[string, MetricValue, string]>([
  ['no rows', rocAuc([], column()), 'there are no rows'],
  ['no weight', rocAuc([0, 1], half, zeros), 'no row has a weight above 0'],
  [
    'negative weight',
    rocAuc([0, 1], half, column(1, -1)),
    '1 row has a weight that is negative or not a finite number',
  ],
  [
    'scores missing',
    averagePrecision([0, 1], column(Number.NaN, Infinity)),
    '2 rows have a value that is not a finite number',
  ],
  ['no positive row', rocAuc([0, 0], half), 'no row is positive'],
  ['no positive row', averagePrecision([0, 0], half), 'no row is positive'],
  ['no negative row', rocAuc([1, 1], half), 'no row is negative'],
  ['positive without weight', rocAuc([0, 1], half, column(1, 0)), 'no row is positive'],
  ['class without rows', rocAucOneVsRest([0, 1], [half, half, half], 'macro'), 'a class has no rows'],
  ['one class', rocAucOneVsRest([0, 0], [half, half], 'weighted'), 'all rows are of one class'],
  ['one class', rocAucOneVsOne([0, 0], [half, half], 'macro'), 'all rows are of one class'],
  ['a percentage', binaryLogLoss([0, 1], column(20, 0.5)), '1 row has a probability outside 0 to 1'],
  ['scores below 0', binaryBrierScoreLoss([0, 1], column(-1, -2)), '2 rows have a probability outside 0 to 1'],
  ['a score', expectedCalibrationError([0, 1], column(0.5, 1.5)), '1 row has a probability outside 0 to 1'],
  ['not normalised', logLoss([0, 1], [half, column(0.5, 0.6)]), '1 row has probabilities that do not sum to 1'],
  ['not normalised', brierScoreLoss([0, 1], [half, half, half]), '2 rows have probabilities that do not sum to 1'],
  ['k of all', topKAccuracy([0, 1], [half, half], 2), 'every row is a hit: k is 2 and there are 2 classes'],
])('is undefined: %s', (_, metric, why) => {
  expect(metric).toEqual({ undefined: why });
});

it.each<[() => unknown, string]>([
  [() => rocAuc([0, 1], column(1)), 'column must have 2 rows, got 1'],
  [() => rocAuc([0, 1], half, column(1)), 'weights must have 2 rows, got 1'],
  [() => rocAuc([0, 2], half), 'labels[1] must be 0 or 1, got 2'],
  [() => logLoss([0, 2], [half, half]), 'row 1 must have a class from 0 to 1, got 2'],
  [() => topKAccuracy([0, 1], [half, half], 0), 'k must be an integer of at least 1, got 0'],
  [() => topLabel([0], [half]), 'column must have 1 rows, got 2'],
  [() => expectedCalibrationError([0, 1], half, { bins: 0 }), 'bins must be an integer of at least 1, got 0'],
])('refuses a mistake of the caller: %#', (call, message) => {
  expect(call).toThrow(new RangeError(message));
});

it('takes float32 probabilities that miss 1 by their rounding', () => {
  const third = Float64Array.from(new Float32Array([1 / 3]));
  expect((third[0] ?? 0) * 3).not.toBe(1);
  expect(numberOf(logLoss([0], [third, third, third]))).toBeCloseTo(Math.log(3), 7);
});

it('clips certainty where scikit-learn does', () => {
  expect(binaryLogLoss([1], column(0))).toEqual({ value: -Math.log(2 ** -52) });
  expect(binaryLogLoss([0], column(0))).toEqual({ value: -Math.log(1 - 2 ** -52) });
});

it('puts a probability at an edge into the bin that ends there', () => {
  const together = (bins: number, one: number, other: number) => {
    const error = numberOf(expectedCalibrationError([0, 1], column(one, other), { bins }));
    // one gap of both in the same bin, else a gap each
    return error < 0.49;
  };
  expect(together(10, 0.3, 0.25)).toBe(true);
  expect(together(10, 0.31, 0.25)).toBe(false);
  // 0.28 × 25 is above 7 when rounded, and 3 × the number after 2/3 is 2
  expect(together(25, 0.28, 0.27)).toBe(true);
  expect(together(3, 0.6666666666666667, 0.6)).toBe(false);
});

it('never parts equal probabilities into bins of equal mass', () => {
  const tied = column(0.5, 0.5, 0.5, 0.5, 0.9);
  expect(numberOf(expectedCalibrationError([0, 1, 0, 1, 1], tied, { binning: 'equal-mass', bins: 5 }))).toBeCloseTo(
    0.02,
    15,
  );
});

it('takes the first of equally likely classes as top label and the later of equal scores as higher', () => {
  expect(topLabel([0, 1], [half, half])).toEqual({ hits: Uint8Array.of(1, 0), confidence: half });
  expect(topKAccuracy([0, 0, 1, 1], [column(1, 1, 1, 1), column(1, 1, 1, 1)], 1)).toEqual({ value: 0.5 });
});

it('halves the Brier score of two classes only', () => {
  expect(brierScoreLoss([0, 0], [zeros, column(1, 1)])).toEqual({ value: 1 });
  expect(brierScoreLoss([0, 0], [zeros, column(1, 1), zeros])).toEqual({ value: 2 });
});

const scored = fc.record({ label: fc.constantFrom(0, 1), score: fc.nat({ max: 16 }).map((score) => score / 16) });
const ofScored = (of: typeof rocAuc, rows: readonly { label: number; score: number }[], weights?: Float64Array) =>
  of(
    rows.map(({ label }) => label),
    Float64Array.from(rows, ({ score }) => score),
    weights,
  );

const byScore = {
  rocAuc,
  averagePrecision,
  binaryLogLoss,
  binaryBrierScoreLoss,
  equalWidth: (...[labels, scores, weights]: Parameters<typeof rocAuc>) =>
    expectedCalibrationError(labels, scores, { bins: 4 }, weights),
  equalMass: (...[labels, scores, weights]: Parameters<typeof rocAuc>) =>
    expectedCalibrationError(labels, scores, { bins: 4, binning: 'equal-mass' }, weights),
};

it.each(Object.entries(byScore))('%s: a weight of n is n rows', (_, metric) => {
  fc.assert(
    fc.property(weightedRows(scored), ({ rows, weights, repeated }) => {
      const [once, often] = [ofScored(metric, rows, weights), ofScored(metric, repeated)];
      if ('undefined' in often) expect(once).toEqual(often);
      else expect(numberOf(once)).toBeCloseTo(often.value, 12);
    }),
  );
});

it('is the share of pairs in the right order, equal scores half', () => {
  fc.assert(
    fc.property(fc.array(scored, { minLength: 1, maxLength: 30 }), (rows) => {
      const pairs = rows.flatMap((one) => rows.map((other) => [one, other] as const));
      const mixed = pairs.filter(([one, other]) => one.label === 1 && other.label === 0);
      if (mixed.length === 0) return;
      const right = mixed.map(([one, other]) => (Math.sign(one.score - other.score) + 1) / 2);
      const share = right.reduce((sum, of) => sum + of, 0) / mixed.length;
      expect(numberOf(ofScored(rocAuc, rows))).toBeCloseTo(share, 12);
    }),
  );
});

/** Long enough for the sort by digits. */
const MANY = 10_000;

it.each<[string, (row: number) => number]>([
  ['of both signs', (row) => ((row * 7919) % MANY) - MANY / 2],
  ['of any size', (row) => (row % 2 ? 1 : -1) * 10 ** (((row * 7919) % 600) - 300)],
  ['below 0 and close together', (row) => -1 - ((row * 7919) % MANY) * 2 ** -50],
  ['float32 once', (row) => Math.fround(Math.sin(row))],
  ['zeros of both signs', (row) => (row % 3 === 0 ? 0 : row % 3 === 1 ? -0 : Math.sin(row))],
  ['all equal', () => 0.25],
])('orders many scores: %s', (_, scoreOf) => {
  const scores = Float64Array.from({ length: MANY }, (_, row) => scoreOf(row));
  const labels = Uint8Array.from({ length: MANY }, (_, row) => (Math.cos(3 * row) > 0 ? 1 : 0));
  const negatives = scores.filter((_, row) => labels[row] === 0);
  let right = 0;
  // by counting, a hundred positive rows against all negative ones
  const few = labels.map((label, row) => (label === 1 && row % 50 === 0 ? 1 : 0));
  const weights = Float64Array.from(labels, (label, row) => (label === 0 ? 1 : (few[row] ?? 0)));
  for (const [row, one] of few.entries()) {
    if (one === 0) continue;
    const own = scores[row] ?? 0;
    for (const other of negatives) right += other < own ? 1 : other === own ? 0.5 : 0;
  }
  const pairs = few.reduce((sum, one) => sum + one, 0) * negatives.length;
  expect(numberOf(rocAuc(labels, scores, weights))).toBeCloseTo(right / pairs, 12);
});
