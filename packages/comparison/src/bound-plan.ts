import { type BoundRule, boundRules, type EvaluationCheck, type Limit } from '@modelgate/core';

export type Estimand = 'value' | 'difference' | 'relative-difference';

/** One bound of a check: the truth about `of` must lie on this side of the threshold. */
export interface PlannedBound {
  readonly rule: BoundRule;
  readonly limit: Limit;
  readonly of: Estimand;
  /** With whom the candidate is compared, where that is not the champion. */
  readonly against?: 'anchor';
  readonly side: 'above' | 'below';
  /** On the scale of `of`, signed. */
  readonly threshold: number;
  readonly judged: 'proven' | 'not-disproven' | 'estimate';
}

export interface BoundContext {
  readonly better: 'higher' | 'lower';
  readonly scale: 'share' | 'own';
  readonly mode: 'rows' | 'metrics';
  readonly name: string;
  /** The gate has a fixed model that regressions must hold against as well. */
  readonly anchored: boolean;
}

/** The bounds that a check's keys ask for, with a complaint for each that cannot hold or means nothing. */
export function boundsOf(
  spec: EvaluationCheck,
  context: BoundContext,
  complain: (key: string, message: string) => void,
): PlannedBound[] {
  if (context.mode === 'metrics' && spec.judged !== undefined && spec.judged !== 'estimate') {
    complain('judged', `${spec.judged} needs rows: a bare metrics file can only be judged by its estimate`);
  }
  const judged = context.mode === 'metrics' ? 'estimate' : (spec.judged ?? 'proven');
  const checked = (key: string, rule: BoundRule, limit: Limit): void => {
    const problem = limitProblem(rule, limit, context, judged);
    if (problem !== undefined) complain(key, problem);
  };
  const planned = boundRules.flatMap((rule): PlannedBound[] => {
    const limit = spec[rule];
    if (limit === undefined) return [];
    checked(rule, rule, limit);
    if (rule === 'at-least') return [{ rule, limit, judged, of: 'value', side: 'above', threshold: limit.value }];
    if (rule === 'at-most') return [{ rule, limit, judged, of: 'value', side: 'below', threshold: limit.value }];
    return [{ rule, limit, judged, ...againstChampion(rule, limit, context.better) }];
  });
  const limit = spec['max-regression-from-anchor'] ?? (context.anchored ? spec['max-regression'] : undefined);
  if (limit === undefined) return planned;
  if (spec['max-regression-from-anchor'] !== undefined) checked('max-regression-from-anchor', 'max-regression', limit);
  const rule = 'max-regression' as const;
  return [...planned, { rule, limit, judged, against: 'anchor', ...againstChampion(rule, limit, context.better) }];
}

function againstChampion(
  rule: 'max-regression' | 'min-improvement' | 'max-improvement',
  limit: Limit,
  better: 'higher' | 'lower',
): Pick<PlannedBound, 'of' | 'side' | 'threshold'> {
  const of = limit.unit === 'percent' ? 'relative-difference' : 'difference';
  const size = limit.unit === 'own' ? limit.value : limit.value / 100;
  // on the scale of improvements: regression above −size, improvement above size, plausible below size
  const improvement = rule === 'max-regression' ? -size : size;
  const wantsAbove = rule !== 'max-improvement';
  const higher = better === 'higher';
  // adding 0 keeps −0 out of verdicts
  return { of, side: wantsAbove === higher ? 'above' : 'below', threshold: (higher ? improvement : -improvement) + 0 };
}

function limitProblem(
  rule: BoundRule,
  limit: Limit,
  { scale, name }: BoundContext,
  judged: PlannedBound['judged'],
): string | undefined {
  const absolute = rule === 'at-least' || rule === 'at-most';
  if (limit.unit === 'points' && scale === 'own')
    return `percentage points are for metrics in [0, 1], which ${name} is not: write a number in its own unit, or a percent`;
  if (scale === 'own') return undefined;
  if (absolute) {
    if (limit.value < 0 || limit.value > 1)
      return `${limit.value} is outside [0, 1], where ${name} lies: write ${limit.value > 1 ? readable(limit.value / 100) : 0}`;
    if (judged === 'proven' && limit.value === (rule === 'at-least' ? 1 : 0))
      return `no number of rows proves ${name} ${rule} ${limit.value}: lower it or use judged: estimate`;
    return undefined;
  }
  if (limit.unit === 'own' && limit.value >= 0.2)
    return `${limit.value} would be ${readable(limit.value * 100)} points: write ${limit.value}pt or ${readable(limit.value * 100)}pt, whichever you mean`;
  if (limit.unit === 'points' && limit.value >= 100) return `${limit.value} points is the whole scale of ${name}`;
  return undefined;
}

/** 0.29 × 100 is 29 to people. */
function readable(value: number): number {
  return Number(value.toPrecision(12));
}
