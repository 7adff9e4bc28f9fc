import * as z from 'zod';
import type { ContractDraft, Source } from './import-draft.ts';
import { type Asked, asked, edge, limitsOf } from './import-expectation-shape.ts';
import { tableExpectations } from './import-expectation-table.ts';
import { refusePatterns, takePattern } from './import-pattern-rule.ts';
import { edgeOf, isExact, scalars } from './import-source.ts';
import { among, both, isThere, literal, missingFrom, type Range, column as sql, within } from './import-sql.ts';
import type { Written } from './import-text.ts';
import { typeNamed } from './import-types.ts';

const column = z.string();
const flag = z.boolean().default(false);
const set = z.array(z.unknown());
const whole = z.int().min(0).optional();

const bounds = { column, min_value: edge.optional(), max_value: edge.optional(), strict_min: flag, strict_max: flag };
const ofSet = { column, value_set: set };
const listed = 'holds a value that is missing, no plain value or an integer too large to be exact';

/** Each expectation that a contract can ask; what it returns is why it is left out after all. */
export const expectations: Readonly<Record<string, Asked>> = {
  ...tableExpectations,
  expect_column_to_exist: asked({ column, column_index: z.int().optional() }, (draft, given, source) => {
    draft.column(given.column, source);
    return given.column_index === undefined
      ? undefined
      : 'the column is asked for, its place among the others is not: `order: true` is for all';
  }),
  expect_column_values_to_not_be_null: asked({ column }, (draft, given, source) => {
    draft.rule(given.column, 'nullable', false, source, `${sql(given.column)} is not null`);
  }),
  expect_column_values_to_be_null: asked({ column }, (draft, given, source) => {
    draft.column(given.column, source);
    draft.check(`${given.column}-null`, { expect: `${sql(given.column)} is null` }, source);
  }),
  expect_column_values_to_be_unique: asked({ column }, (draft, given, source) => {
    const name = given.column;
    if (source.when === undefined && !draft.clashes(name, source)) draft.rule(name, 'unique', true, source);
    else if (source.when === undefined) draft.key([name], source);
    else return draft.repeated([name], isThere(name), source);
    return undefined;
  }),
  expect_column_values_to_be_in_set: asked(ofSet, (draft, given, source) => ofValues(draft, given, 'in', source)),
  expect_column_values_to_not_be_in_set: asked(ofSet, (draft, given, source) =>
    ofValues(draft, given, 'not-in', source),
  ),
  expect_column_distinct_values_to_be_in_set: asked(ofSet, (draft, given, source) =>
    ofValues(draft, given, 'in', source),
  ),
  expect_column_distinct_values_to_contain_set: asked(ofSet, (draft, given, source) => holding(draft, given, source)),
  expect_column_distinct_values_to_equal_set: asked(
    ofSet,
    (draft, given, source) => ofValues(draft, given, 'in', source) ?? holding(draft, given, source),
  ),
  expect_column_values_to_be_between: asked(bounds, (draft, given, source) => {
    const { min_value: low, max_value: high } = given;
    if (!isExact(low) || !isExact(high)) return 'an integer beyond 2^53 cannot be written exactly';
    const range: Range = {
      ...(low === undefined ? {} : { [given.strict_min ? 'above' : 'min']: edgeOf(low) }),
      ...(high === undefined ? {} : { [given.strict_max ? 'below' : 'max']: edgeOf(high) }),
    };
    draft.rule(given.column, 'range', range, source, within(sql(given.column), range));
    return undefined;
  }),
  expect_column_values_to_match_regex: asked({ column, regex: z.string() }, (draft, given, source) =>
    matching(draft, given.column, given.regex, source),
  ),
  expect_column_values_to_match_regex_list: asked(
    { column, regex_list: z.array(z.string()).min(1), match_on: z.enum(['any', 'all']).default('any') },
    (draft, given, source) => {
      const [only = '', ...more] = given.regex_list;
      if (more.length === 0) return matching(draft, given.column, only, source);
      if (given.match_on === 'all') return 'a column has one `pattern`';
      return matching(draft, given.column, given.regex_list.map((one) => `(?:${one})`).join('|'), source);
    },
  ),
  expect_column_values_to_not_match_regex: asked({ column, regex: z.string() }, (draft, given, source) =>
    refusePatterns(draft, given.column, [given.regex], source, 'python'),
  ),
  expect_column_values_to_not_match_regex_list: asked(
    { column, regex_list: z.array(z.string()).min(1) },
    (draft, given, source) => refusePatterns(draft, given.column, given.regex_list, source, 'python'),
  ),
  expect_column_values_to_match_like_pattern: asked({ column, like_pattern: z.string() }, (draft, given, source) =>
    like(draft, given.column, `like ${literal(given.like_pattern)}`, source),
  ),
  expect_column_values_to_not_match_like_pattern: asked({ column, like_pattern: z.string() }, (draft, given, source) =>
    like(draft, given.column, `not like ${literal(given.like_pattern)}`, source),
  ),
  expect_column_values_to_be_of_type: asked({ column, type_: z.string() }, (draft, given, source) =>
    ofType(draft, given.column, [given.type_], source),
  ),
  expect_column_values_to_be_in_type_list: asked(
    { column, type_list: z.array(z.string()).min(1) },
    (draft, given, source) => ofType(draft, given.column, given.type_list, source),
  ),
  expect_column_value_lengths_to_be_between: asked(
    { column, min_value: whole, max_value: whole, strict_min: flag, strict_max: flag },
    (draft, given, source) => {
      const { min_value: low, max_value: high } = given;
      return lengths(draft, given.column, source, {
        ...(low === undefined ? {} : { min: low + (given.strict_min ? 1 : 0) }),
        ...(high === undefined ? {} : { max: high - (given.strict_max ? 1 : 0) }),
      });
    },
  ),
  expect_column_value_lengths_to_equal: asked({ column, value: z.int().min(0) }, (draft, given, source) =>
    lengths(draft, given.column, source, { min: given.value, max: given.value }),
  ),
  expect_column_values_to_be_increasing: asked({ column, strictly: flag }, (draft, given, source) => {
    draft.rule(given.column, 'increasing', given.strictly ? 'strictly' : 'weakly', source);
  }),
  expect_column_values_to_be_json_parseable: asked({ column }, (draft, given, source) => {
    draft.rule(given.column, 'format', 'json', source);
  }),
  ...aggregates(),
};

/** Means, sums and the like: a number of the whole column between limits. */
function aggregates(): Record<string, Asked> {
  const kinds: Readonly<Record<string, (of: string) => Written>> = {
    mean: (of) => ({ mean: of }),
    stdev: (of) => ({ stddev: of }),
    sum: (of) => ({ sum: of }),
    min: (of) => ({ min: of }),
    max: (of) => ({ max: of }),
    median: (of) => ({ quantile: { column: of, q: 0.5 } }),
    unique_value_count: (of) => ({ distinct: of }),
  };
  const between = Object.entries(kinds).map(([kind, body]) => [
    `expect_column_${kind}_to_be_between`,
    asked(bounds, (draft, given, source) => {
      const limits = limitsOf(given);
      if (limits === undefined) return `limits of \`${kind}\` are numbers here; write a range for the values`;
      draft.column(given.column, source);
      draft.check(`${given.column}-${kind}`.replaceAll('_', '-'), { ...body(given.column), ...limits }, source);
      return given.strict_min || given.strict_max ? 'taken over, but the limit itself is let through here' : undefined;
    }),
  ]);
  const ranges = z.object({
    quantiles: z.array(z.number()),
    value_ranges: z.array(z.tuple([z.number().nullable(), z.number().nullable()])),
  });
  const quantiles = asked(
    { column, quantile_ranges: ranges, allow_relative_error: z.unknown().optional() },
    (draft, given, source) => {
      draft.column(given.column, source);
      for (const [index, q] of given.quantile_ranges.quantiles.entries()) {
        const [low, high] = given.quantile_ranges.value_ranges[index] ?? [null, null];
        const limits = limitsOf({ min_value: low ?? undefined, max_value: high ?? undefined });
        const body =
          q === 0 ? { min: given.column } : q === 1 ? { max: given.column } : { quantile: { column: given.column, q } };
        if (low !== null || high !== null) draft.check(`${given.column}-q${q}`, { ...body, ...limits }, source);
      }
    },
  );
  return { ...Object.fromEntries(between), expect_column_quantile_values_to_be_between: quantiles };
}

function ofValues(
  draft: ContractDraft,
  given: { readonly column: string; readonly value_set: readonly unknown[] },
  key: 'in' | 'not-in',
  source: Source,
): string | undefined {
  const values = scalars(given.value_set);
  if (values === undefined || values.length === 0) return values === undefined ? listed : 'the set is empty';
  draft.rule(given.column, key, values, source, among(sql(given.column), values, key === 'not-in'));
  return undefined;
}

/** Every one of these values must be seen. */
function holding(
  draft: ContractDraft,
  given: { readonly column: string; readonly value_set: readonly unknown[] },
  source: Source,
): string | undefined {
  const values = scalars(given.value_set);
  if (values === undefined || values.length === 0) return values === undefined ? listed : 'the set is empty';
  draft.column(given.column, source);
  draft.check(
    `${given.column}-holds`,
    { sql: missingFrom(given.column, values, source.when) },
    { ...source, when: undefined },
  );
  return undefined;
}

function matching(draft: ContractDraft, name: string, regex: string, source: Source): string | undefined {
  return takePattern(draft, name, regex, source, { language: 'python' });
}

function like(draft: ContractDraft, name: string, condition: string, source: Source): undefined {
  draft.column(name, source);
  draft.check(
    `${name}-like`,
    { expect: `${sql(name)} ${condition}` },
    { ...source, when: both(source.when, isThere(name)) },
  );
}

/** Several names of one logical type are one type here. */
function ofType(draft: ContractDraft, name: string, written: readonly string[], source: Source): string | undefined {
  const read = written.map((one) => ({ one, type: typeNamed(one) }));
  const unknown = read.filter(({ type }) => type === undefined).map(({ one }) => one);
  const types = [...new Set(read.flatMap(({ type }) => (type === undefined ? [] : [type.type])))];
  const [type, second] = types;
  if (unknown.length > 0 || type === undefined) {
    draft.column(name, source);
    return `what ${unknown.join(', ')} holds is not fixed, or no type that a contract knows`;
  }
  if (second !== undefined) return `a column has one type, and this allows ${types.join(' and ')}`;
  const before = draft.left.length;
  draft.rule(name, 'type', type, source);
  const beyond = read.flatMap((one) => (one.type?.beyond === undefined ? [] : [one.type.beyond]));
  if (draft.left.length > before || beyond.length < read.length) return undefined;
  return `taken over as ${type}: types here are logical, and ${beyond.join(', ')} says more`;
}

function lengths(draft: ContractDraft, name: string, source: Source, range: { min?: number; max?: number }): undefined {
  draft.rule(name, 'length', range, source, within(`length(${sql(name)})`, range));
}
