import * as z from 'zod';
import { closed } from './closed-object.ts';
import { columnOrColumns, names } from './section-rule.ts';
import { sliceCheck } from './slice-check.ts';
import { inconclusivePolicies } from './status.ts';

const name = z.string().min(1, 'is empty');
const entryName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/);

/** Where a bin begins and ends, from (included) to (not included); null: open. */
const range = z
  .tuple([z.number().nullable(), z.number().nullable()], {
    error: () => 'is no bin: write [from, to], null where open',
  })
  .refine(([from, to]) => from === null || to === null || from < to, 'is empty: a bin goes [from, to], from below to');

const edges = z
  .array(z.number())
  .min(1, 'is empty')
  .refine((all) => all.every((edge, index) => index === 0 || edge > (all[index - 1] ?? edge)), {
    message: 'bins overlap: edges must ascend, each larger than the one before',
  });

const namedBins = z.record(z.string().min(1).max(60), range).superRefine((bins, context) => {
  const all = Object.entries(bins)
    .map(([bin, [from, to]]) => ({ bin, from: from ?? Number.NEGATIVE_INFINITY, to: to ?? Number.POSITIVE_INFINITY }))
    .sort((one, other) => one.from - other.from);
  for (const [index, one] of all.entries()) {
    const next = all[index + 1];
    if (next === undefined || next.from >= one.to) continue;
    context.addIssue({
      code: 'custom',
      message: `bins "${one.bin}" and "${next.bin}" overlap: each value belongs to one group`,
      path: [next.bin],
    });
  }
  if (all.length === 0) context.addIssue({ code: 'custom', message: 'is empty' });
});

/** One way of dividing the examples: by a column, by columns together, by bins of a column, or into one group by SQL. */
const division = closed({
  column: name.describe('A column of the examples: each of its values is a group.').optional(),
  columns: names.describe('Columns together: each combination that occurs is a group.').optional(),
  where: name.describe('SQL over the columns of the examples: the rows for which it is true are the group.').optional(),
  bins: z
    .union([edges, namedBins], { error: (issue) => (Array.isArray(issue.input) ? 'is no list of edges' : undefined) })
    .describe(
      'Of `column`: ascending edges, [500, 1000], or groups by name, { short: [null, 500], long: [500, null] }.',
    )
    .optional(),
  values: z
    .array(z.union([z.string(), z.number(), z.boolean(), z.null()]))
    .min(1, 'is empty')
    .describe('Of `column`: groups that must be there. One without a row has vanished, which is an error.')
    .optional(),
  missing: z
    .enum(['group', 'leave-out', 'error'])
    .default('group')
    .describe('What rows without a value are: a group of their own, left out, or an error.'),
}).superRefine((one, context) => {
  const complain = (message: string, key?: string) =>
    context.addIssue({ code: 'custom', message, path: key === undefined ? [] : [key] });
  const given = [one.column, one.columns, one.where].filter((named) => named !== undefined);
  if (given.length !== 1) complain('needs exactly one of `column`, `columns` and `where`');
  if (one.bins !== undefined && one.column === undefined) complain('divide a `column`', 'bins');
  if (one.values !== undefined && one.column === undefined) complain('are values of a `column`', 'values');
  if (one.values !== undefined && one.bins !== undefined) complain('are the bins themselves: leave it out', 'values');
});

const by = z
  .union([columnOrColumns, division], {
    error: (issue) =>
      typeof issue.input === 'object' && issue.input !== null
        ? undefined
        : 'is neither a column, a list of columns, nor a mapping with `column`, `columns` or `where`',
  })
  .transform((written): z.infer<typeof division> => {
    if (!isList(written)) return written;
    const [only, ...more] = written;
    return {
      missing: 'group',
      ...(only !== undefined && more.length === 0 ? { column: only } : { columns: [...written] }),
    };
  });

function isList(written: readonly string[] | z.infer<typeof division>): written is readonly string[] {
  return Array.isArray(written);
}

const discover = closed({
  columns: names.describe('Columns of the examples that may say what the rows of a weak group have in common.'),
  literals: z.int().min(1).max(3).default(2).describe('Conditions that one group may have at most.'),
  top: z.int().min(1).max(20).default(5).describe('How many groups are proposed at most.'),
  'least-rows': z.int().min(10).describe('Default: 30, or one in a hundred rows.').optional(),
}).describe('Looks for groups that nobody declared. Advisory: proposes, never decides.');

/** Every declared group of rows of an evaluation, compared with the champion. */
export const sliceGateSchema = closed({
  kind: z.literal('slices'),
  of: name.describe('The evaluation gate whose tables, champion and task these are.'),
  by: z
    .record(entryName, by)
    .refine((all) => Object.keys(all).length > 0, { message: 'is empty: name at least one way to divide the rows' })
    .describe('Groups by the columns of the examples: { carrier: carrier, route: [origin, dest], … }.'),
  'min-rows': z.int().min(2).default(30).describe('Groups with fewer rows are not tested.'),
  'at-most': z
    .int()
    .positive()
    .max(5000)
    .default(200)
    .describe('Groups that one entry of `by` may have; of more, the largest are judged and the rest is named.'),
  correction: z
    .enum(['holm', 'none'])
    .default('holm')
    .describe('Each more group could be called worse by chance: Holm holds the chance of any at that of one.'),
  'suppress-below': z
    .int()
    .min(0)
    .default(5)
    .describe('Groups with fewer rows are counted, and their numbers are not shown.'),
  'on-inconclusive': z.enum(inconclusivePolicies).optional(),
  discover: discover.optional(),
  checks: z.record(entryName, sliceCheck).refine((all) => Object.keys(all).length > 0, {
    message: 'is empty: a gate without a check shows nothing',
  }),
}).superRefine((gate, context) => {
  const complain = (path: readonly (string | number)[], message: string) =>
    context.addIssue({ code: 'custom', message, path: [...path] });
  const known = Object.keys(gate.by);
  const unknown = (one: string) => `"${one}" is not an entry of \`by\`; there: ${known.join(', ')}`;
  for (const [id, check] of Object.entries(gate.checks)) {
    for (const [index, one] of (check.slices ?? []).entries())
      if (!known.includes(one)) complain(['checks', id, 'slices', index], unknown(one));
    for (const key of ['across', 'control'] as const) {
      const one = check[key];
      if (one !== undefined && !known.includes(one)) complain(['checks', id, key], unknown(one));
    }
    if (check.across !== undefined && gate.by[check.across]?.where !== undefined)
      complain(['checks', id, 'across'], 'is one group: a difference needs at least two');
  }
});

export type SliceGate = z.infer<typeof sliceGateSchema>;
/** One entry of `by`, however it was written. */
export type SliceDivision = z.infer<typeof division>;
