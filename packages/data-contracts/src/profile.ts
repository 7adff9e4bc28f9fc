import * as z from 'zod';

/** Fewest rows of a value that a profile names, unless the policy says otherwise: rarer ones may point at a person. */
export const leastNamedRows = 5;

export const profileSchemaId = 'https://github.com/modelgate/modelgate/profile/v1';

/** Personal by name or value; more values than categories have; hardly any in rows enough to be named. */
export const withheldReasons = ['personal', 'many-values', 'rare-values'] as const;

/** Longer texts are not named, whatever their rows. */
export const longestNamed = 60;

const count = z.int('must be a whole number').min(0, 'is below 0');
const finite = z.number();

const every = {
  name: z.string().min(1, 'is empty'),
  nulls: count,
  distinct: count.optional(),
  /** `distinct` was estimated (HyperLogLog), not counted. */
  approximate: z.literal(true).optional(),
  /** Why neither values nor range are told, and so no drift of them is measured: see `profileTable`. */
  withheld: z.enum(withheldReasons).optional(),
};

const spread = z
  .strictObject({ mean: finite, stddev: finite.min(0, 'is below 0'), min: finite, max: finite })
  .refine((one) => one.min <= one.max, 'has a min above its max');

const numberColumn = z.strictObject({
  ...every,
  type: z.enum(['integer', 'decimal', 'double']),
  /** NaN and infinities: in no bin and no moment. */
  notFinite: count.optional(),
  /** `stddev` with divisor n − 1. Absent where no value is finite, as are the bins. */
  spread: spread.optional(),
  bins: z
    .strictObject({
      /** Inner edges, ascending. Each bin holds its upper edge: (−∞, e₁], (e₁, e₂], …, (eₖ, ∞). */
      edges: z.array(finite),
      counts: z.array(count),
      /** A typical value of each bin, its median say; without them its middle. */
      centres: z.array(finite).optional(),
    })
    .optional(),
});

const day = z.union([z.iso.date(), z.iso.datetime({ offset: true, local: true })], {
  error: () => 'is no date like 2026-01-31 or 2026-01-31T12:00:00Z',
});

const dateColumn = z.strictObject({
  ...every,
  type: z.enum(['date', 'timestamp']),
  first: day.optional(),
  last: day.optional(),
  bins: z.strictObject({ edges: z.array(day), counts: z.array(count) }).optional(),
});

const categoryColumn = z.strictObject({
  ...every,
  type: z.enum(['string', 'boolean']),
  /** Every value of 60 characters or fewer with so many rows or more is listed; no rarer one is in a file. */
  listedFrom: z.int().min(2, 'is below 2: then a value of a single row would be named'),
  values: z.array(z.tuple([z.string(), count])),
  /** Rows of all other values together. */
  rest: count,
});

const otherColumn = z.strictObject({ ...every, type: z.enum(['time', 'binary', 'list', 'struct']) });

const column = z.discriminatedUnion('type', [numberColumn, dateColumn, categoryColumn, otherColumn]);

/** A profile as a file holds it; see `parseProfile`. */
export const profileSchema = z
  .strictObject({
    schema: z.literal(profileSchemaId),
    /** Of the version of Modelgate that counted. */
    tool: z.string().min(1),
    commit: z.string().regex(/^[0-9a-f]{40,64}$/, 'is no full commit id'),
    /** Of the data, as the gate's inputs name it. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/, 'is no SHA-256 digest'),
    rows: count,
    /** The rows above are a reproducible sample of so many. */
    sampledFrom: count.optional(),
    columns: z.array(column),
  })
  .superRefine((profile, context) => {
    const seen = new Set<string>();
    for (const [index, one] of profile.columns.entries()) {
      const complain = (message: string, ...path: readonly string[]) =>
        context.addIssue({ code: 'custom', message, path: ['columns', index, ...path] });
      if (seen.has(one.name)) complain('is described twice', 'name');
      seen.add(one.name);
      const values = valuesOf(one, profile.rows);
      if (profile.rows < one.nulls) complain(`are more than the ${profile.rows} rows`, 'nulls');
      else if (values < 0) complain(`are more than the ${profile.rows - one.nulls} values`, 'notFinite');
      else contradiction(one, values, complain);
    }
  });

/** Whether anything is told of the values themselves. */
function toldOf(one: ProfileColumn): boolean {
  if (isCategoryColumn(one)) return one.values.length > 0;
  if (isDateColumn(one)) return one.first !== undefined || one.last !== undefined || one.bins !== undefined;
  return isNumberColumn(one) && (one.spread !== undefined || one.bins !== undefined);
}

type Complain = (message: string, ...path: readonly string[]) => void;

function contradiction(one: ProfileColumn, values: number, complain: Complain): void {
  if (one.approximate && one.distinct === undefined) complain('goes with `distinct`', 'approximate');
  if (one.distinct !== undefined && !one.approximate && one.distinct > values)
    complain(`are more than the ${values} values`, 'distinct');
  if (one.withheld !== undefined) {
    if (toldOf(one)) complain('are told, and are to be withheld', 'values');
    return;
  }
  switch (one.type) {
    case 'string':
    case 'boolean': {
      const listed = one.values.reduce((sum, [, rows]) => sum + rows, 0);
      if (listed + one.rest !== values)
        complain(`add up to ${listed}, and ${one.rest} of the rest, not to the ${values} rows with a value`, 'values');
      if (new Set(one.values.map(([value]) => value)).size < one.values.length) complain('name one twice', 'values');
      const rare = one.values.filter(([, rows]) => rows < one.listedFrom).length;
      if (rare > 0)
        complain(`name ${rare} with fewer than ${one.listedFrom} rows, which belong into \`rest\``, 'values');
      return;
    }
    case 'date':
    case 'timestamp':
      if (one.first !== undefined && one.last !== undefined && timeOf(one.first) > timeOf(one.last))
        complain('is after `last`', 'first');
      binned(one.bins?.edges.map(timeOf), one.bins?.counts, values, complain);
      return;
    case 'integer':
    case 'decimal':
    case 'double':
      if (values > 0 !== (one.spread !== undefined))
        complain(values > 0 ? 'is missing' : 'is there, and no value is finite', 'spread');
      if (one.bins?.centres !== undefined) {
        if (one.bins.centres.length !== one.bins.counts.length) complain('must be one a bin', 'bins', 'centres');
        if (!ascending(one.bins.centres)) complain('must ascend', 'bins', 'centres');
      }
      binned(one.bins?.edges, one.bins?.counts, values, complain);
      return;
    default:
  }
}

function binned(
  edges: readonly number[] | undefined,
  counts: readonly number[] | undefined,
  values: number,
  complain: Complain,
): void {
  if (edges === undefined || counts === undefined) {
    if (values > 0) complain('are missing', 'bins');
    return;
  }
  if (counts.length !== edges.length + 1)
    complain(`must be one more than the ${edges.length} edges, got ${counts.length}`, 'bins', 'counts');
  const sum = counts.reduce((total, rows) => total + rows, 0);
  if (sum !== values) complain(`add up to ${sum}, not to the ${values} rows with a value`, 'bins', 'counts');
  if (!ascending(edges)) complain('must ascend', 'bins', 'edges');
}

function ascending(values: readonly number[]): boolean {
  return values.every((value, i) => i === 0 || value > (values[i - 1] ?? value));
}

/** Milliseconds since 1970; a timestamp without a zone is taken as UTC. */
export function timeOf(written: string): number {
  return Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(written) || !written.includes('T') ? written : `${written}Z`);
}

/** What is known of a table without its rows: the reference that later tables are held against. */
export type Profile = z.infer<typeof profileSchema>;
export type ProfileColumn = Profile['columns'][number];
export type NumberColumn = z.infer<typeof numberColumn>;
export type DateColumn = z.infer<typeof dateColumn>;
/**
 * Of a table that is to be compared, `values` also counts each value of the reference, however rare: what is unknown can
 * only be guessed at. `writeProfile` moves those below `listedFrom` into the rest, so no file names them.
 */
export type CategoryColumn = z.infer<typeof categoryColumn>;

/** Rows with a value that can be compared: neither null, nor NaN, nor infinite. */
export function valuesOf(column: ProfileColumn, rows: number): number {
  return rows - column.nulls - (isNumberColumn(column) ? (column.notFinite ?? 0) : 0);
}

export function isNumberColumn(column: ProfileColumn): column is NumberColumn {
  return column.type === 'integer' || column.type === 'decimal' || column.type === 'double';
}

export function isDateColumn(column: ProfileColumn): column is DateColumn {
  return column.type === 'date' || column.type === 'timestamp';
}

export function isCategoryColumn(column: ProfileColumn): column is CategoryColumn {
  return column.type === 'string' || column.type === 'boolean';
}
