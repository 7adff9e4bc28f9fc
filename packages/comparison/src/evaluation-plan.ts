import {
  type EvaluationCheck,
  type EvaluationGate,
  type Examples,
  type Location,
  type Policy,
  type PolicyDocument,
  PolicyError,
  type PolicyProblem,
  shown,
} from '@modelgate/core';
import type { Metric } from '@modelgate/metrics';
import { boundsOf, type PlannedBound } from './bound-plan.ts';
import type { Divisions } from './group-pairs.ts';
import { type BehaviorQuantity, directionOf, nameOf, type Quantity, quantityOf, scaleOf } from './quantity-plan.ts';

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
  /** Columns of the examples that hold the index of each row's group; none in a gate of kind evaluation. */
  readonly divisions: Divisions;
}

/**
 * Reads one evaluation gate of a policy as a plan.
 *
 * @throws PolicyError for everything that no data could mend: unknown metrics, units that do not fit, a direction that
 *         nobody stated
 */
export function planEvaluation(source: PolicyDocument, id: string): EvaluationPlan {
  const { policy, document } = source;
  const gate = Object.hasOwn(policy.gates, id) ? policy.gates[id] : undefined;
  if (gate?.kind !== 'evaluation') {
    throw PolicyError.of(
      document.locate([]).file,
      `has no ${gate === undefined ? 'gate' : 'evaluation gate'} ${shown(id)}; gates: ${Object.keys(policy.gates).join(', ')}`,
    );
  }
  return planChecks(source, id, gate);
}

/**
 * The checks of a gate, which messages place under `gates.<id>`.
 *
 * @param own metrics by names that mean something in this gate only
 * @throws PolicyError
 */
export function planChecks(
  { policy, document }: PolicyDocument,
  id: string,
  gate: EvaluationGate,
  own?: ReadonlyMap<string, Metric>,
): EvaluationPlan {
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
    const named = spec.column !== undefined ? 'column' : spec.behavior !== undefined ? 'behavior' : 'metric';
    const about = (message: string) => complain([...path, named], message);
    const known = own?.get(spec.metric ?? '');
    if (known !== undefined && !known.tasks.some((task) => task === gate.task)) {
      about(`${known.name} is a rate of the positive class: it needs \`task: binary\` with \`positive\``);
      return undefined;
    }
    const quantity: Quantity | undefined =
      known === undefined ? quantityOf(checkId, spec, gate, mode, about) : { kind: 'metric', metric: known };
    if (quantity === undefined) return undefined;
    const name = nameOf(quantity);
    const scale = scaleOf(quantity);
    const better = directionOf(spec, quantity, (message) => complain(path, message));
    if (better === undefined) return undefined;
    const anchored = gate.anchor !== undefined;
    const bounds = boundsOf(spec, { better, scale, mode, name, anchored }, (key, message) =>
      complain([...path, key], message),
    );
    return { id: checkId, name, quantity, better, scale, spec, bounds, where: document.find(['gates', id, ...path]) };
  });
  const planned = checks.filter((check) => check !== undefined);

  if (mode === 'rows') {
    columnProblems(gate, examples, planned, complain);
    if (examples === undefined && gate.candidate.key === undefined && gate.pairing === 'by-key') {
      complain(['candidate'], 'needs `key` (rows are paired by it), as the gate names no `examples`');
    }
  }
  if (problems.length > 0) throw new PolicyError(problems);
  const needsChampion = planned.some((check) =>
    check.bounds.some((bound) => bound.of !== 'value' && bound.against === undefined),
  );
  return { id, gate, policy, examples, mode, checks: planned, needsChampion, divisions: new Map() };
}

function examplesOf(policy: Policy, gate: EvaluationGate): EvaluationPlan['examples'] {
  if (gate.examples === undefined) return undefined;
  if (typeof gate.examples !== 'string') return { ...gate.examples, name: gate.examples.table };
  const named = policy.examples[gate.examples];
  return named === undefined ? undefined : { ...named, name: gate.examples };
}

type Complain = (path: readonly string[], message: string) => void;

/** Columns without which no check of the gate can be measured. */
function columnProblems(
  gate: EvaluationGate,
  examples: EvaluationPlan['examples'],
  checks: readonly PlannedCheck[],
  complain: Complain,
): void {
  const { candidate } = gate;
  const needs = columnNeeds(checks);
  if (needs.has('prediction') && candidate.prediction === undefined) {
    complain(['candidate'], `needs \`prediction\`: the column with the predicted ${predicted(gate.task)}`);
  }
  if (needs.has('score') && candidate.score === undefined && candidate.scores === undefined) {
    complain(['candidate'], 'needs `score`: the column with the probability of the positive class');
  }
  if (needs.has('scores') && candidate.scores === undefined) {
    complain(['candidate'], 'needs `scores`: the columns with the probability of each class, e.g. scores: "p_{class}"');
  }
  if (gate.task === 'ranking') rankingProblems(gate, examples, checks, complain);
  if (gate.task === 'behavioral') behaviorProblems(gate, examples, checks, complain);
  if (needs.has('label')) labelProblems(gate, examples, complain);
  if (candidate.repeats === true) repeatProblems(checks, complain);
}

/** Labels come with the examples; only where the policy names none may the candidate bring them. */
function labelProblems(
  { task, candidate }: EvaluationGate,
  examples: EvaluationPlan['examples'],
  complain: Complain,
): void {
  const what = labelled(task);
  if (examples !== undefined) {
    if (examples.label === undefined) complain(['examples'], `name no \`label\`: ${what}`);
  } else if (candidate.label === undefined && task !== 'ranking' && task !== 'behavioral') {
    complain(['candidate'], `names no \`label\`: ${what}`);
  }
}

type Need = 'prediction' | 'score' | 'scores' | 'label' | 'ranking';

function columnNeeds(checks: readonly PlannedCheck[]): ReadonlySet<Need> {
  return new Set(checks.flatMap(({ quantity }) => needsOf(quantity)));
}

function needsOf(quantity: Quantity): readonly Need[] {
  if (quantity.kind === 'behavior') return quantity.behavior === 'minimum-functionality' ? ['prediction', 'label'] : [];
  if (quantity.kind !== 'metric') return [];
  const { metric } = quantity;
  if (metric.kind === 'classes') return ['prediction', 'label'];
  switch (metric.input) {
    case 'number':
    case 'answer':
      return ['prediction', 'label'];
    case 'score':
    case 'scores':
      return [metric.input, 'label'];
    case 'ranking':
      return ['ranking', 'label'];
  }
}

function predicted(task: EvaluationGate['task']): string {
  return task === 'regression' ? 'number' : task === 'answers' ? 'answer' : 'class';
}

function labelled(task: EvaluationGate['task']): string {
  switch (task) {
    case 'regression':
      return 'its metrics need the true number';
    case 'answers':
      return 'its metrics need the right answers';
    case 'ranking':
      return 'its metrics need the grade of each judged document';
    case 'behavioral':
      return 'tests of minimum functionality need the class that is expected';
    default:
      return 'classification metrics need the true class';
  }
}

function rankingProblems(
  gate: EvaluationGate,
  examples: EvaluationPlan['examples'],
  checks: readonly PlannedCheck[],
  complain: Complain,
): void {
  if (examples === undefined) {
    complain(
      [],
      'task ranking needs `examples`: the judged documents with key (the query), document and label (the grade)',
    );
  } else if (examples.document === undefined) {
    complain(['examples'], 'name no `document`: the column with the judged document');
  }
  const { document, score, rank } = gate.candidate;
  if (document === undefined) complain(['candidate'], 'needs `document`: the column with the retrieved document');
  if (score === undefined && rank === undefined)
    complain(['candidate'], 'needs `score` or `rank`, which order the documents');
  for (const { id, quantity } of checks) {
    if (quantity.kind !== 'column') continue;
    complain(
      ['checks', id, 'column'],
      'has a row a document in a gate with `task: ranking`: judge it in a gate of its own',
    );
  }
}

function behaviorProblems(
  gate: EvaluationGate,
  examples: EvaluationPlan['examples'],
  checks: readonly PlannedCheck[],
  complain: Complain,
): void {
  if (examples?.test === undefined) {
    complain(
      examples === undefined ? [] : ['examples'],
      'task behavioral needs `examples` with `test`: the column that says which test a row belongs to',
    );
    return;
  }
  const of = (behavior: BehaviorQuantity['behavior'][]) =>
    checks.some(({ quantity }) => quantity.kind === 'behavior' && behavior.includes(quantity.behavior));
  const perturbed = of(['invariance', 'directional']);
  if (perturbed && (examples.case === undefined || examples.original === undefined)) {
    complain(['examples'], 'need `case` and `original`: perturbed rows are compared with the original of their case');
  }
  if (of(['directional']) && gate.candidate.score === undefined) {
    complain(['candidate'], 'needs `score`: a directional test looks at where the score goes');
  }
  if (of(['invariance']) && gate.candidate.score === undefined && gate.candidate.prediction === undefined) {
    complain(['candidate'], 'needs `prediction` or `score`: an invariance test looks at whether they change');
  }
}

/** Means of runs, and counts of classes, of which a run counts as one of its example's. */
function isAveraged(metric: Metric): boolean {
  return metric.kind === 'classes' || (metric.kind === 'mean' && !metric.root);
}

/** Runs of one example are averaged, which not every statistic can be. */
function repeatProblems(checks: readonly PlannedCheck[], complain: Complain): void {
  for (const { id, quantity, name } of checks) {
    const averaged =
      (quantity.kind === 'metric' && isAveraged(quantity.metric)) ||
      (quantity.kind === 'column' && ['mean', 'rate', 'ratio'].includes(quantity.statistic));
    if (averaged) continue;
    complain(['checks', id], `${name} is not averaged over repeats; judge it on a table with one row a key`);
  }
}
