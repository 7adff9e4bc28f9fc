import { type ColumnContract, type DataContract, none, type TableCheck, type Tolerance } from '@modelgate/core';
import type { ColumnType } from '@modelgate/tables';
import type { Dialect } from './dialect.ts';
import { patternOf } from './text-format.ts';

/** One rule as two numbers over the table: the rows it looks at, and how many of them break it. */
export interface Counting {
  /** `columns.origin.in`, `checks.plausible-speed`: where it stands in the contract. */
  readonly id: string;
  readonly path: readonly (string | number)[];
  readonly column?: string;
  /** SQL aggregate: rows that the rule looks at. A missing value breaks `nullable` and `nulls`, and no other rule. */
  readonly looked: string;
  /** SQL aggregate: how many of these break it. */
  readonly broken: string;
  readonly tolerance: Tolerance;
  readonly level: ColumnContract['level'];
  readonly why?: string;
}

/**
 * The rules of a contract that are counted row by row, as SQL of one pass over the table. Rules about several rows at
 * once (uniqueness, order), about other tables and numbers of the whole table are measured apart.
 *
 * @param stored what the table holds by column; rules of columns that it lacks are not counted, for that is said before
 */
export function rowCountings(
  contract: DataContract,
  stored: ReadonlyMap<string, ColumnType>,
  dialect: Dialect,
): readonly Counting[] {
  const columns = Object.entries(contract.columns).flatMap(([name, column]) => {
    const type = stored.get(name);
    return type === undefined || column.absent ? [] : [{ name, column, type }];
  });
  return [
    ...columns.flatMap(({ name, column, type }) => ofColumn(name, column, type, dialect)),
    ...Object.entries(contract.checks).flatMap(([id, check]) => ofCheck(id, check)),
  ];
}

/** What the engines call a type that text can be read as. */
const readAs: Readonly<Partial<Record<NonNullable<ColumnContract['type']>, string>>> = {
  boolean: 'BOOLEAN',
  integer: 'BIGINT',
  decimal: 'DECIMAL(38, 9)',
  double: 'DOUBLE',
  date: 'DATE',
  time: 'TIME',
  timestamp: 'TIMESTAMP',
};

function ofColumn(name: string, column: ColumnContract, stored: ColumnType, dialect: Dialect): readonly Counting[] {
  const held = dialect.identifier(name);
  const target = column.type === undefined ? undefined : readAs[column.type];
  const asText = column.type === 'string' && stored !== 'text';
  const read = stored === 'text' && target !== undefined;
  const sql = read ? `TRY_CAST(${held} AS ${target})` : asText ? `CAST(${held} AS VARCHAR)` : held;
  const common = { column: name, level: column.level, ...(column.why === undefined ? {} : { why: column.why }) };
  const rule = (key: string, broken: string, tolerance: Tolerance, looked = `count(${held})`): Counting => ({
    id: `columns.${name}.${key}`,
    path: ['columns', name, key],
    ...common,
    looked,
    broken: `count(*) FILTER (WHERE ${broken})`,
    tolerance,
  });
  const allowed = column.failing ?? none;
  const value = (condition: string) => `${sql} IS NOT NULL AND NOT (${condition})`;
  const rules: Counting[] = [];
  if (read) rules.push(rule('type', `${held} IS NOT NULL AND ${sql} IS NULL`, none));
  if (column.nullable === false) rules.push(rule('nullable', `${held} IS NULL`, none, 'count(*)'));
  if (column.nulls !== undefined) rules.push(rule('nulls', `${held} IS NULL`, column.nulls, 'count(*)'));
  if (column.type === 'double' && column.finite !== false) rules.push(rule('finite', value(dialect.finite(sql)), none));
  if (Array.isArray(column.in))
    rules.push(rule('in', value(`${sql} IN (${column.in.map(dialectValue(dialect)).join(', ')})`), allowed));
  if (Array.isArray(column['not-in']))
    rules.push(rule('not-in', `${sql} IN (${column['not-in'].map(dialectValue(dialect)).join(', ')})`, allowed));
  if (column.range !== undefined) rules.push(rule('range', value(within(sql, column.range, dialect)), allowed));
  if (column.pattern !== undefined)
    rules.push(rule('pattern', value(dialect.matches(sql, column.pattern)), column.matching ?? allowed));
  if (column.format !== undefined)
    rules.push(rule('format', value(dialect.matches(sql, patternOf(column.format))), allowed));
  if (column.length !== undefined) {
    const { min, max } = column.length;
    const ends = [...(min === undefined ? [] : [`>= ${min}`]), ...(max === undefined ? [] : [`<= ${max}`])];
    rules.push(rule('length', value(ends.map((end) => `${dialect.length(sql)} ${end}`).join(' AND ')), allowed));
  }
  return rules;
}

/** A NaN lies in no range: engines that sort it above every number would let it through an open end. */
function within(sql: string, range: NonNullable<ColumnContract['range']>, dialect: Dialect): string {
  const ends = [
    [range.min, '>='],
    [range.above, '>'],
    [range.max, '<='],
    [range.below, '<'],
  ] as const;
  const conditions = ends.flatMap(([end, sign]) => {
    if (end === undefined) return [];
    return typeof end === 'number'
      ? [`${sql} ${sign} ${end}`, `NOT ${dialect.nan(sql)}`]
      : [`${sql} ${sign} CAST(${dialect.text(end)} AS ${end.length === 10 ? 'DATE' : 'TIMESTAMP'})`];
  });
  return [...new Set(conditions)].join(' AND ');
}

function dialectValue(dialect: Dialect) {
  return (value: string | number | boolean) => (typeof value === 'string' ? dialect.text(value) : String(value));
}

/** A row for which the condition is unknown does not meet it. */
function ofCheck(id: string, check: TableCheck): readonly Counting[] {
  if (check.expect === undefined) return [];
  const where = check.where === undefined ? 'TRUE' : own(check.where);
  return [
    {
      id: `checks.${id}`,
      path: ['checks', id],
      looked: `count(*) FILTER (WHERE ${where})`,
      broken: `count(*) FILTER (WHERE (${where}) AND (${own(check.expect)}) IS NOT TRUE)`,
      tolerance: check.failing ?? none,
      level: check.level,
      ...(check.why === undefined ? {} : { why: check.why }),
    },
  ];
}

/** A person's SQL on lines of its own, so that a comment at its end takes nothing else along. */
function own(sql: string): string {
  return `(\n${sql}\n)`;
}
