import { requireCount, requireInnerProbability, requireNonNegative, requirePositive } from './argument.ts';
import { normalQuantile } from './distribution.ts';
import { logOddsWeights } from './hypergeometric.ts';
import type { Interval } from './interval.ts';
import { logSumExp } from './special.ts';
import type { TickCounts } from './tick-counts.ts';

/** What a canary is judged by; fixed before the first tick. */
export interface CountPlan {
  /** psi0: ratio of canary to baseline error rates up to which nothing is wrong; default 1, at least 1. */
  readonly toleratedRatio?: number;
  /** psi1: ratio that promotion must exclude, above psi0; default 1.5. Between both, either verdict may come. */
  readonly excludedRatio?: number;
  /** Chance that a canary at psi0 is rolled back at any time, in (0, 1); default .02. */
  readonly maxFalseRollback?: number;
  /** Chance that a canary at psi1 is promoted, in (0, 1); default .05. */
  readonly maxFalsePromotion?: number;
  /** Ticks that the rollout is planned for, integer > 0: a fault may start at any of them. */
  readonly plannedTicks: number;
  /** Most errors that one cause makes at once, integer > 0; default 1. Errors are divided by it. */
  readonly clusterCap?: number;
  /**
   * `rates` (default) takes errors for rare, and is conservative where they are not. `odds` is exact for rates above
   * 10 %: ratios are then ratios of odds, counts must be integers and errors at most requests, without a cluster cap.
   */
  readonly form?: 'rates' | 'odds';
}

/** Evidence so far; plain data, to be stored between ticks. */
export interface CountState {
  /** Ticks that counted. */
  readonly ticks: number;
  /** ln of the wealth bet on each ratio of the rollback grid, the next tick's start included. */
  readonly rollback: readonly number[];
  /** Wealth kept for faults that start later. */
  readonly unspent: number;
  /** ln of the wealth bet on each ratio of the promotion grid. */
  readonly promote: readonly number[];
  /** Sums of the Mantel–Haenszel estimate of the ratio. */
  readonly ratioSums: { readonly canary: number; readonly baseline: number; readonly variance: number };
}

/**
 * State before the first tick. Every tick of one digest is one process: never start anew between steps.
 * @throws RangeError when the plan is out of range, or psi1 is not above psi0
 */
export function startCounts(plan: CountPlan): CountState {
  const { rollback, promote, firstWeight } = settle(plan);
  return {
    ticks: 0,
    rollback: rollback.map(() => Math.log(firstWeight / rollback.length)),
    unspent: 1 - firstWeight,
    promote: promote.map(() => -Math.log(promote.length)),
    ratioSums: { canary: 0, baseline: 0, variance: 0 },
  };
}

/**
 * State after one tick.
 *
 * A tick with a negative count (a counter was reset) is dropped. One without requests on an arm or without errors says
 * nothing, but its time passes.
 *
 * @throws RangeError when a count is not finite, or does not suit the `odds` form
 * Source: conditional test of two Poisson rates (Przyborowski and Wilenski 1940, Biometrika 31, 313–323) as a likelihood
 * ratio; mixture over the start: Shiryaev–Roberts (Shin, Ramdas and Rinaldo 2024, E-detectors); `odds`: Fisher (1935).
 */
export function advanceCounts(plan: CountPlan, state: CountState, tick: TickCounts): CountState {
  const settled = settle(plan);
  const values = [tick.canaryErrors, tick.canaryRequests, tick.baselineErrors, tick.baselineRequests];
  for (const value of values) {
    if (!Number.isFinite(value))
      throw new RangeError(`a tick's counts must be finite numbers, got ${values.join(', ')}`);
  }
  if (values.some((value) => value < 0)) return state;

  const ticks = state.ticks + 1;
  const silent =
    tick.canaryRequests === 0 || tick.baselineRequests === 0 || tick.canaryErrors + tick.baselineErrors === 0;
  const gain = silent ? () => 0 : logLikelihoodOf(settled, tick);
  const start = ticks < settled.plannedTicks ? settled.laterWeight : 0;
  const none = gain(settled.tolerated);
  const excluded = gain(settled.excluded);
  return {
    ticks,
    rollback: state.rollback.map((wealth, j) => {
      const grown = wealth + gain(settled.rollback[j] ?? 1) - none;
      return start > 0 ? logSumExp([grown, Math.log(start / settled.rollback.length)]) : grown;
    }),
    unspent: Math.max(0, state.unspent - start),
    promote: state.promote.map((wealth, j) => wealth + gain(settled.promote[j] ?? 1) - excluded),
    ratioSums: silent ? state.ratioSums : addRatio(state.ratioSums, tick, settled.clusterCap),
  };
}

/** What the evidence allows now. `rollback` comes before everything; it should be a latch for the digest. */
export interface CountJudgement {
  readonly verdict: 'rollback' | 'promote' | 'undecided';
  /** Whether a step to a higher weight below 100 % may be taken, as far as errors go. */
  readonly calm: boolean;
  /** ln of both e-values, and what they must reach. */
  readonly rollbackLogE: number;
  readonly rollbackAt: number;
  readonly promoteLogE: number;
  readonly promoteAt: number;
}

/**
 * Reads the state: rollback when its e-value reaches 1/`maxFalseRollback`, promotion when the other one is at
 * 1/`maxFalsePromotion` now. Both guarantees hold at any stopping, for error rates that change with time.
 * @throws RangeError when the plan is out of range
 */
export function judgeCounts(plan: CountPlan, state: CountState): CountJudgement {
  const settled = settle(plan);
  const rollbackLogE = logSumExp([...state.rollback, Math.log(state.unspent)]);
  const promoteLogE = logSumExp(state.promote);
  const rollbackAt = -Math.log(settled.maxFalseRollback);
  const promoteAt = -Math.log(settled.maxFalsePromotion);
  const verdict = rollbackLogE >= rollbackAt ? 'rollback' : promoteLogE >= promoteAt ? 'promote' : 'undecided';
  return { verdict, calm: rollbackLogE < Math.log(CALM), rollbackLogE, rollbackAt, promoteLogE, promoteAt };
}

/**
 * Ratio of the error rates over all ticks, for display: its interval holds for one look, not for many.
 *
 * @param level two-sided, in (0, 1)
 * @returns undefined while an arm has no error
 * Source: Greenland and Robins (1985), Biometrics 41, 55–68, for person-time.
 */
export function estimatedRatio(
  { ratioSums }: CountState,
  level: number,
): { readonly estimate: number; readonly interval: Interval } | undefined {
  requireInnerProbability('level', level);
  const { canary, baseline, variance } = ratioSums;
  if (canary === 0 || baseline === 0) return undefined;
  const estimate = canary / baseline;
  const reach = -normalQuantile((1 - level) / 2) * Math.sqrt(variance / (canary * baseline));
  return { estimate, interval: { lower: estimate * Math.exp(-reach), upper: estimate * Math.exp(reach) } };
}

/** Below this e-value a step is taken. */
const CALM = 5;
/** Share of the wealth that bets on a fault from the first tick on; the rest is spread over the later ones. */
const FIRST_WEIGHT = 0.8;
/** Twelve ratios from 1.25 to 4, evenly on the logarithmic scale, times psi0. */
const ROLLBACK_GRID: readonly number[] = Array.from({ length: 12 }, (_, j) => 1.25 * (4 / 1.25) ** (j / 11));
const PROMOTE_GRID: readonly number[] = [0.8, 0.89, 0.98, 1.08, 1.2];

interface Settled {
  readonly tolerated: number;
  readonly excluded: number;
  readonly maxFalseRollback: number;
  readonly maxFalsePromotion: number;
  readonly plannedTicks: number;
  readonly clusterCap: number;
  readonly form: 'rates' | 'odds';
  readonly rollback: readonly number[];
  readonly promote: readonly number[];
  readonly firstWeight: number;
  readonly laterWeight: number;
}

function settle(plan: CountPlan): Settled {
  const { toleratedRatio: tolerated = 1, excludedRatio: excluded = 1.5, plannedTicks, clusterCap = 1 } = plan;
  const { maxFalseRollback = 0.02, maxFalsePromotion = 0.05, form = 'rates' } = plan;
  requireNonNegative('toleratedRatio - 1', tolerated - 1);
  requirePositive('excludedRatio - toleratedRatio', excluded - tolerated);
  requireInnerProbability('maxFalseRollback', maxFalseRollback);
  requireInnerProbability('maxFalsePromotion', maxFalsePromotion);
  requireCount('plannedTicks', plannedTicks, 1);
  requireCount('clusterCap', clusterCap, 1);
  if (form === 'odds' && clusterCap > 1) {
    throw new RangeError('the odds form counts errors one by one: clusterCap must be 1, count an error once per user');
  }
  return {
    tolerated,
    excluded,
    maxFalseRollback,
    maxFalsePromotion,
    plannedTicks,
    clusterCap,
    form,
    rollback: ROLLBACK_GRID.map((ratio) => ratio * tolerated),
    promote: PROMOTE_GRID.filter((ratio) => ratio < excluded),
    firstWeight: plannedTicks === 1 ? 1 : FIRST_WEIGHT,
    laterWeight: plannedTicks === 1 ? 0 : (1 - FIRST_WEIGHT) / (plannedTicks - 1),
  };
}

/** ln likelihood of a tick as a function of the ratio, up to a constant. */
function logLikelihoodOf({ form, clusterCap }: Settled, tick: TickCounts): (ratio: number) => number {
  const { canaryErrors, canaryRequests, baselineErrors, baselineRequests } = tick;
  if (form === 'odds') {
    const weights = logOddsWeights(tick);
    return (ratio) => canaryErrors * Math.log(ratio) - weights.logNormalizer(ratio);
  }
  // x of x + y errors are the canary's with chance rho psi/(rho psi + 1 − rho), rho its share of the requests.
  const share = canaryRequests / (canaryRequests + baselineRequests);
  const errors = (canaryErrors + baselineErrors) / clusterCap;
  return (ratio) => (canaryErrors / clusterCap) * Math.log(ratio) - errors * Math.log1p(share * (ratio - 1));
}

function addRatio(sums: CountState['ratioSums'], tick: TickCounts, cap: number): CountState['ratioSums'] {
  const all = tick.canaryRequests + tick.baselineRequests;
  const errors = tick.canaryErrors + tick.baselineErrors;
  return {
    canary: sums.canary + (tick.canaryErrors * tick.baselineRequests) / all,
    baseline: sums.baseline + (tick.baselineErrors * tick.canaryRequests) / all,
    variance: sums.variance + (cap * errors * tick.canaryRequests * tick.baselineRequests) / all ** 2,
  };
}
