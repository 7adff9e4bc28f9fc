import type { DuckDBDataChunk, DuckDBVector } from '@duckdb/node-api';

type Client = typeof import('@duckdb/node-api');

/** What is read: `doubles` from DOUBLE, `codes` from USMALLINT, `numbers` from UINTEGER, texts from VARCHAR, lists from VARCHAR[]. */
export type ReadKind = 'doubles' | 'codes' | 'numbers' | 'texts' | 'lists';

export type ReadColumn =
  | { readonly kind: 'doubles'; readonly values: Float64Array }
  | { readonly kind: 'codes'; readonly values: Uint16Array }
  | { readonly kind: 'numbers'; readonly values: Uint32Array }
  | { readonly kind: 'texts'; readonly values: string[] }
  | { readonly kind: 'lists'; readonly values: (readonly string[])[] };

interface Chunks {
  fetchChunk(): Promise<DuckDBDataChunk | null>;
}

/** @throws Error when the engine gives nulls, other types, or another number of rows: a defect of the statement */
export async function readColumns(
  result: Chunks,
  client: Client,
  kinds: readonly ReadKind[],
  rows: number,
): Promise<readonly ReadColumn[]> {
  const columns = kinds.map((kind) => emptyColumn(kind, rows));
  let start = 0;
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    if (start + chunk.rowCount > rows) throw new Error(`expected ${rows} rows, the engine gave more`);
    for (const [index, column] of columns.entries()) fill(column, chunk.getColumnVector(index), start, client);
    start += chunk.rowCount;
  }
  if (start !== rows) throw new Error(`expected ${rows} rows, the engine gave ${start}`);
  return columns;
}

function emptyColumn(kind: ReadKind, rows: number): ReadColumn {
  switch (kind) {
    case 'doubles':
      return { kind, values: new Float64Array(rows) };
    case 'codes':
      return { kind, values: new Uint16Array(rows) };
    case 'numbers':
      return { kind, values: new Uint32Array(rows) };
    case 'texts':
      return { kind, values: [] };
    case 'lists':
      return { kind, values: [] };
  }
}

function fill(column: ReadColumn, vector: DuckDBVector, start: number, client: Client): void {
  switch (column.kind) {
    case 'doubles':
    case 'codes':
    case 'numbers':
      fillNumbers(column.values, vector, start);
      break;
    case 'texts':
      for (let row = 0; row < vector.itemCount; row++) column.values.push(textOf(vector.getItem(row)));
      break;
    case 'lists':
      if (!(vector instanceof client.DuckDBListVector)) throw new Error('expected a column of lists');
      fillLists(column.values, vector.childVector, vector);
  }
}

interface ListEntries {
  readonly itemCount: number;
  getEntryOffset(row: number): number;
  getEntryLength(row: number): number;
}

function fillLists(values: (readonly string[])[], child: DuckDBVector, entries: ListEntries): void {
  for (let row = 0; row < entries.itemCount; row++) {
    const [offset, length] = [entries.getEntryOffset(row), entries.getEntryLength(row)];
    values.push(Array.from({ length }, (_, index) => textOf(child.getItem(offset + index))));
  }
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new Error('expected a text, not a null');
  return value;
}

/**
 * The client gives one value at a time, which takes five times as long as the query; where a vector has no nulls, its
 * memory is copied at once. The fields are the client's private ones: without them the slow way is taken.
 */
function fillNumbers(values: Float64Array | Uint16Array | Uint32Array, vector: DuckDBVector, start: number): void {
  const items: unknown = Reflect.get(vector, 'items');
  if (isLike(values, items) && hasNoNulls(vector)) {
    values.set(items, start);
    return;
  }
  for (let row = 0; row < vector.itemCount; row++) {
    const value: unknown = vector.getItem(row);
    if (typeof value !== 'number') throw new Error('expected a column of numbers without nulls');
    values[start + row] = value;
  }
}

function isLike<T extends object>(values: T, items: unknown): items is T {
  return typeof items === 'object' && items !== null && items.constructor === values.constructor;
}

function hasNoNulls(vector: DuckDBVector): boolean {
  const validity: unknown = Reflect.get(vector, 'validity');
  return typeof validity === 'object' && validity !== null && Reflect.get(validity, 'data') === null;
}
