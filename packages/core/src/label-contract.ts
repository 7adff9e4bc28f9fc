import * as z from 'zod';
import { closed } from './closed-object.ts';
import { columnOrColumns, judged, name, names } from './section-rule.ts';
import { none, tolerance } from './tolerance.ts';

const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** `labels`: what a model is to learn must be learnable from this table. */
export const labelContractSchema = closed({
  classes: closed({
    column: name,
    allowed: z.array(scalar).min(2, 'needs two classes').describe('Every class, and no other.').optional(),
    'each-at-least': z.int().positive().describe('Rows that each class must have.').optional(),
    'imbalance-at-most': z
      .number()
      .min(1, 'is below 1: the largest class is never smaller than the smallest')
      .describe('Rows of the largest class for one row of the smallest.')
      .optional(),
    ...judged,
  })
    .refine(
      (one) =>
        one.allowed !== undefined || one['each-at-least'] !== undefined || one['imbalance-at-most'] !== undefined,
      'has no limit: write allowed, each-at-least or imbalance-at-most',
    )
    .optional(),
  conflicting: closed({
    column: name.describe('The label.'),
    inputs: names.describe('Columns that a model is given; default: all but the label and the keys.').optional(),
    'at-most': tolerance.default(none),
    ...judged,
  })
    .describe('Counted as rows whose inputs another row has as well, with another label.')
    .optional(),
  agreement: closed({
    annotators: names.describe('A column with the labels of each annotator; NULL where one did not label.'),
    statistic: z.enum(['krippendorff-alpha', 'cohens-kappa', 'fleiss-kappa']).default('krippendorff-alpha'),
    'at-least': z.number().max(1, 'is above 1, which no agreement is'),
    ...judged,
  })
    .superRefine((one, context) => {
      const complain = (message: string) => context.addIssue({ code: 'custom', message, path: ['annotators'] });
      if (one.annotators.length < 2) complain('needs two columns');
      else if (one.statistic === 'cohens-kappa' && one.annotators.length > 2)
        complain('are more than the two of Cohen’s kappa; use krippendorff-alpha or fleiss-kappa');
    })
    .optional(),
  joinable: closed({
    to: name.describe('The other table: an entry of `tables`, or a path.'),
    key: columnOrColumns,
    'both-ways': z.boolean().default(false).describe('true: its rows must be found in this table too.'),
    unmatched: tolerance.default(none),
    ...judged,
  })
    .describe('Labels and features must find each other by their key.')
    .optional(),
}).refine((one) => Object.values(one).some((part) => part !== undefined), 'says nothing to check');

export type LabelContract = z.infer<typeof labelContractSchema>;
