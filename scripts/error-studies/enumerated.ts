import {
  type Interval,
  type Moments,
  normalQuantile,
  orderStatisticRanks,
  type PairedMean,
  pairedMean,
  rareDropBound,
  tangoZ,
  wilsonInterval,
  withRow,
} from '../../packages/statistics/src/index.ts';
import { binomialChances, chancesOf, threeWaySplits } from '../sampled-rows.ts';
import { type ErrorRate, level, type Study, stated, worstOf } from './study.ts';

/** Studies in which every possible sample is weighed by its chance: exact, and nothing is drawn. */
export const enumeratedStudies: readonly Study[] = [
  { name: 'accuracy-difference', title: ['a difference of accuracy', 'Tango'], rates: accuracyDifference },
  { name: 'accuracy-value', title: ['an accuracy', 'Wilson'], rates: accuracyValue },
  { name: 'quantile-value', title: ['a median, p95 or p99', 'order statistics'], rates: quantileValue },
  { name: 'rare-drops', title: ['a difference of means, rare drops', 'paired t'], rates: rareDropsUnguarded },
  {
    name: 'rare-drops-guarded',
    title: ['a difference of means, rare drops, `range` given', 'paired t with the guard'],
    rates: rareDropsGuarded,
  },
];

const z = -normalQuantile(stated);

/** Tango's interval; the true drop is the margin. */
function accuracyDifference(): readonly ErrorRate[] {
  const settings: readonly [number, number, number][] = [
    [50, 0.05, 0.2],
    [100, 0.02, 0.1],
    [200, 0.02, 0.1],
    [500, 0.01, 0.05],
    [500, 0.01, 0.1],
    [1000, 0.01, 0.1],
    [5000, 0.005, 0.1],
  ];
  return [
    ...settings.map(([rows, margin, discordance]) => accuracyRate(rows, margin, discordance)),
    ...worstOf(
      [30, 50, 100, 200, 500].flatMap((rows) =>
        [0.005, 0.01, 0.02, 0.05].flatMap((margin) =>
          [0.02, 0.05, 0.1, 0.2, 0.4]
            .filter((discordance) => discordance >= margin)
            .map((discordance) => accuracyRate(rows, margin, discordance)),
        ),
      ),
    ),
  ];
}

function accuracyRate(rows: number, margin: number, discordance: number): ErrorRate {
  const { proven = 0, failed = 0 } = chancesOf({ rows, discordance, difference: -margin }, (outcome) => {
    const score = tangoZ(outcome, -margin);
    return score > z ? 'proven' : score < -z ? 'failed' : 'open';
  });
  const setting = `margin ${100 * margin} ${margin === 0.01 ? 'point' : 'points'}, ${100 * discordance} % answered differently`;
  return { setting, rows, provenWrongly: proven, failedWrongly: failed };
}

/** Wilson's interval; the true accuracy is the floor. */
function accuracyValue(): readonly ErrorRate[] {
  return [0.5, 0.8, 0.9, 0.99].flatMap((accuracy) =>
    [100, 500, 2000].map((rows): ErrorRate => {
      let [provenWrongly, failedWrongly] = [0, 0];
      for (const { count, chance } of binomialChances(rows, accuracy)) {
        const { lower, upper } = wilsonInterval(count, rows, level);
        if (lower > accuracy) provenWrongly += chance;
        if (upper < accuracy) failedWrongly += chance;
      }
      return { setting: `accuracy ${accuracy}`, rows, provenWrongly, failedWrongly };
    }),
  );
}

/** Order statistics: exact for every continuous distribution, so nothing has to be drawn. A ceiling: lower is better. */
function quantileValue(): readonly ErrorRate[] {
  const settings: readonly [string, number, readonly number[]][] = [
    ['median', 0.5, [30, 100, 1000]],
    ['p95', 0.95, [100, 500, 1000]],
    ['p99', 0.99, [500, 1000, 5000]],
  ];
  return settings.flatMap(([setting, probability, sizes]) =>
    sizes.map((rows): ErrorRate => {
      const { lower = 0, upper = rows + 1 } = orderStatisticRanks(rows, probability, level);
      let [provenWrongly, failedWrongly] = [0, 0];
      for (const { count: below, chance } of binomialChances(rows, probability)) {
        if (below >= upper) provenWrongly += chance;
        if (below < lower) failedWrongly += chance;
      }
      return { setting, rows, provenWrongly, failedWrongly };
    }),
  );
}

/**
 * Scores in [0, 1] that move by ±0.01, but for a share of rows that fall by 1; the true drop is the margin. Without the
 * range a sample that misses those rows shows next to no spread. The worst are those where all other rows stay as they are.
 */
function rareDropsUnguarded(): readonly ErrorRate[] {
  return rareDropSettings.map(([margin, rows]) => rareDropRate(rows, margin, false, 0.01));
}

function rareDropsGuarded(): readonly ErrorRate[] {
  return [
    ...rareDropSettings.map(([margin, rows]) => rareDropRate(rows, margin, true, 0.01)),
    ...worstOf(
      [30, 50, 100, 200, 300, 500, 1000].flatMap((rows) =>
        [0.01, 0.02, 0.05, 0.1].map((margin) => rareDropRate(rows, margin, true, 0)),
      ),
    ),
  ];
}

const rareDropSettings: readonly [number, number][] = [
  [0.01, 30],
  [0.01, 100],
  [0.01, 300],
  [0.01, 1000],
  [0.05, 100],
  [0.05, 300],
];

function rareDropRate(rows: number, margin: number, guarded: boolean, step: number): ErrorRate {
  let [provenWrongly, failedWrongly] = [0, 0];
  for (const { first: drops, second: up, chance } of threeWaySplits(rows, margin, step === 0 ? 0 : (1 - margin) / 2)) {
    const down = rows - drops - up;
    const mean = (step * (up - down) - drops) / rows;
    const variance = Math.max(0, (drops + step ** 2 * (up + down) - rows * mean ** 2) / (rows - 1));
    const moments = { count: rows, mean, variance };
    const plain = boundsOf(pairedMean(moments, level)) ?? boundsWithoutSpread(moments, guarded);
    if (plain.upper < -margin) failedWrongly += chance;
    const proven = plain.lower > -margin && (!guarded || rareDropBound(moments, 1, level) > -margin);
    if (proven) provenWrongly += chance;
  }
  const others = step === 0 ? ', the others unchanged' : '';
  const setting = `drop of 1 in ${100 * margin} % of rows${others}`;
  return { setting, rows, provenWrongly, failedWrongly };
}

/** Rows that are all alike decide nothing, unless the range says what one more row could do. */
function boundsWithoutSpread(moments: Moments, guarded: boolean): Interval {
  if (!guarded) return { lower: -Infinity, upper: Infinity };
  const upper = boundsOf(pairedMean(withRow(moments, 1), level))?.upper ?? moments.mean;
  return { lower: rareDropBound(moments, 1, level), upper };
}

function boundsOf(mean: PairedMean): Interval | undefined {
  return mean.kind === 'interval' ? mean.interval : undefined;
}
