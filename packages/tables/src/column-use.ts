import type { ColumnType } from './column-type.ts';
import type { Role } from './pair-spec.ts';
import type { RelationColumn } from './relation.ts';

/** Roles of the caller's columns, and what this package itself uses columns as. */
export type ColumnUse = Role | 'weight' | 'cluster' | 'grade' | 'rank' | 'document';

const scalars: readonly ColumnType[] = ['boolean', 'integer', 'number', 'text', 'time', 'empty'];
const numbers: readonly ColumnType[] = ['boolean', 'integer', 'number', 'empty'];

/** What `use` needs, in words for messages: `a number is needed`. */
export function needOf(use: ColumnUse): string {
  switch (use) {
    case 'class':
      return 'a class is a boolean, an integer or a text';
    case 'flag':
      return 'a flag is a boolean, or 0 or 1';
    case 'text':
      return 'a text is needed';
    case 'texts':
      return 'a text or a list of texts is needed';
    case 'cluster':
      return 'a cluster is a single value';
    case 'group':
      return 'a group is a single value';
    case 'name':
      return 'a boolean, an integer or a text is needed';
    case 'document':
      return 'a document is a number or a text';
    default:
      return 'a number is needed';
  }
}

/** Whether a column of this type can be used so at all; its values are another question. */
export function fitsUse(column: RelationColumn, use: ColumnUse): boolean {
  const { type, storedAs, written, json } = column;
  switch (use) {
    case 'class':
    case 'name':
      return ['boolean', 'integer', 'number', 'text', 'empty'].includes(type);
    case 'text':
      return type === 'text' || type === 'empty' || written !== undefined;
    case 'texts':
      if (json !== undefined && (type === 'other' || type === 'mixed')) return true;
      return type === 'text' || type === 'empty' || written !== undefined || isListOfTexts(storedAs);
    case 'cluster':
    case 'group':
    case 'document':
      return scalars.includes(type);
    default:
      return numbers.includes(type);
  }
}

/** SQL of the column's value for this use: DOUBLE, VARCHAR, VARCHAR[] (never null), or as it is. */
export function sqlOfUse(column: RelationColumn, use: ColumnUse): string {
  switch (use) {
    case 'class':
    case 'cluster':
    case 'document':
      return column.sql;
    case 'group':
      return `CAST(dense_rank() OVER (ORDER BY ${column.sql}) AS DOUBLE)`;
    case 'name': {
      const whole = column.type === 'number' ? `CAST(${column.sql} AS BIGINT)` : column.sql;
      return `coalesce(CAST(${whole} AS VARCHAR), '')`;
    }
    case 'text':
      return textSql(column);
    case 'texts':
      return `coalesce(${textsSql(column)}, CAST([] AS VARCHAR[]))`;
    case 'rank':
      return `-CAST(${column.sql} AS DOUBLE)`;
    default:
      return `CAST(${column.sql} AS DOUBLE)`;
  }
}

export function textSql({ sql, written }: RelationColumn): string {
  return `CAST(${written ?? sql} AS VARCHAR)`;
}

/** Null where the value is null; of a JSON value that is neither a text nor a list: null. */
export function textsSql(column: RelationColumn): string {
  const { sql, json, type, storedAs } = column;
  if (json !== undefined && type !== 'empty') {
    return `CASE json_type(${json}) WHEN 'VARCHAR' THEN [${json} ->> '$'] WHEN 'ARRAY' THEN ${json} ->> '$[*]' END`;
  }
  if (isListOfTexts(storedAs)) return `CAST(${sql} AS VARCHAR[])`;
  return `CASE WHEN ${textSql(column)} IS NOT NULL THEN [${textSql(column)}] END`;
}

function isListOfTexts(storedAs: string): boolean {
  return /^VARCHAR\[\d*\]$/.test(storedAs);
}
