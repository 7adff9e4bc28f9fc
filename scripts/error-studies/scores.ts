import { metricEffects } from '../../packages/comparison/src/metric-effect.ts';
import type { SidedRows } from '../../packages/comparison/src/sided-rows.ts';
import type { MetricInput } from '../../packages/metrics/src/index.ts';
import { normalQuantile, normalSf, type Random } from '../../packages/statistics/src/index.ts';
import { normal, pick, randomOf, simulated, sumsOf } from './drawn.ts';
import { boundAt, decisionOf, limitOf, type Measure, planOf, rowMetric } from './gate-bound.ts';
import type { ErrorRate, Study } from './study.ts';

/** Studies of metrics of scores and probabilities. */
export const scoreStudies: readonly Study[] = [
  {
    name: 'auc-difference',
    title: ['a difference of roc_auc', 'DeLong, proof by logit limits as well'],
    rates: areaDifference,
  },
  {
    name: 'auc-difference-few',
    title: [
      'a difference of roc_auc, fewer than 10 positives',
      'stratified BCa bootstrap, proof by logit limits as well',
    ],
    rates: areaDifferenceFew,
  },
  { name: 'auc-value', title: ['a roc_auc', 'BCa bootstrap, proof by logit limits as well'], rates: areaValue },
  {
    name: 'average-precision',
    title: ['a difference of average_precision', 'BCa bootstrap, proof by logit limits as well'],
    rates: precisionDifference,
  },
  {
    name: 'log-loss',
    title: ['a difference of log_loss or brier_score_loss', 'paired t, proof by Hall as well'],
    rates: lossDifference,
  },
  {
    name: 'calibration',
    title: ['an expected_calibration_error', 'percentile bootstrap and noise'],
    further: 'without an interval',
    rates: calibrationValue,
  },
  {
    name: 'calibration-difference',
    title: ['a difference of expected_calibration_error', 'percentile bootstrap and noise'],
    rates: calibrationDifference,
  },
];

type Scored = SidedRows<MetricInput>;

/**
 * Two models whose scores are normal in either class, so that their areas are known: a positive row's are higher by
 * √2 Φ⁻¹(area). Of one row the two models' scores correlate by 0.8.
 */
interface AreaTruth {
  readonly champion: number;
  readonly candidate: number;
  readonly positives: number;
  readonly rows: number;
}

const shared = 0.8;

function scoredRows(random: Random, { champion, candidate, positives, rows }: AreaTruth): Scored {
  const [before, after] = [shiftOf(champion), shiftOf(candidate)];
  const labels = new Uint8Array(rows);
  const scores = { champion: new Float64Array(rows), candidate: new Float64Array(rows) };
  for (let row = 0; row < rows; row++) {
    const positive = row < positives ? 1 : 0;
    const both = Math.sqrt(shared) * normal(random);
    labels[row] = positive;
    scores.champion[row] = before * positive + both + Math.sqrt(1 - shared) * normal(random);
    scores.candidate[row] = after * positive + both + Math.sqrt(1 - shared) * normal(random);
  }
  return {
    champion: { kind: 'score', labels, scores: scores.champion },
    candidate: { kind: 'score', labels, scores: scores.candidate },
    design: {},
  };
}

function shiftOf(area: number): number {
  return Math.SQRT2 * normalQuantile(area);
}

function areaRate(truth: AreaTruth, of: 'value' | 'difference', samples: number): ErrorRate {
  const { champion, candidate, positives, rows } = truth;
  const areas = of === 'value' ? `area ${candidate}` : `area from ${champion} to ${candidate}`;
  const setting = `${areas}, ${positives} positives`;
  const bound = boundAt(of === 'value' ? candidate : candidate - champion, of, 'higher');
  const metric = rowMetric('roc_auc', 'binary');
  const name = `roc_auc ${of} ${setting} ${rows}`;
  const random = randomOf(name);
  return simulated(setting, rows, samples, (sample) => {
    const drawn = scoredRows(random, truth);
    const sides = of === 'value' ? { ...drawn, champion: undefined } : drawn;
    return decisionOf(bound, metricEffects(metric, sides, [bound], planOf(`${name} ${sample}`)));
  });
}

function areaDifference(): readonly ErrorRate[] {
  const settings: readonly [number, number, number, number][] = [
    [0.8, 0.77, 30, 100],
    [0.9, 0.87, 10, 100],
    [0.9, 0.87, 10, 500],
    [0.9, 0.87, 30, 100],
    [0.9, 0.87, 30, 500],
    [0.9, 0.87, 100, 200],
    [0.9, 0.87, 100, 500],
    [0.98, 0.96, 10, 500],
    [0.98, 0.96, 30, 500],
    [0.98, 0.96, 100, 500],
  ];
  return settings.map(([champion, candidate, positives, rows]) =>
    areaRate({ champion, candidate, positives, rows }, 'difference', 2000),
  );
}

function areaDifferenceFew(): readonly ErrorRate[] {
  const settings: readonly [number, number, number, number][] = [
    [0.9, 0.87, 5, 100],
    [0.9, 0.87, 8, 100],
    [0.98, 0.96, 8, 100],
  ];
  return settings.map(([champion, candidate, positives, rows]) =>
    areaRate({ champion, candidate, positives, rows }, 'difference', 600),
  );
}

function areaValue(): readonly ErrorRate[] {
  const settings: readonly [number, number, number][] = [
    [0.87, 10, 100],
    [0.87, 30, 100],
    [0.96, 30, 100],
    [0.96, 30, 300],
  ];
  return settings.map(([candidate, positives, rows]) =>
    areaRate({ champion: candidate, candidate, positives, rows }, 'value', 800),
  );
}

/** As for areas, of the same two models. */
function precisionDifference(): readonly ErrorRate[] {
  const metric = rowMetric('average_precision', 'binary');
  const settings: readonly [number, number, number][] = [
    [10, 100, 1000],
    [30, 100, 1000],
    [30, 300, 600],
    [100, 300, 600],
  ];
  return settings.map(([positives, rows, samples]) => {
    const truth = { champion: 0.9, candidate: 0.87, positives, rows };
    const of = (area: number) => truePrecision(shiftOf(area), positives / rows);
    const bound = boundAt(of(truth.candidate) - of(truth.champion), 'difference', 'higher');
    const setting = `from ${of(truth.champion).toFixed(2)} to ${of(truth.candidate).toFixed(2)}, ${positives} positives`;
    const random = randomOf(`average_precision ${positives} ${rows}`);
    return simulated(setting, rows, samples, (sample) => {
      const plan = planOf(`average_precision ${positives} ${rows} ${sample}`);
      return decisionOf(bound, metricEffects(metric, scoredRows(random, truth), [bound], plan));
    });
  });
}

/** ∫ precision d recall of normal scores, by the trapezoidal rule, whose error vanishes for such functions. */
function truePrecision(shift: number, prevalence: number): number {
  const step = 0.01;
  let sum = 0;
  for (let score = -10; score <= shift + 10; score += step) {
    const recalled = prevalence * normalSf(score - shift);
    const density = Math.exp(-((score - shift) ** 2) / 2) / Math.sqrt(2 * Math.PI);
    sum += (density * recalled) / (recalled + (1 - prevalence) * normalSf(score));
  }
  return step * sum;
}

/** Rows with the true probability of each, and what either model says it is. */
interface ProbabilityTruth {
  readonly setting: string;
  /** Equally likely. */
  readonly probabilities: readonly number[];
  readonly champion: (logit: number, at: number) => number;
  readonly candidate: (logit: number, at: number) => number;
}

/** All rows that there are, each with a label of 1 and of 0, weighed by how likely it is. */
function populationOf({ probabilities, champion, candidate }: ProbabilityTruth) {
  const both = probabilities.flatMap((p, at) => [
    { label: 1, at, logit: Math.log(p / (1 - p)), weight: p / probabilities.length },
    { label: 0, at, logit: Math.log(p / (1 - p)), weight: (1 - p) / probabilities.length },
  ]);
  return {
    labels: Uint8Array.from(both, ({ label }) => label),
    champion: Float64Array.from(both, ({ logit, at }) => 1 / (1 + Math.exp(-champion(logit, at)))),
    candidate: Float64Array.from(both, ({ logit, at }) => 1 / (1 + Math.exp(-candidate(logit, at)))),
    weights: Float64Array.from(both, ({ weight }) => weight),
  };
}

function probabilityRate(
  name: string,
  truth: ProbabilityTruth,
  of: 'value' | 'difference',
  rows: number,
  samples: number,
): ErrorRate {
  const metric = rowMetric(name, 'binary');
  const measure: Measure<Scored> = (sides, bounds, plan) => metricEffects(metric, sides, bounds, plan);
  const population = populationOf(truth);
  const sided = (at: (column: Uint8Array | Float64Array) => Float64Array, design: Scored['design']): Scored => {
    const labels = Uint8Array.from(at(population.labels));
    const champion: MetricInput = { kind: 'score', labels, scores: at(population.champion) };
    return {
      candidate: { kind: 'score', labels, scores: at(population.candidate) },
      champion: of === 'value' ? undefined : champion,
      design,
    };
  };
  const bound = limitOf(
    measure,
    sided((column) => Float64Array.from(column), population),
    of,
    'lower',
  );
  const seed = `${name} ${of} ${truth.setting} ${rows}`;
  const random = randomOf(seed);
  const sums = sumsOf(population.weights);
  let [total, without] = [0, 0];
  const rate = simulated(truth.setting, rows, samples, (sample) => {
    const drawn = Uint32Array.from({ length: rows }, () => pick(random, sums));
    const measured = measure(
      sided((column) => Float64Array.from(drawn, (row) => column[row] ?? 0), {}),
      [bound],
      planOf(`${seed} ${sample}`),
    );
    total += measured.candidate ?? 0;
    if (measured.effects[0]?.kind !== 'interval') without++;
    return decisionOf(bound, measured);
  });
  if (of === 'difference') return rate;
  return {
    ...rate,
    setting: `${rate.setting}: truly ${bound.threshold.toFixed(3)}, measured ${(total / samples).toFixed(3)} on average`,
    further: `${Math.round((100 * without) / samples)} %`,
  };
}

const spread = [0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95];
const wobble = (at: number, by: number) => (at % 2 === 0 ? by : -by);

const lossTruths: readonly ProbabilityTruth[] = [
  {
    setting: 'candidate less exact',
    probabilities: spread,
    champion: (logit, at) => logit + wobble(at, 0.3),
    candidate: (logit, at) => logit - wobble(at, 0.6),
  },
  {
    setting: 'candidate overconfident',
    probabilities: spread,
    champion: (logit, at) => logit + wobble(at, 0.3),
    candidate: (logit) => 2.5 * logit,
  },
];

function lossDifference(): readonly ErrorRate[] {
  return ['log_loss', 'brier_score_loss'].flatMap((name) =>
    lossTruths.flatMap((truth) =>
      (name === 'log_loss' ? [50, 200, 1000] : [50, 200]).map((rows) => {
        const rate = probabilityRate(name, truth, 'difference', rows, rows > 500 ? 1000 : 3000);
        return { ...rate, setting: `${name}, ${rate.setting}` };
      }),
    ),
  );
}

/** Four probabilities in each of the metric's 15 bins. */
const everywhere = Array.from({ length: 60 }, (_, at) => (at + 0.5) / 60);

const calibrationTruths: readonly ProbabilityTruth[] = [
  {
    setting: 'nearly calibrated',
    probabilities: everywhere,
    champion: (logit) => logit,
    candidate: (logit) => 1.05 * logit,
  },
  {
    setting: 'overconfident',
    probabilities: everywhere,
    champion: (logit) => 1.2 * logit,
    candidate: (logit) => 1.5 * logit,
  },
];

function calibrationValue(): readonly ErrorRate[] {
  return calibrationTruths.flatMap((truth) =>
    [200, 1000].map((rows) => probabilityRate('expected_calibration_error', truth, 'value', rows, 100)),
  );
}

function calibrationDifference(): readonly ErrorRate[] {
  return calibrationTruths.flatMap((truth) =>
    [200, 1000].map((rows) => probabilityRate('expected_calibration_error', truth, 'difference', rows, 100)),
  );
}
