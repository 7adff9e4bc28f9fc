import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  classTotals,
  cohenKappa,
  confusionMatrix,
  jaccard,
  jaccardAveraged,
  type MetricValue,
  matthewsCorrcoef,
} from '../src/index.ts';
import { column, numberOf, weightedRows } from './rows.ts';

const matrix = (classes: number, ...counts: readonly number[]) => ({ classes, counts: Float64Array.from(counts) });
const none = matrix(2, 0, 0, 0, 0);

it('counts rows by label and prediction', () => {
  expect(confusionMatrix([0, 0, 1, 1], [0, 1, 1, 1], 2)).toEqual(matrix(2, 1, 1, 0, 2));
  expect(confusionMatrix([0, 0, 1, 1], [0, 1, 1, 1], 2, column(1, 0.5, 0, 2))).toEqual(matrix(2, 1, 0.5, 0, 2));
  expect(classTotals(matrix(2, 1, 0.5, 0, 2))).toEqual({
    rows: 3.5,
    actual: column(1.5, 2),
    predicted: column(1, 2.5),
    correct: column(1, 2),
  });
});

it.each<[() => unknown, string]>([
  [() => confusionMatrix([0], [], 2), 'predictions must have 1 rows, got 0'],
  [() => confusionMatrix([0], [1], 2, column()), 'weights must have 1 rows, got 0'],
  [() => confusionMatrix([0, 2], [1, 1], 2), 'row 1 must have a class from 0 to 1, got 2'],
  [() => confusionMatrix([0, 1], [1, 0.5], 2), 'row 1 must have a class from 0 to 1, got 0.5'],
  [() => confusionMatrix([0], [1], 2, column(-1)), 'weights[0] must be at least 0, got -1'],
])('refuses what cannot be counted: %#', (call, message) => {
  expect(call).toThrow(new RangeError(message));
});

it.each<[string, MetricValue, string]>([
  ['no rows', matthewsCorrcoef(none), 'there are no rows'],
  ['no rows', cohenKappa(none), 'there are no rows'],
  ['no rows', jaccardAveraged(classTotals(none), 'macro'), 'there are no rows'],
  ['no rows', jaccardAveraged(classTotals(none), 'micro'), 'there are no rows'],
  ['one label', matthewsCorrcoef(matrix(2, 3, 1, 0, 0)), 'all labels are of one class'],
  ['one prediction', matthewsCorrcoef(matrix(2, 3, 0, 1, 0)), 'all predictions are of one class'],
  [
    'one class',
    cohenKappa(matrix(2, 3, 0, 0, 0), 'linear'),
    'labels and predictions are all of one and the same class',
  ],
  [
    'class nowhere',
    jaccard(classTotals(matrix(2, 3, 0, 0, 0)), 1),
    'no row is of the class and the model never predicts it',
  ],
])('is undefined: %s', (_, metric, why) => {
  expect(metric).toEqual({ undefined: why });
});

// By hand: 50 rows, 35 agree where chance has 26 (Cohen's kappa 9 / 24).
it('is the textbook number', () => {
  const agreed = matrix(2, 20, 5, 10, 15);
  expect(numberOf(cohenKappa(agreed))).toBeCloseTo(0.4, 15);
  expect(numberOf(matthewsCorrcoef(agreed))).toBeCloseTo((20 * 15 - 5 * 10) / Math.sqrt(25 * 25 * 30 * 20), 15);
  expect(numberOf(jaccard(classTotals(agreed), 1))).toBe(15 / 30);
  expect(numberOf(jaccardAveraged(classTotals(agreed), 'micro'))).toBe(35 / 65);
});

it('keeps classes that do not occur at their places', () => {
  const far = [2, 0, 1, 0, 0, 0, 1, 0, 2];
  expect(numberOf(cohenKappa(matrix(3, ...far), 'linear'))).toBeCloseTo(1 / 3, 15);
  const uneven = matrix(3, 2, 0, 1, 1, 0, 0, 0, 0, 2);
  // observed 1×2 + 1×1 = 3; expected (3×3×2 + 1×3×1 + 1×3×1 + 2×3×2) / 6 = 6
  expect(numberOf(cohenKappa(uneven, 'linear'))).toBeCloseTo(0.5, 15);
});

const cell = fc.record({ label: fc.nat({ max: 3 }), predicted: fc.nat({ max: 3 }) });
const metrics = {
  matthewsCorrcoef,
  kappa: (of: ReturnType<typeof confusionMatrix>) => cohenKappa(of, 'quadratic'),
  jaccardMacro: (of: ReturnType<typeof confusionMatrix>) => jaccardAveraged(classTotals(of), 'macro'),
  jaccardWeighted: (of: ReturnType<typeof confusionMatrix>) => jaccardAveraged(classTotals(of), 'weighted'),
};

it.each(Object.entries(metrics))('%s: scale of weights changes nothing, not even what is undefined', (_, metric) => {
  fc.assert(
    fc.property(weightedRows(cell), fc.constantFrom(0.1, 1 / 3, 7e5), ({ rows, weights, repeated }, scale) => {
      const of = (cells: readonly { label: number; predicted: number }[], each?: Float64Array) =>
        metric(
          confusionMatrix(
            cells.map(({ label }) => label),
            cells.map(({ predicted }) => predicted),
            4,
            each,
          ),
        );
      const [scaled, often] = [
        of(
          rows,
          weights.map((weight) => weight * scale),
        ),
        of(repeated),
      ];
      if ('undefined' in often) expect(scaled).toEqual(often);
      else expect(numberOf(scaled)).toBeCloseTo(often.value, 12);
    }),
  );
});
