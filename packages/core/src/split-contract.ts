import * as z from 'zod';
import { closed } from './closed-object.ts';
import { columnOrColumns, judged, name, names, share } from './section-rule.ts';
import { none, tolerance } from './tolerance.ts';

/** `splits`: what a model is measured on must be new to it. */
export const splitContractSchema = closed({
  column: name.describe('Column of this table whose values name the splits.').optional(),
  tables: z
    .record(name, name)
    .refine((all) => Object.keys(all).length > 1, 'needs two splits')
    .describe(
      'Or a table for each split: { train: data/train.parquet, test: data/test.parquet }; `this` is this table.',
    )
    .optional(),
  order: names
    .min(2, 'needs two splits')
    .describe('The splits from the earliest to the latest; default of `tables`: as they are written.')
    .optional(),
  ids: closed({ columns: columnOrColumns, 'at-most': tolerance.default(none), ...judged })
    .describe('Counted as rows whose id another split has as well.')
    .optional(),
  rows: closed({
    columns: names.describe('Default: all columns that every split has, but the split itself.').optional(),
    'at-most': tolerance.default(none),
    ...judged,
  })
    .describe('Counted as rows of which another split has an equal one.')
    .optional(),
  'near-duplicates': closed({
    text: name,
    similarity: share
      .refine((value) => value > 0, 'is 0: then every text is near every other')
      .default(0.8)
      .describe('Jaccard similarity of three-word shingles from which on texts count as near.'),
    'at-most': tolerance.default(none),
    ...judged,
  })
    .describe('Counted as rows whose text is near one of another split.')
    .optional(),
  time: closed({ column: name, 'at-most': tolerance.default(none), ...judged })
    .describe('Counted as rows of a later split that are not after all rows of the earlier one.')
    .optional(),
  'target-leaks': closed({
    label: name,
    'at-most': share
      .default(0.98)
      .describe('How much of the label one feature alone may give away: 0 nothing, 1 all of it.'),
    except: names.optional(),
    ...judged,
  })
    .describe('Each feature alone, tried on rows that it has not seen.')
    .optional(),
}).superRefine((one, context) => {
  const complain = (message: string, ...path: string[]) => context.addIssue({ code: 'custom', message, path });
  const { column, tables, order, ...rules } = one;
  if (column !== undefined && tables !== undefined) complain('goes with no `tables`: write one of them', 'column');
  const between = [rules.ids, rules.rows, rules['near-duplicates'], rules.time].some((rule) => rule !== undefined);
  if (between && column === undefined && tables === undefined)
    complain('does not say where the splits are: write `column` or `tables`');
  if (Object.values(rules).every((rule) => rule === undefined)) complain('says nothing to check');
  if (rules.time !== undefined && order === undefined && tables === undefined)
    complain('needs `order`: which split is the earliest', 'time');
  const unknown = tables === undefined ? [] : (order ?? []).filter((split) => !Object.hasOwn(tables, split));
  if (unknown.length > 0) complain(`names no split of \`tables\`: ${unknown.join(', ')}`, 'order');
});

export type SplitContract = z.infer<typeof splitContractSchema>;

/** `parity`: what a model is trained on must be what it is served. */
export const parityContractSchema = closed({
  with: name.describe('The other table, as served online: an entry of `tables`, or a path.'),
  key: columnOrColumns.describe('Columns that name a row in both.'),
  columns: z
    .union([
      names,
      z.record(
        name,
        closed({
          tolerance: z.number().min(0).describe('Numbers may differ by so much, absolutely.').optional(),
          'relative-tolerance': z.number().min(0).max(1).optional(),
          'at-most': tolerance.optional(),
        }),
      ),
    ])
    .describe('Default: every column that both have.')
    .optional(),
  'at-most': tolerance.default(none).describe('How many joined rows may differ, for each column.'),
  unmatched: tolerance.default(none).describe('How many rows of either side may have no row of the other.'),
  ...judged,
});

export type ParityContract = z.infer<typeof parityContractSchema>;
