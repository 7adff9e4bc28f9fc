import { d2AbsoluteErrorScore, d2PinballScore, d2PinballTotals, r2, r2Totals } from './determination.ts';
import type { MetricBase } from './metric.ts';
import { type MetricFamily, meanMetric, medianMetric, type Parameter, totalsMetric } from './metric-family.ts';
import {
  absoluteErrors,
  meanAbsoluteError,
  meanSquaredError,
  percentageErrors,
  pinballLosses,
  rootMeanSquaredError,
  squaredErrors,
} from './regression-error.ts';

const error: Omit<MetricBase, 'name'> = { better: 'lower', scale: 'own', tasks: ['regression'] };
const explained: Omit<MetricBase, 'name'> = { better: 'higher', scale: 'own', tasks: ['regression'] };
const open = { rowRange: [0, Infinity] } as const;
/** The quantile that is predicted; the median where the name has none, as in scikit-learn. */
const quantile: Parameter = { required: false, example: '0.9', accepts: (q) => q > 0 && q < 1 };

/** Metrics of predicted numbers. */
export const numberFamilies: readonly MetricFamily[] = [
  {
    name: 'mean_absolute_error',
    ...error,
    metric: (base) =>
      meanMetric(base, 'number', (of, weights) => absoluteErrors(of.labels, of.predictions, weights), {
        ...open,
        direct: (of, weights) => meanAbsoluteError(of.labels, of.predictions, weights),
      }),
  },
  {
    name: 'mean_squared_error',
    ...error,
    metric: (base) =>
      meanMetric(base, 'number', (of, weights) => squaredErrors(of.labels, of.predictions, weights), {
        ...open,
        direct: (of, weights) => meanSquaredError(of.labels, of.predictions, weights),
      }),
  },
  {
    name: 'root_mean_squared_error',
    ...error,
    metric: (base) =>
      meanMetric(base, 'number', (of, weights) => squaredErrors(of.labels, of.predictions, weights), {
        ...open,
        root: true,
        direct: (of, weights) => rootMeanSquaredError(of.labels, of.predictions, weights),
      }),
  },
  {
    name: 'median_absolute_error',
    ...error,
    metric: (base) => medianMetric(base, 'number', (of, weights) => absoluteErrors(of.labels, of.predictions, weights)),
  },
  {
    name: 'mean_absolute_percentage_error',
    ...error,
    metric: (base) =>
      meanMetric(base, 'number', (of, weights) => percentageErrors(of.labels, of.predictions, weights), open),
  },
  {
    name: 'mean_pinball_loss',
    ...error,
    parameter: quantile,
    metric: (base, alpha = 0.5) =>
      meanMetric(base, 'number', (of, weights) => pinballLosses(of.labels, of.predictions, alpha, weights), open),
  },
  {
    name: 'r2',
    ...explained,
    metric: (base) =>
      totalsMetric(
        base,
        'number',
        (of, weights) => r2Totals(of.labels, of.predictions, weights),
        (of, weights) => r2(of.labels, of.predictions, weights),
      ),
  },
  {
    name: 'd2_absolute_error_score',
    ...explained,
    metric: (base) =>
      totalsMetric(
        base,
        'number',
        (of, weights) => d2PinballTotals(of.labels, of.predictions, 0.5, weights),
        (of, weights) => d2AbsoluteErrorScore(of.labels, of.predictions, weights),
      ),
  },
  {
    name: 'd2_pinball_score',
    ...explained,
    parameter: quantile,
    metric: (base, alpha = 0.5) =>
      totalsMetric(
        base,
        'number',
        (of, weights) => d2PinballTotals(of.labels, of.predictions, alpha, weights),
        (of, weights) => d2PinballScore(of.labels, of.predictions, alpha, weights),
      ),
  },
];
