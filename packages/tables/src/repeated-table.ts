import type { ClassSet } from './class-set.ts';
import type { Side } from './pair-spec.ts';
import type { RowClusters, RowsColumn } from './paired-rows.ts';

/** Every row of one side as parallel arrays, ordered by example, then by the values of the columns asked for. */
export interface RepeatedRows {
  readonly rows: number;
  /** Ascending, 0 … examples − 1; every example occurs. */
  readonly example: Uint32Array;
  /** In the order in which they were asked for. */
  readonly columns: readonly RowsColumn[];
}

/** What is known of each example, an example an entry. */
export interface ExampleRows {
  readonly rows: number;
  readonly label: RowsColumn | undefined;
  readonly weight: Float64Array | undefined;
  readonly cluster: RowClusters | undefined;
  /** Golden columns, in the order in which they were asked for. */
  readonly columns: readonly RowsColumn[];
}

/**
 * Several rows an example, each side as many as it likes. Examples have numbers that follow from what they and their
 * rows hold in all paired columns, never from keys, names of clusters, or the order of rows in files; they are the same
 * in every answer of one table.
 */
export interface RepeatedTable {
  readonly examples: number;
  /** Examples left out by `championKeys: 'intersect'`. */
  readonly dropped: { readonly candidate: number; readonly champion: number };
  /** Rows of each side; of the champion undefined where there is none. */
  readonly rows: { readonly candidate: number; readonly champion: number | undefined };
  readonly hasLabel: boolean;
  readonly hasChampion: boolean;
  readonly columns: readonly string[];
  readonly weighted: boolean;
  /** Distinct clusters of the examples; undefined where the examples name none. */
  readonly clusters: number | undefined;
  /** One set over label and outputs of role `class`; undefined where there is none of either. */
  readonly classes: ClassSet | undefined;
  rowsOf(side: Side, columns: readonly string[]): Promise<RepeatedRows>;
  exampleRows(columns?: readonly string[]): Promise<ExampleRows>;
  /** Frees the engine's memory; nothing may be asked afterwards. */
  drop(): Promise<void>;
}
