import * as z from 'zod';
import { closed } from './closed-object.ts';
import { duration } from './duration.ts';
import { levels } from './status.ts';
import { none, tolerance } from './tolerance.ts';

const name = z.string().min(1, 'is empty');
const names = z.array(name).min(1, 'is empty');

const limits = {
  between: z
    .tuple([z.number(), z.number()])
    .refine(([low, high]) => low <= high, 'must be [lowest, highest]')
    .optional(),
  'at-least': z.number().optional(),
  'at-most': z.number().optional(),
};

const warning = closed(limits)
  .refine((one) => Object.keys(one).length > 0, 'has no limit: write between, at-least or at-most')
  .describe('Narrower limits: beyond them the check warns.');

const judged = {
  where: name.describe('SQL condition: only these rows are looked at.').optional(),
  level: z.enum(levels).default('fail'),
  why: z.string().describe('Shown when the check fails.').optional(),
};

/** What an aggregate is of: a column, and of a quantile which one. */
export const aggregates = ['mean', 'sum', 'stddev', 'min', 'max', 'distinct'] as const;

const shape = {
  expect: name
    .describe('SQL condition that each row must meet; a row for which it is unknown (NULL) does not.')
    .optional(),
  failing: tolerance.describe('How many rows may not meet `expect`; default none.').optional(),
  sql: name
    .describe(
      'A query that returns the bad rows; `this` is the table. It can read nothing else than tables of the checkout.',
    )
    .optional(),
  returning: tolerance
    .describe('How many rows `sql` may return, as a share of the rows of `this`; default none.')
    .optional(),
  ...(Object.fromEntries(
    aggregates.map((one) => [one, name.describe(`Column whose ${one} is limited.`).optional()]),
  ) as Record<(typeof aggregates)[number], z.ZodOptional<z.ZodString>>),
  quantile: closed({ column: name, q: z.number().gt(0, 'is not above 0').lt(1, 'is not below 1') }).optional(),
  increasing: closed({
    column: name,
    by: names.describe('Within each group of these columns.').optional(),
    order: names.describe('In the order of these columns; default: of the rows in their files.').optional(),
    strictly: z.boolean().default(false),
  }).optional(),
  references: closed({
    columns: names,
    table: name,
    key: names.describe('Columns of that table; default: of the same names.').optional(),
  })
    .describe('Each combination of these columns must be in the other table; one with a NULL refers to nothing.')
    .optional(),
  ...limits,
  warn: warning.optional(),
  ...judged,
};

const kinds = ['expect', 'sql', ...aggregates, 'quantile', 'increasing', 'references'] as const;
const ends = ['between', 'at-least', 'at-most'] as const;

/** One check of a table beyond its columns. */
export const tableCheckSchema = closed(shape).superRefine((one, context) => {
  const complain = (message: string, key?: string) =>
    context.addIssue({ code: 'custom', message, path: key === undefined ? [] : [key] });
  const given = kinds.filter((key) => one[key] !== undefined);
  const [kind, ...more] = given;
  if (kind === undefined) return complain(`says nothing to check: write one of ${kinds.join(', ')}`);
  if (more.length > 0)
    return complain(`${given.map((key) => `\`${key}\``).join(' and ')} are two checks; write each by itself`);
  const bounded = ends.filter((key) => one[key] !== undefined);
  const counted = !['expect', 'sql', 'increasing', 'references'].includes(kind);
  if (counted && bounded.length === 0) complain('has no limit: write between, at-least or at-most', kind);
  if (!counted)
    for (const key of bounded)
      complain(
        `goes with a number, and \`${kind}\` counts rows: write \`${kind === 'sql' ? 'returning' : 'failing'}\``,
        key,
      );
  if (!counted && one.warn !== undefined) complain('goes with a number; for rows write `warn-over`', 'warn');
  if (one.between !== undefined && bounded.length > 1)
    complain('goes with neither `at-least` nor `at-most`', 'between');
  if (one['at-least'] !== undefined && one['at-most'] !== undefined && one['at-least'] > one['at-most'])
    complain(`is below \`at-least\` (${one['at-least']}): nothing can hold`, 'at-most');
  if (one.failing !== undefined && !['expect', 'increasing', 'references'].includes(kind))
    complain(`does not go with \`${kind}\``, 'failing');
  if (one.returning !== undefined && kind !== 'sql') complain('goes with `sql`', 'returning');
  if (one.where !== undefined && kind === 'sql') complain('belongs into the query', 'where');
  const { references } = one;
  if (references?.key !== undefined && references.key.length !== references.columns.length)
    complain(`names ${references.key.length} columns, and \`columns\` ${references.columns.length}`, 'references');
});

export type TableCheck = z.infer<typeof tableCheckSchema>;

/** `freshness`: the newest value of a column may not be older than this. */
export const freshnessSchema = closed({
  column: name,
  'at-most': duration.describe('How old the newest row may be: 26h, 7d.'),
  'warn-over': duration.optional(),
  level: z.enum(levels).default('fail'),
  why: z.string().optional(),
});

/** A compound key: counted as the rows that share their key with another row. */
export const keySchema = z
  .union([
    names,
    closed({
      columns: names,
      'at-most': tolerance.optional(),
      level: z.enum(levels).optional(),
      why: z.string().optional(),
    }),
  ])
  .transform((written) =>
    Array.isArray(written)
      ? { columns: written, tolerance: none, level: 'fail' as const }
      : {
          columns: written.columns,
          tolerance: written['at-most'] ?? none,
          level: written.level ?? ('fail' as const),
          ...(written.why === undefined ? {} : { why: written.why }),
        },
  );
