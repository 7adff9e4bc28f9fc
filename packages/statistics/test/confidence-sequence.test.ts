import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  alwaysValidP,
  betaBinomialLogE,
  boundedMeanSequence,
  clopperPearsonInterval,
  distributionBound,
  meanLogE,
  msprtLogE,
  normalMixtureBound,
  normalMixtureLogE,
  normalMixtureRho,
  normalQuantile,
  proportionSequence,
  Random,
  stitchedBound,
} from '../src/index.ts';
import { logBeta, logSumExp, zeta } from '../src/special.ts';

test.each([
  [0.5, 0.5, 1.1447298858494],
  [3, 4000, -24.18975158354442],
  [1e-300, 5, 690.7755278982137],
  [20, 30, -33.968820791977386],
  [1e6, 2e6, -1909548.2909685448],
  [9.5, 11, -14.037754980658015],
])('ln B(%d, %d), as scipy.special.betaln', (a, b, want) => {
  expect(Math.abs(logBeta(a, b) / want - 1)).toBeLessThan(1e-13);
  expect(logBeta(b, a)).toBe(logBeta(a, b));
});

test('zeta and sums of exponentials', () => {
  expect(zeta(1.4)).toBeCloseTo(3.1055472779775806, 12);
  expect(zeta(1.05)).toBeCloseTo(20.580844302036976, 11);
  expect(zeta(3)).toBeCloseTo(1.2020569031595942, 14);
  expect(logSumExp([-1000, -1000])).toBeCloseTo(-1000 + Math.LN2, 12);
  expect(logSumExp([])).toBe(-Infinity);
});

test('boundary and supermartingale of the normal mixture are one', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1e5, noNaN: true }),
      fc.double({ min: 0.1, max: 1e3, noNaN: true }),
      fc.double({ min: 1e-4, max: 0.5, noNaN: true }),
      (time, rho, alpha) => {
        expect(normalMixtureLogE(normalMixtureBound(time, rho, alpha), time, rho)).toBeCloseTo(-Math.log(alpha), 9);
      },
    ),
  );
});

test('the boundary is tightest near the time it was tuned at', () => {
  const at = (tuned: number) => normalMixtureBound(400, normalMixtureRho(tuned, 0.05), 0.05);
  expect(at(400)).toBeLessThan(at(100));
  expect(at(400)).toBeLessThan(at(1600));
});

test('the stitched boundary grows with time, shrinks with alpha, and is flat before its start', () => {
  const options = { alpha: 0.05, from: 10, scale: 3 };
  expect(stitchedBound(3, options)).toBe(stitchedBound(10, options));
  expect(stitchedBound(200, options)).toBeGreaterThan(stitchedBound(100, options));
  expect(stitchedBound(100, { ...options, alpha: 0.01 })).toBeGreaterThan(stitchedBound(100, options));
});

test('a proportion: successes and failures mirror each other; wider than one exact look at twice the alpha', () => {
  const counts = fc
    .integer({ min: 1, max: 400 })
    .chain((trials) => fc.tuple(fc.constant(trials), fc.integer({ min: 0, max: trials })));
  fc.assert(
    fc.property(counts, ([trials, successes]) => {
      const options = { trials, tuneAt: 100, alpha: 0.05 };
      const got = proportionSequence({ ...options, successes });
      const mirrored = proportionSequence({ ...options, successes: trials - successes });
      expect(mirrored.lower).toBeCloseTo(1 - got.upper, 9);
      expect(got.lower).toBeLessThanOrEqual(successes / trials);
      expect(got.upper).toBeGreaterThanOrEqual(successes / trials);
      // At no or all successes only one side can err, and has all of alpha.
      const { lower, upper } = clopperPearsonInterval(successes, trials, 0.9);
      expect(got.upper - got.lower).toBeGreaterThan(upper - lower);
    }),
    { numRuns: 60 },
  );
  expect(proportionSequence({ successes: 0, trials: 10, tuneAt: 50, alpha: 0.05 }).lower).toBe(0);
  expect(proportionSequence({ successes: 10, trials: 10, tuneAt: 50, alpha: 0.05 }).upper).toBe(1);
});

test('looked at after every row, both sequences still hold their level', () => {
  const random = new Random('00000000000000f1');
  const sims = 200;
  let wrongMean = 0;
  let wrongShare = 0;
  for (let sim = 0; sim < sims; sim++) {
    let successes = 0;
    let missedMean = false;
    let missedShare = false;
    for (let n = 1; n <= 200; n++) {
      if (random.uniform() < 0.3) successes++;
      const mean = boundedMeanSequence({ count: n, mean: successes / n, range: 1, tuneAt: 100, alpha: 0.05 });
      if (mean.lower > 0.3 || mean.upper < 0.3) missedMean = true;
      if (n % 20 !== 0) continue;
      const share = proportionSequence({ successes, trials: n, tuneAt: 100, alpha: 0.05 });
      if (share.lower > 0.3 || share.upper < 0.3) missedShare = true;
    }
    if (missedMean) wrongMean++;
    if (missedShare) wrongShare++;
  }
  const most = sims * (0.05 + 3 * Math.sqrt((0.05 * 0.95) / sims));
  expect(wrongMean).toBeLessThan(most);
  expect(wrongShare).toBeLessThan(most);
});

test('e-values: looked at after every trial, 20 is passed in at most 5 % of 5,000 sequences', () => {
  const random = new Random('00000000000000f2');
  const sims = 5000;
  let binomial = 0;
  let normal = 0;
  for (let sim = 0; sim < sims; sim++) {
    let successes = 0;
    let sum = 0;
    let passed = 0;
    for (let n = 1; n <= 60; n++) {
      if (random.uniform() < 0.5) successes++;
      sum += Math.SQRT2 * normalQuantile(random.uniform());
      if (betaBinomialLogE({ successes, trials: n, rate: 0.5 }) >= Math.log(20)) passed |= 1;
      if (msprtLogE({ count: n, difference: sum / n, variance: 1, mixing: 0.1 }) >= Math.log(20)) passed |= 2;
    }
    binomial += passed & 1;
    normal += passed >> 1;
  }
  expect(binomial / sims).toBeLessThanOrEqual(0.05);
  expect(normal / sims).toBeLessThanOrEqual(0.05);
  expect(binomial + normal).toBeGreaterThan(0);
});

test('e-values average, and their p only falls', () => {
  expect(meanLogE([Math.log(60), Math.log(20), Math.log(1)])).toBeCloseTo(Math.log(27), 12);
  expect(meanLogE([2000, 0])).toBeCloseTo(2000 - Math.LN2, 12);
  expect(() => meanLogE([])).toThrow(new RangeError('number of e-values must be an integer of at least 1, got 0'));
  expect(betaBinomialLogE({ successes: 0, trials: 0, rate: 0.5 })).toBe(0);
  let p = 1;
  const seen = [0.5, 3, 1, 2].map((logE) => {
    p = alwaysValidP(p, logE);
    return p.toFixed(3);
  });
  expect(seen).toEqual(['0.607', '0.050', '0.050', '0.050']);
});

test('the band of a distribution function narrows with the rows', () => {
  expect(distributionBound(1000, 0.025)).toBeCloseTo(
    0.85 * Math.sqrt((Math.log(Math.log(1000) + 1) + 0.8 * Math.log(64480)) / 1000),
    12,
  );
  expect(() => distributionBound(10, 0.5)).toThrow(new RangeError('alpha must lie in (0, 0.25], got 0.5'));
});

test.each([
  [() => normalMixtureRho(0, 0.05), 'tuneAt must be a finite number above 0, got 0'],
  [() => normalMixtureBound(-1, 1, 0.05), 'time must be a finite number of at least 0, got -1'],
  [() => stitchedBound(1, { alpha: 0.05, from: 1, power: 1 }), 'power - 1 must be a finite number above 0, got 0'],
  [
    () => proportionSequence({ successes: 3, trials: 2, tuneAt: 1, alpha: 0.05 }),
    'successes must not exceed trials 2, got 3',
  ],
  [() => betaBinomialLogE({ successes: 1, trials: 2, rate: 1 }), 'rate must lie strictly between 0 and 1, got 1'],
  [() => alwaysValidP(2, 0), 'before must lie in [0, 1], got 2'],
])('%s is refused', (call, message) => {
  expect(call).toThrow(new RangeError(message));
});
