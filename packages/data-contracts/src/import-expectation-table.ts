import * as z from 'zod';
import type { ContractDraft, Source } from './import-draft.ts';
import { type Asked, asked } from './import-expectation-shape.ts';
import { scalars } from './import-source.ts';
import { both, isThere, literal, column as sql } from './import-sql.ts';

const names = z.array(z.string()).min(1);
const flag = z.boolean().default(false);
const whole = z.int().min(0).optional();
const ignored = z.string().optional();
const pair = { column_A: z.string(), column_B: z.string() };
const rowsOnly = 'a row_condition has no meaning for the shape of a table';

/** Expectations of the whole table and of several columns at once. */
export const tableExpectations: Readonly<Record<string, Asked>> = {
  expect_table_row_count_to_be_between: asked(
    { min_value: whole, max_value: whole, strict_min: flag, strict_max: flag },
    (draft, given, source) => {
      const { min_value: low, max_value: high } = given;
      return rows(draft, source, {
        ...(low === undefined ? {} : { 'at-least': low + (given.strict_min ? 1 : 0) }),
        ...(high === undefined ? {} : { 'at-most': high - (given.strict_max ? 1 : 0) }),
      });
    },
  ),
  expect_table_row_count_to_equal: asked({ value: z.int().min(0) }, (draft, given, source) =>
    rows(draft, source, { 'at-least': given.value, 'at-most': given.value }),
  ),
  expect_table_columns_to_match_ordered_list: asked({ column_list: names }, (draft, given, source) =>
    columns(draft, given.column_list, true, source),
  ),
  expect_table_columns_to_match_set: asked(
    { column_set: names, exact_match: z.boolean().default(true) },
    (draft, given, source) => {
      if (given.exact_match) return columns(draft, given.column_set, false, source);
      for (const name of given.column_set) draft.column(name, source);
      return undefined;
    },
  ),
  expect_compound_columns_to_be_unique: asked(
    { column_list: names, ignore_row_if: ignored },
    (draft, given, source) => {
      const listed = given.column_list;
      for (const name of listed) draft.column(name, source);
      const { ignore_row_if: skip = 'all_values_are_missing' } = given;
      if (skip === 'all_values_are_missing' && source.when === undefined) return void draft.key(listed, source);
      if (skip === 'any_value_is_missing') return draft.repeated(listed, isThere(...listed), source);
      if (skip === 'all_values_are_missing') return draft.repeated(listed, anyThere(listed), source);
      return `ignore_row_if: ${skip}: keys of which every part is missing are no keys here`;
    },
  ),
  expect_select_column_values_to_be_unique_within_record: asked(
    { column_list: names, ignore_row_if: ignored },
    (draft, given, source) => {
      const listed = given.column_list;
      if (listed.length > 5) return 'more than five columns make too many comparisons; write the check by hand';
      const pairs = listed.flatMap((one, at) =>
        listed.slice(at + 1).map((other) => `${sql(one)} is distinct from ${sql(other)}`),
      );
      return judged(draft, `${listed.join('-')}-differ`, pairs.join(' and '), listed, given.ignore_row_if, source);
    },
  ),
  expect_column_pair_values_a_to_be_greater_than_b: asked(
    { ...pair, or_equal: z.boolean().default(false), ignore_row_if: ignored },
    (draft, given, source) => {
      const { column_A: a, column_B: b } = given;
      const condition = `${sql(a)} ${given.or_equal ? '>=' : '>'} ${sql(b)}`;
      return judged(draft, `${a}-above-${b}`, condition, [a, b], given.ignore_row_if, source);
    },
  ),
  expect_column_pair_values_to_be_equal: asked({ ...pair, ignore_row_if: ignored }, (draft, given, source) => {
    const { column_A: a, column_B: b } = given;
    return judged(draft, `${a}-equals-${b}`, `${sql(a)} = ${sql(b)}`, [a, b], given.ignore_row_if, source);
  }),
  expect_column_pair_values_to_be_in_set: asked(
    { ...pair, value_pairs_set: z.array(z.tuple([z.unknown(), z.unknown()])).min(1), ignore_row_if: ignored },
    (draft, given, source) => {
      const { column_A: a, column_B: b } = given;
      const pairs = given.value_pairs_set.map((one) => scalars(one));
      if (pairs.some((one) => one?.length !== 2)) return 'a pair holds something missing or no plain value';
      const conditions = pairs.map(
        (one) => `(${[a, b].map((name, at) => `${sql(name)} = ${literal(one?.[at] ?? '')}`).join(' and ')})`,
      );
      return judged(draft, `${a}-${b}-in`, conditions.join(' or '), [a, b], given.ignore_row_if, source);
    },
  ),
  expect_multicolumn_sum_to_equal: asked(
    { column_list: names, sum_total: z.number(), ignore_row_if: ignored },
    (draft, given, source) => {
      // pandas' sum skips what is missing
      const sum = given.column_list.map((name) => `coalesce(${sql(name)}, 0)`).join(' + ');
      const condition = `${sum} = ${given.sum_total}`;
      return judged(
        draft,
        `${given.column_list.join('-')}-sum`,
        condition,
        given.column_list,
        given.ignore_row_if,
        source,
      );
    },
  ),
  unexpected_rows_expectation: asked({ unexpected_rows_query: z.string() }, (draft, given, source) => {
    if (source.when !== undefined) return 'its row_condition belongs into the query';
    draft.check('unexpected-rows', { sql: given.unexpected_rows_query.replaceAll('{batch}', 'this').trim() }, source);
    return undefined;
  }),
};

function rows(draft: ContractDraft, source: Source, limits: Readonly<Record<string, number>>): string | undefined {
  if (source.when !== undefined) return 'rows are counted over the whole table; for some of them write `sql`';
  return draft.countRows(limits, source);
}

function columns(draft: ContractDraft, listed: readonly string[], order: boolean, source: Source): string | undefined {
  if (source.when !== undefined) return rowsOnly;
  if ((source.level ?? 'fail') === 'info') return 'extra columns are a failure or a warning, never a note';
  for (const name of listed) draft.column(name, source);
  draft.extraColumns = source.level === 'warn' ? 'warn' : 'fail';
  draft.arrange(listed);
  if (order) draft.order = true;
  return source.level === 'warn' ? 'other columns warn, but a missing one fails' : undefined;
}

const anyThere = (listed: readonly string[]) => listed.map((name) => `${sql(name)} is not null`).join(' or ');

/** A condition on several columns of a row, over the rows that the other tool looks at. */
function judged(
  draft: ContractDraft,
  id: string,
  expect: string,
  listed: readonly string[],
  skip: string | undefined,
  source: Source,
): string | undefined {
  const looked: Readonly<Record<string, string | undefined>> = {
    all_values_are_missing: anyThere(listed),
    both_values_are_missing: anyThere(listed),
    any_value_is_missing: isThere(...listed),
    either_value_is_missing: isThere(...listed),
    never: '',
    neither: '',
  };
  const among = looked[skip ?? 'all_values_are_missing'];
  if (among === undefined) return `ignore_row_if: ${skip} is not known`;
  for (const name of listed) draft.column(name, source);
  draft.check(id, { expect }, { ...source, when: both(source.when, among) });
  return undefined;
}
