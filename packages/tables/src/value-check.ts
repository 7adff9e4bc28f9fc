import type { Reason } from '@modelgate/core';
import { type ColumnUse, needOf, textSql, textsSql } from './column-use.ts';
import type { RelationColumn } from './relation.ts';

/** What may be wrong with a row: SQL that is true where it is, and words for how many rows. */
export interface ValueCheck {
  readonly reason: Reason;
  readonly sql: string;
  readonly text: (count: number, row: number) => string;
}

/** Integers up to here are exact as numbers. */
const largestExact = 2 ** 53;

/** Longer texts are no answers: metrics of texts look at every word of both sides. In bytes of UTF-8. */
const longestText = 1 << 20;

export function keyChecks({ name, type, sql, storedAs }: RelationColumn): readonly ValueCheck[] {
  return [
    nullCheck(`key column "${name}"`, sql),
    ...exactIdChecks(`key column "${name}"`, type, sql, storedAs, 'keys'),
  ];
}

/** Of a document beside which null means that nothing was retrieved. */
export function documentChecks({ name, type, sql, storedAs }: RelationColumn): readonly ValueCheck[] {
  return exactIdChecks(`column "${name}"`, type, sql, storedAs, 'documents');
}

function exactIdChecks(words: string, type: string, sql: string, storedAs: string, ids: string): readonly ValueCheck[] {
  if (type !== 'number') return [];
  // A float that holds ids beyond its exact range has already merged neighbours.
  const exact = storedAs === 'FLOAT' ? 2 ** 24 : largestExact;
  return [
    {
      reason: 'column-type',
      sql: `NOT (isfinite(${double(sql)}) AND abs(${double(sql)}) < ${exact} AND ${double(sql)} = floor(${double(sql)}))`,
      text: (n, row) =>
        `${words} is stored as ${storedAs} and holds ${values(n)} that such a column cannot keep as an exact id (${first(row)}); write ${ids} as integers or text`,
    },
  ];
}

/** Everything that a value of this column may be and must not, for one use. */
export function useChecks(column: RelationColumn, use: ColumnUse): readonly ValueCheck[] {
  switch (use) {
    case 'text':
      return textChecks(column);
    case 'texts':
      return textsChecks(column);
    case 'cluster':
      return clusterChecks(column);
    case 'group':
      return [nullCheck(`column "${column.name}"`, column.sql)];
    case 'name':
      return numberChecks(column, 'class').filter(({ reason }) => reason !== 'value-missing');
    case 'document':
      return [nullCheck(`column "${column.name}"`, column.sql), ...documentChecks(column)];
    default:
      return numberChecks(column, use);
  }
}

function textChecks(column: RelationColumn): readonly ValueCheck[] {
  const words = `column "${column.name}"`;
  const missing = nullCheck(words, textSql(column));
  const csv =
    column.written === undefined ? '' : '; CSV cannot tell an empty text from none: write Parquet or JSON lines';
  return [
    { ...missing, text: (n, row) => missing.text(n, row) + csv },
    lengthCheck(words, `strlen(${textSql(column)})`),
  ];
}

function textsChecks(column: RelationColumn): readonly ValueCheck[] {
  const words = `column "${column.name}"`;
  const list = textsSql(column);
  const { json, type } = column;
  const inside: ValueCheck = {
    reason: 'value-missing',
    sql:
      json === undefined
        ? `len(list_filter(${list}, lambda e: e IS NULL)) > 0`
        : `list_contains(json_type(${json}, '$[*]'), 'NULL')`,
    text: (n, row) =>
      `${words} holds ${n.toLocaleString('en')} list${n === 1 ? '' : 's'} with a null inside (${first(row)})`,
  };
  const length = lengthCheck(words, `list_max(list_transform(${list}, lambda e: strlen(e)))`);
  if (json === undefined || type === 'empty') return [inside, length];
  const other: ValueCheck = {
    reason: 'column-type',
    sql: `json_type(${json}) NOT IN ('VARCHAR', 'ARRAY', 'NULL')
      OR len(list_filter(json_type(${json}, '$[*]'), lambda t: t NOT IN ('VARCHAR', 'NULL'))) > 0`,
    text: (n, row) =>
      `${words} holds ${values(n)} that ${n === 1 ? 'is' : 'are'} neither a text nor a list of texts (${first(row)})`,
  };
  return [other, inside, length];
}

function lengthCheck(words: string, bytes: string): ValueCheck {
  return {
    reason: 'value-out-of-range',
    sql: `${bytes} > ${longestText}`,
    text: (n, row) =>
      `${words} holds ${n.toLocaleString('en')} text${n === 1 ? '' : 's'} of more than ${longestText.toLocaleString('en')} bytes (${first(row)}); is it the right column?`,
  };
}

function clusterChecks({ name, type, sql }: RelationColumn): readonly ValueCheck[] {
  const words = `cluster column "${name}"`;
  const how = 'fill it, e.g. with the key, for rows that depend on no other';
  const missing = nullCheck(words, sql);
  const checks: ValueCheck[] = [{ ...missing, text: (n, row) => `${missing.text(n, row)}; ${how}` }];
  if (type === 'number') {
    const check = finiteCheck(words, sql);
    checks.push({ ...check, text: (n, row) => `${check.text(n, row)}; ${how}` });
  }
  return checks;
}

function numberChecks({ name, type, sql, storedAs }: RelationColumn, use: ColumnUse): readonly ValueCheck[] {
  const column = `${use === 'weight' ? 'weight ' : ''}column "${name}"`;
  const checks = [nullCheck(column, sql)];
  const value = double(sql);
  if (type === 'number') checks.push(finiteCheck(column, sql));
  if (use === 'class' && type === 'number') {
    checks.push({
      reason: 'column-type',
      sql: `isfinite(${value}) AND (abs(${value}) >= ${largestExact} OR ${value} <> floor(${value}))`,
      text: (n, row) =>
        `${column} is stored as ${storedAs} and holds ${values(n)} with a fraction (${first(row)}); ${needOf(use)}`,
    });
  }
  if (use !== 'class' && type === 'integer') {
    checks.push({
      reason: 'column-type',
      sql: `abs(CAST(${sql} AS HUGEINT)) > ${largestExact}`,
      text: (n, row) =>
        `${column} holds ${values(n)} beyond 2^53 (${first(row)}), which no calculation here keeps exact`,
    });
  }
  const range = rangeChecks[use];
  if (range !== undefined && type !== 'boolean') {
    checks.push({
      reason: range.reason ?? 'value-out-of-range',
      sql: `isfinite(${value}) AND NOT (${range.holds(value)})`,
      text: (n, row) => `${column} holds ${range.words(n)} (${first(row)}); ${range.need}`,
    });
  }
  return checks;
}

interface Range {
  readonly reason?: Reason;
  readonly holds: (sql: string) => string;
  readonly words: (n: number) => string;
  readonly need: string;
}

const rangeChecks: Readonly<Partial<Record<ColumnUse, Range>>> = {
  probability: {
    reason: 'probability-out-of-range',
    holds: (sql) => `${sql} >= 0 AND ${sql} <= 1`,
    words: (n) => `${values(n)} outside [0, 1]`,
    need: 'a probability is needed',
  },
  flag: { holds: (sql) => `${sql} IN (0, 1)`, words: (n) => `${values(n)} other than 0 and 1`, need: needOf('flag') },
  weight: { holds: (sql) => `${sql} >= 0`, words: (n) => `${values(n)} below 0`, need: 'a weight is at least 0' },
  grade: {
    holds: (sql) => `${sql} >= 0`,
    words: (n) => `${values(n)} below 0`,
    need: 'a grade is at least 0, and 0 means not relevant',
  },
  rank: {
    holds: (sql) => `${sql} >= 1 AND ${sql} = floor(${sql})`,
    words: (n) => `${values(n)} that ${n === 1 ? 'is' : 'are'} no rank`,
    need: 'ranks are whole numbers from 1, the best',
  },
};

export function nullCheck(words: string, sql: string): ValueCheck {
  return {
    reason: 'value-missing',
    sql: `${sql} IS NULL`,
    text: (n, row) => `${words} holds ${n.toLocaleString('en')} null${n === 1 ? '' : 's'} (${first(row)})`,
  };
}

function finiteCheck(words: string, sql: string): ValueCheck {
  return {
    reason: 'not-finite',
    sql: `NOT isfinite(${double(sql)})`,
    text: (n, row) => `${words} holds ${values(n)} that ${n === 1 ? 'is' : 'are'} NaN or infinite (${first(row)})`,
  };
}

function values(n: number): string {
  return `${n.toLocaleString('en')} value${n === 1 ? '' : 's'}`;
}

function first(row: number): string {
  return `first in row ${row.toLocaleString('en')}`;
}

function double(sql: string): string {
  return `CAST(${sql} AS DOUBLE)`;
}
