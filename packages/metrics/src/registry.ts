import { nearest } from '@modelgate/core';
import { answerFamilies } from './answer-families.ts';
import { classFamilies } from './class-families.ts';
import type { ClassMetric, Metric, MetricTask } from './metric.ts';
import type { MetricFamily } from './metric-family.ts';
import { numberFamilies } from './number-families.ts';
import { rankingFamilies } from './ranking-families.ts';
import { scoreFamilies } from './score-families.ts';

/** Every metric that is computed from rows; all else about names is derived from this list. */
const families: readonly MetricFamily[] = [
  ...classFamilies,
  ...scoreFamilies,
  ...numberFamilies,
  ...rankingFamilies,
  ...answerFamilies,
];

export type FoundMetric =
  | { readonly kind: 'metric'; readonly metric: Metric }
  /** There is such a metric, for these tasks. */
  | { readonly kind: 'wrong-task'; readonly tasks: readonly MetricTask[] }
  | { readonly kind: 'unknown'; readonly nearest: string | undefined };

/**
 * What a metric's name means when it is to be computed from the rows of a task. Names with a parameter are written
 * `ndcg@10`; numbers are brought into their usual form (`@0.90` is `@0.9`).
 *
 * @param task `generic`: a task without metrics from rows, for which every known name is of another task
 */
export function findMetric(name: string, task: MetricTask | 'generic'): FoundMetric {
  const { base, parameter } = parsed(name);
  const named = parameter === 'malformed' ? [] : familiesOf(base, parameter);
  const family = named.find(({ tasks }) => tasks.some((of) => of === task));
  if (family !== undefined && task !== 'generic' && parameter !== 'malformed') {
    const { better, scale, tasks } = family;
    const full = parameter === undefined ? base : `${base}@${parameter}`;
    return { kind: 'metric', metric: family.metric({ name: full, better, scale, tasks }, parameter, task) };
  }
  if (named.length > 0) return { kind: 'wrong-task', tasks: [...new Set(named.flatMap(({ tasks }) => tasks))] };
  return { kind: 'unknown', nearest: nearestName(name, base) };
}

/** Every name that `findMetric` knows for a task, with an example of the parameter where there is one. */
export function metricNames(task: MetricTask): readonly string[] {
  return families.filter(({ tasks }) => tasks.includes(task)).flatMap(spellings);
}

/** `ndcg@10` is `ndcg` and 10; `malformed`: there is an `@`, and no number behind it. */
function parsed(name: string): { readonly base: string; readonly parameter: number | 'malformed' | undefined } {
  const at = name.indexOf('@');
  if (at < 0) return { base: name, parameter: undefined };
  const text = name.slice(at + 1);
  return { base: name.slice(0, at), parameter: /^\d+(\.\d+)?$/.test(text) ? Number(text) : 'malformed' };
}

/** Two for `precision`, of which one takes a parameter and the other none. */
function familiesOf(base: string, parameter: number | undefined): readonly MetricFamily[] {
  return families.filter((family) => {
    if (family.name !== base) return false;
    return parameter === undefined
      ? family.parameter?.required !== true
      : family.parameter?.accepts(parameter) === true;
  });
}

/** Where only the parameter is missing or impossible, the name with one. */
function nearestName(name: string, base: string): string | undefined {
  const withExample = families
    .filter((family) => family.name === base && family.parameter)
    .flatMap(spellings)
    .at(-1);
  return withExample ?? nearest(name, [...families.flatMap(spellings), ...fileOnly.keys()]);
}

function spellings({ name, parameter }: MetricFamily): readonly string[] {
  if (parameter === undefined) return [name];
  const example = `${name}@${parameter.example}`;
  return parameter.required ? [example] : [name, example];
}

/** Known in metrics files only. */
const fileOnly: ReadonlyMap<string, Pick<MetricFamily, 'better' | 'scale'>> = new Map(
  ['pass_rate', 'selection_rate'].map((name) => [name, { better: 'higher', scale: 'share' }]),
);

/** Which direction is better for a metric of this name in a metrics file, or undefined: never guessed. */
export function knownDirection(name: string): 'higher' | 'lower' | undefined {
  return inFile(name)?.better;
}

/** Whether a metric of this name in a metrics file lies in [0, 1], so that its differences are read in points. */
export function isShare(name: string): boolean {
  return inFile(name)?.scale === 'share';
}

/** `test.f1`, `eval/f1` and `f1-score` mean f1: metrics files nest and spell. */
function inFile(name: string): Pick<MetricFamily, 'better' | 'scale'> | undefined {
  const last = name.match(/[^./]+(@[\d.]+)?$/)?.[0] ?? name;
  const { base, parameter } = parsed(aliases.get(last) ?? last);
  return (parameter === 'malformed' ? undefined : familiesOf(base, parameter)[0]) ?? fileOnly.get(last);
}

const aliases: ReadonlyMap<string, string> = new Map([
  ['f1_score', 'f1'],
  ['f1-score', 'f1'],
  ['accuracy_score', 'accuracy'],
  ['precision_score', 'precision'],
  ['recall_score', 'recall'],
  ['auc', 'roc_auc'],
  ['roc_auc_score', 'roc_auc'],
  ['r2_score', 'r2'],
  ['mae', 'mean_absolute_error'],
  ['mse', 'mean_squared_error'],
  ['rmse', 'root_mean_squared_error'],
]);

/** Accuracy, precision, recall and F1 with their averages, by name: what the oracles of packages/metrics list. */
export const classificationMetrics: ReadonlyMap<string, ClassMetric> = new Map(
  classFamilies
    .filter(({ name }) => /^(accuracy|balanced_accuracy|(precision|recall|f1)(_.+)?)$/.test(name))
    .flatMap((family) => {
      const metric = family.metric(family, undefined, 'binary');
      return metric.kind === 'classes' ? [[metric.name, metric] as const] : [];
    }),
);
