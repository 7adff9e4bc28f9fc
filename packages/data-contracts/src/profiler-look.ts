import * as z from 'zod';
import type { Dialect } from './dialect.ts';
import { isDateColumn, isNumberColumn, type ProfileColumn, timeOf } from './profile.ts';
import { asCategory, type PlannedColumn, type ProfiledTable } from './profiler-column.ts';

/** What the first pass finds of a column. */
export interface Look {
  readonly column: PlannedColumn;
  /** Rows that are not null. */
  readonly there: number;
  /** Rows with a value to compare. */
  readonly values: number;
  /** Estimated. */
  readonly distinct: number;
  /** Of numbers and dates with a value. */
  readonly spread?: { readonly mean: number; readonly stddev: number; readonly min: number; readonly max: number };
  /** Values at 1/40, 2/40, … 39/40 of the rows; where there is no reference to say the edges. */
  readonly quantiles?: readonly number[];
  /** Rows in each of the reference's bins. */
  readonly binned?: readonly number[];
}

export const quantileShares = Array.from({ length: 39 }, (_, at) => (at + 1) / 40);

/** Beyond it quantiles would hold too many values in memory at once, and a part of the rows says where edges go. */
const rowsOfQuantiles = 2_000_000;

/** Counts, moments, and bins or quantiles of all columns, in one pass; a second one where a text was no date after all. */
export async function firstLook(
  table: ProfiledTable,
  planned: readonly PlannedColumn[],
  ownBins: boolean,
): Promise<readonly Look[]> {
  const looks = await looked(table, planned, ownBins);
  const wrong = looks.filter(({ column, there, values }) => isUnreadDate(column) && values < there);
  if (wrong.length === 0) return looks;
  const again = await looked(
    table,
    wrong.map(({ column }) => asCategory(column)),
    ownBins,
  );
  const mended = new Map(again.map((look) => [look.column.name, look]));
  return looks.map((look) => mended.get(look.column.name) ?? look);
}

function isUnreadDate(column: PlannedColumn): boolean {
  return column.kind === 'date' && column.fromText;
}

async function looked(
  { engine, dialect, source }: ProfiledTable,
  planned: readonly PlannedColumn[],
  ownBins: boolean,
): Promise<readonly Look[]> {
  const share = rowsOfQuantiles / source.rows;
  const hashed = planned.map(({ held }) => held);
  const among = (share < 1 ? dialect.someRows(hashed, share) : undefined) ?? 'TRUE';
  const expressions = planned.flatMap((column, at) => {
    const list = [`count(${column.held}) AS there${at}`];
    if (column.kind === 'other') return list;
    const { value } = column;
    list.push(`count(${value}) AS values${at}`, `${dialect.approximateDistinct(value)} AS distinct${at}`);
    if (column.kind === 'category' || column.withheld !== undefined) return list;
    list.push(`avg(${value}) AS mean${at}`, `stddev_samp(${value}) AS stddev${at}`);
    list.push(`CAST(min(${value}) AS DOUBLE) AS min${at}`, `CAST(max(${value}) AS DOUBLE) AS max${at}`);
    if (ownBins) list.push(`${dialect.quantiles(`CAST(${value} AS DOUBLE)`, quantileShares, among)} AS quantiles${at}`);
    const edges = edgesOf(column.reference);
    if (edges.length > 0) list.push(`${binnedOf(dialect, value, edges)} AS binned${at}`);
    return list;
  });
  const [row = {}] = await engine.ask({ sql: `SELECT ${expressions.join(', ')} FROM this`, tables: { this: source } });
  return planned.map((column, at) => {
    const number = (name: string) => z.number().parse(row[`${name}${at}`]);
    const there = number('there');
    if (column.kind === 'other') return { column, there, values: there, distinct: 0 };
    const values = number('values');
    const distinct = Math.min(number('distinct'), values);
    const look = { column, there, values, distinct };
    if (column.kind === 'category' || column.withheld !== undefined || values === 0) return look;
    const stddev = values === 1 ? 0 : number('stddev');
    const spread = { mean: number('mean') + 0, stddev, min: number('min') + 0, max: number('max') + 0 };
    if (!ownBins) return { ...look, spread, binned: binCounts(row[`binned${at}`], edgesOf(column.reference), values) };
    return { ...look, spread, quantiles: quantilesOf(row[`quantiles${at}`]) };
  });
}

/** Ascending; of a reference of another kind there are none, and drift will say so. */
export function edgesOf(reference: ProfileColumn | undefined): readonly number[] {
  if (reference === undefined) return [];
  if (isNumberColumn(reference)) return reference.bins?.edges ?? [];
  if (!isDateColumn(reference)) return [];
  const unit = reference.type === 'date' ? 86_400_000 : 1000;
  return (reference.bins?.edges ?? []).map((edge) => timeOf(edge) / unit);
}

/** From text, which is read to the nearest DOUBLE; a bare number would be a DECIMAL first, and be rounded twice. */
function doubleOf(value: number): string {
  return `CAST('${value}' AS DOUBLE)`;
}

/** SQL that counts a column over bins; see `binCounts`. */
export function binnedOf(dialect: Dialect, value: string, edges: readonly number[]): string {
  return dialect.binned(`CAST(${value} AS DOUBLE)`, edges.map(doubleOf));
}

/** All bins: the last one holds the values that lie above every edge. */
export function binCounts(cell: unknown, edges: readonly number[], values: number): readonly number[] {
  const text = z.string().nullish().parse(cell) ?? null;
  const found = z.array(z.int()).parse(text === null ? edges.map(() => 0) : JSON.parse(text));
  return [...found, values - found.reduce((sum, rows) => sum + rows, 0)];
}

/** A part of the rows may hold no value of a column at all. */
function quantilesOf(cell: unknown): readonly number[] {
  const text = z.string().nullable().parse(cell);
  return (
    z
      .array(z.number())
      .nullable()
      .parse(text === null ? null : JSON.parse(text))
      ?.map((value) => value + 0) ?? []
  );
}
