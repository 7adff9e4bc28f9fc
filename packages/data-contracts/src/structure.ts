import { type ColumnContract, type DataContract, nearest } from '@modelgate/core';
import type { Column, Format } from '@modelgate/tables';
import { isReadByRow } from './text-reading.ts';

/** What of a contract a table breaks by its columns alone, whatever its rows hold. */
export interface StructureFinding {
  readonly path: readonly (string | number)[];
  readonly column: string;
  readonly kind: 'missing' | 'forbidden' | 'unexpected' | 're-typed' | 'out-of-order' | 'late' | 'early';
  readonly level: ColumnContract['level'];
  /** In words, with both what is asked and what is there. */
  readonly words: string;
  readonly how?: string;
}

/** Where and when a table is judged. */
export interface ContractSituation {
  /** Such as `training` or `serving`; undefined where the gate names none: then every column is expected. */
  readonly environment: string | undefined;
  /** YYYY-MM-DD. */
  readonly today: string;
}

/**
 * Compares the columns of a table with those of its contract.
 *
 * @param columns in the order of the table
 * @param format  in text formats a column of digits may be meant as text, for the file cannot say
 */
export function structureFindings(
  contract: DataContract,
  columns: readonly Column[],
  format: Format,
  situation: ContractSituation,
): readonly StructureFinding[] {
  const there = new Map(columns.map((column) => [column.name, column]));
  const named = Object.entries(contract.columns).flatMap(([name, column]) => {
    const path = ['columns', name];
    const found = there.get(name);
    return found === undefined
      ? lacking(name, column, path, [...there.keys()], situation)
      : present(name, column, path, found, format, situation);
  });
  return [...named, ...unexpected(contract, columns), ...(contract.order ? outOfOrder(contract, columns) : [])];
}

/** Whether the contract expects a column here and now. */
export function isExpected(column: ColumnContract, { environment, today }: ContractSituation): boolean {
  if (column.absent || !column.required) return false;
  if (environment !== undefined) {
    if (column.environments !== undefined && !column.environments.includes(environment)) return false;
    if (column.label && column.environments === undefined && environment === 'serving') return false;
  }
  return (column.since === undefined || column.since <= today) && (column.until === undefined || today <= column.until);
}

function lacking(
  name: string,
  column: ColumnContract,
  path: readonly string[],
  there: readonly string[],
  situation: ContractSituation,
): readonly StructureFinding[] {
  if (!isExpected(column, situation)) return [];
  const near = nearest(name, there);
  const since = column.since === undefined ? '' : `, which has been asked for since ${column.since}`;
  return [
    {
      ...{ path, column: name, kind: 'missing', level: column.level, words: `there is no column \`${name}\`${since}` },
      ...(near === undefined ? {} : { how: `is it the column \`${near}\`?` }),
    },
  ];
}

function present(
  name: string,
  column: ColumnContract,
  path: readonly string[],
  found: Column,
  format: Format,
  { today }: ContractSituation,
): readonly StructureFinding[] {
  const finding = (kind: StructureFinding['kind'], words: string, level = column.level): StructureFinding => {
    return { path, column: name, kind, level, words };
  };
  if (column.absent) return [finding('forbidden', `the column \`${name}\` is there, and must not be`)];
  if (column.until !== undefined && column.until < today)
    return [finding('late', `the column \`${name}\` should have gone after ${column.until}`)];
  const leaving =
    column.until === undefined
      ? []
      : [finding('early', `the column \`${name}\` will go after ${column.until}`, 'warn')];
  if (column.type === undefined || fits(column.type, found, format)) return leaving;
  return [...leaving, finding('re-typed', `\`${name}\` is ${found.storedAs}; ${column.type} is asked for`)];
}

/**
 * Text of a file that knows no types is read as the type row by row, and what cannot be is counted; a column of nothing
 * but nulls has no type yet. In CSV even digits may be meant as text.
 */
function fits(type: NonNullable<ColumnContract['type']>, column: Column, format: Format): boolean {
  const { type: stored, storedAs } = column;
  if (stored === 'empty' || isReadByRow(type, column, format)) return true;
  switch (type) {
    case 'string':
      return stored === 'text' || (format === 'csv' && stored !== 'other');
    case 'boolean':
    case 'integer':
      return stored === type;
    case 'decimal':
    case 'double':
      return stored === 'number' || stored === 'integer';
    case 'date':
    case 'time':
    case 'timestamp':
      return stored === 'time' && storedAs.toLowerCase().startsWith(type);
    case 'binary':
      return /^(BLOB|VARBINARY)\b/i.test(storedAs);
    case 'list':
      return /\]$|^ARRAY\b/i.test(storedAs);
    case 'struct':
      return /^(STRUCT|MAP|ROW)\b/i.test(storedAs);
  }
}

/** A contract that names no column knows of none that would be too many, unless it says that there must be none. */
export function extraColumns(contract: DataContract): DataContract['extra-columns'] {
  const what = contract['extra-columns'];
  return what === 'warn' && Object.keys(contract.columns).length === 0 ? 'allow' : what;
}

function unexpected(contract: DataContract, columns: readonly Column[]): readonly StructureFinding[] {
  const what = extraColumns(contract);
  if (what === 'allow') return [];
  return columns.flatMap(({ name }) => {
    if (contract.columns[name] !== undefined) return [];
    const near = nearest(name, Object.keys(contract.columns));
    return [
      {
        path: ['extra-columns'],
        column: name,
        kind: 'unexpected' as const,
        level: what,
        words: `the contract does not know the column \`${name}\``,
        ...(near === undefined ? {} : { how: `is it meant as \`${near}\`?` }),
      },
    ];
  });
}

/** The first column that stands elsewhere than the contract has it, among those that both know. */
function outOfOrder(contract: DataContract, columns: readonly Column[]): readonly StructureFinding[] {
  const asked = Object.keys(contract.columns).filter((name) => columns.some((column) => column.name === name));
  const found = columns.flatMap(({ name }) => (asked.includes(name) ? [name] : []));
  const at = asked.findIndex((name, index) => found[index] !== name);
  const [wanted, instead] = [asked[at], found[at]];
  if (wanted === undefined || instead === undefined) return [];
  return [
    {
      path: ['order'],
      column: instead,
      kind: 'out-of-order',
      level: 'fail',
      words: `\`${instead}\` stands where the contract has \`${wanted}\``,
    },
  ];
}
