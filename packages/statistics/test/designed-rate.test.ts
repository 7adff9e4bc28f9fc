import { describe, expect, it } from 'vitest';
import { designedRate, designedRateDifference, Random, tangoInterval, wilsonInterval } from '../src/index.ts';

const outcomes = (...values: number[]) => Float64Array.from(values);
const repeated = (values: readonly number[], times: number) =>
  Float64Array.from(values.flatMap((value) => Array<number>(times).fill(value)));
const level = 0.95;

describe('a share', () => {
  it('of rows that count alike is Wilson’s', () => {
    const values = outcomes(...Array.from({ length: 50 }, (_, row) => (row < 7 ? 1 : 0)));
    expect(designedRate({ values, design: {}, level })).toMatchObject({
      kind: 'interval',
      estimate: 0.14,
      effectiveRows: 50,
      interval: wilsonInterval(7, 50, level),
    });
    expect(designedRate({ values, design: { weights: values.map(() => 3) }, level })).toEqual(
      designedRate({ values, design: {}, level }),
    );
  });

  it('of rows that repeat their cluster counts clusters', () => {
    const clusters = Array.from({ length: 60 }, (_, cluster) => (cluster % 5 === 0 ? 1 : 0));
    const found = designedRate({
      values: repeated(clusters, 4),
      design: { clusters: Uint32Array.from(repeated([...clusters.keys()], 4)) },
      level,
    });
    if (found.kind !== 'interval') throw new Error('no interval');
    expect(found.estimate).toBeCloseTo(0.2, 12);
    expect(found.units).toBe(60);
    // 60 clusters, one less for the mean, and (1.96 / 2.001)² for their degrees of freedom
    expect(found.effectiveRows).toBeCloseTo(59 * (1.959963984540054 / 2.0009953780882674) ** 2, 8);
  });

  it('of rows that are all alike counts each cluster once, and of fewer than ten gives no interval', () => {
    const design = (size: number) => ({ clusters: Uint32Array.from({ length: 60 }, (_, row) => row % size) });
    const values = new Float64Array(60);
    expect(designedRate({ values, design: design(12), level })).toMatchObject({
      effectiveRows: 12,
      standardError: 0,
      interval: wilsonInterval(0, 12, level),
    });
    expect(designedRate({ values, design: design(9), level })).toEqual({
      kind: 'degenerate',
      reason: 'too-few-clusters',
      estimate: 0,
      units: 9,
    });
  });

  it('refuses what is no outcome', () => {
    expect(() => designedRate({ values: outcomes(0, 1, 0.5), design: {}, level })).toThrow(
      'values[2] must be 0 or 1, got 0.5',
    );
  });
});

describe('a difference of shares', () => {
  it('of rows that count alike is Tango’s', () => {
    const candidate = outcomes(...Array.from({ length: 100 }, (_, row) => (row < 90 ? 1 : 0)));
    const champion = outcomes(...Array.from({ length: 100 }, (_, row) => (row >= 5 && row < 92 ? 1 : 0)));
    const found = designedRateDifference({ candidate, champion, design: {}, level });
    const exact = tangoInterval({ wins: 5, losses: 2, examples: 100 }, level);
    if (found.kind !== 'interval') throw new Error('no interval');
    expect(found.estimate).toBeCloseTo(0.03, 12);
    expect(found.interval.lower).toBeCloseTo(exact.lower, 10);
    expect(found.interval.upper).toBeCloseTo(exact.upper, 10);
  });

  it('mirrors when the models are swapped', () => {
    const random = new Random('0123456789abcdef');
    const draw = (share: number) => Float64Array.from({ length: 200 }, () => (random.uniform() < share ? 1 : 0));
    const [candidate, champion] = [draw(0.8), draw(0.75)];
    const design = {
      weights: Float64Array.from({ length: 200 }, () => 1 + random.uniform()),
      clusters: Uint32Array.from({ length: 200 }, (_, row) => row % 25),
    };
    const one = designedRateDifference({ candidate, champion, design, level });
    const other = designedRateDifference({ candidate: champion, champion: candidate, design, level });
    if (one.kind !== 'interval' || other.kind !== 'interval') throw new Error('no interval');
    expect(other.interval.lower).toBeCloseTo(-one.interval.upper, 9);
    expect(other.interval.upper).toBeCloseTo(-one.interval.lower, 9);
  });
});

/** Rows of a cluster share a rate that varies from cluster to cluster: half the clusters at each of two rates. */
function clusteredOutcomes(random: Random, clusters: number, size: number, low: number, high: number) {
  const values = new Float64Array(clusters * size);
  for (let cluster = 0; cluster < clusters; cluster++) {
    const rate = random.uniform() < 0.5 ? low : high;
    for (let row = 0; row < size; row++) values[cluster * size + row] = random.uniform() < rate ? 1 : 0;
  }
  return values;
}

it('errs as stated where rows of a cluster depend on each other', () => {
  const random = new Random('00000000feedbeef');
  const runs = 1500;
  const [clusters, size] = [40, 8];
  const design = { clusters: Uint32Array.from({ length: clusters * size }, (_, row) => Math.floor(row / size)) };
  let [low, high] = [0, 0];
  for (let run = 0; run < runs; run++) {
    const found = designedRate({ values: clusteredOutcomes(random, clusters, size, 0.02, 0.18), design, level });
    if (found.kind !== 'interval') throw new Error('no interval');
    if (found.interval.lower > 0.1) low++;
    if (found.interval.upper < 0.1) high++;
  }
  const most = 0.025 + 3 * Math.sqrt((0.025 * 0.975) / runs);
  expect(low / runs).toBeLessThan(most);
  expect(high / runs).toBeLessThan(most);
});
