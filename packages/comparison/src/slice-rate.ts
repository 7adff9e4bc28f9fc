import type { FairnessMetric } from '@modelgate/core';
import type { ClassMetric, ClassTotals, MetricValue } from '@modelgate/metrics';

/** Rates of a binary task that are compared between groups, by Fairlearn's names. */
export const rates = ['selection_rate', 'true_positive_rate', 'false_positive_rate'] as const;
export type Rate = (typeof rates)[number];

/**
 * The rates whose largest difference a fairness metric is.
 *
 * Source: Fairlearn, `fairlearn.metrics`: demographic_parity_difference, equal_opportunity_difference,
 * equalized_odds_difference.
 */
export function ratesOf(metric: FairnessMetric): readonly Rate[] {
  switch (metric) {
    case 'demographic_parity':
      return ['selection_rate'];
    case 'equal_opportunity':
      return ['true_positive_rate'];
    case 'equalized_odds':
      return ['true_positive_rate', 'false_positive_rate'];
    default:
      return [metric];
  }
}

/** A rate whose rows are the same for both models: which rows could have it, and which have it. */
export interface RowRate {
  could(label: number, positive: number): boolean;
  has(predicted: number, label: number, positive: number): boolean;
}

const selected = (predicted: number, _: number, positive: number) => predicted === positive;
const truePositive: RowRate = { could: (label, positive) => label === positive, has: selected };

/** Undefined for metrics that are no such rate. */
export const rowRates: ReadonlyMap<string, RowRate> = new Map([
  ['selection_rate', { could: () => true, has: selected }],
  ['true_positive_rate', truePositive],
  ['recall', truePositive],
  ['false_positive_rate', { could: (label, positive) => label !== positive, has: selected }],
  ['accuracy', { could: () => true, has: (predicted, label) => predicted === label }],
]);

const without: Readonly<Record<Rate, string>> = {
  selection_rate: 'there are no rows',
  true_positive_rate: 'no row is of the positive class',
  false_positive_rate: 'every row is of the positive class',
};

function shareOf(rate: Rate, { rows, actual, predicted, correct }: ClassTotals, positive: number) {
  const [of, put, both] = [actual[positive] ?? 0, predicted[positive] ?? 0, correct[positive] ?? 0];
  switch (rate) {
    case 'selection_rate':
      return { hits: put, rows };
    case 'true_positive_rate':
      return { hits: both, rows: of };
    case 'false_positive_rate':
      return { hits: put - both, rows: rows - of };
  }
}

/** The rates as metrics, for rows that do not count alike. Neither direction is better: groups are compared. */
export const rateMetrics: ReadonlyMap<string, ClassMetric> = new Map(
  rates.map((name) => [
    name,
    {
      kind: 'classes',
      name,
      better: 'higher',
      scale: 'share',
      tasks: ['binary'],
      needsPositive: true,
      perRow: false,
      compute: (totals, positive): MetricValue => {
        const { hits, rows } = shareOf(name, totals, positive);
        return rows === 0 ? { undefined: without[name] } : { value: hits / rows };
      },
    },
  ]),
);
