import type { Interval, Problem, Reason } from '@modelgate/core';
import type { BootstrapEstimate, DegenerateReason } from '@modelgate/statistics';

/** How often the difference would be as high, or as low, as it is if candidate and champion were exchanged at random. */
export interface Exchange {
  readonly asHigh: number;
  readonly asLow: number;
}

/** What the data say about one estimand of a check: the candidate's value, or its difference to the champion. */
export type Effect =
  /** Bounds may be infinite where the rows give none on that side. */
  | {
      readonly kind: 'interval';
      readonly estimate: number;
      readonly interval: Interval;
      /** Of the estimate, for planning; undefined where no planning formula applies. */
      readonly standardError: number | undefined;
      readonly note?: string;
      /** For scores of known range: the interval when one more row with the worst difference is added. */
      readonly guarded?: { readonly lower: number; readonly upper: number };
      /** By a method that errs less on few rows, skewed values or few clusters: proof must clear the limit by it, too. */
      readonly careful?: { readonly lower: number; readonly upper: number; readonly by: string };
      /** Of a difference, where it was asked for: one-sided p-values of "both models answer alike". */
      readonly exchange?: Exchange;
    }
  /** A number without rows behind it. */
  | { readonly kind: 'estimate'; readonly estimate: number }
  /** Measured, but these data give no interval. */
  | {
      readonly kind: 'undecidable';
      readonly estimate: number | undefined;
      readonly reason: Reason;
      readonly note: string;
      /** As of an interval. */
      readonly exchange?: Exchange;
    }
  /** There is nothing to compare with yet, and that is nobody's mistake: a warning, said loudly. */
  | { readonly kind: 'not-compared'; readonly reason: 'bootstrap' | 'examples-changed'; readonly note?: string }
  /** Not measurable: becomes an error. */
  | { readonly kind: 'undefined'; readonly problem: Problem };

/** Everything measured for one check. */
export interface Measured {
  readonly rows: number | undefined;
  readonly candidate: number | undefined;
  readonly champion: number | undefined;
  /** Of the fixed model, where a bound asks for it. */
  readonly anchor?: number | undefined;
  /** Set when the candidate itself has no value: then nothing is compared, with or without a champion. */
  readonly gap?: Effect;
  /** One for each bound of the check, in their order; undefined where nothing was measured, which is a defect of ours. */
  readonly effects: readonly (Effect | undefined)[];
}

const degenerateWords: Readonly<Record<DegenerateReason, string>> = {
  'undefined-point': 'the metric has no value on these rows',
  'undefined-replicates': 'too many resamples lack what the metric needs, such as a row of the class',
  'constant-replicates': 'resampling these rows always gives the same value',
  'one-sided-replicates': 'all resamples lie on one side of the estimate',
  'too-few-replicates': 'the bound lies beyond the outermost resample',
  acceleration: 'the estimate hangs on a few rows',
};

/** Each side is tested when it is first asked for, and most checks ask for one: a clear one costs the most replicates. */
export function exchangeOf(test: (side: 'worse' | 'better') => number): Exchange {
  let [low, high]: (number | undefined)[] = [];
  return {
    get asLow() {
      low ??= test('worse');
      return low;
    },
    get asHigh() {
      high ??= test('better');
      return high;
    },
  };
}

/** Resampling that gives no interval, in words. */
export function degenerate(estimate: Extract<BootstrapEstimate, { kind: 'degenerate' }>): Effect {
  return {
    kind: 'undecidable',
    estimate: Number.isNaN(estimate.point) ? undefined : estimate.point,
    reason: 'degenerate-variance',
    note: `no interval: ${degenerateWords[estimate.reason]}`,
  };
}

export function withExchange(effect: Effect, exchange: Exchange | undefined): Effect {
  if (exchange === undefined) return effect;
  return effect.kind === 'interval' || effect.kind === 'undecidable' ? { ...effect, exchange } : effect;
}

export function undefinedEffect(reason: Reason, message: string, how: string): Effect {
  return { kind: 'undefined', problem: { reason, message, how } };
}

/** A champion at or near zero makes every relative limit meaningless. */
export function nearZero(champion: number): boolean {
  return Math.abs(champion) < 1e-9;
}

export function championNearZero(name: string, champion: number): Effect {
  return undefinedEffect(
    'champion-near-zero',
    `the champion's ${name} is ${champion}: a margin in percent of it means nothing`,
    'write the margin in points or in the own unit',
  );
}
