import { type ColumnContract, none, type TableCheck, type Tolerance, UserError } from '@modelgate/core';
import type { Dialect } from './dialect.ts';
import type { RuleIdentity } from './measurement.ts';
import type { ReadColumn } from './read-column.ts';
import { counted, own, type RulePlan, unmeasurable } from './rule-plan.ts';
import { named } from './source-column.ts';
import { readText } from './text-reading.ts';
import type { Scalar } from './value-literal.ts';
import { finiteRule, formatRule, lengthRule, patternRule, rangeRule, setRule, type ValueRule } from './value-rule.ts';

/** Values of another table's column, where they are few enough to be asked by value. */
export interface FetchedSet {
  readonly values: readonly Scalar[];
  /** "`carrier` of airlines.csv" */
  readonly from: string;
}

export interface CountedColumn {
  readonly name: string;
  readonly contract: ColumnContract;
  readonly column: ReadColumn;
  /** Whether the column was found to be of another type than asked: rules that do not fit it are then said once. */
  readonly retyped: boolean;
  /** Of `in` and `not-in` that name another table. */
  readonly sets: Readonly<Partial<Record<'in' | 'not-in', FetchedSet>>>;
}

/**
 * The rules of a column that look at one row at a time, as counts of the one pass. A missing value breaks `nullable`
 * and `nulls` and no other rule; a text that does not read as the column's type breaks `type` and no other.
 */
export function columnPlans(one: CountedColumn, dialect: Dialect): readonly RulePlan[] {
  const { contract, column } = one;
  const rules = [...missingRules(one), ...valueRules(one, dialect)];
  return rules.flatMap(([key, rule, allowed]): readonly RulePlan[] => {
    const identity = identityOf(one, key);
    if ('unfit' in rule)
      return one.retyped ? [] : [unmeasurable(identity, new UserError(rule.reason ?? 'column-type', `${rule.unfit}.`))];
    const missing = key === 'nullable' || key === 'nulls';
    return [rowCount(identity, rule, { held: missing ? undefined : column.held, where: contract.where, allowed })];
  });
}

function identityOf({ name, contract }: CountedColumn, key: string): RuleIdentity {
  const why = contract.why === undefined ? {} : { why: contract.why };
  return { id: `columns.${name}.${key}`, path: ['columns', name, key], column: name, level: contract.level, ...why };
}

type Ruled = readonly [key: string, rule: ValueRule, allowed: Tolerance];

function missingRules({ contract, column }: CountedColumn): readonly Ruled[] {
  const rule = { breaks: `${named(column.name)} is missing`, broken: `${column.held} IS NULL` };
  return [
    ...(contract.nullable === false ? [['nullable', rule, none] as const] : []),
    ...(contract.nulls === undefined ? [] : [['nulls', rule, contract.nulls] as const]),
  ];
}

function valueRules({ contract, column, sets }: CountedColumn, dialect: Dialect): readonly Ruled[] {
  const allowed = contract.failing ?? none;
  const rules: Ruled[] = [];
  if (column.readAs !== undefined) {
    const broken = `${column.held} IS NOT NULL AND ${column.sql} IS NULL`;
    rules.push([
      'type',
      { breaks: `${named(column.name)} does not read as ${article(column.readAs)}`, broken },
      allowed,
    ]);
  }
  if (contract.type === 'double' && contract.finite !== false)
    rules.push(['finite', finiteRule(column, dialect), allowed]);
  for (const key of ['in', 'not-in'] as const) {
    const [set, fetched] = [contract[key], sets[key]];
    if (Array.isArray(set)) rules.push([key, setRule(column, key, set, dialect), allowed]);
    else if (fetched !== undefined)
      rules.push([key, setRule(column, key, fetched.values, dialect, fetched.from), allowed]);
  }
  if (contract.range !== undefined) rules.push(['range', rangeOf(column, contract.range, dialect), allowed]);
  if (contract.pattern !== undefined)
    rules.push(['pattern', patternRule(column, 'pattern', contract.pattern, dialect), contract.matching ?? allowed]);
  if (contract['not-pattern'] !== undefined)
    rules.push(['not-pattern', patternRule(column, 'not-pattern', contract['not-pattern'], dialect), allowed]);
  if (contract.format !== undefined) rules.push(['format', formatRule(column, contract.format, dialect), allowed]);
  if (contract.length !== undefined) rules.push(['length', lengthRule(column, contract.length, dialect), allowed]);
  return rules;
}

/** A range of a column without a type says how its text is meant; what cannot be read so lies in no range. */
function rangeOf(column: ReadColumn, range: NonNullable<ColumnContract['range']>, dialect: Dialect): ValueRule {
  if (column.kind !== 'text' || !column.fromText) return rangeRule(column, range, dialect);
  const numeric = typeof (range.min ?? range.above ?? range.max ?? range.below) === 'number';
  const sql = readText(column.held, numeric ? 'double' : 'timestamp', dialect);
  const rule = rangeRule({ ...column, sql, kind: numeric ? 'floating' : 'timestamp' }, range, dialect);
  return 'unfit' in rule
    ? rule
    : { ...rule, broken: `${column.held} IS NOT NULL AND (${sql} IS NULL OR ${rule.broken})` };
}

function article(type: string): string {
  return type === 'integer' ? 'an integer' : `a ${type === 'double' || type === 'decimal' ? 'number' : type}`;
}

interface RowCount {
  /** Rows where this is NULL are not looked at. */
  readonly held: string | undefined;
  readonly where: string | undefined;
  readonly allowed: Tolerance;
}

/** Counted as one condition, which the engine can answer from the bounds of a file; a FILTER it evaluates row by row. */
function rowCount(
  rule: RuleIdentity,
  { breaks, broken }: { breaks: string; broken: string },
  { held, where, allowed }: RowCount,
): RulePlan {
  const among = where === undefined ? [] : [own(where)];
  const looked = [...among, ...(held === undefined ? [] : [`${held} IS NOT NULL`])];
  return {
    rule,
    asks: {
      of: where === undefined ? `count(${held ?? '*'})` : countOf(looked),
      failing: countOf([...among, `(${broken})`]),
    },
    foreign: where === undefined ? [] : [where],
    finish: (answer) => ({
      kind: 'counted',
      breaks,
      failing: counted(answer, 'failing'),
      of: counted(answer, 'of'),
      unit: 'row',
      allowed,
      sampleShows: 'share',
    }),
  };
}

/** DuckDB has none instead of 0 where every condition is NULL. */
function countOf(conditions: readonly string[]): string {
  return `coalesce(count_if(${conditions.join(' AND ')}), 0)`;
}

/** `expect`: a row for which the condition is unknown does not meet it. */
export function expectPlan(id: string, expect: string, check: TableCheck, rule: RuleIdentity): RulePlan {
  const plan = rowCount(
    rule,
    { breaks: `${named(id)} is not met`, broken: `NOT coalesce(${own(expect)}, FALSE)` },
    { held: undefined, where: check.where, allowed: check.failing ?? none },
  );
  return { ...plan, foreign: [...(plan.foreign ?? []), expect] };
}
