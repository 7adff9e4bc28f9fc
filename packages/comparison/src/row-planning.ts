import { detectableDifference, normalQuantile, oneSidedAlpha, rowsForDistance } from '@modelgate/statistics';
import type { PlannedBound } from './bound-plan.ts';
import type { Effect } from './effect.ts';

/** What these rows could show, and how many would decide. */
export interface Planning {
  /** The smallest margin that this many rows prove with 80 % power when nothing changed. */
  readonly detectable: { detectable?: number };
  readonly rowsNeeded: { rowsNeeded?: number };
  readonly unprovable: boolean;
}

/** More rows than this are not a plan, but another way to say no. */
const hopeless = 1e9;

/** Plans with the same one-sided alpha as the verdict, at 80 % power. */
export function planning(
  bound: PlannedBound,
  effect: Extract<Effect, { kind: 'interval' }>,
  rows: number,
  confidence: number,
): Planning {
  const nothing: Planning = { detectable: {}, rowsNeeded: {}, unprovable: false };
  if (rows < 1) return nothing;
  const distance = Math.abs(effect.estimate - bound.threshold);
  const plan = withoutVariation(effect)
    ? unanimousPlan(bound, effect, rows, distance, confidence)
    : spreadPlan(effect.standardError, rows, distance, confidence);
  if (plan === undefined) return nothing;
  const isMargin = bound.of !== 'value' && bound.rule === 'max-regression';
  return {
    detectable: bound.of === 'value' ? {} : { detectable: plan.detectable },
    rowsNeeded: plan.needed < hopeless ? { rowsNeeded: Math.max(plan.needed, rows + 1) } : {},
    unprovable: isMargin && Math.abs(bound.threshold) < plan.detectable,
  };
}

interface RowPlan {
  readonly detectable: number;
  /** May be infinite. */
  readonly needed: number;
}

/** The bounds of these two come from the number of rows alone and shrink with it, not with its root. */
function withoutVariation({ interval, standardError }: Extract<Effect, { kind: 'interval' }>): boolean {
  return interval.method === 'unanimous' || (interval.method.endsWith('tango') && standardError === 0);
}

/** Both reach in proportion to z²/(n + z²): exact for Tango's interval, close for what it does to other metrics. */
function unanimousPlan(
  { side }: PlannedBound,
  { estimate, interval }: Extract<Effect, { kind: 'interval' }>,
  rows: number,
  distance: number,
  confidence: number,
): RowPlan | undefined {
  const reach = side === 'above' ? estimate - interval.lower : interval.upper - estimate;
  if (!(reach > 0 && Number.isFinite(reach))) return undefined;
  const z2 = normalQuantile(oneSidedAlpha(confidence)) ** 2;
  return { detectable: reach, needed: Math.ceil(((rows + z2) * reach) / distance - z2) };
}

function spreadPlan(
  standardError: number | undefined,
  rows: number,
  distance: number,
  confidence: number,
): RowPlan | undefined {
  if (standardError === undefined || !(standardError > 0)) return undefined;
  const alpha = oneSidedAlpha(confidence);
  const needed = distance > 0 ? rowsForDistance({ alpha, rows, standardError, distance }) : Number.POSITIVE_INFINITY;
  return { detectable: detectableDifference({ alpha, standardError }), needed: Math.ceil(needed) };
}
