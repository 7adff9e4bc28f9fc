import { momentsOf, orderStatisticRanks, pairedMean, quantileOfSorted, Random, tQuantile } from '@modelgate/statistics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MeanData, meanEffects, type QuantileData, quantileEffects } from '../src/column-effect.ts';
import type { Effect } from '../src/effect.ts';
import { judgeCheck, type Rules } from '../src/judge.ts';
import { intervalOf, plannedCheck } from './planned.ts';

const plan = { confidence: 0.95, seed: '0123456789abcdef', replicates: 999 };
const rules: Rules = { confidence: 0.95, minRows: 1, onInconclusive: 'warn', waivers: [], now: new Date(0) };

/** What the engine brings back for two columns. */
function meanData(candidate: readonly number[], champion: readonly number[]): MeanData {
  const own = momentsOf(candidate);
  const theirs = momentsOf(champion);
  const difference = momentsOf(candidate.map((value, row) => value - (champion[row] ?? Number.NaN)));
  const covariance = (own.variance + theirs.variance - difference.variance) / 2;
  return { kind: 'mean', candidate: own, champion: theirs, difference, covariance };
}

function onMean(check: string, data: MeanData, range?: readonly [number, number]) {
  const planned = plannedCheck(`{ column: x, statistic: mean, ${check} }`);
  const measured = meanEffects('mean(x)', data, planned.bounds, plan, range);
  const { check: result } = judgeCheck(planned, measured, rules);
  return { effect: measured.effects[0], status: result.status, reason: result.reason, bound: result.bounds[0] };
}

const champion = [10, 12, 9, 11, 10, 13, 8, 12];
const candidate = [11, 12, 10, 11, 12, 13, 9, 13];

describe('the mean of a column', () => {
  it('is bounded by Student’s t: value and paired difference by hand', () => {
    const data = meanData(candidate, champion);
    const value = intervalOf(onMean('at-least: 1', data).effect);
    expect(value.estimate).toBe(11.375);
    expect(value.interval.method).toBe('t');
    expect(value.interval.lower).toBeCloseTo(11.375 - 2.364624251592785 * Math.sqrt(1.9821428571428572 / 8), 12);
    const difference = intervalOf(onMean('better: higher, max-regression: 1', data).effect);
    expect(difference.estimate).toBe(0.75);
    expect(difference.interval.method).toBe('paired-t');
    expect(difference.interval.lower).toBeCloseTo(0.75 - 2.364624251592785 * Math.sqrt(0.5 / 8), 12);
    expect(difference.standardError).toBeCloseTo(0.25, 14);
  });

  it('one row has no spread', () => {
    expect(onMean('at-least: 1', meanData([5], [4])).effect).toEqual({
      kind: 'undecidable',
      estimate: 5,
      reason: 'too-few-rows',
      note: 'one row has no spread',
    });
    expect(onMean('better: higher, max-regression: 1', meanData([5], [4]), [0, 9]).reason).toBe('too-few-rows');
  });

  it('rows that all differ alike prove nothing where the range is not known', () => {
    const shifted = meanData(
      champion.map((value) => value + 2),
      champion,
    );
    expect(onMean('better: higher, max-regression: 1', shifted)).toMatchObject({
      status: 'inconclusive',
      reason: 'degenerate-variance',
      effect: { estimate: 2, note: 'all rows are alike, so nothing says how other rows would be' },
    });
  });
});

describe('a margin in percent', () => {
  it('is of the size of the champion, whatever its sign', () => {
    const minus = (values: readonly number[]) => values.map((value) => -value);
    const below = meanData(minus(candidate), minus(champion));
    // −11.375 against −10.625: 7.06 % of 10.625 lower
    const lost = onMean('better: higher, max-regression: 20%', below);
    expect(intervalOf(lost.effect).estimate).toBeCloseTo(-0.75 / 10.625, 12);
    expect(lost.status).toBe('pass');
    expect(onMean('better: higher, max-regression: 1%', below).status).toBe('fail');
    const gained = onMean('better: lower, min-improvement: 1%', below);
    expect([gained.status, gained.bound?.threshold]).toEqual(['pass', -0.01]);
    const above = onMean('better: higher, min-improvement: 1%', meanData(candidate, champion));
    expect(intervalOf(above.effect).estimate).toBeCloseTo(0.75 / 10.625, 12);
    expect(above.status).toBe('pass');
  });

  it('mirrors with the sign of the column', () => {
    const values = fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 50 })), {
      minLength: 3,
      maxLength: 30,
    });
    fc.assert(
      fc.property(values, fc.integer({ min: 0, max: 90 }), (pairs, percent) => {
        const columns = (sign: number) =>
          meanData(
            pairs.map(([value]) => sign * value),
            pairs.map(([, value]) => sign * value),
          );
        const up = onMean(`better: higher, max-regression: ${percent}%`, columns(1));
        const down = onMean(`better: lower, max-regression: ${percent}%`, columns(-1));
        expect(down.status).toBe(up.status);
      }),
    );
  });

  it.each([0, 1e-12])('means nothing beside a champion of %d', (size) => {
    expect(
      onMean('better: higher, max-regression: 5%', meanData(candidate, [size, -size, size, -size, 0, 0, 0, 0])),
    ).toMatchObject({
      status: 'error',
      reason: 'champion-near-zero',
      effect: {
        problem: {
          message: "the champion's mean(x) is 0: a margin in percent of it means nothing",
          how: 'write the margin in points or in the own unit',
        },
      },
    });
  });

  /** Fieller's limits of a ratio of paired means: the roots of (a − r b)² = t² var(a − r b)/n. */
  function fieller(data: MeanData): readonly [number, number] | undefined {
    const { candidate: a, champion: b, covariance } = data;
    if (b === undefined || covariance === undefined) throw new Error('no champion');
    const k = tQuantile(0.975, a.count - 1) ** 2 / a.count;
    const square = b.mean ** 2 - k * b.variance;
    const half = a.mean * b.mean - k * covariance;
    const root = half ** 2 - square * (a.mean ** 2 - k * a.variance);
    if (square <= 0 || root <= 0) return undefined;
    return [(half - Math.sqrt(root)) / square, (half + Math.sqrt(root)) / square];
  }

  it('decides as Fieller’s interval of the ratio does', () => {
    const pair = fc.tuple(fc.integer({ min: 50, max: 150 }), fc.integer({ min: -30, max: 30 }));
    fc.assert(
      fc.property(
        fc.array(pair, { minLength: 4, maxLength: 40 }),
        fc.integer({ min: 0, max: 40 }),
        (pairs, percent) => {
          const data = meanData(
            pairs.map(([value, change]) => value + change),
            pairs.map(([value]) => value),
          );
          const limits = fieller(data);
          const ratio = 1 - percent / 100;
          fc.pre(limits !== undefined && Math.min(...limits.map((limit) => Math.abs(limit - ratio))) > 1e-9);
          if (limits === undefined) return;
          const expected = limits[0] > ratio ? 'pass' : limits[1] < ratio ? 'fail' : 'inconclusive';
          expect(onMean(`better: higher, max-regression: ${percent}%`, data).status).toBe(expected);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('shows an interval that ends at the limit exactly where the decision turns', () => {
    const data = meanData(candidate, champion);
    const limits = fieller(data);
    const percent = 100 * ((limits?.[0] ?? 0) - 1);
    expect(percent).toBeGreaterThan(0);
    const { bound } = onMean(`better: higher, min-improvement: ${percent}%`, data);
    expect(bound?.interval?.lower).toBeCloseTo(percent / 100, 10);
  });
});

describe('a known range', () => {
  const rows = (count: number, value: number) => Array.from({ length: count }, () => value);
  const t = (degrees: number) => tQuantile(0.975, degrees);

  it('allows for one row with the worst drop where no row differs: −(1 + t)/(n + 1)', () => {
    const margin = 'better: higher, max-regression: 0.02';
    const few = onMean(margin, meanData(rows(100, 0.5), rows(100, 0.5)), [0, 1]);
    expect([few.status, few.reason]).toEqual(['inconclusive', 'interval-spans-limit']);
    expect(few.bound?.interval?.lower).toBeCloseTo(-(1 + t(100)) / 101, 12);
    expect(few.bound?.interval?.upper).toBeCloseTo((1 + t(100)) / 101, 12);
    expect(few.bound?.note).toBe(
      'no row differs from another: the bounds allow for one more row at the edge of the range',
    );
    expect(onMean(margin, meanData(rows(200, 0.5), rows(200, 0.5)), [0, 1]).status).toBe('pass');
  });

  it('guards a sample with small differences against the rare drop that it does not show', () => {
    const base = Array.from({ length: 60 }, (_, row) => 0.5 + (row % 5) / 100);
    const noisy = base.map((value, row) => value + (row % 2 === 0 ? 0.001 : -0.001));
    const margin = 'better: higher, max-regression: 0.02';
    expect(onMean(margin, meanData(noisy, base)).reason).toBe('proven');
    expect(onMean(margin, meanData(noisy, base), [0, 1]).reason).toBe('rare-drop-not-excluded');
    expect(onMean('better: lower, max-regression: 0.02', meanData(noisy, base), [0, 1]).reason).toBe(
      'rare-drop-not-excluded',
    );
    expect(onMean('better: higher, max-regression: 0.1', meanData(noisy, base), [0, 1]).reason).toBe('proven');
  });

  it('guards a margin in percent and a floor alike', () => {
    const base = Array.from({ length: 60 }, (_, row) => 0.9 + (row % 5) / 1000);
    const noisy = base.map((value, row) => value + (row % 2 === 0 ? 0.001 : -0.001));
    for (const rule of ['better: higher, max-regression: 2%', 'at-least: 0.89']) {
      expect(onMean(rule, meanData(noisy, base)).reason, rule).toBe('proven');
      expect(onMean(rule, meanData(noisy, base), [0, 1]).reason, rule).toBe('rare-drop-not-excluded');
    }
  });

  it('rows that all lie at the edge are bounded on the inner side only', () => {
    const all = (count: number) => meanData(rows(count, 1), rows(count, 1));
    const few = onMean('at-least: 0.99', all(100), [0, 1]);
    expect([few.status, few.bound?.interval?.upper]).toEqual(['inconclusive', 1]);
    expect(few.bound?.interval?.lower).toBeCloseTo(1 - (1 + t(100)) / 101, 12);
    expect(onMean('at-least: 0.99', all(1000), [0, 1]).status).toBe('pass');
    expect(onMean('at-least: 0.99', all(1000)).reason).toBe('degenerate-variance');
  });

  it('changes nothing about what fails', () => {
    const lost = champion.map((value) => value - 3 + (value % 2) / 10);
    expect(onMean('better: higher, max-regression: 1', meanData(lost, champion), [0, 20]).status).toBe('fail');
  });
});

describe('a quantile', () => {
  function quantileData(
    own: readonly number[],
    theirs: readonly number[] | undefined,
    probability: number,
  ): QuantileData {
    const sorted = (values: readonly number[]) => Float64Array.from(values).sort();
    const ranks = orderStatisticRanks(own.length, probability, plan.confidence);
    const at = (rank: number | undefined) => (rank === undefined ? undefined : sorted(own)[rank - 1]);
    return {
      kind: 'quantile',
      probability,
      rows: own.length,
      candidate: quantileOfSorted(sorted(own), probability),
      champion: theirs && quantileOfSorted(sorted(theirs), probability),
      orderStatistics: { lower: at(ranks.lower), upper: at(ranks.upper) },
      pair: theirs && { champion: Float64Array.from(theirs), candidate: Float64Array.from(own) },
    };
  }

  function on(check: string, statistic: string, data: QuantileData) {
    const planned = plannedCheck(`{ column: ms, statistic: ${statistic}, ${check} }`);
    const measured = quantileEffects(planned.name, data, planned.bounds, plan);
    const { check: result } = judgeCheck(planned, measured, rules);
    return { effect: measured.effects[0], status: result.status, reason: result.reason, bound: result.bounds[0] };
  }

  const ladder = (count: number, step = 1) => Array.from({ length: count }, (_, row) => step * (row + 1));

  it('of 100 rows has no upper bound at p99: nothing proves a ceiling, a floor can be proven', () => {
    const ceiling = on('at-most: 1000', 'p99', quantileData(ladder(100), undefined, 0.99));
    expect([ceiling.status, ceiling.reason]).toEqual(['inconclusive', 'interval-spans-limit']);
    expect(intervalOf(ceiling.effect).interval).toMatchObject({
      upper: Number.POSITIVE_INFINITY,
      method: 'order-statistic',
    });
    expect(ceiling.bound).not.toHaveProperty('interval');
    expect(ceiling.bound?.note).toBe('100 rows give no upper bound for the 99 % quantile');
    expect(on('at-least: 50', 'p99', quantileData(ladder(100), undefined, 0.99)).status).toBe('pass');
    expect(on('at-most: 50', 'p99', quantileData(ladder(100), undefined, 0.99)).status).toBe('fail');
  });

  it('of two rows has no bound at all at p95', () => {
    const { effect, status } = on('at-most: 1000', 'p95', quantileData(ladder(2), undefined, 0.95));
    expect(status).toBe('inconclusive');
    expect(intervalOf(effect).interval.upper).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([
    ['p95', 0.95, 1000, [936, 964]],
    ['median', 0.5, 1000, [469, 532]],
    ['p99', 0.99, 1000, [983, 997]],
  ] as const)('%s of 1,000 rows lies between two of them', (statistic, probability, count, ranks) => {
    const { bound } = on('at-most: 2000', statistic, quantileData(ladder(count), undefined, probability));
    const { lower, upper } = orderStatisticRanks(count, probability, 0.95);
    expect([bound?.interval?.lower, bound?.interval?.upper]).toEqual([lower, upper]);
    expect([lower, upper]).toEqual(ranks);
  });

  it('moved by a constant is off by that constant, and more exactly than the quantile itself is known', () => {
    const random = new Random('0123456789abcdef');
    const base = ladder(400).map(() => 100 * random.uniform());
    const slower = base.map((value) => value + 5 + random.uniform());
    const data = quantileData(slower, base, 0.95);
    const got = on('better: lower, max-regression: 3', 'p95', data);
    expect([got.status, got.reason]).toEqual(['fail', 'margin-exceeded']);
    const { estimate, interval } = intervalOf(got.effect);
    expect(interval.method).toBe('percentile');
    expect(estimate).toBeCloseTo(data.candidate - (data.champion ?? 0), 12);
    expect(interval.upper - interval.lower).toBeLessThan(2);
    expect(on('better: lower, max-regression: 7', 'p95', data).status).toBe('pass');
    expect(on('better: lower, max-regression: 20%', 'p95', data).status).toBe('pass');
    expect(on('better: lower, max-regression: 2%', 'p95', data).status).toBe('fail');
  });

  it('in percent of a champion below zero is of its size, and means nothing beside zero', () => {
    const random = new Random('0123456789abcdef');
    const base = ladder(200).map(() => -50 - 10 * random.uniform());
    const worse = base.map((value) => value - 10 - random.uniform());
    const data = quantileData(worse, base, 0.5);
    const got = on('better: higher, max-regression: 10%', 'median', data);
    expect(got.status).toBe('fail');
    expect(intervalOf(got.effect).estimate).toBeCloseTo(
      (data.candidate - (data.champion ?? 0)) / Math.abs(data.champion ?? 0),
      12,
    );
    expect(on('better: higher, max-regression: 30%', 'median', data).status).toBe('pass');
    const zero = quantileData(
      base,
      base.map(() => 0),
      0.5,
    );
    expect(on('better: higher, max-regression: 10%', 'median', zero).reason).toBe('champion-near-zero');
  });

  it('has an interval also where one model is the other plus noise, on which BCa seldom has one', () => {
    const random = new Random('5eed5eed5eed5eed');
    for (let run = 0; run < 20; run++) {
      const base = ladder(200).map(() => -20 * Math.log(1 - random.uniform()));
      const slower = base.map((value) => value + 5 + random.uniform());
      const got = on('better: lower, max-regression: 3', 'p95', quantileData(slower, base, 0.95));
      expect(intervalOf(got.effect).interval.lower).toBeLessThanOrEqual(5.5);
      expect(intervalOf(got.effect).interval.upper).toBeGreaterThanOrEqual(5.5);
    }
  });

  it('that never moves in any resample decides nothing', () => {
    const shifted = quantileData(
      ladder(100).map(() => 8),
      ladder(100).map(() => 7),
      0.95,
    );
    expect(on('better: lower, max-regression: 2', 'p95', shifted)).toMatchObject({
      status: 'inconclusive',
      reason: 'degenerate-variance',
      effect: { estimate: 1, note: 'no interval: resampling these rows always gives the same value' },
    });
    expect(on('better: lower, max-regression: 2, judged: estimate', 'p95', shifted).status).toBe('pass');
  });

  it('of a column that is equal on every row is bounded by the share of rows that may differ unseen', () => {
    const same = (rows: number, q = 0.95) => quantileData(ladder(rows), ladder(rows), q);
    const share = 3.841458820694124 / (100 + 3.841458820694124);
    const few = on('better: lower, max-regression: 1', 'p95', same(100));
    expect(few.status).toBe('inconclusive');
    // ladder(100) rises by 1 a row, so its type-7 quantiles are 99 q apart
    expect(intervalOf(few.effect).interval.lower).toBeCloseTo(-99 * share, 9);
    expect(intervalOf(few.effect).interval.upper).toBeCloseTo(99 * share, 9);
    expect(intervalOf(few.effect).interval.method).toBe('unanimous');
    expect(on('better: lower, max-regression: 5', 'p95', same(100)).status).toBe('pass');
    expect(on('better: lower, max-regression: 10%', 'p95', same(2000)).status).toBe('pass');
    const open = on('better: lower, max-regression: 10%', 'p99', same(100, 0.99));
    expect([open.status, intervalOf(open.effect).interval.upper]).toEqual(['inconclusive', Number.POSITIVE_INFINITY]);
  });

  it('without a champion has a value and nothing to compare with', () => {
    const planned = plannedCheck('{ column: ms, statistic: p95, better: lower, at-most: 2000, max-regression: 1 }');
    const { effects } = quantileEffects(
      planned.name,
      quantileData(ladder(1000), undefined, 0.95),
      planned.bounds,
      plan,
    );
    expect(effects.map((effect: Effect | undefined) => effect?.kind)).toEqual(['interval', undefined]);
  });
});

it('a paired mean agrees with statistics on any data', () => {
  const pair = fc.tuple(fc.integer({ min: -99, max: 99 }), fc.integer({ min: -99, max: 99 }));
  fc.assert(
    fc.property(fc.array(pair, { minLength: 2, maxLength: 50 }), (pairs) => {
      const data = meanData(
        pairs.map(([value]) => value),
        pairs.map(([, value]) => value),
      );
      const { effect } = onMean('better: higher, max-regression: 1', data);
      const expected = data.difference && pairedMean(data.difference, 0.95);
      if (expected?.kind !== 'interval') expect(effect?.kind).toBe('undecidable');
      else expect(intervalOf(effect).interval).toEqual({ ...expected.interval, level: 0.95, method: 'paired-t' });
    }),
  );
});
