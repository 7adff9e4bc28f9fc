import { nearest } from '@modelgate/core';
import type { ClassTotals, MetricValue } from './class-totals.ts';
import { accuracy, averaged, balancedAccuracy, ofClass } from './classification.ts';

/** A classification metric in [0, 1] where higher is better, computed from class totals. */
export interface ClassificationMetric {
  readonly name: string;
  /** Needs the positive class of a binary task. */
  readonly needsPositive: boolean;
  /** Whether it is the mean of per-row outcomes (right or wrong), for which exact paired methods exist. */
  readonly perRow: boolean;
  /** @param positive index of the positive class; ignored where not needed */
  compute(totals: ClassTotals, positive: number): MetricValue;
}

const ratios = ['precision', 'recall', 'f1'] as const;
const averages = ['macro', 'micro', 'weighted'] as const;

/** Named as scikit-learn names its scorers. */
export const classificationMetrics: ReadonlyMap<string, ClassificationMetric> = new Map(
  [
    { name: 'accuracy', needsPositive: false, perRow: true, compute: accuracy },
    { name: 'balanced_accuracy', needsPositive: false, perRow: false, compute: balancedAccuracy },
    ...ratios.map((ratio) => ({
      name: ratio,
      needsPositive: true,
      perRow: false,
      compute: (totals: ClassTotals, positive: number) => ofClass(ratio, totals, positive),
    })),
    ...ratios.flatMap((ratio) =>
      averages.map((average) => ({
        name: `${ratio}_${average}`,
        needsPositive: false,
        perRow: average === 'micro',
        compute: (totals: ClassTotals) => averaged(ratio, average, totals),
      })),
    ),
  ].map((metric): [string, ClassificationMetric] => [metric.name, metric]),
);

/** Metrics that a later version computes from rows. They can be read from a metrics file today. */
const laterMetrics: ReadonlyMap<string, 'higher' | 'lower'> = new Map<string, 'higher' | 'lower'>([
  ['roc_auc', 'higher'],
  ['roc_auc_ovr', 'higher'],
  ['roc_auc_ovo', 'higher'],
  ['roc_auc_ovr_weighted', 'higher'],
  ['average_precision', 'higher'],
  ['matthews_corrcoef', 'higher'],
  ['cohen_kappa', 'higher'],
  ['jaccard', 'higher'],
  ['top_k_accuracy', 'higher'],
  ['log_loss', 'lower'],
  ['brier_score_loss', 'lower'],
  ['expected_calibration_error', 'lower'],
  ['mean_absolute_error', 'lower'],
  ['mean_squared_error', 'lower'],
  ['root_mean_squared_error', 'lower'],
  ['median_absolute_error', 'lower'],
  ['mean_absolute_percentage_error', 'lower'],
  ['mean_pinball_loss', 'lower'],
  ['r2', 'higher'],
  ['d2_absolute_error_score', 'higher'],
  ['mrr', 'higher'],
  ['exact_match', 'higher'],
  ['token_f1', 'higher'],
  ['pass_rate', 'higher'],
  ['selection_rate', 'higher'],
]);

/** ndcg@10, hit_rate@5, … */
const atK = /^(hit_rate|recall|precision|ndcg|map)@\d+$/;

const inUnitInterval = new Set([
  ...classificationMetrics.keys(),
  ...[
    'roc_auc',
    'roc_auc_ovr',
    'roc_auc_ovo',
    'roc_auc_ovr_weighted',
    'average_precision',
    'jaccard',
    'top_k_accuracy',
  ],
  ...[
    'brier_score_loss',
    'expected_calibration_error',
    'mrr',
    'exact_match',
    'token_f1',
    'pass_rate',
    'selection_rate',
  ],
]);

export type MetricLookup =
  | { readonly kind: 'classification'; readonly metric: ClassificationMetric }
  | { readonly kind: 'later' }
  | { readonly kind: 'unknown'; readonly nearest: string | undefined };

/** What a metric's name means when it has to be computed from rows. */
export function lookUpMetric(name: string): MetricLookup {
  const metric = classificationMetrics.get(name);
  if (metric) return { kind: 'classification', metric };
  if (laterMetrics.has(name) || atK.test(name)) return { kind: 'later' };
  return { kind: 'unknown', nearest: nearest(name, [...classificationMetrics.keys(), ...laterMetrics.keys()]) };
}

/** Which direction is better for a metric of this name, or undefined: never guessed. */
export function knownDirection(name: string): 'higher' | 'lower' | undefined {
  const base = baseName(name);
  if (classificationMetrics.has(base) || atK.test(base)) return 'higher';
  return laterMetrics.get(base);
}

/** Whether a metric of this name lies in [0, 1], so that its differences are read in points. */
export function isShare(name: string): boolean {
  const base = baseName(name);
  return inUnitInterval.has(base) || atK.test(base);
}

/** `test.f1`, `eval/f1` and `f1-score` mean f1: metrics files nest and spell. */
function baseName(name: string): string {
  const last = name.split(/[./]/).at(-1) ?? name;
  return aliases.get(last) ?? last;
}

const aliases: ReadonlyMap<string, string> = new Map([
  ['f1_score', 'f1'],
  ['f1-score', 'f1'],
  ['accuracy_score', 'accuracy'],
  ['precision_score', 'precision'],
  ['recall_score', 'recall'],
  ['auc', 'roc_auc'],
  ['roc_auc_score', 'roc_auc'],
  ['r2_score', 'r2'],
  ['mae', 'mean_absolute_error'],
  ['mse', 'mean_squared_error'],
  ['rmse', 'root_mean_squared_error'],
]);
