import { metricEffects } from '../../packages/comparison/src/metric-effect.ts';
import { rowMeanEffects } from '../../packages/comparison/src/row-mean-effect.ts';
import type { SidedRows } from '../../packages/comparison/src/sided-rows.ts';
import { totalsEffects } from '../../packages/comparison/src/totals-effect.ts';
import type { MetricInput } from '../../packages/metrics/src/index.ts';
import { heavyTails, type Random } from '../../packages/statistics/src/index.ts';
import { normal, pick, randomOf, simulated, sumsOf } from './drawn.ts';
import { boundAt, decisionOf, limitOf, type Measure, planOf, rowMetric } from './gate-bound.ts';
import { type ErrorRate, level, type Study } from './study.ts';

/** Studies of numbers a row. */
export const numberStudies: readonly Study[] = [
  {
    name: 'regression',
    title: ['a difference of root_mean_squared_error or r2', 'BCa bootstrap, proof by linear approximation as well'],
    rates: regressionDifference,
  },
  {
    name: 'ratio',
    title: ['a difference of ratios of sums', 'BCa bootstrap, proof by linear approximation as well'],
    rates: ratioDifference,
  },
  { name: 'ndcg', title: ['a difference of ndcg@10', 'paired t with the guard'], rates: ndcgDifference },
  {
    name: 'heavy-tails',
    title: ['a mean of log-normal costs', 't, proof by Hall as well'],
    further: 'announced (median)',
    rates: heavyTailedMean,
  },
];

/** The candidate's errors are 1.1 times as large; of one row both models' errors correlate by 0.8. The truth has variance 1. */
function predictedNumbers(random: Random, rows: number, error: (random: Random) => number): SidedRows<MetricInput> {
  const labels = new Float64Array(rows);
  const champion = new Float64Array(rows);
  const candidate = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const label = normal(random);
    // the same error, or in one row of five another
    const theirs = error(random);
    const own = random.uniform() < 0.8 ? theirs : error(random);
    labels[row] = label;
    champion[row] = label + 0.5 * theirs;
    candidate[row] = label + 0.55 * own;
  }
  return {
    champion: { kind: 'number', labels, predictions: champion },
    candidate: { kind: 'number', labels, predictions: candidate },
    design: {},
  };
}

/** Double exponential, of variance 1. */
function laplace(random: Random): number {
  const side = random.uniform() < 0.5 ? -1 : 1;
  return (side * -Math.log(1 - random.uniform())) / Math.SQRT2;
}

function regressionDifference(): readonly ErrorRate[] {
  const settings: readonly [string, string, (random: Random) => number, number, number][] = [
    ['root_mean_squared_error', 'normal errors', normal, 50, 800],
    ['root_mean_squared_error', 'normal errors', normal, 200, 800],
    ['root_mean_squared_error', 'double exponential errors', laplace, 200, 800],
    ['r2', 'normal errors', normal, 50, 800],
    ['r2', 'normal errors', normal, 200, 800],
    ['r2', 'double exponential errors', laplace, 200, 800],
  ];
  return settings.map(([name, errors, draw, rows, samples]) => {
    const metric = rowMetric(name, 'regression');
    const truth = name === 'r2' ? 0.5 ** 2 - 0.55 ** 2 : 0.05;
    const bound = boundAt(truth, 'difference', metric.better);
    const seed = `${name} ${errors} ${rows}`;
    const random = randomOf(seed);
    return simulated(`${name}, ${errors}`, rows, samples, (sample) =>
      decisionOf(
        bound,
        metricEffects(metric, predictedNumbers(random, rows, draw), [bound], planOf(`${seed} ${sample}`)),
      ),
    );
  });
}

/** Cost per solved task, say: costs are log-normal, and a task is solved in 70 % of rows; the candidate costs 10 % more. */
function ratioDifference(): readonly ErrorRate[] {
  const [sigma, solved, dearer] = [0.6, 0.7, 1.1];
  const truth = ((dearer - 1) * Math.exp(sigma ** 2 / 2)) / solved;
  const bound = boundAt(truth, 'difference', 'lower');
  const value = (totals: Float64Array) => (totals[1] === 0 ? Number.NaN : (totals[0] ?? 0) / (totals[1] ?? 0));
  return [50, 200].map((rows) => {
    const random = randomOf(`ratio ${rows}`);
    return simulated('cost per solved task', rows, 1000, (sample) => {
      const sides = {
        champion: [new Float64Array(rows), new Float64Array(rows)],
        candidate: [new Float64Array(rows), new Float64Array(rows)],
      } as const;
      for (let row = 0; row < rows; row++) {
        const task = normal(random);
        const hard = random.uniform();
        for (const [side, factor] of [
          [sides.champion, 1],
          [sides.candidate, dearer],
        ] as const) {
          side[0][row] = factor * Math.exp(sigma * (Math.SQRT1_2 * task + Math.SQRT1_2 * normal(random)));
          side[1][row] = (random.uniform() < 0.7 ? hard : random.uniform()) < solved ? 1 : 0;
        }
      }
      const totals = {
        candidate: { columns: sides.candidate, value },
        champion: { columns: sides.champion, value },
        design: {},
      };
      return decisionOf(bound, totalsEffects('ratio', totals, [bound], planOf(`ratio ${rows} ${sample}`)));
    });
  });
}

/** A query has one relevant document; its rank in either list, 11 for not among the first ten. */
const ranks: readonly (readonly [champion: number, candidate: number, share: number])[] = [
  [1, 1, 0.45],
  [1, 2, 0.05],
  [2, 1, 0.04],
  [2, 2, 0.1],
  [1, 11, 0.02],
  [3, 3, 0.08],
  [3, 5, 0.04],
  [5, 3, 0.02],
  [11, 4, 0.02],
  [5, 11, 0.02],
  [11, 11, 0.16],
];

function ndcgDifference(): readonly ErrorRate[] {
  const measure: Measure<SidedRows<Float64Array>> = (rows, bounds, plan) =>
    rowMeanEffects('ndcg@10', rows, bounds, plan, [0, 1]);
  const gain = (rank: number) => (rank > 10 ? 0 : 1 / Math.log2(rank + 1));
  const before = Float64Array.from(ranks, ([rank]) => gain(rank));
  const after = Float64Array.from(ranks, ([, rank]) => gain(rank));
  const shares = Float64Array.from(ranks, ([, , share]) => share);
  const population = { candidate: after, champion: before, design: { weights: shares } };
  const bound = limitOf(measure, population, 'difference', 'higher');
  const sums = sumsOf(shares);
  return [50, 200, 1000].map((rows) => {
    const random = randomOf(`ndcg ${rows}`);
    return simulated(
      `${rows} queries, true drop ${(-bound.threshold).toFixed(3)}`,
      rows,
      rows > 500 ? 1000 : 3000,
      () => {
        const drawn = Uint32Array.from({ length: rows }, () => pick(random, sums));
        const side = (column: Float64Array) => Float64Array.from(drawn, (row) => column[row] ?? 0);
        return decisionOf(
          bound,
          measure({ candidate: side(after), champion: side(before), design: {} }, [bound], planOf('')),
        );
      },
    );
  });
}

/** `at-most` on the mean of a cost; beside it what the report announces. */
function heavyTailedMean(): readonly ErrorRate[] {
  const settings: readonly [number, number, number][] = [
    [0.5, 50, 3000],
    [1, 50, 3000],
    [1, 200, 3000],
    [1, 1000, 1000],
    [1.5, 50, 3000],
    [1.5, 200, 3000],
    [1.5, 1000, 1000],
  ];
  return settings.map(([sigma, rows, samples]) => {
    const bound = boundAt(Math.exp(sigma ** 2 / 2), 'value', 'lower');
    const random = randomOf(`heavy tails ${sigma} ${rows}`);
    const said: number[] = [];
    let announced = 0;
    const rate = simulated(`σ = ${sigma} of the logarithm`, rows, samples, () => {
      const candidate = new Float64Array(rows);
      for (let row = 0; row < rows; row++) candidate[row] = Math.exp(sigma * normal(random));
      const measured = rowMeanEffects('cost', { candidate, champion: undefined, design: {} }, [bound], planOf(''));
      const [effect] = measured.effects;
      if (effect?.kind === 'interval' && effect.note?.startsWith('heavy tails') === true) announced++;
      said.push(heavyTails({ values: candidate, design: {}, level }).oneSidedError.upper);
      return decisionOf(bound, measured);
    });
    const middle = said.toSorted((a, b) => a - b)[samples >> 1] ?? Number.NaN;
    const further = `${(100 * middle).toFixed(1)} %, said in ${Math.round((100 * announced) / samples)} % of samples`;
    return { ...rate, further };
  });
}
