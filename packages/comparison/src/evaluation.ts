import { expiryNotice } from '@modelgate/baselines';
import {
  type BaselineIdentity,
  type GateOutcome,
  type InputIdentity,
  type OnInconclusive,
  overall,
  type PolicyDocument,
  type Problem,
  type RecordedFolder,
  type Waiver,
} from '@modelgate/core';
import type { Tables } from '@modelgate/tables';
import { type RecordRequest, recordMetrics, recordRows } from './baseline-record.ts';
import type { Measured } from './effect.ts';
import { type EvaluationPlan, planEvaluation } from './evaluation-plan.ts';
import { type EvaluationWorld, type Opponent, opponentOf, problemOf, readMetricsFile } from './evaluation-sources.ts';
import { fileEffects } from './file-effect.ts';
import { type Judgement, judgeCheck, type Rules, unmeasured } from './judge.ts';
import { measureRows } from './row-measurement.ts';

export interface EvaluationRequest {
  readonly document: PolicyDocument;
  readonly gate: string;
  /** The matrix leg, which is compared with its own champion. */
  readonly leg: string | undefined;
  /** What the stage does with `inconclusive`; gate and check may say otherwise. */
  readonly onInconclusive: OnInconclusive;
  /** Of all gates; those of this one are picked. */
  readonly waivers: readonly Waiver[];
  /** Set where a green outcome is to be recorded as the next champion. */
  readonly record?: RecordRequest;
}

/**
 * Runs one evaluation gate: plan, measure, judge, and record the candidate where that is asked for.
 *
 * @throws PolicyError when the policy cannot be understood; anything else that a person can mend is in the outcome
 */
export async function evaluate(request: EvaluationRequest, world: EvaluationWorld): Promise<GateOutcome> {
  const plan = planEvaluation(request.document, request.gate);
  const rules: Rules = {
    confidence: plan.policy.confidence,
    minRows: plan.gate['min-rows'],
    onInconclusive: plan.gate['on-inconclusive'] ?? request.onInconclusive,
    waivers: request.waivers.filter((waiver) => waiver.gate === plan.id),
    now: world.now,
  };
  const measurement = await measure(plan, request, rules, world);
  if (measurement.kind === 'failed') {
    // the problem stands with the gate, once, and not again with each of its checks
    const judgements = plan.checks.map((check) => unmeasured(check, 'error', measurement.problem.reason, rules));
    return { ...outcome(judgements, rules), problem: measurement.problem, notices: [], inputs: [] };
  }
  const { judgements, opponent, inputs, rows, recorded, notices } = measurement;
  const baseline = opponent.kind === 'results' ? identified(opponent.identity, inputs) : undefined;
  return {
    ...outcome(judgements, rules),
    notices: [...notices, ...championNotices(opponent, baseline, world.now)],
    inputs,
    ...(rows === undefined ? {} : { rows }),
    ...(baseline === undefined ? {} : { baseline }),
    ...(recorded === undefined ? {} : { recorded }),
  };
}

function outcome(judgements: readonly Judgement[], rules: Rules) {
  const checks = judgements.map((one) => one.check);
  return {
    ...overall(checks),
    checks,
    stops: judgements.some((one) => one.stops),
    onInconclusive: rules.onInconclusive,
  };
}

/** A champion from a file is identified by the digest that was read. */
function identified(identity: BaselineIdentity, inputs: readonly InputIdentity[]): BaselineIdentity {
  const read = inputs.find((input) => input.role === 'champion');
  return read === undefined ? identity : { ...identity, sha256: read.sha256 };
}

function championNotices(opponent: Opponent, baseline: BaselineIdentity | undefined, now: Date): string[] {
  if (opponent.kind === 'not-compared') return [opponent.note];
  const expiry = baseline && expiryNotice(baseline, now);
  return expiry === undefined ? [] : [expiry];
}

type Measurement =
  | { readonly kind: 'failed'; readonly problem: Problem }
  | {
      readonly kind: 'measured';
      readonly judgements: readonly Judgement[];
      readonly opponent: Opponent;
      readonly inputs: InputIdentity[];
      readonly rows: number | undefined;
      readonly recorded: RecordedFolder | undefined;
      readonly notices: readonly string[];
    };

async function measure(
  plan: EvaluationPlan,
  request: EvaluationRequest,
  rules: Rules,
  world: EvaluationWorld,
): Promise<Measurement> {
  try {
    const changed = await changedExamples(plan, world);
    if (changed !== undefined) return { kind: 'failed', problem: changed };
    const opponent = await opponentOf(plan, request.leg, world);
    return plan.mode === 'rows'
      ? await fromRows(plan, opponent, request, rules, world)
      : await fromFiles(plan, opponent, request, rules, world);
  } catch (error) {
    return { kind: 'failed', problem: problemOf(error) };
  }
}

/** A change must not be judged on examples that it brings itself. */
async function changedExamples(plan: EvaluationPlan, world: EvaluationWorld): Promise<Problem | undefined> {
  const table = plan.examples?.table;
  if (table === undefined || world.onBaseBranch || (await world.sameAsBase(table)) !== 'changed') return undefined;
  return {
    reason: 'examples-changed',
    message: `${table} is not the one of the base: this change would be judged on examples that it brings itself`,
    how: 'change examples in a pull request of their own; once merged, the default branch records the champion anew',
    where: { file: table },
  };
}

async function fromRows(
  plan: EvaluationPlan,
  opponent: Opponent,
  request: EvaluationRequest,
  rules: Rules,
  world: EvaluationWorld,
): Promise<Measurement> {
  const tables: Tables = await world.openTables();
  try {
    const {
      measured,
      rows,
      inputs,
      opponent: met,
      candidate,
      examples,
    } = await measureRows(plan, opponent, tables, world);
    const judgements = judgeAll(plan, measured, rules);
    const green = judgements.every((one) => !one.stops);
    const recorded =
      green && request.record ? await recordRows(plan, { candidate, examples }, tables, request.record) : undefined;
    return { kind: 'measured', judgements, opponent: met, inputs, rows, recorded, notices: [] };
  } finally {
    await tables.close();
  }
}

async function fromFiles(
  plan: EvaluationPlan,
  opponent: Opponent,
  request: EvaluationRequest,
  rules: Rules,
  world: EvaluationWorld,
): Promise<Measurement> {
  const candidate = await readMetricsFile('candidate', plan.gate.candidate.file ?? '', world);
  const { champion, met } = await championFile(opponent, world);
  const measured = new Map(
    plan.checks.map((check): [string, Measured] => [
      check.id,
      fileEffects(check.name, check.bounds, candidate.file, { opponent: met, file: champion?.file }),
    ]),
  );
  const judgements = judgeAll(plan, measured, rules);
  const green = judgements.every((one) => !one.stops);
  const recorded = green && request.record ? await recordMetrics(plan, candidate, request.record, world) : undefined;
  return {
    kind: 'measured',
    judgements,
    opponent: met,
    inputs: [candidate.identity, ...(champion ? [champion.identity] : [])],
    rows: undefined,
    recorded,
    notices: [
      'There are no rows behind these metrics: point estimates were compared, so nothing is proven. Give the gate per-example predictions to know how sure it is.',
    ],
  };
}

async function championFile(opponent: Opponent, world: EvaluationWorld) {
  if (opponent.kind !== 'results') return { champion: undefined, met: opponent };
  try {
    return { champion: await readMetricsFile('champion', opponent.path, world), met: opponent };
  } catch (error) {
    return { champion: undefined, met: { kind: 'failed', problem: problemOf(error) } as const };
  }
}

function judgeAll(plan: EvaluationPlan, measured: ReadonlyMap<string, Measured>, rules: Rules): Judgement[] {
  return plan.checks.map((check) => {
    const found = measured.get(check.id);
    if (found === undefined) throw new Error(`check ${check.id} was not measured`);
    return judgeCheck(check, found, rules);
  });
}
