import { expect, test } from 'vitest';
import {
  betaQuantile,
  binomialCdf,
  binomialSf,
  normalCdf,
  normalQuantile,
  normalSf,
  tCdf,
  tQuantile,
  tSf,
} from '../src/index.ts';

/** Values of scipy 1.17.1 (stats.norm, t, binom, beta). */
const scipy = [
  [normalSf, [-8], 0.9999999999999993],
  [normalSf, [-1.96], 0.9750021048517795],
  [normalSf, [0], 0.5],
  [normalSf, [0.5], 0.3085375387259869],
  [normalSf, [3], 0.0013498980316300933],
  [normalSf, [8], 6.22096057427174e-16],
  [normalSf, [20], 2.7536241186061556e-89],
  [normalSf, [35], 1.1249107064724061e-268],
  [normalQuantile, [1e-300], -37.0470962993612],
  [normalQuantile, [1e-12], -7.034483825301131],
  [normalQuantile, [0.025], -1.9599639845400545],
  [normalQuantile, [0.5], 0.0],
  [normalQuantile, [0.7], 0.5244005127080407],
  [normalQuantile, [0.975], 1.959963984540054],
  [normalQuantile, [0.999999999999], 7.0344869100478356],
  [tSf, [2, 3], 0.06966298427942152],
  [tSf, [1.96, 10000000.0], 0.024997909012657114],
  [tSf, [-1, 5], 0.8183912661754386],
  [tSf, [0.001, 1000000.0], 0.4996010578858246],
  [tSf, [40, 4], 1.1670081613006339e-6],
  [tSf, [6, 1000], 1.3776845866887376e-9],
  [tSf, [2.1, 29], 0.022270979018145207],
  [tSf, [3, 99999], 0.0013502304453567144],
  [tQuantile, [0.975, 1], 12.706204736174694],
  [tQuantile, [0.975, 29], 2.045229642132703],
  [tQuantile, [0.95, 1000000.0], 1.6448551507220404],
  [tQuantile, [0.975, 9999999], 1.9599642217672286],
  [tQuantile, [0.025, 10], -2.2281388519862753],
  [tQuantile, [0.9, 3.5], 1.5765766051364052],
  [tQuantile, [0.999, 2], 22.327124770119866],
  [binomialCdf, [86, 236, 0.5], 1.8579680697856933e-5],
  [binomialSf, [86, 236, 0.5], 0.9999814203193022],
  [binomialCdf, [1, 8, 0.5], 0.03515625],
  [binomialSf, [1, 8, 0.5], 0.96484375],
  [binomialCdf, [949300, 1000000, 0.95], 0.0006796315754518425],
  [binomialSf, [949300, 1000000, 0.95], 0.9993203684245482],
  [binomialCdf, [99, 10000, 0.01], 0.48650072828324525],
  [binomialSf, [99, 10000, 0.01], 0.5134992717167548],
  [binomialCdf, [0, 30, 0.1], 0.042391158275216195],
  [binomialSf, [0, 30, 0.1], 0.9576088417247838],
  [binomialCdf, [29, 30, 0.9], 0.9576088417247838],
  [binomialSf, [29, 30, 0.9], 0.04239115827521624],
  [betaQuantile, [0.025, 0.5, 20.5], 2.4246478459242733e-5],
  [betaQuantile, [0.975, 10.5, 0.5], 0.9999521095668424],
  [betaQuantile, [0.025, 7, 44], 0.05819170034037209],
  [betaQuantile, [0.975, 81.5, 182.5], 0.36564749917408246],
  [betaQuantile, [0.025, 500000, 500001], 0.49901951919531184],
  [betaQuantile, [0.975, 3, 9999998], 7.224685779926558e-7],
] as const;

test.each(scipy.map(([method, args, value]) => [method.name, args, method, value] as const))(
  '%s(%j) as scipy has it',
  (_, args, method, value) => {
    const got = (method as (...args: readonly number[]) => number)(...args);
    expect(Math.abs(got - value)).toBeLessThanOrEqual(1e-10 * Math.abs(value));
  },
);

test('large binomials keep ten digits', () => {
  expect(binomialCdf(4_996_000, 10_000_000, 0.5) / 0.005711160820585599).toBeCloseTo(1, 8);
  expect(binomialCdf(3000, 10_000, 0.5)).toBe(0);
  expect(binomialSf(3000, 10_000, 0.5)).toBe(1);
});

test('the tails meet their complements and their inverses', () => {
  expect(normalCdf(1.3) + normalSf(1.3)).toBeCloseTo(1, 15);
  expect(tCdf(1.3, 4) + tSf(1.3, 4)).toBeCloseTo(1, 15);
  expect(normalCdf(normalQuantile(0.2))).toBeCloseTo(0.2, 15);
  expect(tCdf(tQuantile(0.2, 7), 7)).toBeCloseTo(0.2, 14);
  expect(tQuantile(0.5, 7)).toBe(0);
});

test('ends of the ranges', () => {
  expect([normalCdf(-Infinity), normalSf(-Infinity), normalSf(Infinity)]).toEqual([0, 1, 0]);
  expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity]);
  expect([tSf(Infinity, 3), tSf(-Infinity, 3)]).toEqual([0, 1]);
  expect([binomialCdf(-1, 5, 0.5), binomialCdf(5, 5, 0.5), binomialSf(-1, 5, 0.5), binomialSf(5, 5, 0.5)]).toEqual([
    0, 1, 1, 0,
  ]);
  expect(binomialCdf(0, 0, 0.5)).toBe(1);
});

test.each([
  [() => normalCdf(Number.NaN), 'z must be a number, got NaN'],
  [() => normalQuantile(1.5), 'p must lie in [0, 1], got 1.5'],
  [() => tSf(1, 0), 'degreesOfFreedom must be a finite number above 0, got 0'],
  [() => tQuantile(1, 3), 'p must lie strictly between 0 and 1, got 1'],
  [() => binomialCdf(1.5, 3, 0.5), 'k must be an integer, got 1.5'],
  [() => binomialCdf(1, -3, 0.5), 'trials must be an integer of at least 0, got -3'],
  [() => binomialSf(1, 3, Number.NaN), 'probability must lie in [0, 1], got NaN'],
  [() => betaQuantile(0.5, -1, 2), 'a must be a finite number above 0, got -1'],
])('%s is refused', (call, message) => {
  expect(call).toThrow(new RangeError(message));
});
