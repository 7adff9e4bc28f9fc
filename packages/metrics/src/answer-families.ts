import { exactMatchRows, tokenF1Rows } from './answer-match.ts';
import type { MetricBase } from './metric.ts';
import { type MetricFamily, meanMetric } from './metric-family.ts';

const share: Omit<MetricBase, 'name'> = { better: 'higher', scale: 'share', tasks: ['answers'] };

/**
 * Metrics of texts, always by the rules of SQuAD 2.0, so that one question without an answer does not change how the
 * others are scored. Where every question has one, 1.1 differs only in answers of nothing but articles and punctuation
 * (the answer "A"), whose F1 it puts at 0 even for an equal prediction.
 */
export const answerFamilies: readonly MetricFamily[] = [
  {
    name: 'exact_match',
    ...share,
    metric: (base) =>
      meanMetric(base, 'answer', (of, weights) => exactMatchRows(of.predictions, of.answers, '2.0', weights)),
  },
  {
    name: 'token_f1',
    ...share,
    metric: (base) =>
      meanMetric(base, 'answer', (of, weights) => tokenF1Rows(of.predictions, of.answers, '2.0', weights)),
  },
];
