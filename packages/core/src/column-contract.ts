import * as z from 'zod';
import { alsoWritten } from './also-written.ts';
import { closed } from './closed-object.ts';
import { shown } from './quantity.ts';
import { levels } from './status.ts';
import { tolerance } from './tolerance.ts';

const name = z.string().min(1, 'is empty');

/** Logical types; what an engine or a file format calls them differs, what they hold does not. */
export const columnTypes = [
  'string',
  'boolean',
  'integer',
  'decimal',
  'double',
  'date',
  'time',
  'timestamp',
  'binary',
  'list',
  'struct',
] as const;
export type ColumnTypeName = (typeof columnTypes)[number];

/** Formats of text, each one regular expression that both engines take. */
export const formats = [
  'email',
  'uri',
  'uuid',
  'ipv4',
  'ipv6',
  'date',
  'time',
  'date-time',
  'country',
  'currency',
  'language',
] as const;

const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** A set of values: written out, or a column of another table. */
export const valueSet = z.union(
  [
    z.array(scalar).min(1, 'is empty: then no value is allowed'),
    closed({ table: name, column: name, where: name.describe('SQL condition on that table.').optional() }),
  ],
  { error: () => 'is neither a list of values nor { table, column }' },
);

const edge = z.union([z.number(), z.iso.date(), z.iso.datetime({ offset: true, local: true })], {
  error: ({ input }) => `${shown(input)} is neither a number nor a date like 2026-01-31`,
});

const range = closed({
  min: edge.describe('The smallest value that is allowed.').optional(),
  above: edge.describe('Values must be greater than this.').optional(),
  max: edge.describe('The largest value that is allowed.').optional(),
  below: edge.describe('Values must be less than this.').optional(),
}).superRefine((one, context) => {
  const complain = (message: string, key?: string) =>
    context.addIssue({ code: 'custom', message, path: key === undefined ? [] : [key] });
  if (Object.keys(one).length === 0) complain('has no end: write min, max, above or below');
  if (one.min !== undefined && one.above !== undefined) complain('goes with no `min`: write one of them', 'above');
  if (one.max !== undefined && one.below !== undefined) complain('goes with no `max`: write one of them', 'below');
  const low = one.min ?? one.above;
  const high = one.max ?? one.below;
  if (low === undefined || high === undefined) return;
  if (typeof low !== typeof high) complain(`of a number and a date: ${shown(low)} and ${shown(high)}`);
  const closedEnds = one.min !== undefined && one.max !== undefined;
  if (low > high || (low === high && !closedEnds))
    complain(`lets no value through: nothing is between ${shown(low)} and ${shown(high)}`);
});

const wholeRange = closed({ min: z.int().min(0).optional(), max: z.int().min(0).optional() }).superRefine(
  (one, context) => {
    if (one.min === undefined && one.max === undefined)
      context.addIssue({ code: 'custom', message: 'has no end: write min or max' });
    else if ((one.min ?? 0) > (one.max ?? Number.POSITIVE_INFINITY))
      context.addIssue({ code: 'custom', message: `lets no value through: min ${one.min} is above max ${one.max}` });
  },
);

/** The engines' regular expressions are RE2, linear in time: without looking around and without references back. */
const pattern = z
  .string()
  .min(1, 'is empty')
  .superRefine((text, context) => {
    const complain = (message: string) => context.addIssue({ code: 'custom', message });
    if (/\(\?<?[=!]/.test(text))
      return complain('looks ahead or behind, which the engines do not; write it as two rules');
    if (/(?<!\\)(?:\\\\)*\\(?:[1-9]|k<)/.test(text))
      return complain('refers back to a group, which the engines do not');
    if (/(?<!\\)(?:\\\\)*\\u/.test(text))
      return complain('has \\u, which the engines do not know: write the character');
    if (/\[\[:/.test(text)) return complain('has a POSIX class, which engines read differently: write 0-9, A-Z, a-z');
    if (
      [...text.matchAll(/\{(\d+)(?:,(\d*))?\}/g)].some(
        ([, low, high]) => Math.max(Number(low), Number(high ?? 0)) > 1000,
      )
    )
      return complain('repeats something more than 1,000 times, which the engines do not');
    try {
      new RegExp(text, 'u');
    } catch (error) {
      complain(
        `is no regular expression: ${error instanceof Error ? error.message.replace(/^.*: /, '') : String(error)}`,
      );
    }
  });

const shape = {
  type: z.enum(columnTypes).optional(),
  description: z.string().optional(),
  unit: name.optional(),
  required: z.boolean().default(true).describe('Whether the column must be there.'),
  absent: z.literal(true).describe('A column that must not come back.').optional(),
  nullable: z.boolean().describe('false: no value may be missing.').optional(),
  nulls: tolerance.describe('How many values may be missing.').optional(),
  unique: z
    .preprocess((written) => (written === true ? 0 : written === false ? undefined : written), tolerance.optional())
    .meta({
      description: 'true, or how many rows may share their value: those whose value another row has as well.',
      ...alsoWritten(z.boolean()),
    })
    .optional(),
  in: valueSet.optional(),
  'not-in': valueSet.optional(),
  range: range.optional(),
  finite: z.boolean().describe('false: NaN and infinity are allowed.').optional(),
  pattern: pattern.describe('RE2; the whole value must match where it begins with ^ and ends with $.').optional(),
  'not-pattern': pattern.describe('RE2 that no value may match.').optional(),
  format: z.enum(formats).optional(),
  length: wholeRange.describe('Of text in characters, of a list in elements.').optional(),
  increasing: z.enum(['strictly', 'weakly']).describe('In the order of the rows in their files.').optional(),
  where: name.describe('SQL condition: the rules about values look at these rows only.').optional(),
  failing: tolerance.describe('How many rows may break a rule of this column; default none.').optional(),
  matching: tolerance.describe('The same for `pattern` alone: { at-least: 99% }.').optional(),
  label: z.literal(true).describe('What a model is to predict: may be missing when serving.').optional(),
  environments: z.array(name).min(1).describe('Where the column is expected; default everywhere.').optional(),
  since: z.iso.date().describe('From then on the column must be there.').optional(),
  until: z.iso.date().describe('After this day the column must be gone; before, its use is warned of.').optional(),
  level: z.enum(levels).default('fail'),
  why: z.string().describe('Shown when a rule of this column is broken.').optional(),
};

const typed = ['range', 'finite', 'pattern', 'not-pattern', 'format', 'length'] as const;

/** What each rule about values needs the column to hold. */
const fits: Readonly<Record<(typeof typed)[number], readonly ColumnTypeName[]>> = {
  range: ['integer', 'decimal', 'double', 'date', 'time', 'timestamp'],
  finite: ['double'],
  pattern: ['string'],
  'not-pattern': ['string'],
  format: ['string'],
  length: ['string', 'binary', 'list'],
};

export const columnContractSchema = closed(shape).superRefine((one, context) => {
  const complain = (message: string, key?: keyof typeof shape) =>
    context.addIssue({ code: 'custom', message, path: key === undefined ? [] : [key] });
  if (one.absent) {
    const idle = new Set(['absent', 'required', 'level', 'why', 'description']);
    for (const [key, value] of Object.entries(one)) {
      if (value !== undefined && !idle.has(key))
        complain(`says nothing about a column that must be absent; remove \`${key}\``);
    }
    return;
  }
  if (one.nullable === false && one.nulls !== undefined)
    complain('contradicts `nullable: false`; write one of them', 'nulls');
  if (one.matching !== undefined && one.pattern === undefined) complain('goes with `pattern`', 'matching');
  if (one.label && one.since !== undefined) complain('goes with no `label`', 'since');
  if (one.since !== undefined && one.until !== undefined && one.since > one.until)
    complain(`is before the day from which the column is expected, ${one.since}`, 'until');
  const both = overlap(one.in, one['not-in']);
  if (both.length > 0) complain(`forbids what \`in\` allows: ${both.slice(0, 3).map(shown).join(', ')}`, 'not-in');
  if (one.type === undefined) return;
  for (const key of typed) {
    if (one[key] !== undefined && !fits[key].includes(one.type))
      complain(`has no meaning for a column of type ${one.type}; it is for ${fits[key].join(', ')}`, key);
  }
  const ends = one.range === undefined ? [] : Object.values(one.range).filter((value) => value !== undefined);
  const numeric = ['integer', 'decimal', 'double'].includes(one.type);
  if (fits.range.includes(one.type) && ends.some((value) => (typeof value === 'number') !== numeric))
    complain(`of ${numeric ? 'dates' : 'numbers'} does not fit a column of type ${one.type}`, 'range');
  if (Array.isArray(one.in) && one.in.some((value) => !holds(one.type, value)))
    complain(`holds values that a column of type ${one.type} cannot have`, 'in');
});

function overlap(allowed: unknown, forbidden: unknown): readonly unknown[] {
  if (!Array.isArray(allowed) || !Array.isArray(forbidden)) return [];
  return allowed.filter((value) => forbidden.includes(value));
}

function holds(type: ColumnTypeName | undefined, value: string | number | boolean): boolean {
  switch (type) {
    case 'string':
    case 'date':
    case 'time':
    case 'timestamp':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
      return Number.isInteger(value);
    case 'decimal':
    case 'double':
      return typeof value === 'number';
    default:
      return true;
  }
}

export type ColumnContract = z.infer<typeof columnContractSchema>;
