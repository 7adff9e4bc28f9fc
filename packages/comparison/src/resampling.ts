import type { Interval } from '@modelgate/core';
import { type BootstrapEstimate, oneSidedAlpha } from '@modelgate/statistics';
import { degenerate, type Effect } from './effect.ts';

/** How often, from which seed and at what level everything of a gate is resampled. */
export interface ResamplingPlan {
  readonly confidence: number;
  /** Hexadecimal digest of what the gate is called: the same rows give the same verdict, in whatever order they stand. */
  readonly seed: string;
  readonly replicates: number;
  /** One-sided level that a p-value of "both models answer alike" must be able to reach; none is computed without it. */
  readonly exchange?: number;
}

/**
 * Replicates of every bootstrap: so many that at least 50 lie beyond each bound, and 9,999 or a larger power of ten less
 * one, for which bounds of common levels are single order statistics (k = α (B + 1)).
 */
export function replicatesFor(confidence: number): number {
  const least = 50 / oneSidedAlpha(confidence);
  return 10 ** Math.max(4, Math.ceil(Math.log10(least) - 1e-9)) - 1;
}

/** @param whenConstant what to say where no resample differs from another */
export function resampledEffect(
  estimate: BootstrapEstimate,
  plan: ResamplingPlan,
  whenConstant: () => Effect | undefined,
  method: 'bca' | 'percentile' = 'bca',
): Effect {
  if (estimate.kind === 'interval') {
    const lost = estimate.undefinedReplicates;
    const note = lost > 0 ? { note: `undefined in ${lost} of ${estimate.replicates} resamples` } : {};
    const interval: Interval = { ...estimate.interval, level: plan.confidence, method };
    return { kind: 'interval', estimate: estimate.point, interval, standardError: estimate.standardError, ...note };
  }
  return (estimate.reason === 'constant-replicates' ? whenConstant() : undefined) ?? degenerate(estimate);
}
