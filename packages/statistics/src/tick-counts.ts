/** Errors and requests of one tick: differences of raw counters of the same scrape, never rates or configured weights. */
export interface TickCounts {
  readonly canaryErrors: number;
  readonly canaryRequests: number;
  readonly baselineErrors: number;
  readonly baselineRequests: number;
}
