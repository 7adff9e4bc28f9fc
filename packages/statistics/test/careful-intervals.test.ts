import { describe, expect, it } from 'vitest';
import {
  designedMean,
  hallInterval,
  linearisedTotals,
  logitInterval,
  moverDifference,
  Random,
  tQuantile,
  unitTotalsOfColumns,
} from '../src/index.ts';

const level = 0.95;
const seed = '0123456789abcdef';

describe('logit limits', () => {
  it('are value ± t se on the scale of log odds', () => {
    const { lower, upper } = logitInterval({ value: 0.9, standardError: 0.03 }, 29, level);
    const reach = (-tQuantile(0.025, 29) * 0.03) / (0.9 * 0.1);
    const odds = (share: number) => Math.log(share / (1 - share));
    expect(odds(lower)).toBeCloseTo(odds(0.9) - reach, 12);
    expect(odds(upper)).toBeCloseTo(odds(0.9) + reach, 12);
  });

  it('at 0 and 1 are those of so many rows without a miss', () => {
    // 29 rows: 1 − 0.025^(1/29)
    expect(logitInterval({ value: 1, standardError: 0 }, 28, level)).toEqual({ lower: 0.025 ** (1 / 29), upper: 1 });
    expect(logitInterval({ value: 0, standardError: 0 }, 28, level).upper).toBeCloseTo(1 - 0.025 ** (1 / 29), 12);
  });

  it('are those of 0 and 1 where rounding misses these', () => {
    const at = (value: number) => logitInterval({ value, standardError: 1e-17 }, 28, level);
    expect(at(1.0000000000000002)).toEqual(at(1));
    expect(at(0.9999999999999999)).toEqual(at(1));
    expect(at(-1e-17)).toEqual(at(0));
  });

  it('refuse what is no share', () => {
    expect(() => logitInterval({ value: 1.1, standardError: 0.1 }, 9, level)).toThrow(RangeError);
  });
});

describe('a difference from the limits of both', () => {
  const candidate = { value: 0.93, standardError: 0.012 };
  const champion = { value: 0.95, standardError: 0.01 };

  it('is Newcombe’s square-and-add where nothing is shared', () => {
    const [own, theirs] = [candidate, champion].map((one) => logitInterval(one, 50, level));
    const { lower, upper } = moverDifference({ candidate, champion, correlation: 0 }, 50, level);
    if (own === undefined || theirs === undefined) throw new Error('two limits');
    expect(lower).toBeCloseTo(-0.02 - Math.hypot(0.93 - own.lower, theirs.upper - 0.95), 12);
    expect(upper).toBeCloseTo(-0.02 + Math.hypot(own.upper - 0.93, 0.95 - theirs.lower), 12);
  });

  it('mirrors when the models are swapped', () => {
    const one = moverDifference({ candidate, champion, correlation: 0.6 }, 50, level);
    const other = moverDifference({ candidate: champion, champion: candidate, correlation: 0.6 }, 50, level);
    expect(other.lower).toBeCloseTo(-one.upper, 12);
    expect(other.upper).toBeCloseTo(-one.lower, 12);
  });

  it('with a negative factor is that of a sum, to which correlation adds', () => {
    const own = { value: 0.9, standardError: 0.03 };
    const theirs = { value: 0.8, standardError: 0.05 };
    const half = { candidate: own, champion: theirs, correlation: 0.5 };
    // test/oracles/gate_intervals.py, recovered_difference
    const difference = moverDifference({ ...half, factor: 0.5 }, 19, level);
    expect(difference.lower).toBeCloseTo(0.4285485155809682, 12);
    expect(difference.upper).toBeCloseTo(0.5564400405770391, 12);
    const sum = moverDifference({ ...half, factor: -0.5 }, 19, level);
    expect(sum.lower).toBeCloseTo(1.1741561105233351, 12);
    expect(sum.upper).toBeCloseTo(1.3780524171986428, 12);
  });

  it('is the symmetric interval for many rows', () => {
    const small = { value: 0.8, standardError: 1e-4 };
    const other = { value: 0.79, standardError: 2e-4 };
    const { lower, upper } = moverDifference({ candidate: small, champion: other, correlation: 0.5 }, 1e6, level);
    const reach = 1.959963984540054 * Math.sqrt(1e-8 + 4e-8 - 2e-8);
    expect(lower).toBeCloseTo(0.01 - reach, 6);
    expect(upper).toBeCloseTo(0.01 + reach, 6);
  });
});

describe('a mean that allows for skew', () => {
  it('is the t interval of rows without skew', () => {
    const values = Float64Array.of(-3, -2, -1, 0, 1, 2, 3);
    const mean = designedMean({ values, design: {}, level });
    if (mean.kind !== 'interval') throw new Error('no interval');
    const found = hallInterval({ values, design: {}, level });
    expect(found?.lower).toBeCloseTo(mean.interval.lower, 9);
    expect(found?.upper).toBeCloseTo(mean.interval.upper, 9);
  });

  it('misses the mean of exponential rows less often above than t does, and no more often than 4 % of cases', () => {
    const random = new Random(seed);
    const runs = 1500;
    let [ofT, ofHall] = [0, 0];
    for (let run = 0; run < runs; run++) {
      const values = Float64Array.from({ length: 50 }, () => -Math.log(1 - random.uniform()));
      const mean = designedMean({ values, design: {}, level });
      const hall = hallInterval({ values, design: {}, level });
      if (mean.kind !== 'interval' || hall === undefined) throw new Error('no interval');
      if (mean.interval.upper < 1) ofT++;
      if (hall.upper < 1) ofHall++;
    }
    expect(ofT / runs).toBeGreaterThan(0.04);
    expect(ofHall / runs).toBeLessThan(0.04);
  });
});

describe('a function of totals, linearised', () => {
  it('is the t interval of a mean', () => {
    const random = new Random(seed);
    const values = Float64Array.from({ length: 80 }, () => random.uniform() ** 2);
    const totals = unitTotalsOfColumns({ columns: [values, values.map(() => 1)], design: {}, seed });
    const found = linearisedTotals(totals, ([sum = 0, rows = 0]) => sum / rows, level);
    const mean = designedMean({ values, design: {}, level });
    if (mean.kind !== 'interval' || found === undefined) throw new Error('no interval');
    expect(found.standardError).toBeCloseTo(mean.standardError, 8);
    expect(found.lower).toBeCloseTo(mean.interval.lower, 8);
    expect(found.upper).toBeCloseTo(mean.interval.upper, 8);
  });

  it('has no interval where nothing varies, or the statistic has no value', () => {
    const columns = [new Float64Array(20).fill(2), new Float64Array(20).fill(1)];
    const totals = unitTotalsOfColumns({ columns, design: {}, seed });
    expect(linearisedTotals(totals, ([sum = 0, rows = 0]) => sum / rows, level)).toBeUndefined();
    expect(linearisedTotals(totals, () => Number.NaN, level)).toBeUndefined();
  });

  it('errs as stated for RMSE on 50 rows, where resampling is too short', () => {
    const random = new Random(seed);
    const normal = () => Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
    const runs = 1500;
    let [low, high] = [0, 0];
    for (let run = 0; run < runs; run++) {
      const own = Float64Array.from({ length: 50 }, () => normal() ** 2);
      const theirs = own.map((square) => (0.8 * Math.sqrt(square) + 0.6 * normal()) ** 2);
      const totals = unitTotalsOfColumns({ columns: [own, theirs, own.map(() => 1)], design: {}, seed });
      const statistic = ([one = 0, other = 0, rows = 0]: Float64Array) =>
        Math.sqrt(one / rows) - Math.sqrt(other / rows);
      const found = linearisedTotals(totals, statistic, level);
      if (found === undefined) throw new Error('no interval');
      // both are standard normal errors
      if (found.lower > 0) low++;
      if (found.upper < 0) high++;
    }
    const most = 0.025 + 3 * Math.sqrt((0.025 * 0.975) / runs);
    expect(low / runs).toBeLessThan(most);
    expect(high / runs).toBeLessThan(most);
  });
});
