import type { PlannedBound } from './bound-plan.ts';
import type { Effect } from './effect.ts';

/**
 * A relative margin of r is judged on candidate − (1 + r) champion, so that the champion's own uncertainty counts: at the
 * limit that is Fieller's decision (Fieller 1954, J. R. Statist. Soc. B 16, 175–185).
 *
 * candidate − factor × champion is on the limit's side of 0 exactly when the relative difference keeps the limit.
 */
export function factorOf(bound: PlannedBound, champion: number): number {
  return 1 + bound.threshold * Math.sign(champion);
}

/** Back from candidate − factor × champion to a share of the champion. */
export function relative(effect: Effect, bound: PlannedBound, champion: number): Effect {
  const share = (value: number): number => value / Math.abs(champion) + bound.threshold;
  if (effect.kind === 'undecidable')
    return { ...effect, estimate: effect.estimate === undefined ? undefined : share(effect.estimate) };
  if (effect.kind !== 'interval') return effect;
  const { interval, standardError, guarded, careful } = effect;
  const shares = (of: { lower: number; upper: number }) => ({ lower: share(of.lower), upper: share(of.upper) });
  return {
    ...effect,
    estimate: share(effect.estimate),
    interval: { ...interval, ...shares(interval) },
    ...(guarded === undefined ? {} : { guarded: shares(guarded) }),
    ...(careful === undefined ? {} : { careful: { ...careful, ...shares(careful) } }),
    standardError: standardError === undefined ? undefined : standardError / Math.abs(champion),
  };
}
