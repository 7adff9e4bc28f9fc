import type { ClassSet } from './class-set.ts';
import { numberClusters } from './cluster-numbers.ts';
import type { Role, Side } from './pair-spec.ts';
import type { Session } from './session.ts';
import { identifier } from './sql-text.ts';
import type { ReadColumn, ReadKind } from './stream-columns.ts';

/** Values of one column, a row an entry. What `kind` says follows from the role that the column was paired as. */
export type RowsColumn =
  /** Role `class`: indices into `classes.names`. */
  | { readonly kind: 'classes'; readonly codes: Uint16Array; readonly classes: ClassSet }
  /** Roles `number`, `probability`, `flag` as 0 and 1, and `group`. */
  | { readonly kind: 'numbers'; readonly values: Float64Array }
  /** Roles `text` and `name`. */
  | { readonly kind: 'text'; readonly texts: readonly string[] }
  /** Role `texts`; an empty list where there is none. */
  | { readonly kind: 'texts'; readonly lists: readonly (readonly string[])[] };

/** Clusters of rows: codes 0 … count − 1, each of which occurs. */
export interface RowClusters {
  readonly codes: Uint32Array;
  readonly count: number;
}

export interface WantedColumn {
  readonly side: 'examples' | Side;
  /** By the caller's name. */
  readonly column: string;
}

/**
 * Rows as parallel arrays, in an order that follows from their values (the columns asked for, weight, label, and which
 * rows share a cluster), never from keys, names of clusters, or the order of rows in files: the same data give the same
 * arrays. Another choice of columns gives another order, so what belongs together is asked for in one call.
 */
export interface PairedRows {
  readonly rows: number;
  readonly label: RowsColumn | undefined;
  readonly weight: Float64Array | undefined;
  readonly cluster: RowClusters | undefined;
  /** In the order in which they were asked for. */
  readonly columns: readonly RowsColumn[];
}

/** A column of an engine's table, with what it was paired as. */
export interface StoredColumn {
  readonly target: string;
  readonly role: Role;
  /** Of role `class` only. */
  readonly classes: ClassSet | undefined;
}

export interface StoredRows {
  /** The engine's table. */
  readonly name: string;
  readonly rows: number;
  readonly label: StoredColumn | undefined;
  readonly weighted: boolean;
  readonly clustered: boolean;
}

/** One sort in the engine, which spills to disk, and one pass over what it streams. */
export async function readRows(
  session: Session,
  { name, rows, label, weighted, clustered }: StoredRows,
  columns: readonly StoredColumn[],
): Promise<PairedRows> {
  const stored = label === undefined ? columns : [label, ...columns];
  const parts = [...(weighted ? [weightPart] : []), ...stored.map(partOf)];
  const order = inOrderOfSorting([
    ...columns.map(partOf),
    ...(weighted ? [weightPart] : []),
    ...(label === undefined ? [] : [partOf(label)]),
  ]);
  const all = clustered ? [...parts, clusterPart] : parts;
  const found = await session.read(
    `SELECT ${all.map(({ sql }) => sql).join(', ') || "CAST('0' AS DOUBLE)"} FROM ${identifier(name)}
     ${order.length > 0 ? `ORDER BY ${order.join(', ')}` : ''}`,
    all.length > 0 ? all.map(({ kind }) => kind) : ['doubles'],
    rows,
  );
  const values = found.slice(0, parts.length);
  const [weight] = weighted ? values : [];
  const read = stored.map((column, index) => rowsColumn(values[index + (weighted ? 1 : 0)], column));
  return {
    rows,
    label: label === undefined ? undefined : read[0],
    weight: weight?.kind === 'doubles' ? withoutNegativeZero(weight.values) : undefined,
    cluster: clustered ? numbered(found.at(-1), values, rows) : undefined,
    columns: label === undefined ? read : read.slice(1),
  };
}

export interface ReadPart {
  readonly sql: string;
  readonly kind: ReadKind;
}

const cheapest: readonly ReadKind[] = ['doubles', 'numbers', 'codes', 'texts', 'lists'];

/** Many-valued numbers first: then little of the rest is ever compared, which sorts up to twice as fast. */
export function inOrderOfSorting(parts: readonly ReadPart[]): readonly string[] {
  const cost = ({ kind }: ReadPart) => cheapest.indexOf(kind);
  return [...parts].sort((a, b) => cost(a) - cost(b)).map(({ sql }) => sql);
}

const weightPart: ReadPart = { sql: 'weight', kind: 'doubles' };
const clusterPart: ReadPart = { sql: 'cluster', kind: 'numbers' };

export function partOf({ target, role }: StoredColumn): ReadPart {
  const sql = identifier(target);
  switch (role) {
    case 'class':
      return { sql: `CAST(enum_code(${sql}) AS USMALLINT)`, kind: 'codes' };
    case 'text':
    case 'name':
      return { sql, kind: 'texts' };
    case 'texts':
      return { sql, kind: 'lists' };
    default:
      return { sql, kind: 'doubles' };
  }
}

export function rowsColumn(read: ReadColumn | undefined, { target, classes }: StoredColumn): RowsColumn {
  switch (read?.kind) {
    case 'doubles':
      return { kind: 'numbers', values: withoutNegativeZero(read.values) };
    case 'texts':
      return { kind: 'text', texts: read.values };
    case 'lists':
      return { kind: 'texts', lists: read.values };
    case 'codes':
      if (classes !== undefined) return { kind: 'classes', codes: read.values, classes };
  }
  throw new Error(`${target} was not read as it was paired`);
}

/** The engine sorts -0 and 0 as equal, so which comes first would depend on the file. */
export function withoutNegativeZero(values: Float64Array): Float64Array {
  for (let row = 0; row < values.length; row++) values[row] = (values[row] ?? 0) + 0;
  return values;
}

function numbered(read: ReadColumn | undefined, values: readonly ReadColumn[], rows: number): RowClusters {
  if (read?.kind !== 'numbers') throw new Error('clusters were not read');
  return numberClusters(read.values, runsOf(values, rows));
}

/** Where each run of rows that are equal in all columns starts. */
function runsOf(columns: readonly ReadColumn[], rows: number): Uint32Array {
  const differs = new Uint8Array(rows);
  for (const column of columns) markDifferent(differs, column);
  const starts = new Uint32Array(rows);
  let runs = 0;
  for (let row = 0; row < rows; row++) if (row === 0 || differs[row] === 1) starts[runs++] = row;
  return starts.subarray(0, runs);
}

/** Sets 1 at each row that differs from the one before it. */
function markDifferent(differs: Uint8Array, { kind, values }: ReadColumn): void {
  for (let row = 1; row < differs.length; row++) {
    if (kind === 'lists' ? !sameTexts(values[row], values[row - 1]) : values[row] !== values[row - 1]) differs[row] = 1;
  }
}

function sameTexts(one: readonly string[] = [], other: readonly string[] = []): boolean {
  return one.length === other.length && one.every((text, index) => text === other[index]);
}
