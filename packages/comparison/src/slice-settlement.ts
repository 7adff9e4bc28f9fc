import {
  type CheckResult,
  type Judgement,
  type OnInconclusive,
  type Problem,
  type Reason,
  type SliceFinding,
  type Status,
  settled,
  type Waiver,
} from '@modelgate/core';
import type { PlannedSliceCheck } from './slice-plan.ts';

export interface SliceRules {
  readonly confidence: number;
  readonly onInconclusive: OnInconclusive;
  readonly waivers: readonly Waiver[];
  readonly now: Date;
}

/** What a check came to, and why. */
export interface SliceDecision {
  readonly status: Status;
  readonly reason: Reason;
  readonly problem?: Problem;
}

/** Of all rows. */
interface Whole {
  readonly rows: number | undefined;
  readonly candidate: number | undefined;
  readonly champion: number | undefined;
}

/** A check with its level and waiver, whichever kind it is. */
export function settle(
  planned: PlannedSliceCheck,
  { status, reason, problem }: SliceDecision,
  finding: SliceFinding | undefined,
  rules: SliceRules,
  whole: Whole,
  bounds: CheckResult['bounds'] = [],
): Judgement {
  const { id, spec } = planned;
  const check = planned.kind === 'each' ? planned.check : planned.checks[0];
  if (check === undefined) throw new Error('a check measures nothing');
  const result: CheckResult = {
    id,
    metric: planned.kind === 'each' ? check.name : planned.name,
    better: planned.kind === 'each' ? check.better : 'lower',
    scale: check.scale,
    ...(spec.unit === undefined ? {} : { unit: spec.unit }),
    level: spec.level,
    status,
    outcome: status,
    reason,
    ...(whole.champion === undefined ? {} : { champion: whole.champion }),
    ...(whole.candidate === undefined ? {} : { candidate: whole.candidate }),
    ...(whole.rows === undefined ? {} : { rows: whole.rows }),
    bounds: [...bounds],
    ...(finding === undefined ? {} : { slices: finding }),
    ...(problem === undefined ? {} : { problem }),
    ...(spec.why === undefined ? {} : { why: spec.why }),
    ...(check.where === undefined ? {} : { where: check.where }),
  };
  return settled(result, { ...rules, onInconclusive: spec['on-inconclusive'] ?? rules.onInconclusive });
}
