import {
  cellBootstrap,
  momentsOf,
  normalQuantile,
  pairedMean,
  quantileDifferenceBootstrap,
  type Random,
} from '../../packages/statistics/src/index.ts';
import { decidedBy, normal, randomOf, seedOf, simulated } from './drawn.ts';
import { replicates } from './gate-bound.ts';
import { type ErrorRate, level, type Study } from './study.ts';

/** Studies of methods whose samples are too many to enumerate: drawn, each from a seed of its own. */
export const simulatedStudies: readonly Study[] = [
  { name: 'mean-difference', title: ['a difference of means', 'paired t'], rates: meanDifference },
  { name: 'f1-difference', title: ['a difference of F1', 'BCa bootstrap'], rates: f1Difference },
  { name: 'p95-difference', title: ['a difference of p95', 'percentile bootstrap'], rates: p95Difference },
];

/** Student's t on paired differences whose true mean is the limit, 0. */
function meanDifference(): readonly ErrorRate[] {
  const shapes: readonly [string, (random: Random) => number][] = [
    ['differences normal', normal],
    ['differences skewed to drops (exponential)', (random) => 1 + Math.log(1 - random.uniform())],
    ['differences skewed to gains (exponential)', (random) => -1 - Math.log(1 - random.uniform())],
  ];
  return shapes.flatMap(([setting, draw]) =>
    [30, 200, 1000].map((rows) => {
      const random = randomOf(`mean ${setting} ${rows}`);
      return simulated(setting, rows, 5000, () => {
        const got = pairedMean(momentsOf(Float64Array.from({ length: rows }, () => draw(random))), level);
        return decidedBy(got.kind === 'interval' ? got.interval : undefined, 0);
      });
    }),
  );
}

/**
 * Joint cells of a binary task in 1,000 rows: of positives and of negatives, both models right, only the champion, only
 * the candidate, neither.
 */
interface F1Truth {
  readonly setting: string;
  readonly positives: readonly [number, number, number, number];
  readonly negatives: readonly [number, number, number, number];
}

const f1Truths: readonly F1Truth[] = [
  { setting: '10 % positives', positives: [60, 10, 5, 25], negatives: [850, 15, 15, 20] },
  { setting: '30 % positives', positives: [210, 20, 10, 60], negatives: [620, 20, 20, 40] },
];

/** BCa over joint cells; the true drop is the margin. */
function f1Difference(): readonly ErrorRate[] {
  const settings = [
    { truth: f1Truths[0], rows: 300 },
    { truth: f1Truths[0], rows: 1000 },
    { truth: f1Truths[1], rows: 1000 },
  ];
  return settings.flatMap(({ truth, rows }) => (truth === undefined ? [] : [f1Rate(truth, rows, 2000)]));
}

function f1Rate({ setting, positives, negatives }: F1Truth, rows: number, samples: number): ErrorRate {
  const cells = Float64Array.of(...positives, ...negatives);
  const drop = championF1(cells) - candidateF1(cells);
  const random = randomOf(`F1 ${setting} ${rows}`);
  const counts = new Float64Array(cells.length);
  return simulated(setting, rows, samples, (sample) => {
    random.multinomial(cells, 1000, rows, counts);
    const { contrasts } = cellBootstrap({
      counts,
      statistics: [championF1, candidateF1],
      contrasts: [[-1, 1]],
      replicates,
      seed: seedOf(`F1 ${setting} ${rows} ${sample}`),
      level,
    });
    return decidedBy(contrasts[0]?.kind === 'interval' ? contrasts[0].interval : undefined, -drop);
  });
}

function championF1(cells: Float64Array): number {
  const [both = 0, right = 0, other = 0, neither = 0, , , wrong = 0, bothWrong = 0] = cells;
  return f1(both + right, wrong + bothWrong, other + neither);
}

function candidateF1(cells: Float64Array): number {
  const [both = 0, other = 0, right = 0, neither = 0, , wrong = 0, , bothWrong = 0] = cells;
  return f1(both + right, wrong + bothWrong, other + neither);
}

function f1(truePositives: number, falsePositives: number, falseNegatives: number): number {
  return (2 * truePositives) / (2 * truePositives + falsePositives + falseNegatives);
}

/**
 * Percentiles of the bootstrapped difference of p95 of log-normal latencies; a slow request is slow for both. The candidate is 10 % slower, as
 * the limit allows. Lower is better, so it is the upper bound that proves.
 */
function p95Difference(): readonly ErrorRate[] {
  const [ofRequest, ofRun, slower] = [0.4, 0.3, 1.1];
  const p95 = Math.exp(Math.hypot(ofRequest, ofRun) * normalQuantile(0.95));
  const settings: readonly [number, number][] = [
    [200, 2000],
    [1000, 1000],
  ];
  return settings.map(([rows, samples]) => {
    const random = randomOf(`p95 ${rows}`);
    return simulated('log-normal latencies', rows, samples, (sample) => {
      const champion = new Float64Array(rows);
      const candidate = new Float64Array(rows);
      for (let row = 0; row < rows; row++) {
        const request = ofRequest * normal(random);
        champion[row] = Math.exp(request + ofRun * normal(random));
        candidate[row] = slower * Math.exp(request + ofRun * normal(random));
      }
      const seed = seedOf(`p95 ${rows} ${sample}`);
      const { contrasts } = quantileDifferenceBootstrap({
        method: 'percentile',
        champion,
        candidate,
        probability: 0.95,
        replicates,
        seed,
        level,
      });
      const [slowdown] = contrasts;
      if (slowdown?.kind !== 'interval') return 'open';
      const gain = { lower: -slowdown.interval.upper, upper: -slowdown.interval.lower };
      return decidedBy(gain, -(slower - 1) * p95);
    });
  });
}
