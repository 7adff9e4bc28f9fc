import { jaccard, jaccardAveraged, kappaOfTotals, matthewsOfTotals } from './agreement.ts';
import { type Average, accuracy, averaged, balancedAccuracy, ofClass } from './classification.ts';
import type { ClassMetric, MetricBase, MetricTask } from './metric.ts';
import type { MetricFamily } from './metric-family.ts';

const ratios = ['precision', 'recall', 'f1'] as const;
const averages: readonly Exclude<Average, 'binary'>[] = ['macro', 'micro', 'weighted'];
const anyClasses: readonly MetricTask[] = ['binary', 'multiclass'];
const ofPositive = { needsPositive: true, tasks: ['binary'] } as const;

/** Metrics of predicted classes, named as scikit-learn names its scorers. */
export const classFamilies: readonly MetricFamily[] = [
  ofTotals('accuracy', accuracy, { perRow: true }),
  ofTotals('balanced_accuracy', balancedAccuracy),
  ...ratios.map((ratio) => ofTotals(ratio, (totals, positive) => ofClass(ratio, totals, positive), ofPositive)),
  ...ratios.flatMap((ratio) =>
    averages.map((average) =>
      ofTotals(`${ratio}_${average}`, (totals) => averaged(ratio, average, totals), { perRow: average === 'micro' }),
    ),
  ),
  ofTotals('jaccard', jaccard, ofPositive),
  ...averages.map((average) => ofTotals(`jaccard_${average}`, (totals) => jaccardAveraged(totals, average))),
  ofTotals('matthews_corrcoef', matthewsOfTotals, { scale: 'own' }),
  ofTotals('cohen_kappa', kappaOfTotals, { scale: 'own' }),
];

function ofTotals(
  name: string,
  compute: ClassMetric['compute'],
  { needsPositive = false, perRow = false, ...others }: Partial<Omit<ClassMetric, 'kind' | 'compute'>> = {},
): MetricFamily {
  const base: MetricBase = { name, better: 'higher', scale: 'share', tasks: anyClasses, ...others };
  return { ...base, metric: (named) => ({ ...named, kind: 'classes', needsPositive, perRow, compute }) };
}
