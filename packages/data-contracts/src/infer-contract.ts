import { parseDataContract } from '@modelgate/core';
import { type ColumnText, contractText, flow, identifierOf, percent } from './import-text.ts';
import type { ColumnTypeName } from './import-types.ts';
import { counted } from './number-words.ts';

/** What one look at a column has shown; counts are exact and of one and the same table. */
export interface ObservedColumn {
  readonly name: string;
  /** Not given where the table does not say: a column of nothing but nulls. */
  readonly type?: ColumnTypeName;
  /** Rows of the table, > 0. */
  readonly rows: number;
  /** Rows without a value, ≤ rows. */
  readonly nulls: number;
  /** Values that are NaN or infinite. */
  readonly notFinite?: number;
  /** No value is missing, and no two are the same. */
  readonly unique?: boolean;
  /** Personal data by its name or its values. */
  readonly personal?: boolean;
  /** All values of a text column with the rows of each, where there are few; else not given. */
  readonly values?: readonly { readonly value: string; readonly rows: number }[];
}

/** How much must have been seen before anything is proposed. */
const needed = { rows: 1000, values: 20, rowsEach: 10, characters: 40 } as const;

/** Shares that people write, of which the smallest above twice the observed one is suggested. */
const shares = [0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5];

/**
 * Proposes a contract for a table that has been looked at once. Careful: the types hold; that nothing is missing only
 * where no null was seen in 1,000 rows or more. A set of values is a comment for people to judge, and only where 20
 * values or fewer each stand in 10 rows or more (so rare ones, which may be private, are not written down); so are keys,
 * where no value came twice in 1,000 rows or more, and how many values may be missing. The smallest and largest value
 * that happened to be seen are no law, and are not mentioned.
 *
 * @param name of the table; what the grammar does not take is replaced
 * @returns YAML, which parses
 * @throws PolicyError when a column has a name that the grammar refuses
 */
export function inferContract(name: string, columns: readonly ObservedColumn[]): string {
  const rows = columns[0]?.rows ?? 0;
  const text = contractText({
    head: [
      `Proposed from ${counted(rows, 'row')}. Read it as a question: what was seen once is no law.`,
      'Ranges are left to you: the smallest and largest value seen say little about what may come.',
      'To tighten: take over what the comments propose, add `range` and `keys`, and write `extra-columns: fail`',
      'once a new column must not come unannounced. What is too strict for some rows takes `failing: 1%`.',
    ],
    name: identifierOf(name, 'table'),
    extraColumns: 'warn',
    columns: columns.map(proposed),
  });
  parseDataContract(text, name);
  return text;
}

function proposed(column: ObservedColumn): ColumnText {
  const { name, type, rows, nulls, notFinite = 0 } = column;
  const complete = nulls === 0 && rows >= needed.rows;
  const comments = [
    ...(complete ? [`nullable: false, because no value was missing in ${counted(rows, 'row')}`] : []),
    ...(nulls === 0 && !complete
      ? [`no value was missing, but ${counted(rows, 'row')} are too few to ask for it`]
      : []),
    ...suggestedShare(column),
    ...(column.unique && rows >= needed.rows
      ? [`no value came twice in ${counted(rows, 'row')}; if none may: unique: true, or keys: ${flow([[name]])}`]
      : []),
    ...(notFinite > 0
      ? [`finite: false, because ${share(notFinite / (rows - nulls))} of values are NaN or infinite`]
      : []),
    ...(column.personal
      ? ['looks like personal data; no value of it is shown, and `privacy` says what is allowed']
      : []),
    ...suggestedSet(column),
  ];
  const rules = {
    ...(type === undefined ? {} : { type }),
    ...(complete ? { nullable: false } : {}),
    ...(notFinite > 0 && type === 'double' ? { finite: false } : {}),
  };
  return { name, comments, rules };
}

function suggestedShare({ rows, nulls }: ObservedColumn): string[] {
  if (nulls === 0 || rows < needed.rows) return [];
  const seen = nulls / rows;
  const above = shares.find((one) => one >= 2 * seen);
  const limit = above === undefined ? '' : `; to hold it there: nulls: ${percent(above)}`;
  return [`missing in ${share(seen)} of rows${limit}`];
}

/** With two digits. */
function share(of: number): string {
  return percent(Number(of.toPrecision(2)));
}

function suggestedSet({ type, rows, values = [] }: ObservedColumn): string[] {
  const few = values.length > 0 && values.length <= needed.values && rows >= needed.rows;
  const often = values.every((one) => one.rows >= needed.rowsEach && one.value.length <= needed.characters);
  if (type !== 'string' || !few || !often) return [];
  const sorted = values.map(({ value }) => value).sort();
  return [`only these were seen, if there can be no other: in: ${flow(sorted)}`];
}
