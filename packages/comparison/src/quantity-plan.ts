import { type EvaluationCheck, type EvaluationGate, shown } from '@modelgate/core';
import { findMetric, isShare, knownDirection, type Metric, type MetricTask } from '@modelgate/metrics';

/** What a check looks at. */
export type Quantity =
  | { readonly kind: 'metric'; readonly metric: Metric }
  | ColumnQuantity
  | BehaviorQuantity
  | { readonly kind: 'file'; readonly metric: string };

export interface ColumnQuantity {
  readonly kind: 'column';
  readonly column: string;
  readonly statistic: NonNullable<EvaluationCheck['statistic']>;
  /** Of a ratio: the column whose sum divides. */
  readonly per?: string;
  readonly range?: readonly [number, number];
}

/** A test of behaviour: the share of its cases that fail. */
export interface BehaviorQuantity {
  readonly kind: 'behavior';
  readonly behavior: NonNullable<EvaluationCheck['behavior']>;
  /** Value of the examples' test column. */
  readonly test: string;
  readonly tolerance: number;
  readonly direction: 'increasing' | 'decreasing' | undefined;
}

type Complain = (message: string) => void;

/** What a check asks to be measured, or undefined after a complaint. */
export function quantityOf(
  id: string,
  spec: EvaluationCheck,
  gate: EvaluationGate,
  mode: 'rows' | 'metrics',
  complain: Complain,
): Quantity | undefined {
  if (mode === 'metrics' && spec.metric === undefined) {
    complain(
      spec.column === undefined
        ? 'tests of behaviour need rows: a metrics file has none'
        : 'a metrics file has no rows, so no columns: name a `metric` of the file',
    );
    return undefined;
  }
  if (spec.column !== undefined) return columnQuantity(spec, spec.column);
  if (spec.behavior !== undefined) return behaviorQuantity(id, spec, spec.behavior, gate, complain);
  const name = spec.metric ?? '';
  return mode === 'metrics' ? { kind: 'file', metric: name } : metricQuantity(name, gate, complain);
}

function columnQuantity({ statistic = 'mean', range, per }: EvaluationCheck, column: string): ColumnQuantity {
  return {
    kind: 'column',
    column,
    statistic,
    ...(range === undefined ? {} : { range }),
    ...(per === undefined ? {} : { per }),
  };
}

function behaviorQuantity(
  id: string,
  { test = id, tolerance = 0.1, direction }: EvaluationCheck,
  behavior: BehaviorQuantity['behavior'],
  gate: EvaluationGate,
  complain: Complain,
): BehaviorQuantity | undefined {
  if (gate.task === 'behavioral') return { kind: 'behavior', behavior, test, tolerance, direction };
  complain('tests of behaviour need `task: behavioral`, in a gate of their own');
  return undefined;
}

function metricQuantity(name: string, gate: EvaluationGate, complain: Complain): Quantity | undefined {
  const { task } = gate;
  if (task === 'behavioral') {
    complain(`${name} is a metric; a gate with \`task: behavioral\` holds tests: write \`behavior: …\``);
    return undefined;
  }
  const found = findMetric(name, task);
  switch (found.kind) {
    case 'unknown':
      complain(
        `unknown metric ${shown(name)}; ${found.nearest === undefined ? 'metrics are listed in docs/metrics.md' : `did you mean ${found.nearest}?`}`,
      );
      return undefined;
    case 'wrong-task':
      complain(ofSeveralClasses(name, task) ?? wrongTask(name, task, found.tasks));
      return undefined;
    case 'metric':
      return { kind: 'metric', metric: found.metric };
  }
}

/** How a metric of one positive class is averaged over several. */
function ofSeveralClasses(name: string, task: MetricTask | 'generic'): string | undefined {
  if (task !== 'multiclass') return undefined;
  const averages = ['macro', 'micro', 'weighted', 'ovr', 'ovo']
    .map((average) => `${name}_${average}`)
    .filter((averaged) => findMetric(averaged, task).kind === 'metric');
  if (averages.length === 0) return undefined;
  return `${name} needs one positive class: with several classes use ${alternatives(averages)}`;
}

function alternatives(names: readonly string[]): string {
  return names.length === 1 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

function wrongTask(name: string, task: EvaluationGate['task'], tasks: readonly MetricTask[]): string {
  const why = task === 'generic' ? 'needs to know the task' : `is no metric of task ${task}`;
  const give = tasks.map((one) => `\`task: ${one}\`${one === 'binary' ? ' (with `positive`)' : ''}`).join(' or ');
  return `${name} ${why}: give the gate ${give}`;
}

/** As reports name it: f1, p95(latency_ms), tokens per second, invariance(typos). */
export function nameOf(quantity: Quantity): string {
  switch (quantity.kind) {
    case 'metric':
      return quantity.metric.name;
    case 'file':
      return quantity.metric;
    case 'behavior':
      return `failures(${quantity.test})`;
    case 'column':
      return quantity.statistic === 'ratio'
        ? `${quantity.column} per ${quantity.per}`
        : `${quantity.statistic}(${quantity.column})`;
  }
}

/** share: lies in [0, 1], so that its differences are read in points. */
export function scaleOf(quantity: Quantity): 'share' | 'own' {
  switch (quantity.kind) {
    case 'metric':
      return quantity.metric.scale;
    case 'file':
      return isShare(quantity.metric) ? 'share' : 'own';
    case 'behavior':
      return 'share';
    case 'column':
      return quantity.statistic === 'rate' ? 'share' : 'own';
  }
}

/** A direction is known for metrics, stated by `better`, or implied by a floor or ceiling; it is never guessed. */
export function directionOf(
  spec: EvaluationCheck,
  quantity: Quantity,
  complain: Complain,
): 'higher' | 'lower' | undefined {
  const name = nameOf(quantity);
  const known = knownBetter(quantity);
  const implied =
    spec['at-least'] && !spec['at-most'] ? 'higher' : spec['at-most'] && !spec['at-least'] ? 'lower' : undefined;
  if (known !== undefined) {
    if (spec.better !== undefined && spec.better !== known)
      complain(`says better: ${spec.better}, but ${known} is better for ${name}`);
    return known;
  }
  if (spec.better !== undefined) return spec.better;
  if (implied !== undefined) return implied;
  const comparesToChampion =
    spec['max-regression'] ?? spec['min-improvement'] ?? spec['max-improvement'] ?? spec['max-regression-from-anchor'];
  if (comparesToChampion === undefined) return 'higher';
  complain(`does not say which direction of ${name} is better: add \`better: lower\` or \`better: higher\``);
  return undefined;
}

function knownBetter(quantity: Quantity): 'higher' | 'lower' | undefined {
  switch (quantity.kind) {
    case 'metric':
      return quantity.metric.better;
    case 'file':
      return knownDirection(quantity.metric);
    case 'behavior':
      return 'lower';
    case 'column':
      return undefined;
  }
}
