import { type EvaluationCheck, PolicyError, parsePolicy } from '@modelgate/core';
import type { Effect, Measured } from '../src/effect.ts';
import { type EvaluationPlan, type PlannedCheck, planEvaluation } from '../src/evaluation-plan.ts';
import { judgeCheck } from '../src/judge.ts';

/** A policy with one check, to be put in for CHECK. */
export const policyText = `version: 1
name: p
gates:
  g:
    kind: evaluation
    task: binary
    positive: 1
    examples: { table: golden.csv, key: id, label: y }
    candidate: { table: out.csv, prediction: predicted }
    checks:
      c: CHECK
`;

/** The plan of a policy with this one check, or of this policy. */
export function planOf(check: string, text = policyText): EvaluationPlan {
  return planEvaluation(parsePolicy(text.replace('CHECK', check), 'modelgate.yml'), 'g');
}

/** @param columns more of the candidate's, as `, score: s` */
export function plannedCheck(check: string, columns = ''): PlannedCheck {
  const [planned] = planOf(check, policyText.replace('predicted }', `predicted${columns} }`)).checks;
  if (planned === undefined) throw new Error('nothing was planned');
  return planned;
}

/** Each problem as line:column message. */
export function planProblems(check: string, replace: Readonly<Record<string, string>> = {}): string[] {
  const text = Object.entries(replace).reduce((whole, [from, to]) => {
    if (!whole.includes(from)) throw new Error(`the policy has no ${from}`);
    return whole.replace(from, to);
  }, policyText);
  try {
    planOf(check, text);
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return error.problems.map(({ message, where }) => `${where.line}:${where.column} ${message}`);
  }
  return [];
}

/** Whether this is judged as passed, however few rows there are. */
export function passes(check: PlannedCheck, measured: Measured, confidence: number): boolean {
  const rules = { confidence, minRows: 1, onInconclusive: 'warn', waivers: [], now: new Date(0) } as const;
  return judgeCheck(check, measured, rules).check.status === 'pass';
}

export function withSpec(check: PlannedCheck, spec: Partial<EvaluationCheck>): PlannedCheck {
  return { ...check, spec: { ...check.spec, ...spec } };
}

type IntervalEffect = Extract<Effect, { kind: 'interval' }>;

export function intervalEffect(lower: number, upper: number, over: Partial<IntervalEffect> = {}): IntervalEffect {
  return {
    kind: 'interval',
    estimate: (lower + upper) / 2,
    interval: { lower, upper, level: 0.95, method: 'paired-t' },
    standardError: undefined,
    ...over,
  };
}

export function intervalOf(effect: Effect | undefined): IntervalEffect {
  if (effect?.kind !== 'interval') throw new Error(`no interval: ${JSON.stringify(effect)}`);
  return effect;
}
