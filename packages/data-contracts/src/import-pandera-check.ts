import * as z from 'zod';
import type { ContractDraft, Source } from './import-draft.ts';
import { quoted } from './import-pattern.ts';
import { takePattern } from './import-pattern-rule.ts';
import { edgeOf, isExact, isMapping, scalars } from './import-source.ts';
import { among, missingFrom, type Range, column as sql, within } from './import-sql.ts';

export interface CheckOptions {
  readonly nullable: boolean;
}

export interface WrittenCheck {
  readonly check: string;
  readonly given: unknown;
  /** The key of the column under which it stands. */
  readonly key: string;
}

/** Checks as any version wrote them: beside the other keys, or under `checks` as a mapping or a list. */
export function writtenChecks(
  one: Readonly<Record<string, unknown>>,
  known: ReadonlySet<string>,
  settings: Readonly<Record<string, string>>,
): WrittenCheck[] {
  const { checks } = one;
  const flat = Object.entries(one)
    .filter(([key]) => !known.has(key) && !Object.hasOwn(settings, key))
    .map(([key, given]) => ({ check: key, given, key }));
  if (Array.isArray(checks)) {
    return flat.concat(checks.map((given) => ({ check: checkNameOf(given), given, key: 'checks' })));
  }
  const mapped = isMapping(checks) ? Object.entries(checks) : [];
  return flat.concat(
    mapped.flatMap(([check, given]) =>
      // several checks of one kind are a list of mappings
      Array.isArray(given) && given.some(isMapping)
        ? given.map((each) => ({ check, given: each, key: 'checks' }))
        : [{ check, given, key: 'checks' }],
    ),
  );
}

function checkNameOf(given: unknown): string {
  const options = isMapping(given) ? given['options'] : undefined;
  return isMapping(options) && typeof options['check_name'] === 'string'
    ? options['check_name']
    : 'check without a name';
}

const optionSchema = z.looseObject({
  check_name: z.string().nullish(),
  raise_warning: z.boolean().nullish(),
  ignore_na: z.boolean().nullish(),
  error: z.string().nullish(),
  title: z.string().nullish(),
  description: z.string().nullish(),
  name: z.string().nullish(),
  n_failure_cases: z.unknown().optional(),
  element_wise: z.unknown().optional(),
  determined_by_unique: z.unknown().optional(),
  groupby: z.unknown().optional(),
  groups: z.unknown().optional(),
});

/** A check's arguments, apart from how it is run; a lone value is the check's only argument. */
function parted(given: unknown): {
  value: unknown;
  named: Readonly<Record<string, unknown>>;
  options: z.infer<typeof optionSchema>;
} {
  if (!isMapping(given)) return { value: given, named: {}, options: optionSchema.parse({}) };
  const { options: nested, ...rest } = given;
  const isOption = (key: string) => Object.hasOwn(optionSchema.shape, key);
  const flat = Object.entries(rest).filter(([key]) => isOption(key));
  const named = Object.fromEntries(Object.entries(rest).filter(([key]) => !isOption(key)));
  const read = optionSchema.safeParse({ ...Object.fromEntries(flat), ...(isMapping(nested) ? nested : {}) });
  const values = Object.values(named);
  return {
    value: values.length === 1 ? values[0] : undefined,
    named,
    options: read.success ? read.data : optionSchema.parse({}),
  };
}

/** Takes one check of a column over, or leaves it with the reason. */
export function takeCheck(
  draft: ContractDraft,
  name: string,
  check: string,
  given: unknown,
  from: Source,
  { nullable }: CheckOptions,
): void {
  const { value, named, options } = parted(given);
  const taken = Object.hasOwn(checks, check) ? checks[check] : undefined;
  if (taken === undefined) {
    draft.leave(from, 'a contract has no such rule; if it is your own check, write it as `expect`');
    return;
  }
  if (options.groupby != null) {
    draft.leave(from, 'is asked of groups; write one check for each with `where`');
    return;
  }
  if (options.ignore_na === false && nullable) {
    draft.leave(from, 'ignore_na: false: rules here look at values that are not missing');
    return;
  }
  const why = options.error ?? options.description ?? options.title ?? undefined;
  const source: Source = { ...from, level: options.raise_warning ? 'warn' : 'fail', why };
  const reason = taken({ draft, name, value, named, source });
  if (reason !== undefined) draft.leave(source, reason);
}

interface Given {
  readonly draft: ContractDraft;
  readonly name: string;
  /** The only argument, if there is one only. */
  readonly value: unknown;
  readonly named: Readonly<Record<string, unknown>>;
  readonly source: Source;
}

/** Source: pandera's documentation of `pandera.api.checks.Check`, the built-in checks. */
const checks: Readonly<Record<string, (given: Given) => string | undefined>> = {
  equal_to: (given) => ofValues(given, [given.value], 'in'),
  not_equal_to: (given) => ofValues(given, [given.value], 'not-in'),
  greater_than: (given) => ofRange(given, { above: given.value }),
  greater_than_or_equal_to: (given) => ofRange(given, { min: given.value }),
  less_than: (given) => ofRange(given, { below: given.value }),
  less_than_or_equal_to: (given) => ofRange(given, { max: given.value }),
  in_range: (given) => {
    const { min_value, max_value, include_min, include_max } = given.named;
    return ofRange(given, {
      [include_min === false ? 'above' : 'min']: min_value,
      [include_max === false ? 'below' : 'max']: max_value,
    });
  },
  isin: (given) => ofValues(given, given.value, 'in'),
  notin: (given) => ofValues(given, given.value, 'not-in'),
  unique_values_eq: (given) => {
    const { draft, name, value, source } = given;
    const reason = ofValues(given, value, 'in');
    const values = Array.isArray(value) ? scalars(value) : undefined;
    if (reason === undefined && values !== undefined)
      draft.check(`${name}-holds`, { sql: missingFrom(name, values, undefined) }, source);
    return reason;
  },
  // re.match begins at the beginning, re.search anywhere
  str_matches: (given) => ofPattern(given, (pattern) => (/^\^[^|]*$/.test(pattern) ? pattern : `^(?:${pattern})`)),
  str_contains: (given) => ofPattern(given, (pattern) => pattern),
  str_startswith: (given) => ofText(given, (text) => `^${text}`),
  str_endswith: (given) => ofText(given, (text) => `${text}$`),
  str_length: ({ draft, name, value, named, source }) => {
    const exact = named['exact_value'] ?? (Object.keys(named).length === 0 ? value : undefined);
    const ends = Object.entries({ min: exact ?? named['min_value'], max: exact ?? named['max_value'] });
    const range = Object.fromEntries(ends.filter(([, end]) => end != null)) as Record<string, number>;
    draft.rule(name, 'length', range, source, within(`length(${sql(name)})`, range));
    return undefined;
  },
};

function ofRange({ draft, name, source }: Given, ends: Readonly<Record<string, unknown>>): string | undefined {
  const written: Record<string, number | string> = {};
  for (const [key, end] of Object.entries(ends)) {
    if (end === null || end === undefined) continue;
    if ((key === 'max' && end === Number.POSITIVE_INFINITY) || (key === 'min' && end === Number.NEGATIVE_INFINITY))
      continue;
    if (typeof end !== 'number' && typeof end !== 'string') return notRead(end);
    if (!isExact(end)) return `${end} cannot be written exactly`;
    written[key] = edgeOf(end);
  }
  const range: Range = written;
  draft.rule(name, 'range', range, source, within(sql(name), range));
  return undefined;
}

function ofValues({ draft, name, source }: Given, given: unknown, key: 'in' | 'not-in'): string | undefined {
  const values = Array.isArray(given) ? scalars(given) : undefined;
  if (values === undefined || values.length === 0) return notRead(given);
  draft.rule(name, key, values, source, among(sql(name), values, key === 'not-in'));
  return undefined;
}

function ofPattern({ draft, name, value, source }: Given, anchored: (pattern: string) => string): string | undefined {
  if (typeof value !== 'string') return notRead(value);
  return takePattern(draft, name, value, source, { language: 'python', anchored });
}

function ofText({ draft, name, value, source }: Given, anchored: (text: string) => string): string | undefined {
  if (typeof value !== 'string') return notRead(value);
  draft.rule(name, 'pattern', anchored(quoted(value)), source);
  return undefined;
}

function notRead(value: unknown): string {
  return `its value cannot be read here: ${JSON.stringify(value) ?? 'none'}`;
}
