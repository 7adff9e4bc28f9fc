import * as z from 'zod';
import { closed } from './closed-object.ts';
import { columnStatistics } from './evaluation-check.ts';
import { quantity } from './quantity.ts';
import { names, share } from './section-rule.ts';
import { inconclusivePolicies, levels } from './status.ts';

const name = z.string().min(1, 'is empty');

const absolute = quantity.refine((limit) => limit.unit === 'own', 'must be a number like 0.75, the metric itself');
const margin = quantity.refine((limit) => limit.value >= 0, 'is negative; write the size of the margin, at least 0');
const points = margin.refine(
  (limit) => limit.unit !== 'percent',
  'is a difference of two groups: write points, 10pt, or a number in the own unit of the metric; for a quotient there is `min-ratio`',
);

/** Differences of rates between groups that have a name of their own (Fairlearn's). */
export const fairnessMetrics = [
  'demographic_parity',
  'equal_opportunity',
  'equalized_odds',
  'selection_rate',
  'true_positive_rate',
  'false_positive_rate',
] as const;

const shape = {
  metric: name.describe(`A scorer's name; with \`across\` also ${fairnessMetrics.join(', ')}.`).optional(),
  column: name.describe('A numeric column of the predictions, e.g. latency_ms.').optional(),
  statistic: z.enum(columnStatistics).optional(),
  per: name.describe('Of `statistic: ratio`: the column to divide by.').optional(),
  better: z.enum(['higher', 'lower']).optional(),
  unit: name.describe('Shown behind the numbers of a column, e.g. ms.').optional(),
  range: z
    .tuple([z.number(), z.number()])
    .refine(([low, high]) => low < high, 'must be [lowest, highest]')
    .optional(),
  slices: names.describe('Entries of `by` whose groups are judged; default: all.').optional(),
  each: closed({
    'max-regression': margin.describe('How far a group may fall behind the champion.').optional(),
    'at-least': absolute.describe('No group may be below this.').optional(),
    'at-most': absolute.optional(),
  })
    .refine((each) => Object.keys(each).length === 1, 'needs exactly one of max-regression, at-least and at-most')
    .describe('What holds of each group. It fails when a group is shown to break it.')
    .optional(),
  require: names.describe('Groups that must be shown to keep it, by name: ["carrier=AS", "long-haul"].').optional(),
  'improved-share': share
    .refine((one) => one > 0, 'asks for nothing')
    .describe('On how many of the groups the candidate must be better, e.g. 80%.')
    .optional(),
  across: name.describe('Entry of `by` whose groups are compared with one another.').optional(),
  'max-difference': points.describe('Largest minus smallest, over the groups.').optional(),
  'min-ratio': z.number().gt(0).max(1).describe('Smallest divided by largest, over the groups.').optional(),
  ratchet: points.describe('By how much the difference may grow against the champion.').optional(),
  control: name
    .describe('Entry of `by`: groups are compared within each of its groups only, and the worst counts.')
    .optional(),
  aggregate: z
    .enum(['worst-case', 'mean'])
    .describe('Of equalized_odds: the larger of the two differences, or their mean; default worst-case.')
    .optional(),
  judged: z
    .enum(['proven', 'not-disproven', 'estimate'])
    .describe(
      'Of `each`, by default: fails when a group is shown to be worse and not shown to keep the margin. not-disproven: only when it is shown to be beyond the margin; proven: each group must be shown to keep it. Of `across` and `improved-share` the default is proven.',
    )
    .optional(),
  level: z.enum(levels).default('fail'),
  'on-inconclusive': z.enum(inconclusivePolicies).optional(),
  why: z.string().describe('Shown when the check fails.').optional(),
};

type Key = keyof typeof shape;
type Shape = z.infer<z.ZodObject<typeof shape>>;

const companions: readonly [key: Key, goesWith: string, holds: (one: Shape) => boolean][] = [
  ['statistic', '`column`', (one) => one.column !== undefined],
  ['range', '`statistic: mean`', (one) => one.statistic === 'mean'],
  ['per', '`statistic: ratio`', (one) => one.statistic === 'ratio'],
  ['require', '`each`', (one) => one.each !== undefined],
  ['slices', '`each` or `improved-share`', (one) => one.across === undefined],
  ['max-difference', '`across`', (one) => one.across !== undefined],
  ['min-ratio', '`across`', (one) => one.across !== undefined],
  ['ratchet', '`across`', (one) => one.across !== undefined],
  ['control', '`across`', (one) => one.across !== undefined],
  ['aggregate', '`metric: equalized_odds`', (one) => one.metric === 'equalized_odds'],
];

/** One rule about groups: what holds of each, on how many the candidate is better, or how far they may lie apart. */
export const sliceCheck = closed(shape).superRefine((one, context) => {
  const complain = (message: string, key?: Key) =>
    context.addIssue({ code: 'custom', message, path: key === undefined ? [] : [key] });
  if ([one.metric, one.column].filter((named) => named !== undefined).length !== 1)
    complain('needs exactly one of `metric` and `column`');
  if (one.column !== undefined && one.statistic === undefined)
    complain(`\`column\` needs a \`statistic\`: ${columnStatistics.join(', ')}`);
  if (one.statistic === 'ratio' && one.per === undefined)
    complain('`statistic: ratio` needs `per`: the column to divide by');
  for (const [key, goesWith, holds] of companions)
    if (one[key] !== undefined && !holds(one)) complain(`goes with ${goesWith}`, key);
  const ofGroups = one.each !== undefined || one['improved-share'] !== undefined;
  if (one.across === undefined && !ofGroups) complain('shows nothing: give it `each`, `improved-share` or `across`');
  if (one.across !== undefined && ofGroups)
    complain('compares groups with one another; what holds of each is a check of its own', 'across');
  const bounded = one['max-difference'] ?? one['min-ratio'] ?? one.ratchet;
  if (one.across !== undefined && bounded === undefined)
    complain('shows nothing: give it `max-difference`, `min-ratio` or `ratchet`', 'across');
  if (one.control !== undefined && one.control === one.across)
    complain('is what is compared: control for another entry of `by`', 'control');
  const isFairness = fairnessMetrics.some((known) => known === one.metric);
  if (isFairness && one.across === undefined)
    complain(`${one.metric} compares groups: it goes with \`across\``, 'metric');
});

export type SliceCheck = z.infer<typeof sliceCheck>;
export type FairnessMetric = (typeof fairnessMetrics)[number];
