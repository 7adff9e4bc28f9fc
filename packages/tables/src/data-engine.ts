import type { Numbers } from './numbers.ts';
import type { Source } from './source.ts';

/**
 * One value of an answer. Integers beyond 2^53, decimals, dates and times are text: `12.50`, `2024-01-31`,
 * `2024-01-31 12:00:00` (with a fraction only where there is one; an instant ends in `+00`). NaN and infinities are
 * numbers.
 */
export type Cell = string | number | boolean | null;

export type Row = Readonly<Record<string, Cell>>;

/** SQL over named tables: each name is a table (a CTE) with the columns of its source, each of its type. */
export interface Query {
  readonly sql: string;
  readonly tables: Readonly<Record<string, Source>>;
}

export interface SampleSpec {
  /** In (0, 1]. */
  readonly share: number;
  /** Columns whose values decide, so that rows of one key stay together; by default the whole row. */
  readonly key?: readonly string[];
  readonly seed: string;
}

export interface DuplicatesSpec {
  /** The key: rows are looked at where none of these is NULL. */
  readonly columns: readonly string[];
  /** A condition over the columns of one row: only these rows are looked at. */
  readonly where?: string;
}

/** NaN is one value and so are 0 and -0. Exact. */
export interface Duplicates {
  /** Rows whose key another row has as well. */
  readonly rows: number;
  /** Keys that more than one row has. */
  readonly keys: number;
  /** Rows that were looked at. */
  readonly of: number;
}

/**
 * What checks of data ask, whichever engine answers. Whatever SQL is asked, it reads its own tables only: no file, no
 * setting, no other table.
 */
export interface DataEngine {
  readonly kind: 'duckdb' | 'trino';
  /** Of files: path or glob. Of Trino: catalog.schema.table. */
  describe(name: string): Promise<Source>;
  /**
   * The same table with these columns as the text that a CSV file holds: its digits may be meant as text. Of other
   * tables it is the same table.
   */
  asWritten(source: Source, columns: readonly string[]): Source;
  /** The rows whose hash falls below the share: the same ones of the same data and seed, on every machine. */
  sample(source: Source, spec: SampleSpec): Promise<Source>;
  /**
   * Aggregates over one table in one pass; what is NULL, NaN or infinite is left out.
   *
   * @throws UserError `policy-invalid` with the names of those that the engine does not take
   */
  numbers(source: Source, expressions: Readonly<Record<string, string>>): Promise<Numbers>;
  /** Rows that share their key with another row, and how many keys that are. */
  duplicates(source: Source, spec: DuplicatesSpec): Promise<Duplicates>;
  /**
   * The rows that a query of ours gives.
   *
   * @param query `most`: how many rows there can be at most (default 10,000); more are a defect of the query
   * @throws UserError `policy-invalid` when a person's SQL in it is not taken
   */
  ask(query: Query & { readonly most?: number }): Promise<readonly Row[]>;
  /**
   * How many rows a person's query gives.
   *
   * @throws UserError `policy-invalid` when it is no single query, or reads something else than its tables
   */
  countOf(query: Query): Promise<number>;
  /**
   * Refuses a person's condition that is not one expression over the columns of one row, before it becomes part of a
   * query of ours.
   *
   * @throws UserError `policy-invalid`
   */
  checkExpression(sql: string): Promise<void>;
  close(): Promise<void>;
}
