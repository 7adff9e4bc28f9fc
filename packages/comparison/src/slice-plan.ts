import {
  type EvaluationCheck,
  type EvaluationGate,
  fairnessMetrics,
  type Policy,
  type PolicyDocument,
  PolicyError,
  type SliceCheck,
  type SliceDivision,
  type SliceGate,
  shown,
} from '@modelgate/core';
import type { DivisionSpec } from '@modelgate/tables';
import type { PlannedBound } from './bound-plan.ts';
import { type EvaluationPlan, type PlannedCheck, planChecks } from './evaluation-plan.ts';
import { rateMetrics, ratesOf } from './slice-rate.ts';

/** One way of dividing the examples, with what it is called. */
export interface PlannedDivision {
  /** Entry of `by`. */
  readonly by: string;
  readonly written: SliceDivision;
  readonly spec: DivisionSpec;
  /** Of bins: their names. */
  readonly bins: readonly string[];
  /** For people: `origin` and `dest`. */
  readonly words: string;
}

/** What holds of each group, or on how many of them the candidate is better. */
export interface EachCheck {
  readonly kind: 'each';
  readonly id: string;
  readonly spec: SliceCheck;
  readonly check: PlannedCheck;
  /** Entries of `by`. */
  readonly by: readonly string[];
  /** Undefined where only the share of improved groups is asked for. */
  readonly bound: PlannedBound | undefined;
  /** "Better than the champion", where the share of improved groups is asked for. */
  readonly improved: PlannedBound | undefined;
}

/** How far groups may lie apart. */
export interface AcrossCheck {
  readonly kind: 'across';
  readonly id: string;
  readonly spec: SliceCheck;
  readonly by: string;
  readonly control: string | undefined;
  /** One, or the rates of which the worst counts. */
  readonly checks: readonly PlannedCheck[];
  /** As the policy names it. */
  readonly name: string;
}

export type PlannedSliceCheck = EachCheck | AcrossCheck;

/** A gate of groups, understood. */
export interface SlicePlan {
  readonly id: string;
  readonly of: string;
  readonly gate: SliceGate;
  readonly policy: Policy;
  /** The tables, champion and task of the gate `of`, with what is measured here as its checks. */
  readonly evaluation: EvaluationPlan;
  readonly divisions: readonly PlannedDivision[];
  readonly checks: readonly PlannedSliceCheck[];
}

/**
 * Reads one gate of kind slices as a plan.
 *
 * @throws PolicyError for everything that no data could mend
 */
export function planSlices(document: PolicyDocument, id: string): SlicePlan {
  const { policy } = document;
  const gate = Object.hasOwn(policy.gates, id) ? policy.gates[id] : undefined;
  const evaluation = gate?.kind === 'slices' ? policy.gates[gate.of] : undefined;
  if (gate?.kind !== 'slices' || evaluation?.kind !== 'evaluation') {
    const there = Object.keys(policy.gates).join(', ');
    throw PolicyError.of(document.document.locate([]).file, `has no gate of kind slices ${shown(id)}; gates: ${there}`);
  }
  const asked = Object.entries(gate.checks).flatMap(([check, spec]) => asEvaluation(check, spec));
  const { anchor: _, looks: __, ...tables } = evaluation;
  const derived: EvaluationGate = { ...tables, checks: Object.fromEntries(asked) };
  const plan = planChecks(document, id, derived, rateMetrics);
  return {
    id,
    of: gate.of,
    gate,
    policy,
    evaluation: plan,
    divisions: Object.entries(gate.by).map(([by, written]) => plannedDivision(by, written)),
    checks: Object.entries(gate.checks).map(([check, spec]) => plannedCheck(check, spec, gate, plan)),
  };
}

/** What is measured for a check, in the words of an evaluation. */
function asEvaluation(id: string, spec: SliceCheck): readonly (readonly [string, EvaluationCheck])[] {
  const { column, statistic, per, better, unit, range, why, level } = spec;
  const shared = {
    level,
    ...defined({ column, statistic, per, better, unit, range, why }),
    ...defined({ 'on-inconclusive': spec['on-inconclusive'] }),
  };
  if (spec.across !== undefined) {
    const ahead = { 'min-improvement': { value: 0, unit: 'own' as const } };
    const direction = column !== undefined && better === undefined ? { better: 'higher' as const } : {};
    return metricsOf(spec).map((metric, index) => [
      index === 0 ? id : `${id} ${metric}`,
      { ...shared, ...direction, ...defined({ metric }), ...ahead, judged: 'not-disproven' },
    ]);
  }
  const ahead = spec['improved-share'] === undefined ? {} : { 'min-improvement': { value: 0, unit: 'own' as const } };
  const judged = spec.judged ?? 'not-disproven';
  return [[id, { ...shared, ...defined({ metric: spec.metric }), ...spec.each, ...ahead, judged }]];
}

function metricsOf({ metric }: SliceCheck): readonly (string | undefined)[] {
  const fairness = fairnessMetrics.find((known) => known === metric);
  return fairness === undefined ? [metric] : ratesOf(fairness);
}

/** Without the keys that are not set: the grammar tells "absent" from "undefined". */
function defined<Shape extends Readonly<Record<string, unknown>>>(shape: Shape) {
  const set = Object.entries(shape).filter(([, value]) => value !== undefined);
  return Object.fromEntries(set) as { [Key in keyof Shape]?: Exclude<Shape[Key], undefined> };
}

function plannedCheck(id: string, spec: SliceCheck, gate: SliceGate, plan: EvaluationPlan): PlannedSliceCheck {
  const found = metricsOf(spec).map((metric, index) => {
    const name = index === 0 ? id : `${id} ${metric}`;
    const check = plan.checks.find((one) => one.id === name);
    if (check === undefined) throw new Error(`check ${name} was not planned`);
    return check;
  });
  const [check] = found;
  if (check === undefined) throw new Error('a check measures nothing');
  if (spec.across !== undefined) {
    const name = spec.metric ?? check.name;
    return { kind: 'across', id, spec, by: spec.across, control: spec.control, checks: found, name };
  }
  return {
    kind: 'each',
    id,
    spec,
    check,
    by: spec.slices ?? Object.keys(gate.by),
    bound: check.bounds.find(({ rule }) => rule !== 'min-improvement'),
    improved: check.bounds.find(({ rule }) => rule === 'min-improvement'),
  };
}

function plannedDivision(by: string, written: SliceDivision): PlannedDivision {
  const base = { by, written, bins: [] };
  const { column, columns, where, bins } = written;
  if (where !== undefined) return { ...base, spec: { kind: 'where', sql: where, name: by }, words: where };
  if (column !== undefined && bins !== undefined) {
    const named = binsOf(by, column, bins);
    return {
      ...base,
      spec: { kind: 'bins', column, bins: named.map(({ from, to }) => ({ from, to })) },
      bins: named.map(({ name }) => name),
      words: `bins of \`${column}\``,
    };
  }
  const named = column === undefined ? (columns ?? []) : [column];
  return { ...base, spec: { kind: 'columns', columns: named }, words: named.map((one) => `\`${one}\``).join(' and ') };
}

interface Bin {
  readonly name: string;
  readonly from: number | undefined;
  readonly to: number | undefined;
}

function binsOf(by: string, column: string, bins: NonNullable<SliceDivision['bins']>): readonly Bin[] {
  if (!Array.isArray(bins)) {
    return Object.entries(bins).map(([name, [from, to]]) => ({
      name: `${by}=${name}`,
      from: from ?? undefined,
      to: to ?? undefined,
    }));
  }
  const edges = bins;
  return [...edges, undefined].map((to, index) => {
    const from = edges[index - 1];
    if (from === undefined) return { name: `${column} below ${to}`, from, to };
    return { name: to === undefined ? `${column} from ${from}` : `${column} ${from} to ${to}`, from, to };
  });
}
