import { averagePrecisionRanks } from './average-precision.ts';
import { calibrationTotals, DEFAULT_BINS, expectedCalibrationError, topLabel } from './calibration-error.ts';
import type { MetricBase } from './metric.ts';
import { type MetricFamily, meanMetric, type Parameter, rankMetric, totalsMetric } from './metric-family.ts';
import { oneVsOneRanks } from './one-vs-one.ts';
import { binaryBrierRows, binaryLogLossRows, brierRows, logLossRows } from './probability-score.ts';
import { oneVsRestRanks, rocAucRanks } from './roc-auc.ts';
import { topKRows } from './top-k-accuracy.ts';

const binaryShare: Omit<MetricBase, 'name'> = { better: 'higher', scale: 'share', tasks: ['binary'] };
const classShare: Omit<MetricBase, 'name'> = { better: 'higher', scale: 'share', tasks: ['multiclass'] };
const loss: Omit<MetricBase, 'name'> = { better: 'lower', scale: 'share', tasks: ['binary', 'multiclass'] };
const ranks: Parameter = { required: false, example: '5', accepts: (k) => Number.isSafeInteger(k) && k >= 1 };
/** More bins than classes have codes say nothing about any row. */
const bins: Parameter = {
  required: false,
  example: '15',
  accepts: (m) => Number.isInteger(m) && m >= 1 && m <= 0x10000,
};

/** Metrics of scores and probabilities. */
export const scoreFamilies: readonly MetricFamily[] = [
  { name: 'roc_auc', ...binaryShare, metric: (base) => rankMetric(base, 'score', rocAucRanks) },
  { name: 'average_precision', ...binaryShare, metric: (base) => rankMetric(base, 'score', averagePrecisionRanks) },
  ...(['macro', 'weighted'] as const).flatMap((average): readonly MetricFamily[] => {
    const suffix = average === 'macro' ? '' : '_weighted';
    return [
      {
        name: `roc_auc_ovr${suffix}`,
        ...classShare,
        metric: (base) => rankMetric(base, 'scores', (input, weights) => oneVsRestRanks(input, average, weights)),
      },
      {
        name: `roc_auc_ovo${suffix}`,
        ...classShare,
        metric: (base) => rankMetric(base, 'scores', (input, weights) => oneVsOneRanks(input, average, weights)),
      },
    ];
  }),
  {
    name: 'top_k_accuracy',
    ...classShare,
    parameter: ranks,
    metric: (base, k = 2) =>
      meanMetric(base, 'scores', ({ labels, scores }, weights) => topKRows(labels, scores, k, weights)),
  },
  {
    name: 'log_loss',
    ...loss,
    scale: 'own',
    metric: (base, _, task) => {
      // clipping ends it near 36, an artefact that no row is meant to reach: a guard that reckons with it proves nothing
      const range = { rowRange: [0, Infinity] } as const;
      return task === 'binary'
        ? meanMetric(base, 'score', ({ labels, scores }, weights) => binaryLogLossRows(labels, scores, weights), range)
        : meanMetric(base, 'scores', ({ labels, scores }, weights) => logLossRows(labels, scores, weights), range);
    },
  },
  {
    name: 'brier_score_loss',
    ...loss,
    metric: (base, _, task) =>
      task === 'binary'
        ? meanMetric(base, 'score', ({ labels, scores }, weights) => binaryBrierRows(labels, scores, weights))
        : meanMetric(
            { ...base, scale: 'own' },
            'scores',
            ({ labels, scores }, weights) => brierRows(labels, scores, weights),
            { rowRange: [0, 2] },
          ),
  },
  {
    name: 'expected_calibration_error',
    ...loss,
    parameter: bins,
    metric: (base, count = DEFAULT_BINS, task) =>
      task === 'binary'
        ? totalsMetric(
            base,
            'score',
            ({ labels, scores }, weights) => calibrationTotals(labels, scores, count, weights),
            ({ labels, scores }, weights) => expectedCalibrationError(labels, scores, { bins: count }, weights),
          )
        : totalsMetric(
            base,
            'scores',
            ({ labels, scores }, weights) => {
              const { hits, confidence } = topLabel(labels, scores);
              return calibrationTotals(hits, confidence, count, weights);
            },
            ({ labels, scores }, weights) => {
              const { hits, confidence } = topLabel(labels, scores);
              return expectedCalibrationError(hits, confidence, { bins: count }, weights);
            },
          ),
  },
];
