import type { SliceOutcome, SliceResult } from '@modelgate/core';
import { holm, normalCdf, normalQuantile, normalSf, oneSidedAlpha, rowsWithoutLoss } from '@modelgate/statistics';
import type { PlannedBound } from './bound-plan.ts';
import type { Effect, Measured } from './effect.ts';
import { keptBy, provenBy } from './judge.ts';
import { planning } from './row-planning.ts';
import { effectFor, type MeasuredEach, type MeasuredGroup } from './slice-measurement.ts';
import type { EachCheck } from './slice-plan.ts';

export interface GroupRules {
  readonly confidence: number;
  readonly correction: 'holm' | 'none';
  /** Groups with fewer rows are told without numbers. */
  readonly suppressBelow: number;
}

/** One group, judged: what became of it, and whether it alone fails its check. */
export interface JudgedGroup {
  readonly result: SliceResult;
  /** One-sided, of "the candidate is not better here"; undefined where nothing was tested. */
  readonly improvedP: number | undefined;
  /** The same of "the candidate is not worse here". */
  readonly fallenP: number | undefined;
}

/** The groups of each check, judged, with the number of tests that their p-values were corrected for. */
export interface JudgedEach {
  readonly measured: MeasuredEach;
  readonly groups: readonly JudgedGroup[];
  readonly family: number;
  readonly suppressedBelow: number;
}

interface Test {
  readonly check: EachCheck;
  readonly one: Extract<MeasuredGroup, { kind: 'measured' }>;
  readonly effect: Effect | undefined;
  readonly p: number;
}

/**
 * Judges every group of every check. Those of all checks that can stop the gate are one family: the chance that any equal
 * group is called worse is held at that of one test (Holm 1979, Scandinavian Journal of Statistics 6, 65–70).
 */
export function judgeGroups(all: readonly MeasuredEach[], rules: GroupRules): readonly JudgedEach[] {
  const tests = all.flatMap(({ check, groups }) =>
    groups.flatMap((one): Test[] => {
      if (one.kind !== 'measured') return [];
      const bound = check.bound ?? check.improved;
      const effect = effectFor(one.measured, check.check, bound);
      return [{ check, one, effect, p: bound === undefined ? 1 : brokenP(effect, bound, check) }];
    }),
  );
  const [blocking, advisory] = [
    tests.filter(({ check }) => canStop(check)),
    tests.filter(({ check }) => !canStop(check)),
  ];
  const adjusted = new Map<Test['one'], { readonly p: number; readonly adjustedP: number }>();
  for (const family of [blocking, advisory]) {
    const ps = family.map(({ p }) => p);
    const corrected = rules.correction === 'holm' ? holm(ps) : ps;
    for (const [index, { one, p }] of family.entries()) adjusted.set(one, { p, adjustedP: corrected[index] ?? 1 });
  }
  return all.map((measured) => ({
    measured,
    groups: [
      ...measured.groups.map((one) => judgeGroup(measured.check, one, adjusted, rules)),
      ...measured.vanished.map((gone) => vanishedGroup(measured.check, gone)),
    ],
    family: canStop(measured.check) ? blocking.length : advisory.length,
    suppressedBelow: rules.suppressBelow,
  }));
}

/** Whether a group that is called worse stops the gate, by its p-value. */
function canStop({ spec, bound }: EachCheck): boolean {
  return spec.level === 'fail' && bound !== undefined && spec.judged !== 'estimate';
}

function judgeGroup(
  check: EachCheck,
  one: MeasuredGroup,
  adjusted: ReadonlyMap<MeasuredGroup, { readonly p: number; readonly adjustedP: number }>,
  rules: GroupRules,
): JudgedGroup {
  const { group } = one;
  const bound = check.bound ?? check.improved;
  const base = {
    by: group.by,
    name: group.name,
    of: bound?.of ?? 'difference',
    ...(check.spec.require?.includes(group.name) === true ? { required: true as const } : {}),
  };
  if (one.kind === 'new') {
    const note = 'the champion answered none of its rows';
    return { result: { ...base, outcome: 'new', rows: 0, note }, ...untested };
  }
  if (one.kind === 'too-few-rows') {
    const shown = one.rows < rules.suppressBelow ? {} : { rows: one.rows };
    return { result: { ...base, ...shown, outcome: 'too-few-rows', rowsNeeded: one.needed }, ...untested };
  }
  const { measured } = one;
  const effect = effectFor(measured, check.check, bound);
  const ps = adjusted.get(one) ?? { p: 1, adjustedP: 1 };
  const outcome = outcomeOf(effect, ps.adjustedP, check, rules);
  const rows = measured.rows ?? 0;
  const plan = outcome === 'cannot-tell' ? rowsToTell(check, effect, measured, rules.confidence) : {};
  const isInterval = effect?.kind === 'interval';
  const result: SliceResult = {
    ...base,
    outcome,
    rows,
    ...(measured.champion === undefined ? {} : { champion: measured.champion }),
    ...(measured.candidate === undefined ? {} : { candidate: measured.candidate }),
    ...(isInterval || effect?.kind === 'undecidable' ? optionalEstimate(effect.estimate) : {}),
    ...(isInterval && Number.isFinite(effect.interval.lower) && Number.isFinite(effect.interval.upper)
      ? { interval: effect.interval }
      : {}),
    ...(isInterval || effect?.kind === 'undecidable' ? ps : {}),
    ...plan,
    ...noteOf(effect),
  };
  return { result: rows < rules.suppressBelow ? withoutNumbers(result) : result, ...againstChampion(measured, check) };
}

/**
 * About how many rows would tell; at least so many as could show the margin if not a single one of them were lost (the
 * rule of three).
 */
function rowsToTell(
  { bound, improved, check }: EachCheck,
  effect: Effect | undefined,
  { champion, rows = 0 }: Measured,
  confidence: number,
): { readonly rowsNeeded?: number } {
  const asked = bound ?? improved;
  if (asked === undefined || effect?.kind !== 'interval') return {};
  const { rowsNeeded } = planning(asked, effect, rows, confidence).rowsNeeded;
  const of = asked.of === 'relative-difference' ? Math.abs(champion ?? 0) : 1;
  const margin = asked.rule === 'max-regression' && check.scale === 'share' ? Math.abs(asked.threshold) * of : 0;
  if (!(margin > 0 && margin < 1)) return rowsNeeded === undefined ? {} : { rowsNeeded };
  const least = Math.ceil(rowsWithoutLoss(margin, oneSidedAlpha(confidence)));
  return rowsNeeded === undefined && least <= rows ? {} : { rowsNeeded: Math.max(least, rowsNeeded ?? 0) };
}

function vanishedGroup(check: EachCheck, { by, name }: { readonly by: string; readonly name: string }): JudgedGroup {
  const of = (check.bound ?? check.improved)?.of ?? 'difference';
  const required = check.spec.require?.includes(name) === true ? { required: true as const } : {};
  const note = 'no row of the examples belongs to it';
  return { result: { by, name, outcome: 'vanished', of, rows: 0, ...required, note }, ...untested };
}

function optionalEstimate(estimate: number | undefined): { readonly estimate?: number } {
  return estimate === undefined ? {} : { estimate };
}

function noteOf(effect: Effect | undefined): { readonly note?: string } {
  switch (effect?.kind) {
    case 'undefined':
      return { note: effect.problem.message };
    case 'undecidable':
    case 'interval':
      return effect.note === undefined ? {} : { note: effect.note };
    default:
      return {};
  }
}

/**
 * Proven to keep the rule comes first: a loss that is real and within the margin is allowed. Then what is shown to be
 * worse, and only then doubt.
 */
function outcomeOf(
  effect: Effect | undefined,
  adjustedP: number,
  { bound, improved, spec, check }: EachCheck,
  { confidence }: GroupRules,
): SliceOutcome {
  const sign = check.better === 'higher' ? 1 : -1;
  const isComparison = (bound ?? improved)?.of !== 'value';
  if (spec.judged === 'estimate' && bound !== undefined) {
    if (effect === undefined || !('estimate' in effect) || effect.estimate === undefined) return 'cannot-tell';
    if (!keptBy(bound, effect.estimate)) return 'worse';
    return isComparison && sign * effect.estimate > 0 ? 'improved' : 'not-worse';
  }
  // an interval that ends at the limit shows nothing, and rounding must not decide that
  const isShown = adjustedP < oneSidedAlpha(confidence) * (1 - 1e-9);
  // without an interval the exchange of both models may still show what nobody would doubt
  if (effect?.kind !== 'interval') return isShown ? 'worse' : 'cannot-tell';
  const best = sign > 0 ? effect.interval.lower : -effect.interval.upper;
  if (isComparison && best > 0) return 'improved';
  if (bound !== undefined && provenBy(bound, effect)) return 'not-worse';
  return isShown ? 'worse' : 'cannot-tell';
}

/** One-sided, of "this group keeps the rule": that it did not fall at all, or, where the policy says so, not beyond it. */
function brokenP(effect: Effect | undefined, bound: PlannedBound, { spec, check }: EachCheck): number {
  const isTested = effect?.kind === 'interval' || effect?.kind === 'undecidable';
  if (!isTested) return 1;
  const atZero = bound.of !== 'value' && (bound.rule === 'min-improvement' || spec.judged !== 'not-disproven');
  const side = bound.of === 'value' ? bound.side : check.better === 'higher' ? 'above' : 'below';
  if (atZero && effect.exchange !== undefined) {
    return side === 'above' ? effect.exchange.asLow : effect.exchange.asHigh;
  }
  return effect.kind === 'interval' ? againstSide(effect, atZero ? 0 : bound.threshold, side) : 1;
}

const untested = { improvedP: undefined, fallenP: undefined };

/** Where the share of improved groups is asked for: whether the candidate is better here, and whether it is worse. */
function againstChampion({ effects }: Measured, each: EachCheck): Pick<JudgedGroup, 'improvedP' | 'fallenP'> {
  if (each.improved === undefined) return untested;
  const effect = effects[each.check.bounds.indexOf(each.improved)];
  if (effect?.kind !== 'interval') return { improvedP: 1, fallenP: 1 };
  const high = effect.exchange?.asHigh ?? againstSide(effect, 0, 'below');
  const low = effect.exchange?.asLow ?? againstSide(effect, 0, 'above');
  return each.check.better === 'higher' ? { improvedP: high, fallenP: low } : { improvedP: low, fallenP: high };
}

/** Judged, and too small to be shown. */
function withoutNumbers({ by, name, outcome, of, required }: SliceResult): SliceResult {
  return { by, name, outcome, of, ...(required === undefined ? {} : { required }) };
}

/**
 * One-sided p of "the truth lies on this side of the threshold", as the interval implies it: with the distance between
 * estimate and bound as so many standard errors as its level stands for. Below the interval's own α exactly when the
 * interval lies on the other side.
 */
export function againstSide(
  { estimate, interval }: Pick<Extract<Effect, { kind: 'interval' }>, 'estimate' | 'interval'>,
  threshold: number,
  side: 'above' | 'below',
): number {
  const z = -normalQuantile(oneSidedAlpha(interval.level));
  const isBelow = estimate < threshold;
  if (estimate === threshold) return 0.5;
  const reach = isBelow ? interval.upper - estimate : estimate - interval.lower;
  const distance = reach > 0 ? (z * Math.abs(threshold - estimate)) / reach : Number.POSITIVE_INFINITY;
  const onThisSide = (side === 'above') === !isBelow;
  return onThisSide ? normalCdf(Math.min(distance, 40)) : normalSf(Math.min(distance, 40));
}
