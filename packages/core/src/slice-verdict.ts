import * as z from 'zod';
import { interval } from './verdict-part.ts';

/** What became of one group of rows. */
export const sliceOutcomes = [
  'improved',
  'not-worse',
  'worse',
  'cannot-tell',
  'too-few-rows',
  'vanished',
  'new',
] as const;

/** One group, compared. Numbers are absent where it has fewer rows than may be shown. */
const sliceResult = z.object({
  by: z.string().describe('Entry of the policy’s `by`.'),
  name: z.string().describe('carrier=AS; origin=EWR, dest=LAX; long-haul; carrier is missing.'),
  outcome: z
    .enum(sliceOutcomes)
    .describe(
      'worse: shown to break the rule, corrected for the number of groups; not-worse: shown to keep it; too-few-rows: not tested.',
    ),
  rows: z.int().nonnegative().optional(),
  rowsNeeded: z.int().positive().optional().describe('About how many rows it would take to tell.'),
  champion: z.number().optional(),
  candidate: z.number().optional(),
  of: z.enum(['value', 'difference', 'relative-difference']).describe('What estimate and interval are about.'),
  estimate: z.number().optional(),
  interval: interval.optional(),
  p: z.number().optional().describe('One-sided, of "this group keeps the rule"; only of groups that were tested.'),
  adjustedP: z.number().optional().describe('The same after the correction for all groups of the family.'),
  required: z.literal(true).optional(),
  note: z.string().optional(),
});

const gap = z.object({
  of: z.enum(['difference', 'ratio', 'widening']),
  candidate: z.number().optional(),
  champion: z.number().optional(),
  byChance: z.number().optional().describe('The difference that groups of these sizes show when there is none.'),
  p: z.number().optional().describe('Of "the groups do not differ", by permutation; context beside the interval.'),
});

const comparedGroup = z.object({
  name: z.string(),
  within: z.string().optional().describe('Group of `control`.'),
  rows: z.int().nonnegative().optional(),
  candidate: z.record(z.string(), z.number()).describe('By rate: selection_rate, true_positive_rate, or the metric.'),
  champion: z.record(z.string(), z.number()).optional(),
  left: z
    .enum(['too-few-rows', 'undefined', 'no-interval', 'alone'])
    .optional()
    .describe(
      'Why it is not compared: too few rows; no row that could have the rate; nothing says how sure its value is; no other group of this one of `control` to compare it with.',
    ),
});

export const sliceFinding = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('each'),
      words: z.string(),
      rule: z.enum(['max-regression', 'at-least', 'at-most']),
      threshold: z.number().optional().describe('The limit on the scale of the estimates, signed.'),
      suppressedBelow: z.int().nonnegative().optional().describe('Groups with fewer rows are told without numbers.'),
      counts: z.record(z.enum(sliceOutcomes), z.int().nonnegative()),
      tested: z.int().nonnegative().describe('Groups of the family: those with rows enough.'),
      overall: z
        .object({ champion: z.number().optional(), candidate: z.number().optional(), estimate: z.number().optional() })
        .optional()
        .describe('Of all rows together.'),
      masked: z
        .literal(true)
        .optional()
        .describe('The average did not fall while a group is shown to have become worse.'),
      slices: z.array(sliceResult).describe('Those that matter most first; the whole table is in the artifact.'),
      leftOut: z.int().positive().optional(),
      improvedShare: z
        .object({
          limit: z.number(),
          improved: z.int().nonnegative().describe('Groups where the candidate is ahead, by point value.'),
          proven: z.int().nonnegative().describe('So many at least are shown to be improved.'),
          of: z.int().nonnegative(),
        })
        .optional(),
    }),
    z.object({
      kind: z.literal('across'),
      words: z.string(),
      by: z.string(),
      control: z.string().optional(),
      suppressedBelow: z.int().nonnegative().optional(),
      gaps: z.array(gap),
      groups: z.array(comparedGroup),
      leftOut: z.int().positive().optional(),
    }),
  ])
  .describe('Of a gate of kind slices: one rule about groups of rows.');

const division = z.object({
  by: z.string(),
  words: z.string().describe('What divides the rows: `carrier`; `origin` and `dest`; the condition as written.'),
  groups: z.int().nonnegative(),
  rows: z.int().nonnegative().describe('Rows that belong to one of the groups.'),
  missing: z.int().positive().optional().describe('Rows without a value.'),
  leftOutGroups: z.int().positive().optional().describe('Beyond the cap; the smallest ones.'),
  leftOutRows: z.int().positive().optional(),
});

const discovered = z.object({
  words: z.string().describe('carrier=AS and hour=20'),
  where: z.string().describe('The same as SQL, as `by` takes it.'),
  rows: z.int().nonnegative(),
  meanLoss: z.number().describe('Mean excess loss of the candidate in these rows, of the half where it was found.'),
  effect: z.number().optional().describe('Of the other half: difference of means in units of their spread.'),
  adjustedP: z.number().optional().describe('Of the other half, Benjamini–Hochberg over those that were found.'),
  confirmed: z.boolean(),
});

export const sliceTable = z
  .object({
    of: z.string().describe('The evaluation gate.'),
    divisions: z.array(division),
    table: z
      .object({ artifact: z.string(), files: z.array(z.string()) })
      .optional()
      .describe('All groups of all checks, as CSV and Parquet.'),
    discovery: z
      .object({
        found: z.array(discovered),
        rows: z.int().nonnegative(),
        exact: z.boolean().describe('false: the search was cut off.'),
        patch: z.string().optional().describe('Lines for the policy, for those that were confirmed.'),
        note: z.string().optional(),
      })
      .optional(),
  })
  .describe('Of a gate of kind slices: what was divided, and how.');

export type SliceOutcome = (typeof sliceOutcomes)[number];
export type SliceResult = z.infer<typeof sliceResult>;
export type SliceFinding = z.infer<typeof sliceFinding>;
export type SliceTable = z.infer<typeof sliceTable>;
export type ComparedGroup = z.infer<typeof comparedGroup>;
