import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  type Gate,
  type GateOutcome,
  type OnInconclusive,
  type PolicyDocument,
  stageOf,
  UserError,
  type Verdict,
  type Waiver,
  worstStatus,
  type YamlDocument,
} from '@modelgate/core';
import type { Event } from '@modelgate/github';
import { headlinePhrase, phrasePlain } from '@modelgate/reports';
import type * as z from 'zod';
import { didYouMean, type gateInputs, readInputs } from './action-inputs.ts';
import { retentionDays, storeChampion } from './champion-record.ts';
import { reportFailure } from './failure.ts';
import { type GateWorld, githubWorld } from './gate-world.ts';
import { log } from './log.ts';
import { type MeasuredVerdict, measuredVerdict } from './measured-verdicts.ts';
import { toldChange } from './own-change.ts';
import { type Place, placeOf } from './place.ts';
import { type LoadedPolicy, loadPolicy, nameInCheckout } from './policy-source.ts';
import { changeWithPreview, type Judge, onInconclusiveIn, remembered, withDataChange } from './preview.ts';
import { attempt, logVerdict, publishCheck, publishComment, publishPage, setOutputs, writeSummary } from './publish.ts';
import { refusal } from './refusal.ts';
import { runIdentity } from './run-identity.ts';
import { type FoundSubject, type Subject, subjectAt } from './subject.ts';
import { verdictOf } from './verdict.ts';
import { verdictArtifactName, verdictSet } from './verdict-set.ts';
import { version } from './version.ts';

/** What a gate is asked; the words of `@modelgate/comparison` and of the gates to come. */
export interface GateRequest {
  readonly document: PolicyDocument;
  readonly gate: string;
  readonly leg: string | undefined;
  readonly onInconclusive: OnInconclusive;
  readonly waivers: readonly Waiver[];
  /** Part of the rows that a gate of kind data looks at, in (0, 1]. */
  readonly sample: number;
  /** The policy whose lines readers see; undefined where there is none to point at. */
  readonly checkout: YamlDocument | undefined;
  /** What is measured, and who measures. */
  readonly commit: string;
  readonly tool: string;
  readonly record?: {
    readonly folder: string;
    readonly leg: string | undefined;
    readonly commit: string;
    readonly branch: string;
    readonly at: Date;
    readonly tool: string;
    readonly subject?: Subject;
  };
}

/** One kind of gate, as an action hands it to the frame. */
export interface GateKind {
  readonly kind: Gate['kind'];
  run(request: GateRequest, world: GateWorld): Promise<GateOutcome>;
}

type Inputs = z.infer<z.ZodObject<typeof gateInputs>>;

/**
 * The frame of every gate action: inputs, policy, measure and judge, publish, exit code last. Whatever happens, the step
 * is green only when every verdict lets it pass.
 */
export async function runGates(schema: z.ZodObject<typeof gateInputs>, kind: GateKind): Promise<void> {
  try {
    const inputs = readInputs(schema);
    const place = await placeOf(process.env, { token: inputs['github-token'], matrix: inputs.matrix, log: log.line });
    const green = await judgeAndPublish(inputs, place, kind);
    process.exitCode = green ? 0 : 1;
  } catch (failure) {
    reportFailure(failure);
    setOutputs({ status: 'error' });
    process.exitCode = 1;
  }
}

async function judgeAndPublish(inputs: Inputs, place: Place, kind: GateKind): Promise<boolean> {
  const verdicts = await judge(inputs, place, kind);
  if (verdicts.length === 0) {
    log.notice('No gate of this kind belongs to this stage: nothing was judged.');
    setOutputs({ status: 'skipped' });
    return true;
  }
  const [first] = verdicts;
  const policyName = first?.policy.name ?? '';
  const status = worstStatus(verdicts.map((verdict) => verdict.status));
  setOutputs({
    status,
    reason: verdicts.find((one) => one.status === status)?.reason,
    headline: phrasePlain(headlinePhrase(verdicts)),
  });

  for (const verdict of verdicts) logVerdict(verdict);
  await publish(verdicts, policyName, inputs, place);
  return verdicts.every((verdict) => !verdict.stops);
}

/** The verdicts are known and said; nothing that goes wrong from here on changes them. */
async function publish(verdicts: readonly Verdict[], policyName: string, inputs: Inputs, place: Place): Promise<void> {
  const set = verdictSet(place.artifacts, log.warning);
  const files: string[] = [];
  const measured: MeasuredVerdict[] = [];
  for (const verdict of verdicts) {
    const { file, notice } = await set.add(verdict, path.join(place.temporary, verdict.policy.name, verdict.gate.id));
    if (file !== undefined) {
      files.push(file);
      measured.push(measuredVerdict(verdictArtifactName(verdict), await readFile(file)));
    }
    if (notice !== undefined) log.notice(notice);
  }
  await writeSummary(place, verdicts, policyName);
  const suffix = [place.run.job, place.leg, verdicts.map((one) => one.gate.id).join('+'), String(place.run.attempt)];
  const report = await publishPage(place, verdicts, policyName, suffix.filter(Boolean).join('-'));
  setOutputs({ verdict: files.join('\n'), verdicts: JSON.stringify(measured), report });

  const checks = inputs['check-run'] ? await inOrder(verdicts, (verdict) => publishCheck(place, verdict)) : [];
  const comment = inputs.comment ? await publishComment(place, set, policyName) : undefined;
  setOutputs({ 'check-run-url': checks.find(Boolean), 'comment-url': comment });
}

async function inOrder<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

/** Every verdict of this step. A policy that cannot be used becomes one, too: an error that the pull request shows. */
async function judge(inputs: Inputs, place: Place, kind: GateKind): Promise<Verdict[]> {
  const stage = inputs.stage === '' ? defaultStage(place.event) : inputs.stage;
  let loaded: LoadedPolicy | undefined;
  let gates: string[];
  try {
    const { policy, rules, gate } = inputs;
    loaded = await loadPolicy({ path: policy, rules, gate, kind: kind.kind }, place);
    gates = gatesOf(loaded, stage, inputs, kind.kind);
  } catch (failure) {
    reportFailure(failure);
    const { policy: file, gate } = inputs;
    const policy = loaded === undefined ? {} : { policy: loaded.identity };
    const name = await nameInCheckout(place.workspace, file);
    return [refusal(failure, { place, kind: kind.kind, gate, file, name, ...policy })];
  }
  const verdicts: Verdict[] = [];
  const { subject: named } = loaded.document.policy;
  const subject = named === undefined ? undefined : await subjectAt(place.workspace, named.model);
  for (const gate of gates) verdicts.push(await judgeOne(gate, { inputs, place, kind, loaded, stage, subject }));
  return verdicts;
}

/** What the policy calls this moment, unless the step says otherwise. */
function defaultStage(event: Event): string {
  switch (event.kind) {
    case 'pull-request':
    case 'pull-request-target':
    case 'merge-group':
      return 'pull-request';
    case 'schedule':
      return 'nightly';
    case 'push':
    case 'workflow-dispatch':
    case 'workflow-run':
      return 'push';
    case 'other':
      return event.name === 'release' ? 'release' : 'push';
  }
}

/** @throws UserError for a stage or gate that the policy does not have */
function gatesOf({ document }: LoadedPolicy, stage: string, inputs: Inputs, kind: Gate['kind']): string[] {
  const { policy } = document;
  const named = (what: 'stage' | 'gate', word: string, known: readonly string[]) => {
    if (word === '' || known.includes(word)) return;
    throw new UserError('policy-invalid', `input ${what}: the policy ${policy.name} has no ${what} ${word}`, {
      how: didYouMean(word, known),
    });
  };
  named('stage', inputs.stage, Object.keys(policy.stages));
  named('gate', inputs.gate, Object.keys(policy.gates));
  const { gates } = stageOf(policy, stage);
  return gates.filter((id) => policy.gates[id]?.kind === kind && (inputs.gate === '' || inputs.gate === id));
}

interface GateRun {
  readonly inputs: Inputs;
  readonly place: Place;
  readonly kind: GateKind;
  readonly loaded: LoadedPolicy;
  readonly stage: string;
  readonly subject: FoundSubject | undefined;
}

async function judgeOne(gate: string, { inputs, place, kind, loaded, stage, subject }: GateRun): Promise<Verdict> {
  try {
    const engine = { preplaced: inputs['engine-path'], registry: inputs.registry, log: log.line };
    const { identity } = loaded;
    const world = remembered(await githubWorld(place, gate, engine, { identity, commands: inputs.commands }));
    const record = recordRequest(gate, place, subject);
    const request: GateRequest = {
      document: loaded.document,
      gate,
      leg: place.leg,
      onInconclusive: onInconclusiveIn(loaded.document.policy, stage),
      waivers: loaded.waivers,
      sample: stageOf(loaded.document.policy, stage).sample[gate] ?? 1,
      checkout: loaded.checkout,
      commit: place.event.headSha,
      tool: version,
      ...(record ? { record } : {}),
    };
    const outcome = await kind.run(request, world);
    const { own } = loaded;
    const change = await attempt('The preview of its own policy', () =>
      changeWithPreview(
        { gate, kind: kind.kind, stage, own, base: loaded, dataChange: outcome.dataChange },
        world,
        (under, harmless) => kind.run(preview(request, under), harmless),
      ),
    );
    const asked = loaded.document.policy.gates[gate];
    if (asked?.kind === 'evaluation') await storeChampion(outcome, asked.champion, place);
    await storeLook(outcome, place);
    await storeProfile(outcome, place);
    await storeSliceTable(outcome, place);
    return verdictOf(outcome, {
      gate: { id: gate, kind: kind.kind },
      policy: loaded.identity,
      subject: subject?.subject,
      // a pull request's verdict is no evidence anyway
      notices: [...loaded.notices, ...(place.onBaseBranch && subject?.notice ? [subject.notice] : [])],
      checkout: loaded.checkout,
      // a preview that went wrong hides nothing of what the change does
      change: change ?? withDataChange(own && toldChange(own), outcome.dataChange),
      run: runIdentity(place, stage),
      at: place.now(),
    });
  } catch (failure) {
    // one gate that cannot run must not keep the others from their verdicts
    reportFailure(failure);
    const { identity, own } = loaded;
    const change = own && toldChange(own);
    return refusal(failure, { place, kind: kind.kind, gate, file: inputs.policy, policy: identity, change });
  }
}

/** The same request under another policy, which records nothing. */
function preview({ record: _, ...request }: GateRequest, under: Parameters<Judge>[0]): GateRequest {
  return { ...request, ...under };
}

function recordRequest(
  gate: string,
  { onBaseBranch, event, temporary, leg, now }: Place,
  found: FoundSubject | undefined,
): GateRequest['record'] {
  if (!onBaseBranch || !('branch' in event) || event.branch === undefined) return undefined;
  return {
    folder: path.join(temporary, gate, 'record'),
    leg,
    commit: event.headSha,
    branch: event.branch,
    at: now(),
    tool: version,
    ...(found === undefined ? {} : { subject: found.subject }),
  };
}

/** What people may commit as the next profile; nobody but them does. */
async function storeProfile({ proposedProfile }: GateOutcome, place: Place): Promise<void> {
  if (proposedProfile === undefined) return;
  await attempt('Storing the proposed profile', () =>
    place.artifacts.upload({ ...proposedProfile, retentionDays: 30 }),
  );
}

/** All groups of all checks; the report shows those that matter most. */
async function storeSliceTable({ sliceTable }: GateOutcome, place: Place): Promise<void> {
  if (sliceTable === undefined) return;
  await attempt('Storing the table of groups', () => place.artifacts.upload({ ...sliceTable, retentionDays: 30 }));
}

/** The mark that this candidate was judged: stored as it is, so that its digest stands in the list of artifacts. */
async function storeLook({ look }: GateOutcome, place: Place): Promise<void> {
  if (look === undefined) return;
  await attempt('Counting this look at the examples', () =>
    place.artifacts.upload({ ...look, alone: true, retentionDays }),
  );
}
