import { Random, type RowDesign } from '@modelgate/statistics';
import { expect, it } from 'vitest';
import { rowMeanEffects } from '../src/row-mean-effect.ts';
import { normal } from './normal.ts';
import { intervalOf, passes, plannedCheck } from './planned.ts';

const plan = { confidence: 0.95, seed: '5eed5eed5eed5eed', replicates: 1 };

function note(values: readonly number[], champion?: readonly number[], design: RowDesign = {}): string | undefined {
  const check = plannedCheck(
    champion === undefined
      ? '{ column: x, statistic: mean, at-most: 9 }'
      : '{ column: x, statistic: mean, better: lower, max-regression: 9 }',
  );
  const rows = { candidate: Float64Array.from(values), champion: champion && Float64Array.from(champion), design };
  return intervalOf(rowMeanEffects('x', rows, check.bounds, plan).effects[0]).note;
}

function draws(count: number, seed: string, of: (normal: number) => number): readonly number[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => of(normal(random)));
}

const seeds = Array.from({ length: 40 }, (_, at) => (at + 1).toString(16).padStart(16, '0'));

it('heavy tails of costs are announced: 60 lognormal rows', () => {
  const announced = seeds.filter((seed) => note(draws(60, seed, (z) => Math.exp(1.2 * z))) !== undefined);
  expect(announced.length).toBeGreaterThan(35);
  expect(note(draws(60, seeds[0] ?? '', (z) => Math.exp(1.2 * z)))).toMatch(
    /^heavy tails: one row holds \d+ % of the variance, and a bound may miss in at least [\d.]+ % instead of 2\.5 % of cases; more rows, a median or a known range would help$/,
  );
});

it('of normal costs nothing is announced, and of differences only where these have tails', () => {
  const announced = seeds.filter((seed) => note(draws(60, seed, (z) => 10 + z)) !== undefined);
  expect(announced).toEqual([]);
  const [first = '', second = ''] = seeds;
  const costs = draws(60, first, (z) => Math.exp(1.2 * z));
  // both models pay the same tails, so that their difference is normal
  expect(
    note(
      costs.map((cost, at) => cost + (draws(60, second, (z) => z)[at] ?? 0)),
      costs,
    ),
  ).toBeUndefined();
  expect(
    note(
      costs.map((cost) => 2 * cost),
      costs,
    ),
  ).toMatch(/^heavy tails: one row/);
});

it('one row of 60 that holds nearly all of the variance', () => {
  const outlier = Array.from({ length: 60 }, (_, at) => (at === 0 ? 1000 : at % 2));
  expect(note(outlier)).toMatch(/^heavy tails: one row holds 98 % of the variance/);
  const clusters = Uint32Array.from(outlier, (_, at) => Math.floor(at / 4));
  expect(note(outlier, undefined, { clusters })).toMatch(/^heavy tails: one cluster holds 93 % of the variance/);
});

it('a log loss is not guarded by what clipping makes of it: 300 rows prove a small margin', () => {
  const check = plannedCheck('{ metric: log_loss, max-regression: 0.1 }', ', score: s');
  const random = new Random('5eed5eed5eed5eed');
  const loss = Float64Array.from({ length: 300 }, () => 0.3 + 0.2 * random.uniform());
  const rows = { candidate: loss.map((one) => one + 0.02 * (random.uniform() - 0.5)), champion: loss, design: {} };
  const { quantity } = check;
  if (quantity.kind !== 'metric' || quantity.metric.kind !== 'mean') throw new Error('not a mean');
  const [effect] = rowMeanEffects('log_loss', rows, check.bounds, plan, quantity.metric.rowRange).effects;
  expect(intervalOf(effect).guarded).toBeUndefined();
  expect(passes(check, { rows: 300, candidate: 0, champion: 0, effects: [effect] }, 0.95)).toBe(true);
});
