import {
  type BoundResult,
  type CheckResult,
  type Judgement,
  type OnInconclusive,
  type Reason,
  type Status,
  settled,
  type Waiver,
  worstStatus,
} from '@modelgate/core';
import type { PlannedBound } from './bound-plan.ts';
import type { Effect, Measured } from './effect.ts';
import type { PlannedCheck } from './evaluation-plan.ts';
import { planning } from './row-planning.ts';

export interface Rules {
  readonly confidence: number;
  readonly minRows: number;
  readonly onInconclusive: OnInconclusive;
  readonly waivers: readonly Waiver[];
  readonly now: Date;
}

/**
 * Decides one check from what was measured: a pure and total function. Each bound is judged by the interval that is
 * shown, strictly: touching the limit proves nothing. Several bounds must all hold.
 */
export function judgeCheck(check: PlannedCheck, measured: Measured, rules: Rules): Judgement {
  const bounds = check.bounds.map((bound, index) => judgeBound(bound, measured.effects[index], measured.rows, rules));
  const outcome = worstStatus(bounds.map((one) => one.result.status));
  const decisive = bounds.find((one) => one.result.status === outcome);
  const result: CheckResult = {
    ...identity(check),
    status: outcome,
    outcome,
    reason: decisive?.result.reason ?? 'crash',
    ...optional('champion', measured.champion),
    ...optional('candidate', measured.candidate),
    ...optional('anchor', measured.anchor),
    ...optional('rows', measured.rows),
    bounds: bounds.map((one) => one.result),
    ...optional('problem', decisive?.problem),
  };
  return settle(result, check, rules);
}

/** A check that could not be measured, or whose verdict is known without measuring (bootstrap). */
export function unmeasured(
  check: PlannedCheck,
  status: Status,
  reason: Reason,
  rules: Rules,
  problem?: CheckResult['problem'],
): Judgement {
  const result: CheckResult = {
    ...identity(check),
    status,
    outcome: status,
    reason,
    bounds: [],
    ...optional('problem', problem),
  };
  return settle(result, check, rules);
}

function identity(
  check: PlannedCheck,
): Pick<CheckResult, 'id' | 'metric' | 'better' | 'scale' | 'level'> & Partial<CheckResult> {
  return {
    id: check.id,
    metric: check.name,
    better: check.better,
    scale: check.scale,
    level: check.spec.level,
    ...optional('unit', check.spec.unit),
    ...optional('why', check.spec.why),
    ...optional('where', check.where),
  };
}

function settle(result: CheckResult, check: PlannedCheck, rules: Rules): Judgement {
  return settled(result, { ...rules, onInconclusive: check.spec['on-inconclusive'] ?? rules.onInconclusive });
}

interface JudgedBound {
  readonly result: BoundResult;
  readonly problem?: CheckResult['problem'];
}

function judgeBound(
  bound: PlannedBound,
  effect: Effect | undefined,
  rows: number | undefined,
  rules: Rules,
): JudgedBound {
  const { rule, limit, judged, of, threshold } = bound;
  const base = { rule, limit, judged, of, ...optional('against', bound.against), threshold };
  if (effect === undefined) {
    const problem = { reason: 'crash' as const, message: `nothing was measured for ${rule}` };
    return { result: { ...base, status: 'error', reason: 'crash' }, problem };
  }
  if (effect.kind === 'undefined') {
    return { result: { ...base, status: 'error', reason: effect.problem.reason }, problem: effect.problem };
  }
  if (effect.kind === 'not-compared') {
    return { result: { ...base, status: 'warn', reason: effect.reason, ...optional('note', effect.note) } };
  }
  const estimate = optional('estimate', effect.estimate);
  if (judged === 'estimate') return { result: { ...base, ...estimate, ...byEstimate(bound, effect.estimate) } };
  if (effect.kind === 'estimate') {
    return {
      result: {
        ...base,
        ...estimate,
        status: 'inconclusive',
        reason: 'too-few-rows',
        note: 'there are no rows behind this number',
      },
    };
  }
  if (rows !== undefined && rows < rules.minRows) {
    const note = `${rows} rows; at least ${rules.minRows} are judged`;
    return {
      result: { ...base, ...estimate, status: 'inconclusive', reason: 'too-few-rows', rowsNeeded: rules.minRows, note },
    };
  }
  if (effect.kind === 'undecidable') {
    return { result: { ...base, ...estimate, status: 'inconclusive', reason: effect.reason, note: effect.note } };
  }
  return { result: { ...base, ...estimate, ...shownInterval(effect), ...byInterval(bound, effect, rows ?? 0, rules) } };
}

type Decision = Pick<BoundResult, 'status' | 'reason'> & Partial<BoundResult>;

/** Rounding of a subtraction must not decide a limit that is met exactly. */
const rounding = 1e-12;

function byEstimate(bound: PlannedBound, estimate: number | undefined): Decision {
  if (estimate === undefined) return { status: 'inconclusive', reason: 'degenerate-variance' };
  return keptBy(bound, estimate)
    ? { status: 'pass', reason: 'estimate-within-limit' }
    : { status: 'fail', reason: brokenReason(bound) };
}

/** Whether a number keeps the limit; touching it does. */
export function keptBy({ side, threshold }: Pick<PlannedBound, 'side' | 'threshold'>, estimate: number): boolean {
  const slack = rounding * Math.max(1, Math.abs(threshold));
  return side === 'above' ? estimate >= threshold - slack : estimate <= threshold + slack;
}

function byInterval(
  bound: PlannedBound,
  effect: Extract<Effect, { kind: 'interval' }>,
  rows: number,
  rules: Rules,
): Decision {
  const holds = clears(bound, effect.interval);
  const broken = breaks(bound, effect.interval);
  const plan = planning(bound, effect, rows, rules.confidence);
  if (broken) return { status: 'fail', reason: brokenReason(bound), ...plan.detectable };
  if (bound.judged === 'not-disproven') {
    return { status: 'pass', reason: holds ? 'proven' : 'not-disproven', ...plan.detectable };
  }
  if (!holds)
    return {
      status: 'inconclusive',
      reason: plan.unprovable ? 'unprovable-margin' : 'interval-spans-limit',
      ...plan.detectable,
      ...plan.rowsNeeded,
    };
  const { guarded, careful } = effect;
  if (guarded !== undefined && !clears(bound, guarded)) {
    const note = 'one row with the worst possible drop would break the limit';
    return { status: 'inconclusive', reason: 'rare-drop-not-excluded', ...plan.detectable, note };
  }
  if (careful !== undefined && !clears(bound, careful)) {
    const reached = bound.side === 'above' ? careful.lower : careful.upper;
    const note = `${careful.by}: the bound is ${Number(reached.toPrecision(3))}, the limit ${Number(bound.threshold.toPrecision(3))}`;
    return { status: 'inconclusive', reason: 'careful-bound-spans-limit', ...plan.detectable, note };
  }
  return { status: 'pass', reason: 'proven', ...plan.detectable };
}

/** Whether the limit lies outside the interval, on the side that is asked for: touching it proves nothing. */
export function clears({ side, threshold }: PlannedBound, { lower, upper }: { lower: number; upper: number }): boolean {
  return side === 'above' ? lower > threshold : upper < threshold;
}

/** Whether the limit is shown to be kept: by the interval, and by those that err less on few rows and rare drops. */
export function provenBy(bound: PlannedBound, { interval, guarded, careful }: Extract<Effect, { kind: 'interval' }>) {
  return [interval, guarded, careful].every((one) => one === undefined || clears(bound, one));
}

/** Whether the interval shows that the limit is broken. */
export function breaks({ side, threshold }: PlannedBound, { lower, upper }: { lower: number; upper: number }): boolean {
  return side === 'above' ? upper < threshold : lower > threshold;
}

function brokenReason({ rule }: PlannedBound): Reason {
  switch (rule) {
    case 'at-least':
      return 'below-limit';
    case 'at-most':
      return 'above-limit';
    case 'max-regression':
      return 'margin-exceeded';
    case 'min-improvement':
      return 'not-improved';
    case 'max-improvement':
      return 'improved-too-much';
  }
}

/** Infinite bounds decide, but JSON cannot hold them and people cannot read them: the note says it in words. */
function shownInterval({ interval, note }: Extract<Effect, { kind: 'interval' }>): Partial<BoundResult> {
  const finite = Number.isFinite(interval.lower) && Number.isFinite(interval.upper);
  return { ...(finite ? { interval } : {}), ...optional('note', note) };
}

/** A property only where there is a value: `exactOptionalPropertyTypes` keeps "absent" and "undefined" apart. */
function optional<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  const absent: { [K in Key]?: Value } = {};
  return value === undefined ? absent : { ...absent, [key]: value };
}
