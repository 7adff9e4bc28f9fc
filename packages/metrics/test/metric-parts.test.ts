import { delong, Random } from '@modelgate/statistics';
import { describe, expect, it } from 'vitest';
import {
  averagePrecision,
  averagePrecisionAt,
  binaryBrierScoreLoss,
  binaryLogLoss,
  brierScoreLoss,
  d2AbsoluteErrorScore,
  d2PinballScore,
  exactMatch,
  expectedCalibrationError,
  findMetric,
  hitRateAt,
  type InputOf,
  logLoss,
  type MetricInput,
  type MetricTask,
  type MetricValue,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanOfQueries,
  meanPinballLoss,
  meanSquaredError,
  medianAbsoluteError,
  metricValue,
  ndcgAt,
  type PreparedRank,
  precisionAt,
  type RowMetric,
  type RowTotals,
  r2,
  rankQueries,
  recallAt,
  reciprocalRank,
  rocAuc,
  rocAucOneVsOne,
  rocAucOneVsRest,
  rootMeanSquaredError,
  tokenF1,
  topKAccuracy,
  topLabel,
  totalsOf,
} from '../src/index.ts';
import { column, numberOf } from './rows.ts';

function rowMetric(name: string, task: MetricTask): RowMetric {
  const found = findMetric(name, task);
  if (found.kind !== 'metric' || found.metric.kind === 'classes') throw new Error(`${name}: ${found.kind}`);
  return found.metric;
}

/** Scores of one decimal, so that many are equal. */
function scored(seed: string, rows = 40): InputOf<'score'> {
  const random = new Random(seed);
  const labels = Uint8Array.from({ length: rows }, (_, row) => (row % 7 === 0 || random.uniform() < 0.3 ? 1 : 0));
  const scores = Float64Array.from(labels, (label) => Math.round(10 * (0.3 * label + 0.7 * random.uniform())) / 10);
  return { kind: 'score', labels, scores };
}

/** Probabilities of four classes from small integers; the classes are unequally frequent. */
function multiclass(seed: string, rows = 40): InputOf<'scores'> {
  const random = new Random(seed);
  const labels = Uint16Array.from({ length: rows }, (_, row) =>
    row < 4 ? row : Math.floor(4 * random.uniform() ** 2),
  );
  const scores = [0, 1, 2, 3].map(() => new Float64Array(rows));
  for (let row = 0; row < rows; row++) {
    const parts = scores.map((_, k) => Math.floor(4 * random.uniform()) + (labels[row] === k ? 2 : 0) + 1);
    const all = parts.reduce((sum, part) => sum + part, 0);
    for (const [k, part] of parts.entries()) (scores[k] ?? column())[row] = part / all;
  }
  return { kind: 'scores', labels, scores };
}

/** An odd number of rows, so that a quantile is one of them and moves with no small change of the weights. */
function numbers(seed: string, rows = 41): InputOf<'number'> {
  const random = new Random(seed);
  const labels = Float64Array.from({ length: rows }, () => 1 + Math.round(20 * random.uniform()));
  return { kind: 'number', labels, predictions: labels.map((truth) => truth + 6 * random.uniform() - 3) };
}

function weightsOf(seed: string, rows = 41): Float64Array {
  const random = new Random(seed);
  return Float64Array.from({ length: rows }, () => 0.25 + 2 * random.uniform());
}

const seed = '0123456789abcdef';
const binary = scored(seed);
const classes = multiclass(seed);
const number = numbers(seed);
const weights = weightsOf(seed);
const ranking: InputOf<'ranking'> = {
  kind: 'ranking',
  queries: rankQueries(
    {
      starts: Uint32Array.of(0, 4, 8, 9),
      scores: column(9, 8, 7, 6, 9, 8, 7, Number.NaN, 1),
      relevance: column(0, 2, 0, 1, Number.NaN, 0, 1, 3, 2),
    },
    { ties: 'worst' },
  ),
};
const answer: InputOf<'answer'> = {
  kind: 'answer',
  answers: [['Paris'], [], ['the red car', 'a car'], ['blue']],
  predictions: ['paris.', '', 'car', 'green'],
};

const { labels, scores } = binary;
const { hits, confidence } = topLabel(classes.labels, classes.scores);
const queries = ranking.queries;
const overQueries = (values: Float64Array) => (of?: Float64Array) => meanOfQueries(values, 'undefined', of);
type Exact = (weights?: Float64Array) => MetricValue;

const cases: readonly (readonly [string, MetricTask, MetricInput, Exact])[] = [
  ['roc_auc', 'binary', binary, (w) => rocAuc(labels, scores, w)],
  ['average_precision', 'binary', binary, (w) => averagePrecision(labels, scores, w)],
  ['log_loss', 'binary', binary, (w) => binaryLogLoss(labels, scores, w)],
  ['brier_score_loss', 'binary', binary, (w) => binaryBrierScoreLoss(labels, scores, w)],
  ['expected_calibration_error', 'binary', binary, (w) => expectedCalibrationError(labels, scores, {}, w)],
  ['expected_calibration_error@4', 'binary', binary, (w) => expectedCalibrationError(labels, scores, { bins: 4 }, w)],
  ['roc_auc_ovr', 'multiclass', classes, (w) => rocAucOneVsRest(classes.labels, classes.scores, 'macro', w)],
  [
    'roc_auc_ovr_weighted',
    'multiclass',
    classes,
    (w) => rocAucOneVsRest(classes.labels, classes.scores, 'weighted', w),
  ],
  ['roc_auc_ovo', 'multiclass', classes, (w) => rocAucOneVsOne(classes.labels, classes.scores, 'macro', w)],
  ['roc_auc_ovo_weighted', 'multiclass', classes, (w) => rocAucOneVsOne(classes.labels, classes.scores, 'weighted', w)],
  ['top_k_accuracy', 'multiclass', classes, (w) => topKAccuracy(classes.labels, classes.scores, 2, w)],
  ['top_k_accuracy@3', 'multiclass', classes, (w) => topKAccuracy(classes.labels, classes.scores, 3, w)],
  ['log_loss', 'multiclass', classes, (w) => logLoss(classes.labels, classes.scores, w)],
  ['brier_score_loss', 'multiclass', classes, (w) => brierScoreLoss(classes.labels, classes.scores, w)],
  ['expected_calibration_error', 'multiclass', classes, (w) => expectedCalibrationError(hits, confidence, {}, w)],
  ['mean_absolute_error', 'regression', number, (w) => meanAbsoluteError(number.labels, number.predictions, w)],
  ['mean_squared_error', 'regression', number, (w) => meanSquaredError(number.labels, number.predictions, w)],
  ['root_mean_squared_error', 'regression', number, (w) => rootMeanSquaredError(number.labels, number.predictions, w)],
  ['median_absolute_error', 'regression', number, (w) => medianAbsoluteError(number.labels, number.predictions, w)],
  [
    'mean_absolute_percentage_error',
    'regression',
    number,
    (w) => meanAbsolutePercentageError(number.labels, number.predictions, w),
  ],
  ['mean_pinball_loss', 'regression', number, (w) => meanPinballLoss(number.labels, number.predictions, 0.5, w)],
  ['mean_pinball_loss@0.9', 'regression', number, (w) => meanPinballLoss(number.labels, number.predictions, 0.9, w)],
  ['r2', 'regression', number, (w) => r2(number.labels, number.predictions, w)],
  ['d2_absolute_error_score', 'regression', number, (w) => d2AbsoluteErrorScore(number.labels, number.predictions, w)],
  ['d2_pinball_score', 'regression', number, (w) => d2PinballScore(number.labels, number.predictions, 0.5, w)],
  ['d2_pinball_score@0.2', 'regression', number, (w) => d2PinballScore(number.labels, number.predictions, 0.2, w)],
  ['hit_rate@2', 'ranking', ranking, overQueries(hitRateAt(queries, 2))],
  ['recall@2', 'ranking', ranking, overQueries(recallAt(queries, 2))],
  ['precision@2', 'ranking', ranking, overQueries(precisionAt(queries, 2))],
  ['mrr', 'ranking', ranking, overQueries(reciprocalRank(queries))],
  ['mrr@2', 'ranking', ranking, overQueries(reciprocalRank(queries, 2))],
  ['map', 'ranking', ranking, overQueries(averagePrecisionAt(queries))],
  ['map@3', 'ranking', ranking, overQueries(averagePrecisionAt(queries, 3))],
  ['ndcg', 'ranking', ranking, overQueries(ndcgAt(queries, 'linear'))],
  ['ndcg@3', 'ranking', ranking, overQueries(ndcgAt(queries, 'linear', 3))],
  ['ndcg_burges@3', 'ranking', ranking, overQueries(ndcgAt(queries, 'exponential', 3))],
  ['exact_match', 'answers', answer, (w) => exactMatch(answer.predictions, answer.answers, '2.0', w)],
  ['token_f1', 'answers', answer, (w) => tokenF1(answer.predictions, answer.answers, '2.0', w)],
];

it.each(cases)('%s of a %s task is what the function of that metric computes', (name, task, input, exact) => {
  const metric = rowMetric(name, task);
  const rows = rowsOf(input);
  for (const of of [undefined, weights.subarray(0, rows), new Float64Array(rows).fill(2)]) {
    const expected = numberOf(exact(of));
    expect(numberOf(metricValue(metric, input, of))).toBeCloseTo(expected, 12);
    expect(numberOf(metricValue(fromParts(metric), input, of))).toBeCloseTo(expected, 12);
  }
  expect(input.kind).toBe(metric.input);
  if (metric.scale === 'share') expect(numberOf(metricValue(metric, input))).toBeLessThanOrEqual(1);
});

it.each(cases)('%s of a %s task: row values lie in the stated range', (name, task, input) => {
  const metric = rowMetric(name, task);
  if (metric.kind !== 'mean') return;
  const values = metric.rows(input);
  if (!(values instanceof Float64Array)) throw new Error(values.undefined);
  const [least, greatest] = metric.rowRange;
  expect(values.length).toBe(rowsOf(input));
  expect(values.every((value) => value >= least && value <= greatest)).toBe(true);
});

it('the range of a log loss is open, although clipping ends it', () => {
  const metric = rowMetric('log_loss', 'binary');
  if (metric.kind !== 'mean') throw new Error(metric.kind);
  const sure: MetricInput = { kind: 'score', labels: Uint8Array.of(1, 1), scores: column(0, 1) };
  const [worst, best] = numbersOf(metric.rows(sure));
  expect(worst).toBe(-Math.log(Number.EPSILON));
  expect(metric.rowRange).toEqual([0, Number.POSITIVE_INFINITY]);
  expect(best).toBeCloseTo(0, 15);
});

describe('an influence value', () => {
  const ranked = cases.filter(([name, task]) => rowMetric(name, task).kind === 'rank');
  it('is of six metrics', () => expect(ranked.length).toBe(6));

  it.each(ranked)('of %s is the derivative by the weight of the row, times all weight', (name, task, input) => {
    const of = prepared(rowMetric(name, task), input);
    for (const given of [undefined, weights.subarray(0, 40)]) {
      const influence = of.influence(given);
      const base = given ?? new Float64Array(influence.length).fill(1);
      const all = base.reduce((sum, weight) => sum + weight, 0);
      expect(base.reduce((sum, weight, row) => sum + weight * (influence[row] ?? 0), 0)).toBeCloseTo(0, 10);
      for (const row of influence.keys()) {
        const slope = (of.value(changed(base, row, 1e-5)) - of.value(changed(base, row, -1e-5))) / 2e-5;
        expect(influence[row], `row ${row}`).toBeCloseTo(all * slope, 6);
      }
    }
  });

  it.each(ranked)('of %s is that of the first weight of a row without any', (name, task, input) => {
    const of = prepared(rowMetric(name, task), input);
    const some = weights.subarray(0, 40).map((weight, row) => (row % 3 === 0 ? 0 : weight));
    const influence = of.influence(some);
    const all = some.reduce((sum, weight) => sum + weight, 0);
    for (let row = 0; row < some.length; row += 3) {
      const slope = (of.value(changed(some, row, 1e-7)) - of.value(some)) / 1e-7;
      expect(influence[row], `row ${row}`).toBeCloseTo(all * slope, 4);
    }
  });

  it('of a positive row above all rows of weight is a hit at the first rank', () => {
    const of = prepared(rowMetric('average_precision', 'binary'), {
      kind: 'score',
      labels: Uint8Array.of(1, 1, 0, 1),
      scores: column(4, 3, 2, 1),
    });
    const some = column(0, 0.1, 0.2, 0.3);
    const slope = (of.value(column(1e-8, 0.1, 0.2, 0.3)) - of.value(some)) / 1e-8;
    expect(of.influence(some)[0]).toBeCloseTo(0.6 * slope, 6);
  });

  it('of roc_auc leads to the standard error of DeLong', () => {
    const other = { ...scored('fedcba9876543210'), labels };
    const compared = delong({ labels, champion: other.scores, candidate: scores }, 0.95);
    if (compared.kind !== 'interval') throw new Error(compared.kind);
    const metric = rowMetric('roc_auc', 'binary');
    const [one, two] = [prepared(metric, binary).influence(), prepared(metric, other).influence()];
    let variance = 0;
    for (const [row, label] of labels.entries()) {
      // DeLong divides by one less than the class has rows
      const size = label === 1 ? compared.positives : compared.negatives;
      variance += (((one[row] ?? 0) - (two[row] ?? 0)) / labels.length) ** 2 * (size / (size - 1));
    }
    expect(Math.sqrt(variance)).toBeCloseTo(compared.standardError, 12);
  });
});

describe('of metrics from totals', () => {
  it.each(cases.filter(([name, task]) => rowMetric(name, task).kind === 'totals'))(
    '%s of a %s task has the value of other weights from their totals, to first order',
    (name, task, input, exact) => {
      const of = totals(rowMetric(name, task), input);
      const near = changed(new Float64Array(rowsOf(input)).fill(1), 5, 1e-6);
      const [before, after] = [numberOf(exact()), numberOf(exact(near))];
      const slope = (of.value(totalsOf(of, near)) - of.value(totalsOf(of))) / 1e-6;
      expect(slope).toBeCloseTo((after - before) / 1e-6, 4);
    },
  );

  it('calibration says the same by columns and by cells', () => {
    const of = totals(rowMetric('expected_calibration_error@4', 'binary'), binary);
    expect(of.columns.length).toBe(5);
    const some = weights.subarray(0, 40);
    const byColumns = of.columns.map((one) => one.reduce((sum, value, row) => sum + value * (some[row] ?? 0), 0));
    for (const [index, total] of totalsOf(of, some).entries()) expect(byColumns[index]).toBeCloseTo(total, 12);
  });

  it.each(['r2', 'd2_absolute_error_score'])('%s has no value where only equal true values are left', (name) => {
    const input: MetricInput = { kind: 'number', labels: column(3, 3, 3, 8.1), predictions: column(1, 2, 3, 4) };
    const of = totals(rowMetric(name, 'regression'), input);
    expect(of.value(totalsOf(of, column(0.1, 0.2, 0.3, 0)))).toBeNaN();
  });
});

it('sorts once for all metrics of one input', () => {
  const input = scored('00112233445566778899');
  const before = numberOf(metricValue(rowMetric('roc_auc', 'binary'), input));
  input.scores.fill(0.5);
  // kept by the input: this is why its columns must stay as they are
  expect(numberOf(metricValue(rowMetric('roc_auc', 'binary'), input))).toBe(before);
  expect(numberOf(metricValue(rowMetric('roc_auc', 'binary'), { ...input }))).toBe(0.5);
});

it.each<[string, MetricTask, MetricInput, string]>([
  ['roc_auc', 'binary', { ...binary, labels: binary.labels.map(() => 1) }, 'no row is negative'],
  ['average_precision', 'binary', { ...binary, labels: binary.labels.map(() => 0) }, 'no row is positive'],
  ['roc_auc_ovr', 'multiclass', { ...classes, labels: classes.labels.map((k) => k % 3) }, 'a class has no rows'],
  ['roc_auc_ovo', 'multiclass', { ...classes, labels: classes.labels.map(() => 1) }, 'all rows are of one class'],
  ['top_k_accuracy@4', 'multiclass', classes, 'every row is a hit: k is 4 and there are 4 classes'],
  ['r2', 'regression', { ...number, labels: number.labels.map(() => 2) }, 'all true values are equal'],
  [
    'expected_calibration_error',
    'binary',
    { ...binary, scores: binary.scores.map((score) => 2 * score) },
    '15 rows have a probability outside 0 to 1',
  ],
])('%s of a %s task is undefined', (name, task, input, why) => {
  expect(metricValue(rowMetric(name, task), input)).toEqual({ undefined: why });
});

it('leaves queries and rows without weight out of what is undefined', () => {
  const unanswered: MetricInput = {
    kind: 'ranking',
    queries: rankQueries(
      { starts: Uint32Array.of(0, 1, 2), scores: column(1, 1), relevance: column(0, 1) },
      { ties: 'worst' },
    ),
  };
  const metric = rowMetric('mrr', 'ranking');
  expect(metricValue(metric, unanswered)).toEqual({ undefined: '1 of 2 queries have no relevant document' });
  expect(metricValue(metric, unanswered, column(0, 2))).toEqual({ value: 1 });
  const zero: MetricInput = { kind: 'number', labels: column(0, 2), predictions: column(1, 3) };
  expect(metricValue(rowMetric('mean_absolute_percentage_error', 'regression'), zero, column(0, 3))).toEqual({
    value: 0.5,
  });
});

it('refuses an input of another kind', () => {
  expect(() => metricValue(rowMetric('roc_auc', 'binary'), number)).toThrow(
    new RangeError('this metric is computed from an input of kind score, got number'),
  );
});

/** Without the shorter way to its value. */
function fromParts(metric: RowMetric): RowMetric {
  return metric.kind === 'mean' || metric.kind === 'totals' ? { ...metric, direct: undefined } : metric;
}

function rowsOf(input: MetricInput): number {
  if (input.kind === 'ranking') return input.queries.queries;
  return input.kind === 'answer' ? input.predictions.length : input.labels.length;
}

function numbersOf(values: Float64Array | { readonly undefined: string }): Float64Array {
  if (!(values instanceof Float64Array)) throw new Error(values.undefined);
  return values;
}

function prepared(metric: RowMetric, input: MetricInput): PreparedRank {
  if (metric.kind !== 'rank') throw new Error(metric.kind);
  const of = metric.prepare(input);
  if ('undefined' in of) throw new Error(of.undefined);
  return of;
}

function totals(metric: RowMetric, input: MetricInput): RowTotals {
  if (metric.kind !== 'totals') throw new Error(metric.kind);
  const of = metric.of(input);
  if ('undefined' in of) throw new Error(of.undefined);
  return of;
}

function changed(base: Float64Array, row: number, by: number): Float64Array {
  return base.map((weight, at) => (at === row ? weight + by : weight));
}
