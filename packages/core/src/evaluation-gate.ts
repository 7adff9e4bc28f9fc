import * as z from 'zod';
import { championSource } from './champion-source.ts';
import { closed, notYet } from './closed-object.ts';
import { quantity } from './quantity.ts';
import { inconclusivePolicies, levels } from './status.ts';
import { boundRules } from './verdict.ts';

const name = z.string().min(1, 'is empty');

const proportion = 'a number like 0.75: write shares as 0.75, not as 75% (percent means relative to the champion)';

/** A floor or ceiling: the candidate's own value, so no percent and no points. */
const absolute = quantity.refine((limit) => limit.unit === 'own', `must be ${proportion}`);

/** A margin: how far from the champion, never negative. */
const margin = quantity.refine((limit) => limit.value >= 0, 'is negative; write the size of the margin, at least 0');

const checkShape = {
  metric: name.describe("A scorer's name (accuracy, f1_macro, …) or a key of the metrics file.").optional(),
  column: name.describe('A numeric column of the prediction table, e.g. latency_ms.').optional(),
  statistic: z.enum(['mean', 'median', 'p95', 'p99']).optional(),
  better: z
    .enum(['higher', 'lower'])
    .describe('Which direction is better; known for metrics by name, implied by at-least and at-most.')
    .optional(),
  unit: name.describe('Shown behind the numbers of a column, e.g. ms.').optional(),
  range: z
    .tuple([z.number(), z.number()])
    .refine(([low, high]) => low < high, 'must be [lowest, highest]')
    .describe(
      'Possible values of the column, e.g. [0, 1]: guards a mean against rare drops that no row happens to show.',
    )
    .optional(),
  'at-least': absolute.optional(),
  'at-most': absolute.optional(),
  'max-regression': margin.describe('Proven not worse than the champion by more than this.').optional(),
  'min-improvement': margin.describe('Proven better than the champion by more than this.').optional(),
  'max-improvement': margin.describe('Too good to be true beyond this: a leak trap.').optional(),
  judged: z.enum(['proven', 'not-disproven', 'estimate']).optional(),
  level: z.enum(levels).default('fail'),
  'on-inconclusive': z.enum(inconclusivePolicies).optional(),
  why: z.string().describe('Shown when the check fails.').optional(),
};

const check = closed(checkShape).superRefine((one, context) => {
  const complain = (message: string, key?: keyof typeof checkShape) =>
    context.addIssue({ code: 'custom', message, path: key === undefined ? [] : [key] });

  if ((one.metric === undefined) === (one.column === undefined)) {
    complain('needs exactly one of `metric` and `column`');
  }
  if (one.column !== undefined && one.statistic === undefined) {
    complain('`column` needs a `statistic`: mean, median, p95 or p99');
  }
  if (one.metric !== undefined && one.statistic !== undefined) {
    complain('goes with `column`, not with `metric`', 'statistic');
  }
  if (one.range !== undefined && one.statistic !== 'mean') {
    complain('goes with `statistic: mean`', 'range');
  }
  if (boundRules.every((rule) => one[rule] === undefined)) {
    complain(`shows nothing: give it at least one of ${boundRules.join(', ')}`);
  }
  const [low, high] = [one['at-least']?.value, one['at-most']?.value];
  if (low !== undefined && high !== undefined && low > high) {
    complain(`at-least ${low} is above at-most ${high}: nothing can hold both`, 'at-least');
  }
  const [least, most] = [one['min-improvement'], one['max-improvement']];
  if (least && most && least.unit === most.unit && least.value >= most.value) {
    complain('min-improvement is not below max-improvement: nothing can hold both', 'min-improvement');
  }
});

const results = closed({
  table: name.describe('Path or glob of per-example predictions: CSV, JSONL or Parquet.').optional(),
  file: name.describe('Path of a metrics file without rows: JSON, YAML or CSV.').optional(),
  key: name.describe("Key column; default: the examples' key.").optional(),
  label: name.describe('Label column, only where the policy names no examples.').optional(),
  prediction: name.describe('Column with the predicted class.').optional(),
  score: name.describe('Column with the probability of the positive class.').optional(),
}).superRefine((one, context) => {
  if ((one.table === undefined) === (one.file === undefined)) {
    context.addIssue({ code: 'custom', message: 'needs exactly one of `table` (rows) and `file` (metrics only)' });
  }
});

/** The golden table: owned by the policy, not by the candidate. */
export const examplesSchema = closed({
  table: name.describe('Path or glob of the golden table.'),
  key: name,
  label: name.optional(),
  cluster: notYet('cluster (cluster-robust intervals)'),
  weight: notYet('weight (sample weights)'),
});

const notBuiltTasks = ['multilabel', 'regression', 'ranking'];

export const evaluationGateSchema = closed({
  kind: z.literal('evaluation'),
  task: z
    .enum(['binary', 'multiclass', 'generic'], {
      error: (issue) =>
        typeof issue.input === 'string' && notBuiltTasks.includes(issue.input)
          ? `task ${issue.input} is not available yet in this version of Modelgate; available: binary, multiclass, generic`
          : undefined,
    })
    .default('generic'),
  positive: z.union([z.string(), z.number(), z.boolean()]).describe('The positive class of a binary task.').optional(),
  examples: z
    .union([name, examplesSchema], {
      error: () => 'is neither the name of an entry of `examples` nor a mapping with table and key',
    })
    .describe('Name of an entry of `examples`, or such an entry.')
    .optional(),
  candidate: results,
  champion: championSource.default({ from: 'recorded' }),
  'min-rows': z.int().positive().default(30).describe('Fewer rows than this are not judged.'),
  'on-inconclusive': z.enum(inconclusivePolicies).optional(),
  'on-new-examples': notYet('on-new-examples (intersect, rescore)'),
  checks: z
    .record(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/), check)
    .refine((all) => Object.keys(all).length > 0, {
      message: 'is empty: a gate without a check shows nothing',
    }),
}).superRefine((gate, context) => {
  if (gate.task === 'binary' && gate.positive === undefined) {
    context.addIssue({
      code: 'custom',
      message: 'task binary needs `positive`: which label is the positive class, e.g. positive: 1',
      path: ['task'],
    });
  }
  const { champion, candidate } = gate;
  if (champion.from !== 'recorded') {
    const kind = candidate.file === undefined ? 'table' : 'file';
    if (champion[kind] === undefined) {
      context.addIssue({
        code: 'custom',
        message: `needs a \`${kind}\`, as the candidate has one`,
        path: ['champion'],
      });
    }
    const other = kind === 'table' ? 'file' : 'table';
    if (champion[other] !== undefined) {
      context.addIssue({
        code: 'custom',
        message: `is given although the candidate has a \`${kind}\`: rows and bare metrics cannot be compared`,
        path: ['champion', other],
      });
    }
  }
});

export type EvaluationGate = z.infer<typeof evaluationGateSchema>;
export type EvaluationCheck = z.infer<typeof check>;
export type Examples = z.infer<typeof examplesSchema>;
export type ResultsSource = z.infer<typeof results>;
