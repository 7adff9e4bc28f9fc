import type { CheckFamily } from '@modelgate/core';
import { oneSidedAlpha } from '@modelgate/statistics';
import type { PlannedBound } from './bound-plan.ts';
import type { Effect, Measured } from './effect.ts';
import type { EvaluationPlan, PlannedCheck } from './evaluation-plan.ts';
import { breaks } from './judge.ts';

/**
 * Checks that are decided together, and how their number is allowed for.
 *
 * - Bounds that must be proven: the gate passes only when all hold, so each keeps the full level. Passing wrongly needs
 *   every one that does not hold to err at once (intersection-union test: Berger 1982, Technometrics 24, 295–300).
 * - Bounds that stop the gate when shown to be broken (`judged: not-disproven`): each more of them could stop a good model
 *   by chance, so Holm's step-down holds the chance of any at one bound's (Holm 1979, Scand. J. Statist. 6, 65–70).
 */
export function familiesOf({ gate, checks }: EvaluationPlan): readonly CheckFamily[] {
  const named = (judged: PlannedBound['judged']) =>
    checks.filter((check) => check.bounds.some((bound) => bound.judged === judged)).map((check) => check.id);
  const [proven, guards] = [named('proven'), named('not-disproven')];
  const correction = gate.correction;
  return [
    ...(proven.length > 1 ? [{ rule: 'all-must-hold' as const, checks: proven, correction: 'none' as const }] : []),
    ...(guards.length > 1 ? [{ rule: 'none-proven-broken' as const, checks: guards, correction }] : []),
  ];
}

export interface Family {
  readonly plan: EvaluationPlan;
  /** At the policy's confidence. */
  readonly measured: ReadonlyMap<string, Measured>;
  measureAt(check: PlannedCheck, confidence: number): Promise<Measured>;
}

interface Guard {
  readonly check: PlannedCheck;
  readonly bound: PlannedBound;
}

/**
 * Holm's step-down over the bounds that are judged not-disproven: of m bounds those that are broken at level alpha/m are
 * rejected, then of the rest those at alpha/(m − r), until a step rejects none. Each bound's effect is that of the level
 * at which it was decided, so that the interval that is shown is the one that decides.
 */
export async function stepDown({ plan, measured, measureAt }: Family): Promise<ReadonlyMap<string, Measured>> {
  let open = guardsOf(plan);
  if (plan.gate.correction === 'none' || plan.mode !== 'rows' || open.length < 2) return measured;
  const alpha = oneSidedAlpha(plan.policy.confidence);
  const decided = new Map<PlannedBound, Effect>();
  for (;;) {
    const confidence = 1 - (2 * alpha) / open.length;
    const at = new Map<string, Measured>();
    for (const { check } of open) if (!at.has(check.id)) at.set(check.id, await measureAt(check, confidence));
    const broken = open.filter(({ check, bound }) => {
      const effect = at.get(check.id)?.effects[check.bounds.indexOf(bound)];
      if (effect !== undefined) decided.set(bound, effect);
      return effect?.kind === 'interval' && breaks(bound, effect.interval);
    });
    open = open.filter((guard) => !broken.includes(guard));
    if (broken.length === 0 || open.length === 0) break;
  }
  return new Map(
    plan.checks.map((check) => {
      const own = measured.get(check.id);
      if (own === undefined) throw new Error(`check ${check.id} was not measured`);
      const effects = check.bounds.map((bound, index) => decided.get(bound) ?? own.effects[index]);
      return [check.id, { ...own, effects }];
    }),
  );
}

function guardsOf({ checks }: EvaluationPlan): readonly Guard[] {
  return checks.flatMap((check) =>
    check.bounds.filter((bound) => bound.judged === 'not-disproven').map((bound) => ({ check, bound })),
  );
}
