import {
  type BoundResult,
  type Judgement,
  type Limit,
  type SliceFinding,
  type Status,
  worstStatus,
} from '@modelgate/core';
import { oneSidedAlpha } from '@modelgate/statistics';
import type { Effect } from './effect.ts';
import { keptBy } from './judge.ts';
import type { MeasuredAcross } from './slice-across.ts';
import type { MeasuredGap, MeasuredGaps } from './slice-gap.ts';
import { type SliceRules, settle } from './slice-settlement.ts';
import { counted, type NumberWords, named, plain, sizeWords } from './slice-words.ts';

type AcrossFinding = Extract<SliceFinding, { kind: 'across' }>;

/** So many groups are in the verdict. */
const mostShown = 60;

/** Decides one check about differences: a pure and total function. */
export function judgeAcross(measured: MeasuredAcross, rules: SliceRules): Judgement {
  const { check, gaps, groups, rows } = measured;
  // what was not compared could be what differs
  const isPartial = groups.some(({ left }) => left !== undefined);
  const bounds = boundsOf(measured, rules.confidence).map(
    (bound): BoundResult =>
      isPartial && bound.status === 'pass' ? { ...bound, status: 'warn', reason: 'slices-undecided' } : bound,
  );
  const { alone } = measured;
  const problem = check.spec.ratchet !== undefined && alone?.kind === 'undefined' ? alone.problem : undefined;
  const status = worstStatus(bounds.map((bound) => bound.status));
  const decisive = bounds.find((bound) => bound.status === status) ?? bounds[0];
  if (decisive === undefined) throw new Error('a check of differences has no limit');
  const finding: AcrossFinding = {
    kind: 'across',
    words: wordsOf(measured, decisive, rules.confidence),
    by: check.by,
    ...(check.control === undefined ? {} : { control: check.control }),
    suppressedBelow: measured.suppressedBelow,
    gaps: gapsTold(gaps),
    groups: groups.slice(0, mostShown),
    ...(groups.length > mostShown ? { leftOut: groups.length - mostShown } : {}),
  };
  const whole = { rows, candidate: gaps.difference?.estimate, champion: gaps.champion };
  const decision = { status, reason: decisive.reason, ...(problem === undefined ? {} : { problem }) };
  return settle(check, decision, finding, rules, whole, bounds);
}

function gapsTold({ difference, ratio, widening, champion, byChance, p }: MeasuredGaps): AcrossFinding['gaps'] {
  const context = { ...(byChance === undefined ? {} : { byChance }), ...(p === undefined ? {} : { p }) };
  return [
    ...(difference === undefined
      ? []
      : [
          {
            of: 'difference' as const,
            candidate: difference.estimate,
            ...(champion === undefined ? {} : { champion }),
            ...context,
          },
        ]),
    ...(ratio === undefined ? [] : [{ of: 'ratio' as const, candidate: ratio.estimate }]),
    ...(widening === undefined ? [] : [{ of: 'widening' as const, candidate: widening.estimate }]),
  ];
}

function boundsOf({ check, gaps, alone, why }: MeasuredAcross, confidence: number): BoundResult[] {
  const { spec } = check;
  const own = (value: number): Limit => ({ value, unit: 'own' });
  const judged = spec.judged ?? 'proven';
  const shared = { judged, confidence, p: gaps.p, why };
  return [
    ...(spec['max-difference'] === undefined
      ? []
      : [bounded('at-most', 'value', spec['max-difference'], gaps.difference, shared)]),
    ...(spec['min-ratio'] === undefined
      ? []
      : [bounded('at-least', 'value', own(spec['min-ratio']), gaps.ratio, shared)]),
    ...(spec.ratchet === undefined ? [] : [widened(spec.ratchet, gaps.widening, { ...shared, p: undefined }, alone)]),
  ];
}

/** Against the champion, where there is one. */
function widened(limit: Limit, gap: MeasuredGap | undefined, judging: Judging, alone: Effect | undefined): BoundResult {
  const result = bounded('max-regression', 'difference', limit, gap, judging);
  const { interval: _, estimate: __, ...base } = result;
  switch (alone?.kind) {
    case 'not-compared': {
      const note = alone.note ?? 'there is no champion to compare with yet';
      return { ...base, status: 'warn', reason: alone.reason, note };
    }
    case 'undefined':
      return { ...base, status: 'error', reason: alone.problem.reason, note: alone.problem.message };
    default:
      return result;
  }
}

interface Judging {
  readonly judged: BoundResult['judged'];
  readonly confidence: number;
  /** Of "the groups do not differ"; undefined where it says nothing about this bound. */
  readonly p: number | undefined;
  /** Why there is no gap. */
  readonly why: string | undefined;
}

/** Broken when the interval lies beyond the limit and the groups are shown to differ at all. */
function bounded(
  rule: 'at-most' | 'at-least' | 'max-regression',
  of: 'value' | 'difference',
  limit: Limit,
  gap: MeasuredGap | undefined,
  { judged, confidence, p, why }: Judging,
): BoundResult {
  const threshold = limit.unit === 'points' ? limit.value / 100 : limit.value;
  const base = { rule, limit, judged, of, threshold };
  if (gap === undefined) {
    const note =
      why ??
      (rule === 'at-least'
        ? 'a quotient needs two groups with rows enough, values of at least 0, and one above 0'
        : 'fewer than two groups have rows enough, or have a row that could have the rate');
    return {
      ...base,
      status: 'inconclusive',
      reason: why === undefined ? 'too-few-rows' : 'degenerate-variance',
      note,
    };
  }
  const { estimate, interval } = gap;
  const told = { ...base, estimate, interval: { ...interval, level: confidence, method: 'all pairs of groups' } };
  const above = rule === 'at-least';
  const reason = rule === 'max-regression' ? 'difference-widened' : 'groups-differ';
  const decided = (status: Status, why: BoundResult['reason']): BoundResult => ({ ...told, status, reason: why });
  if (judged === 'estimate') {
    return keptBy({ side: above ? 'above' : 'below', threshold }, estimate)
      ? decided('pass', 'estimate-within-limit')
      : decided('fail', reason);
  }
  const shown = above ? interval.upper < threshold : interval.lower > threshold;
  if (shown && (p === undefined || p < oneSidedAlpha(confidence))) return decided('fail', reason);
  const kept = above ? interval.lower > threshold : interval.upper < threshold;
  if (kept) return decided('pass', 'proven');
  return judged === 'not-disproven'
    ? decided('pass', 'not-disproven')
    : decided('inconclusive', 'interval-spans-limit');
}

function wordsOf({ check, gaps, groups }: MeasuredAcross, decisive: BoundResult, confidence: number): string {
  const [first] = check.checks;
  const numbers: NumberWords = {
    scale: first?.scale ?? 'own',
    unit: check.spec.unit,
    better: 'lower',
  };
  const across = `across ${named(check.by)}${check.control === undefined ? '' : ` within ${named(check.control)}`}`;
  const left = groups.filter((group) => group.left !== undefined).length;
  const without = left === 0 ? '' : `; ${counted(left, 'group')} could not be compared`;
  const { difference, ratio, widening } = gaps;
  const level = `${Number((confidence * 100).toPrecision(4))} % interval`;
  const size = (value: number) => sizeWords(value, 'difference', numbers);
  const signed = (value: number) => `${value < 0 ? '−' : ''}${size(value).replace(/ .*$/, '')}`;
  if (decisive.interval === undefined) {
    return `${check.name} cannot be compared ${across}: ${decisive.note ?? 'there is no interval'}${without}`;
  }
  const { lower, upper } = decisive.interval;
  if (decisive.rule === 'at-least') {
    return `${check.name}: the smallest is ${plain(ratio?.estimate ?? 0)} of the largest ${across} (${level} ${plain(lower)} to ${plain(upper)}); at least ${plain(decisive.threshold)} is asked${without}`;
  }
  if (decisive.rule === 'max-regression') {
    const by = widening?.estimate ?? 0;
    const moved = by < 0 ? `is ${size(by)} narrower` : `is ${size(by)} wider`;
    return `the difference in ${check.name} ${across} ${moved} than the champion's (${level} ${signed(lower)} to ${signed(upper)}); ${size(decisive.threshold)} are allowed${without}`;
  }
  return `${check.name} differs by ${size(difference?.estimate ?? 0)} ${across} (${level} ${signed(lower)} to ${signed(upper)}); ${size(decisive.threshold)} are allowed${without}`;
}
