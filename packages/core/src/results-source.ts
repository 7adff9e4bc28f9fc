import * as z from 'zod';
import { closed } from './closed-object.ts';

const name = z.string().min(1, 'is empty');

/** Which columns of a table hold what; the champion's are named alike unless it says otherwise. */
export const outputColumns = {
  prediction: name.describe('Column with the predicted class, number or answer.').optional(),
  score: name
    .describe('Column with the probability (or any score) of the positive class; of a ranking, of the document.')
    .optional(),
  scores: z
    .union([
      z.string().refine((pattern) => pattern.split('{class}').length === 2, 'must hold {class} once, e.g. "p_{class}"'),
      z.record(z.string(), name).refine((columns) => Object.keys(columns).length > 1, 'names fewer than two classes'),
    ])
    .describe(
      'Columns with the probability of each class: a mapping from class to column, or a pattern like "p_{class}".',
    )
    .optional(),
};

/** The candidate's results: a table of rows, or a bare metrics file. */
export const resultsSource = closed({
  table: name.describe('Path or glob of per-example predictions: CSV, JSONL or Parquet.').optional(),
  file: name.describe('Path of a metrics file without rows: JSON, YAML or CSV.').optional(),
  key: name.describe("Key column; default: the examples' key.").optional(),
  label: name.describe('Label column, only where the policy names no examples.').optional(),
  ...outputColumns,
  document: name.describe('Of a ranking: column with the retrieved document.').optional(),
  rank: name.describe('Of a ranking: column with the rank (1 is best), where there is no score.').optional(),
  repeats: z
    .literal(true)
    .describe('A key may have several rows: runs of the same example, which are averaged.')
    .optional(),
}).superRefine((one, context) => {
  const complain = (message: string, key?: string) =>
    context.addIssue({ code: 'custom', message, path: key === undefined ? [] : [key] });
  if ((one.table === undefined) === (one.file === undefined)) {
    complain('needs exactly one of `table` (rows) and `file` (metrics only)');
  }
  if (one.score !== undefined && one.rank !== undefined) complain('stands beside `score`: give one of the two', 'rank');
  if (one.file === undefined) return;
  const { table: _, file: __, ...ofRows } = one;
  for (const key of Object.keys(ofRows)) complain('is about rows, and a metrics file has none', key);
});

export type ResultsSource = z.infer<typeof resultsSource>;
