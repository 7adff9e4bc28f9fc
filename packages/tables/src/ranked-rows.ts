import type { RowClusters } from './paired-rows.ts';

/** Documents of all queries, one a row: retrieved, judged, or both. */
export interface RankedDocuments {
  /** Row at which each query's documents start, ascending from 0, and after the last query the number of rows. */
  readonly starts: Uint32Array;
  /** Greater is better (of ranks: their negative); NaN: judged, but not retrieved. */
  readonly scores: Float64Array;
  /** Grade, at least 0; NaN: retrieved, but not judged. */
  readonly relevance: Float64Array;
}

/**
 * Judged queries with what was retrieved for them. Within a query documents come by score, greatest first, of equal
 * scores the least relevant first, those not retrieved last. The order of queries follows from their weights, documents
 * and from which of them share a cluster, never from names or from the order of rows in files.
 */
export interface PairedRankings {
  readonly queries: number;
  /** Queries left out by `championKeys: 'intersect'`. */
  readonly dropped: { readonly candidate: number; readonly champion: number };
  readonly candidate: RankedDocuments;
  readonly champion: RankedDocuments | undefined;
  /** A query an entry. */
  readonly weight: Float64Array | undefined;
  readonly cluster: RowClusters | undefined;
  /** Of the queries, by the caller's names. */
  readonly columns: ReadonlyMap<string, Float64Array>;
}
