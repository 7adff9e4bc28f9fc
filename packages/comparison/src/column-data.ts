import { orderStatisticRanks } from '@modelgate/statistics';
import type { PairedTable } from '@modelgate/tables';
import type { PlannedBound } from './bound-plan.ts';
import type { MeanData, QuantileData } from './column-effect.ts';
import type { ColumnQuantity } from './quantity-plan.ts';
import { requireRange } from './row-reach.ts';

const probabilities: Readonly<Partial<Record<ColumnQuantity['statistic'], number>>> = {
  median: 0.5,
  p90: 0.9,
  p95: 0.95,
  p99: 0.99,
};

/** @throws Error for what is no quantile */
export function quantileOf(statistic: ColumnQuantity['statistic']): number {
  const probability = probabilities[statistic];
  if (probability === undefined) throw new Error(`${statistic} is no quantile`);
  return probability;
}

/** What the effects of a column need, in as few passes as its statistic allows. @throws UserError column-type */
export async function columnData(
  paired: PairedTable,
  name: string,
  { statistic, range }: ColumnQuantity,
  check: { readonly name: string; readonly bounds: readonly PlannedBound[] },
  confidence: number,
): Promise<MeanData | QuantileData> {
  if (statistic === 'mean') {
    const data = await meanData(paired, name);
    if (range !== undefined) requireRange(check.name, range, await extremes(paired, name));
    return data;
  }
  const probability = quantileOf(statistic);
  const [candidate = Number.NaN] = await paired.quantiles(name, 'candidate', [probability]);
  const [champion] = paired.hasChampion ? await paired.quantiles(name, 'champion', [probability]) : [];
  const needsValue = check.bounds.some((bound) => bound.of === 'value');
  const needsPair = paired.hasChampion && check.bounds.some((bound) => bound.of !== 'value');
  return {
    kind: 'quantile',
    probability,
    rows: paired.rows,
    candidate,
    champion,
    orderStatistics: needsValue ? await orderStatistics(paired, name, probability, confidence) : undefined,
    pair: needsPair ? await paired.pairs(name) : undefined,
  };
}

async function meanData(paired: PairedTable, name: string): Promise<MeanData> {
  const of = ({ n, mean, variance }: { n: number; mean: number; variance: number }) => ({
    count: n,
    mean,
    variance: n === 1 ? 0 : variance,
  });
  if (!paired.hasChampion) {
    return {
      kind: 'mean',
      candidate: of(await paired.moments(name, 'candidate')),
      champion: undefined,
      difference: undefined,
      covariance: undefined,
    };
  }
  const { candidate, champion, difference, covariance } = await paired.pairedMoments(name);
  return { kind: 'mean', candidate: of(candidate), champion: of(champion), difference: of(difference), covariance };
}

async function extremes(paired: PairedTable, name: string): Promise<readonly [number, number]> {
  const sides = paired.hasChampion ? (['candidate', 'champion'] as const) : (['candidate'] as const);
  const found = await Promise.all(sides.map((side) => paired.moments(name, side)));
  return [Math.min(...found.map((one) => one.minimum)), Math.max(...found.map((one) => one.maximum))];
}

async function orderStatistics(paired: PairedTable, name: string, probability: number, confidence: number) {
  const { lower, upper } = orderStatisticRanks(paired.rows, probability, confidence);
  const ranks = [lower, upper].filter((rank) => rank !== undefined);
  const values = [...(await paired.orderStatistics(name, 'candidate', ranks))];
  return {
    lower: lower === undefined ? undefined : values.shift(),
    upper: upper === undefined ? undefined : values.shift(),
  };
}
