import {
  type BoundRule,
  boundRules,
  type EvaluationCheck,
  type EvaluationGate,
  type Examples,
  type Limit,
  type Location,
  type Policy,
  type PolicyDocument,
  PolicyError,
  type PolicyProblem,
  shown,
} from '@modelgate/core';
import { type ClassificationMetric, isShare, knownDirection, lookUpMetric } from '@modelgate/metrics';

/** What a check looks at. */
export type Quantity =
  | { readonly kind: 'classification'; readonly metric: ClassificationMetric }
  | {
      readonly kind: 'column';
      readonly column: string;
      readonly statistic: 'mean' | 'median' | 'p95' | 'p99';
      readonly range?: readonly [number, number];
    }
  | { readonly kind: 'file'; readonly metric: string };

export type Estimand = 'value' | 'difference' | 'relative-difference';

/** One bound of a check: the truth about `of` must lie on this side of the threshold. */
export interface PlannedBound {
  readonly rule: BoundRule;
  readonly limit: Limit;
  readonly of: Estimand;
  readonly side: 'above' | 'below';
  /** On the scale of `of`, signed. */
  readonly threshold: number;
  readonly judged: 'proven' | 'not-disproven' | 'estimate';
}

export interface PlannedCheck {
  readonly id: string;
  /** As reports name it: f1, p95(latency_ms). */
  readonly name: string;
  readonly quantity: Quantity;
  readonly better: 'higher' | 'lower';
  readonly scale: 'share' | 'own';
  readonly spec: EvaluationCheck;
  readonly bounds: readonly PlannedBound[];
  readonly where: Location | undefined;
}

/** An evaluation gate, understood: nothing in it is left that only the data could make unclear. */
export interface EvaluationPlan {
  readonly id: string;
  readonly gate: EvaluationGate;
  readonly policy: Policy;
  readonly examples: (Examples & { readonly name: string }) | undefined;
  /** rows: per-example tables; metrics: bare metrics files. */
  readonly mode: 'rows' | 'metrics';
  readonly checks: readonly PlannedCheck[];
  readonly needsChampion: boolean;
}

/**
 * Reads one evaluation gate of a policy as a plan.
 *
 * @throws PolicyError for everything that no data could mend: unknown metrics, units that do not fit, a direction that
 *         nobody stated
 */
export function planEvaluation({ policy, document }: PolicyDocument, id: string): EvaluationPlan {
  const gate = Object.hasOwn(policy.gates, id) ? policy.gates[id] : undefined;
  if (gate === undefined) {
    throw PolicyError.of(
      document.locate([]).file,
      `has no gate ${shown(id)}; gates: ${Object.keys(policy.gates).join(', ')}`,
    );
  }
  const mode = gate.candidate.file === undefined ? 'rows' : 'metrics';
  const examples = examplesOf(policy, gate);
  const problems: PolicyProblem[] = [];
  const complain = (path: readonly string[], message: string) =>
    problems.push({
      message: `\`${['gates', id, ...path].join('.')}\`: ${message}`,
      where: document.locate(['gates', id, ...path]),
    });

  const checks = Object.entries(gate.checks).map(([checkId, spec]): PlannedCheck | undefined => {
    const path = ['checks', checkId];
    const quantity = quantityOf(spec, gate, mode, (message) =>
      complain([...path, spec.column === undefined ? 'metric' : 'column'], message),
    );
    if (quantity === undefined) return undefined;
    const name =
      quantity.kind === 'column'
        ? `${quantity.statistic}(${quantity.column})`
        : quantity.kind === 'file'
          ? quantity.metric
          : quantity.metric.name;
    const scale = quantity.kind === 'column' ? 'own' : isShare(name) ? 'share' : 'own';
    const better = directionOf(spec, quantity, name, (message) => complain(path, message));
    if (better === undefined) return undefined;
    const bounds = boundsOf(spec, { better, scale, mode, name }, (key, message) => complain([...path, key], message));
    return { id: checkId, name, quantity, better, scale, spec, bounds, where: document.find(['gates', id, ...path]) };
  });

  if (mode === 'rows' && checks.some((check) => check?.quantity.kind === 'classification')) {
    if (gate.candidate.prediction === undefined)
      complain(['candidate'], 'needs `prediction`: the column with the predicted class');
    if (examples?.label === undefined && gate.candidate.label === undefined) {
      complain(
        examples === undefined ? ['candidate'] : ['examples'],
        'name no `label`: classification metrics need the true class',
      );
    }
  }
  if (mode === 'rows' && examples === undefined && gate.candidate.key === undefined) {
    complain(['candidate'], 'needs `key` (rows are paired by it), as the gate names no `examples`');
  }
  if (problems.length > 0) throw new PolicyError(problems);
  const planned = checks.filter((check) => check !== undefined);
  const needsChampion = planned.some((check) => check.bounds.some((bound) => bound.of !== 'value'));
  return { id, gate, policy, examples, mode, checks: planned, needsChampion };
}

function examplesOf(policy: Policy, gate: EvaluationGate): EvaluationPlan['examples'] {
  if (gate.examples === undefined) return undefined;
  if (typeof gate.examples !== 'string') return { ...gate.examples, name: gate.examples.table };
  const named = policy.examples[gate.examples];
  return named === undefined ? undefined : { ...named, name: gate.examples };
}

type Complain = (message: string) => void;

function quantityOf(
  spec: EvaluationCheck,
  gate: EvaluationGate,
  mode: 'rows' | 'metrics',
  complain: Complain,
): Quantity | undefined {
  if (spec.column !== undefined) {
    if (mode === 'metrics') {
      complain('a metrics file has no rows, so no columns: name a `metric` of the file');
      return undefined;
    }
    const { column, statistic = 'mean', range } = spec;
    return { kind: 'column', column, statistic, ...(range === undefined ? {} : { range }) };
  }
  const name = spec.metric ?? '';
  if (mode === 'metrics') return { kind: 'file', metric: name };
  const found = lookUpMetric(name);
  switch (found.kind) {
    case 'unknown':
      complain(
        `unknown metric ${shown(name)}; ${found.nearest === undefined ? 'metrics are listed in docs/metrics.md' : `did you mean ${found.nearest}?`}`,
      );
      return undefined;
    case 'later':
      complain(
        `${name} is not available yet from rows in this version of Modelgate; until then compute it yourself and gate the metrics file`,
      );
      return undefined;
    case 'classification':
      if (gate.task === 'generic') {
        complain(
          `${name} is a classification metric: give the gate \`task: binary\` (with \`positive\`) or \`task: multiclass\``,
        );
        return undefined;
      }
      if (found.metric.needsPositive && gate.task === 'multiclass') {
        complain(
          `${name} needs one positive class: with several classes use ${name}_macro, ${name}_micro or ${name}_weighted`,
        );
        return undefined;
      }
      return { kind: 'classification', metric: found.metric };
  }
}

/** A direction is known for metrics, stated by `better`, or implied by a floor or ceiling; it is never guessed. */
function directionOf(
  spec: EvaluationCheck,
  quantity: Quantity,
  name: string,
  complain: Complain,
): 'higher' | 'lower' | undefined {
  const known = quantity.kind === 'column' ? undefined : knownDirection(name);
  const implied =
    spec['at-least'] && !spec['at-most'] ? 'higher' : spec['at-most'] && !spec['at-least'] ? 'lower' : undefined;
  if (known !== undefined) {
    if (spec.better !== undefined && spec.better !== known)
      complain(`says better: ${spec.better}, but ${known} is better for ${name}`);
    return known;
  }
  if (spec.better !== undefined) return spec.better;
  if (implied !== undefined) return implied;
  const comparesToChampion = spec['max-regression'] ?? spec['min-improvement'] ?? spec['max-improvement'];
  if (comparesToChampion === undefined) return 'higher';
  complain(`does not say which direction of ${name} is better: add \`better: lower\` or \`better: higher\``);
  return undefined;
}

interface BoundContext {
  readonly better: 'higher' | 'lower';
  readonly scale: 'share' | 'own';
  readonly mode: 'rows' | 'metrics';
  readonly name: string;
}

function boundsOf(
  spec: EvaluationCheck,
  context: BoundContext,
  complain: (key: string, message: string) => void,
): PlannedBound[] {
  if (context.mode === 'metrics' && spec.judged !== undefined && spec.judged !== 'estimate') {
    complain('judged', `${spec.judged} needs rows: a bare metrics file can only be judged by its estimate`);
  }
  const judged = context.mode === 'metrics' ? 'estimate' : (spec.judged ?? 'proven');
  return boundRules.flatMap((rule): PlannedBound[] => {
    const limit = spec[rule];
    if (limit === undefined) return [];
    const problem = limitProblem(rule, limit, context, judged);
    if (problem !== undefined) complain(rule, problem);
    if (rule === 'at-least') return [{ rule, limit, judged, of: 'value', side: 'above', threshold: limit.value }];
    if (rule === 'at-most') return [{ rule, limit, judged, of: 'value', side: 'below', threshold: limit.value }];
    return [{ rule, limit, judged, ...againstChampion(rule, limit, context.better) }];
  });
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
