import { designedClassEffects } from '../../packages/comparison/src/designed-class-effect.ts';
import { rateEffects } from '../../packages/comparison/src/rate-effect.ts';
import { rowMeanEffects } from '../../packages/comparison/src/row-mean-effect.ts';
import { rowQuantileEffects } from '../../packages/comparison/src/row-quantile-effect.ts';
import type { SidedRows } from '../../packages/comparison/src/sided-rows.ts';
import {
  designedRate,
  designedRateDifference,
  normalQuantile,
  type Random,
  type RowDesign,
} from '../../packages/statistics/src/index.ts';
import { type Decision, decidedBy, normal, pick, randomOf, simulated, sumsOf } from './drawn.ts';
import { boundAt, classMetric, decisionOf, limitOf, type Measure, planOf } from './gate-bound.ts';
import { type ErrorRate, level, type Study } from './study.ts';

/** Studies of rows that do not count alike: clusters and weights. */
export const designStudies: readonly Study[] = [
  { name: 'clustered-accuracy', title: ['an accuracy, clusters', 'Wilson, effective counts'], rates: clusteredValue },
  {
    name: 'clustered-accuracy-difference',
    title: ['a difference of accuracy, clusters', 'Tango, effective counts'],
    rates: clusteredDifference,
  },
  {
    name: 'clustered-classes',
    title: ['a difference of F1 or MCC, clusters', 'BCa bootstrap of clusters, proof by linear approximation as well'],
    rates: clusteredClasses,
  },
  { name: 'clustered-quantile', title: ['a p95, clusters', 'Woodruff'], rates: clusteredQuantile },
  {
    name: 'clustered-quantile-difference',
    title: ['a difference of p95, clusters', 'percentile bootstrap of clusters'],
    rates: clusteredQuantileDifference,
  },
  { name: 'weighted', title: ['weighted rows', 'Wilson, Tango and t with weights'], rates: weighted },
];

/** How many rows the clusters have: ten each, or any of these with equal chance, which are ten on average. */
const unequal = [2, 4, 8, 26];

interface Clusters {
  readonly count: number;
  readonly sizes: 'equal' | 'unequal';
  /** Correlation of two rows of a cluster. */
  readonly icc: number;
}

function settingOf({ count, sizes, icc }: Clusters): string {
  return `${count} clusters of ${sizes === 'equal' ? '10' : '2 to 26'}, ICC ${icc}`;
}

function clusterCodes(random: Random, { count, sizes }: Clusters): Uint32Array {
  const codes: number[] = [];
  for (let cluster = 0; cluster < count; cluster++) {
    const size = sizes === 'equal' ? 10 : (unequal[random.integer(unequal.length)] ?? 0);
    for (let row = 0; row < size; row++) codes.push(cluster);
  }
  return Uint32Array.from(codes);
}

/**
 * An outcome a row, each as likely as its weight. A row has its cluster's outcome with chance √ICC, else one of its own: then
 * whether two rows of a cluster have a given outcome correlates by ICC, and nothing else changes.
 */
function clusteredOutcomes(random: Random, codes: Uint32Array, sums: Float64Array, icc: number): Uint32Array {
  const outcomes = new Uint32Array(codes.length);
  let [cluster, common] = [-1, 0];
  for (let row = 0; row < codes.length; row++) {
    if (codes[row] !== cluster) {
      cluster = codes[row] ?? 0;
      common = pick(random, sums);
    }
    outcomes[row] = random.uniform() < Math.sqrt(icc) ? common : pick(random, sums);
  }
  return outcomes;
}

const designs: readonly Clusters[] = [10, 20, 50, 200].flatMap((count) => [
  { count, sizes: 'equal', icc: 0 },
  { count, sizes: 'equal', icc: 0.1 },
  { count, sizes: 'equal', icc: 0.5 },
  { count, sizes: 'unequal', icc: 0.1 },
  { count, sizes: 'unequal', icc: 0.5 },
]);

const measureRate: Measure<SidedRows<Float64Array>> = (rows, bounds, plan) =>
  rateEffects('accuracy', rows, bounds, plan);

function columnOf(rows: Uint32Array, values: readonly number[]): Float64Array {
  const column = new Float64Array(rows.length);
  for (let row = 0; row < rows.length; row++) column[row] = values[rows[row] ?? 0] ?? 0;
  return column;
}

/** A model that is right on 85 % of rows. */
function clusteredValue(): readonly ErrorRate[] {
  const sums = sumsOf([0.15, 0.85]);
  return designs.map((design) => {
    const random = randomOf(`clustered accuracy ${settingOf(design)}`);
    return simulated(settingOf(design), 10 * design.count, design.count > 100 ? 1000 : 2000, () => {
      const clusters = clusterCodes(random, design);
      const candidate = columnOf(clusteredOutcomes(random, clusters, sums, design.icc), [0, 1]);
      return rateDecision(designedRate({ values: candidate, design: { clusters }, level }), 0.85);
    });
  });
}

/** As `rateEffects`, without what it measures beside. */
function rateDecision(found: ReturnType<typeof designedRate>, truth: number): Decision {
  return decidedBy(found.kind === 'interval' ? found.interval : undefined, truth);
}

/** The candidate wins 4 % of rows and loses 6 %. */
function clusteredDifference(): readonly ErrorRate[] {
  const outcomes = { weights: [0.8, 0.06, 0.04, 0.1], champion: [1, 1, 0, 0], candidate: [1, 0, 1, 0] };
  const sums = sumsOf(outcomes.weights);
  return designs.map((design) => {
    const random = randomOf(`clustered difference ${settingOf(design)}`);
    return simulated(settingOf(design), 10 * design.count, design.count > 100 ? 500 : 1000, () => {
      const clusters = clusterCodes(random, design);
      const drawn = clusteredOutcomes(random, clusters, sums, design.icc);
      const candidate = columnOf(drawn, outcomes.candidate);
      const champion = columnOf(drawn, outcomes.champion);
      return rateDecision(designedRateDifference({ candidate, champion, design: { clusters }, level }), -0.02);
    });
  });
}

/** Joint outcomes of a binary task, 30 % of them positive. */
const joint = {
  weights: [210, 20, 10, 60, 620, 20, 20, 40],
  label: [1, 1, 1, 1, 0, 0, 0, 0],
  champion: [1, 1, 0, 0, 0, 0, 1, 1],
  candidate: [1, 0, 1, 0, 0, 1, 0, 1],
};

function clusteredClasses(): readonly ErrorRate[] {
  const settings: readonly [string, Clusters, number][] = [
    ['f1', { count: 20, sizes: 'equal', icc: 0.1 }, 800],
    ['f1', { count: 50, sizes: 'equal', icc: 0.1 }, 800],
    ['f1', { count: 50, sizes: 'unequal', icc: 0.1 }, 800],
    ['f1', { count: 200, sizes: 'equal', icc: 0.1 }, 500],
    ['matthews_corrcoef', { count: 20, sizes: 'equal', icc: 0.1 }, 800],
    ['matthews_corrcoef', { count: 50, sizes: 'equal', icc: 0.1 }, 800],
  ];
  return settings.map(([name, design, samples]) => {
    const metric = classMetric(name, 'binary');
    const classes = ['0', '1'];
    const measureOf =
      (label: Uint16Array): Measure<SidedRows<Uint16Array>> =>
      (predicted, bounds, plan) =>
        designedClassEffects(metric, { classes, label, predicted, positive: 1 }, bounds, plan);
    const population = {
      candidate: Uint16Array.from(joint.candidate),
      champion: Uint16Array.from(joint.champion),
      design: { weights: Float64Array.from(joint.weights) },
    };
    const bound = limitOf(measureOf(Uint16Array.from(joint.label)), population, 'difference', 'higher');
    const seed = `clustered ${name} ${settingOf(design)}`;
    const random = randomOf(seed);
    const sums = sumsOf(joint.weights);
    return simulated(`${metric.name}, ${settingOf(design)}`, 10 * design.count, samples, (sample) => {
      const clusters = clusterCodes(random, design);
      const drawn = clusteredOutcomes(random, clusters, sums, design.icc);
      const codes = (of: readonly number[]) => Uint16Array.from(drawn, (cell) => of[cell] ?? 0);
      const predicted = { candidate: codes(joint.candidate), champion: codes(joint.champion), design: { clusters } };
      return decisionOf(bound, measureOf(codes(joint.label))(predicted, [bound], planOf(`${seed} ${sample}`)));
    });
  });
}

/** Log-normal latencies of requests of users: a user's share of the variance of their logarithm is the ICC. */
function clusteredLatencies(random: Random, clusters: Uint32Array, icc: number, slower: number) {
  const [champion, candidate] = [new Float64Array(clusters.length), new Float64Array(clusters.length)];
  let [cluster, common] = [-1, 0];
  for (let row = 0; row < clusters.length; row++) {
    if (clusters[row] !== cluster) {
      cluster = clusters[row] ?? 0;
      common = Math.sqrt(icc) * normal(random);
    }
    // of what is a row's own, half is common to both models
    const request = common + Math.sqrt((1 - icc) / 2) * normal(random);
    champion[row] = Math.exp(deviation * (request + Math.sqrt((1 - icc) / 2) * normal(random)));
    candidate[row] = slower * Math.exp(deviation * (request + Math.sqrt((1 - icc) / 2) * normal(random)));
  }
  return { champion, candidate };
}

const deviation = 0.5;
const trueQuantile = Math.exp(deviation * normalQuantile(0.95));

const quantileDesigns: readonly Clusters[] = [20, 50, 200].flatMap((count) => [
  { count, sizes: 'equal', icc: 0.1 },
  { count, sizes: 'equal', icc: 0.5 },
]);

function clusteredQuantile(): readonly ErrorRate[] {
  const bound = boundAt(trueQuantile, 'value', 'lower');
  return quantileDesigns.map((design) => {
    const random = randomOf(`clustered p95 ${settingOf(design)}`);
    return simulated(settingOf(design), 10 * design.count, design.count > 100 ? 300 : 500, () => {
      const clusters = clusterCodes(random, design);
      const { champion: candidate } = clusteredLatencies(random, clusters, design.icc, 1);
      const rows = { candidate, champion: undefined, design: { clusters } };
      return decisionOf(bound, rowQuantileEffects('p95', rows, 0.95, [bound], planOf('')));
    });
  });
}

/** The candidate is 10 % slower, as the limit allows. */
function clusteredQuantileDifference(): readonly ErrorRate[] {
  const bound = boundAt(0.1 * trueQuantile, 'difference', 'lower');
  return quantileDesigns
    .filter(({ count }) => count < 200)
    .map((design) => {
      const seed = `clustered p95 difference ${settingOf(design)}`;
      const random = randomOf(seed);
      return simulated(settingOf(design), 10 * design.count, 500, (sample) => {
        const clusters = clusterCodes(random, design);
        const rows = { ...clusteredLatencies(random, clusters, design.icc, 1.1), design: { clusters } };
        return decisionOf(bound, rowQuantileEffects('p95', rows, 0.95, [bound], planOf(`${seed} ${sample}`)));
      });
    });
}

/** Nine rows of ten weigh 1, the tenth 20; on heavy rows the models are worse. Outcomes of light rows, then of heavy ones. */
const strata = {
  share: [
    ...[0.82, 0.05, 0.04, 0.09].map((share) => 0.9 * share),
    ...[0.6, 0.1, 0.06, 0.24].map((share) => 0.1 * share),
  ],
  weight: [1, 1, 1, 1, 20, 20, 20, 20],
  champion: [1, 1, 0, 0, 1, 1, 0, 0],
  candidate: [1, 0, 1, 0, 1, 0, 1, 0],
  // a score a row, for t: what the candidate's answer is worth less what the champion's is
  gain: [0, -0.4, 0.5, 0.1, 0, -0.6, 0.5, 0.2],
};

function weighted(): readonly ErrorRate[] {
  const measureMean: Measure<SidedRows<Float64Array>> = (rows, bounds, plan) =>
    rowMeanEffects('gain', rows, bounds, plan);
  const sums = sumsOf(strata.share);
  const kinds = [
    { name: 'accuracy', measure: measureRate, of: 'value', columns: [strata.candidate, undefined] },
    {
      name: 'difference of accuracy',
      measure: measureRate,
      of: 'difference',
      columns: [strata.candidate, strata.champion],
    },
    {
      name: 'difference of means',
      measure: measureMean,
      of: 'difference',
      columns: [strata.gain, strata.gain.map(() => 0)],
    },
  ] as const;
  return kinds.flatMap(({ name, measure, of, columns: [candidate, champion] }) => {
    const rowsOf = (rows: Uint32Array, weights: Float64Array): SidedRows<Float64Array> => ({
      candidate: columnOf(rows, candidate),
      champion: champion && columnOf(rows, champion),
      design: { weights } satisfies RowDesign,
    });
    const every = Uint32Array.from(strata.share, (_, at) => at);
    const likelihood = Float64Array.from(strata.share, (share, at) => share * (strata.weight[at] ?? 0));
    const bound = limitOf(measure, rowsOf(every, likelihood), of, 'higher');
    return [100, 300, 1000].map((rows) => {
      const random = randomOf(`weighted ${name} ${rows}`);
      return simulated(`${name}, one row in ten weighs 20`, rows, rows > 500 ? 500 : 2000, () => {
        const drawn = Uint32Array.from({ length: rows }, () => pick(random, sums));
        return decisionOf(bound, measure(rowsOf(drawn, columnOf(drawn, strata.weight)), [bound], planOf('')));
      });
    });
  });
}
