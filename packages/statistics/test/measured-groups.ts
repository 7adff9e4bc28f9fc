import type { Random } from '../src/index.ts';

/** The mean of `rows` values of an exponential distribution, with its standard error. */
export function exponentialMean(random: Random, mean: number, rows: number) {
  let [sum, squares] = [0, 0];
  for (let row = 0; row < rows; row++) {
    const value = -mean * Math.log(1 - random.uniform());
    sum += value;
    squares += value * value;
  }
  const estimate = sum / rows;
  return { estimate, standardError: Math.sqrt((squares / rows - estimate ** 2) / (rows - 1)), units: rows };
}

/** Means of both models on the same rows: normal values of variance 1 that change by the shift ± .5. */
export function pairedMeans(random: Random, champion: number, candidate: number, rows: number) {
  const columns = [new Float64Array(rows), new Float64Array(rows), new Float64Array(rows)] as const;
  const [before, after, difference] = columns;
  for (let row = 0; row < rows; row++) {
    before[row] = champion + normal(random);
    difference[row] = candidate - champion + 0.5 * normal(random);
    after[row] = (before[row] ?? 0) + (difference[row] ?? 0);
  }
  const [one, other, change] = columns.map(meanOf);
  if (one === undefined || other === undefined || change === undefined) throw new Error('three columns');
  return { champion: one, candidate: other, differenceStandardError: change.standardError, units: rows };
}

function meanOf(values: Float64Array) {
  const estimate = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - estimate) ** 2, 0);
  return { estimate, standardError: Math.sqrt(squares / values.length / (values.length - 1)) };
}

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
}
