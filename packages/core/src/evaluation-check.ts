import * as z from 'zod';
import { closed } from './closed-object.ts';
import { quantity } from './quantity.ts';
import { inconclusivePolicies, levels } from './status.ts';
import { boundRules } from './verdict.ts';

const name = z.string().min(1, 'is empty');

const proportion = 'a number like 0.75: write shares as 0.75, not as 75% (percent means relative to the champion)';

/** A floor or ceiling: the candidate's own value, so no percent and no points. */
const absolute = quantity.refine((limit) => limit.unit === 'own', `must be ${proportion}`);

/** A margin: how far from the champion, never negative. */
const margin = quantity.refine((limit) => limit.value >= 0, 'is negative; write the size of the margin, at least 0');

/** What is computed from a numeric column; `ratio` is that of two columns' sums. */
export const columnStatistics = ['mean', 'median', 'p90', 'p95', 'p99', 'rate', 'ratio'] as const;

/** CheckList's kinds of tests of behaviour (Ribeiro et al. 2020). */
export const behaviors = ['minimum-functionality', 'invariance', 'directional'] as const;

const checkShape = {
  metric: name.describe("A scorer's name (accuracy, f1_macro, …) or a key of the metrics file.").optional(),
  column: name.describe('A numeric column of the prediction table, e.g. latency_ms.').optional(),
  statistic: z.enum(columnStatistics).optional(),
  per: name
    .describe(
      'Of `statistic: ratio`: the column to divide by, e.g. tokens per seconds; of the predictions or the examples.',
    )
    .optional(),
  behavior: z.enum(behaviors).describe('Share of test cases that fail, of a task behavioral.').optional(),
  test: name
    .describe("Which cases: their value in the examples' test column; default: the name of the check.")
    .optional(),
  tolerance: z
    .number()
    .min(0)
    .max(1, 'is above 1: it is a difference of probabilities')
    .describe(
      'How far the score may move and still count as unchanged, or go the wrong way; default 0.1, as in CheckList.',
    )
    .optional(),
  direction: z
    .enum(['increasing', 'decreasing'])
    .describe('Of `behavior: directional`: where the score must not fail to go.')
    .optional(),
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
  'max-regression-from-anchor': margin
    .describe("The same against the gate's anchor; default: max-regression, where there is an anchor.")
    .optional(),
  'min-improvement': margin.describe('Proven better than the champion by more than this.').optional(),
  'max-improvement': margin.describe('Too good to be true beyond this: a leak trap.').optional(),
  judged: z.enum(['proven', 'not-disproven', 'estimate']).optional(),
  level: z.enum(levels).default('fail'),
  'on-inconclusive': z.enum(inconclusivePolicies).optional(),
  why: z.string().describe('Shown when the check fails.').optional(),
};

/** Keys that mean something beside some others only. */
const companions: readonly [key: keyof typeof checkShape, goesWith: string, holds: (one: Shape) => boolean][] = [
  ['statistic', '`column`', (one) => one.column !== undefined],
  ['range', '`statistic: mean`', (one) => one.statistic === 'mean'],
  ['per', '`statistic: ratio`', (one) => one.statistic === 'ratio'],
  ['test', '`behavior`', (one) => one.behavior !== undefined],
  [
    'tolerance',
    '`behavior: invariance` or `directional`',
    (one) => one.behavior === 'invariance' || one.behavior === 'directional',
  ],
  ['direction', '`behavior: directional`', (one) => one.behavior === 'directional'],
];

type Shape = z.infer<z.ZodObject<typeof checkShape>>;

export const evaluationCheck = closed(checkShape).superRefine((one, context) => {
  const complain = (message: string, key?: keyof typeof checkShape) =>
    context.addIssue({ code: 'custom', message, path: key === undefined ? [] : [key] });

  if ([one.metric, one.column, one.behavior].filter((named) => named !== undefined).length !== 1) {
    complain('needs exactly one of `metric`, `column` and `behavior`');
  }
  if (one.column !== undefined && one.statistic === undefined) {
    complain(`\`column\` needs a \`statistic\`: ${columnStatistics.join(', ')}`);
  }
  for (const [key, goesWith, holds] of companions) {
    if (one[key] !== undefined && !holds(one)) complain(`goes with ${goesWith}`, key);
  }
  if (one.statistic === 'ratio' && one.per === undefined) {
    complain('`statistic: ratio` needs `per`: the column to divide by');
  }
  if (one.behavior === 'directional' && one.direction === undefined) {
    complain('`behavior: directional` needs `direction`: increasing or decreasing');
  }
  if ([...boundRules, 'max-regression-from-anchor' as const].every((rule) => one[rule] === undefined)) {
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

export type EvaluationCheck = z.infer<typeof evaluationCheck>;
