import { expect, test } from 'vitest';
import { bennettRows, effectiveTolerance, hoeffdingRows } from '../src/index.ts';

/** Renggli et al. (2019), figure 2, 32 looks: one model's accuracy and a difference, each without and with adaptivity. */
test.each([
  [0.01, 0.1, [404, 1340, 1753, 5496]],
  [0.01, 0.05, [1615, 5358, 7012, 21984]],
  [0.01, 0.025, [6457, 21429, 28045, 87933]],
  [0.01, 0.01, [40355, 133930, 175282, 549581]],
  [0.001, 0.1, [519, 1455, 2214, 5957]],
  [0.001, 0.01, [51868, 145443, 221333, 595633]],
  [0.0001, 0.05, [2536, 6279, 10696, 25668]],
  [0.0001, 0.01, [63381, 156956, 267385, 641684]],
  [0.00001, 0.025, [11983, 26955, 50150, 110038]],
  [0.00001, 0.01, [74894, 168469, 313437, 687736]],
])('figure 2 of ease.ml/ci: delta %d, eps %d', (delta, tolerance, want) => {
  const rows = [[1], [1, -1]].flatMap((coefficients) =>
    (['none', 'full'] as const).map((adaptivity) =>
      Math.ceil(hoeffdingRows({ tolerance, delta, looks: 32, adaptivity, coefficients })),
    ),
  );
  expect(rows.map((got, i) => Math.abs(got - (want[i] ?? 0)) <= 1)).toEqual([true, true, true, true]);
});

test('the SemEval query: 44,268 labels, 58K fully adaptive; Bennett’s 67K', () => {
  const query = { tolerance: 0.02, delta: 0.002, looks: 7, coefficients: [1, -1] };
  expect(Math.floor(hoeffdingRows(query))).toBe(44268);
  expect(Math.floor(hoeffdingRows({ ...query, adaptivity: 'full' }) / 1000)).toBe(58);
  const pattern = { disagreement: 0.1, tolerance: 0.01, delta: 0.0001, looks: 32 };
  expect(Math.floor(bennettRows({ ...pattern, adaptivity: 'full' }) / 1000)).toBe(67);
});

test.each([
  [1, 'none', '5.5'],
  [10, 'none', '7.3'],
  [10, 'full', '10.0'],
  [10, { rare: 3 }, '9.0'],
  [32, 'none', '8.0'],
  [32, 'full', '15.9'],
  [32, { rare: 3 }, '10.8'],
] as const)('500 rows after %d looks (%j) are good to %s points', (looks, adaptivity, points) => {
  expect((100 * effectiveTolerance({ rows: 500, delta: 0.05, looks, adaptivity })).toFixed(1)).toBe(points);
});

test('as many rare answers as looks is full adaptivity; clauses share the error', () => {
  const at = (adaptivity: 'full' | { rare: number }) =>
    effectiveTolerance({ rows: 900, delta: 0.1, looks: 12, adaptivity });
  expect(at({ rare: 12 })).toBeCloseTo(at('full'), 12);
  expect(at({ rare: 99 })).toBeCloseTo(at('full'), 12);
  expect(hoeffdingRows({ tolerance: 0.1, delta: 0.02, clauses: 2 })).toBeCloseTo(
    hoeffdingRows({ tolerance: 0.1, delta: 0.01 }),
    9,
  );
});

test.each([
  [() => hoeffdingRows({ tolerance: 0, delta: 0.1 }), 'tolerance must be a finite number above 0, got 0'],
  [() => hoeffdingRows({ tolerance: 0.1, delta: 0.1, looks: 0 }), 'looks must be an integer of at least 1, got 0'],
  [
    () => bennettRows({ disagreement: 0.1, tolerance: 0.25, delta: 0.1 }),
    'disagreement - tolerance must be a finite number of at least 0, got -0.15',
  ],
])('%s is refused', (call, message) => {
  expect(call).toThrow(new RangeError(message));
});
