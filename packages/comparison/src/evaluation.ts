import path from 'node:path';
import { dataLineage, type Looks, looksAt, type Manifest, withLooks } from '@modelgate/baselines';
import {
  type GateOutcome,
  type InputIdentity,
  type Judgement,
  type OnInconclusive,
  overall,
  type PolicyDocument,
  type Problem,
  type RecordedFolder,
  type Waiver,
} from '@modelgate/core';
import type { Source } from '@modelgate/tables';
import { type RecordRequest, recordMetrics, recordRows } from './baseline-record.ts';
import type { Measured } from './effect.ts';
import { type EvaluationPlan, planEvaluation } from './evaluation-plan.ts';
import { type EvaluationWorld, opponentOf, problemOf } from './evaluation-sources.ts';
import { measureFiles } from './file-measurement.ts';
import { familiesOf } from './guard-family.ts';
import { judgeCheck, type Rules, unmeasured } from './judge.ts';
import type { Opponents } from './meeting.ts';
import { identityOf, opponentNotices } from './opponent-notice.ts';
import { measureRows, type RowMeasurement } from './row-measurement.ts';

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
  const { judgements, opponents, inputs, files, rows, recorded, looks } = measurement;
  const champion = identityOf('champion', opponents.champion, inputs);
  const anchor = identityOf('anchor', opponents.anchor, inputs);
  const { lineage, notices: ofLineage } = await dataLineage({ workspace: world.workspace, files });
  const families = familiesOf(plan);
  const judged: GateOutcome = {
    ...outcome(judgements, rules),
    notices: [
      ...measurement.notices,
      ...opponentNotices(plan, opponents, { champion, anchor }, inputs, world.now),
      ...ofLineage,
    ],
    inputs,
    ...(rows === undefined ? {} : { rows, rowsAre: rowsOf(plan, opponents) }),
    ...(champion === undefined ? {} : { baseline: champion }),
    ...(anchor === undefined ? {} : { anchor }),
    ...(families.length === 0 ? {} : { families: [...families] }),
    ...(lineage.length === 0 ? {} : { lineage: [...lineage] }),
    ...(recorded === undefined ? {} : { recorded }),
  };
  return looks === undefined ? judged : withLooks(judged, looks);
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

/** What is counted: what one row of a comparison stands for. */
function rowsOf({ gate }: EvaluationPlan, { champion, anchor }: Opponents): NonNullable<GateOutcome['rowsAre']> {
  if (gate.task === 'ranking') return 'queries';
  if (gate.candidate.repeats === true) return 'examples';
  const met = champion.kind === 'results' || anchor.kind === 'results';
  return met && gate.pairing === 'by-key' ? 'paired rows' : 'rows';
}

type Measurement =
  | { readonly kind: 'failed'; readonly problem: Problem }
  | {
      readonly kind: 'measured';
      readonly judgements: readonly Judgement[];
      readonly opponents: Opponents;
      readonly inputs: InputIdentity[];
      /** What was read of the workspace, by path. */
      readonly files: readonly string[];
      readonly rows: number | undefined;
      readonly recorded: RecordedFolder | undefined;
      readonly notices: readonly string[];
      readonly looks: Looks | undefined;
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
    const opponents = {
      champion: await opponentOf(plan, 'champion', request.leg, world),
      anchor: await opponentOf(plan, 'anchor', request.leg, world),
    };
    return plan.mode === 'rows'
      ? await fromRows(plan, opponents, request, rules, world)
      : await fromFiles(plan, opponents, request, rules, world);
  } catch (error) {
    return { kind: 'failed', problem: problemOf(error) };
  }
}

/** A change must not be judged on examples that it brings itself, unless the policy of the base allows it. */
export async function changedExamples(plan: EvaluationPlan, world: EvaluationWorld): Promise<Problem | undefined> {
  const table = plan.examples?.table;
  if (table === undefined || world.onBaseBranch || plan.gate['on-new-examples'] !== 'error') return undefined;
  if ((await world.sameAsBase(table)) !== 'changed') return undefined;
  return {
    reason: 'examples-changed',
    message: `${table} is not the one of the base: this change would be judged on examples that it brings itself`,
    how: 'change examples in a pull request of their own; once merged, the default branch records the champion anew',
    where: { file: table },
  };
}

async function fromRows(
  plan: EvaluationPlan,
  opponents: Opponents,
  request: EvaluationRequest,
  rules: Rules,
  world: EvaluationWorld,
): Promise<Measurement> {
  const tables = await world.openTables();
  try {
    const found = await measureRows(plan, opponents, tables, world);
    const { candidate, examples, champion, anchor, rows } = found;
    const judgements = judgeAll(plan, found.measured, rules);
    const looks = await looksOf(plan, request, found, world);
    const green = judgements.every((one) => !one.stops) && looks?.status !== 'fail';
    const recorded =
      green && request.record
        ? await recordRows(plan, { candidate, examples }, tables, { ...request.record, looks: looks?.recorded })
        : undefined;
    return {
      kind: 'measured',
      judgements,
      opponents: { champion, anchor },
      inputs: [...found.inputs],
      files: [candidate, examples].flatMap((source) => (source === undefined ? [] : pathsOf(source))),
      rows,
      recorded,
      notices: found.notices,
      looks,
    };
  } finally {
    await tables.close();
  }
}

function pathsOf({ files }: Source): readonly string[] {
  return files.map((file) => file.path);
}

/** Each candidate that is judged on the same examples makes these a little less independent of the next one. */
async function looksOf(
  { policy, id, gate }: EvaluationPlan,
  { leg }: EvaluationRequest,
  { examples, candidate, champion, rows }: RowMeasurement,
  world: EvaluationWorld,
): Promise<Looks | undefined> {
  if (gate.looks === undefined || examples === undefined) return undefined;
  const carried: Manifest['looks'] = champion.kind === 'results' ? champion.manifest?.looks : undefined;
  const request = {
    policy: policy.name,
    gate: id,
    leg,
    golden: examples.digest,
    candidate: candidate.digest,
    rows,
    budget: gate.looks,
    confidence: policy.confidence,
    carried,
    folder: path.join(world.temporary, 'look'),
    now: world.now,
  };
  return await looksAt(request, world.looks);
}

async function fromFiles(
  plan: EvaluationPlan,
  opponents: Opponents,
  request: EvaluationRequest,
  rules: Rules,
  world: EvaluationWorld,
): Promise<Measurement> {
  const { measured, candidate, champion, anchor, inputs } = await measureFiles(plan, opponents, world);
  const judgements = judgeAll(plan, measured, rules);
  const green = judgements.every((one) => !one.stops);
  const recorded = green && request.record ? await recordMetrics(plan, candidate, request.record, world) : undefined;
  return {
    kind: 'measured',
    judgements,
    opponents: { champion, anchor },
    inputs,
    files: [candidate.identity.name],
    rows: undefined,
    recorded,
    notices: [
      'There are no rows behind these metrics: point estimates were compared, so nothing is proven. Give the gate per-example predictions to know how sure it is.',
    ],
    looks: undefined,
  };
}

function judgeAll(plan: EvaluationPlan, measured: ReadonlyMap<string, Measured>, rules: Rules): Judgement[] {
  return plan.checks.map((check) => {
    const found = measured.get(check.id);
    if (found === undefined) throw new Error(`check ${check.id} was not measured`);
    return judgeCheck(check, found, rules);
  });
}
