import { UserError, type Verdict, worstStatus } from '@modelgate/core';
import { headlinePhrase, phrasePlain } from '@modelgate/reports';
import * as z from 'zod';
import { gateInputs, readInputs } from './action-inputs.ts';
import { reportFailure } from './failure.ts';
import { log } from './log.ts';
import { type Place, placeOf } from './place.ts';
import { publishCheck, publishComment, publishPage, setOutputs, writeSummary } from './publish.ts';
import { reportFinishedRun } from './report-finished-run.ts';
import { type VerdictSet, verdictSet } from './verdict-set.ts';

/** Inputs of the single writer; the words are those of the gates. */
export const reportInputs = z.object({
  comment: gateInputs.comment,
  'check-run': gateInputs['check-run'],
  'github-token': z
    .string()
    .default('')
    .describe(
      'Token for comment and check runs; behind `workflow_run` also for the artifacts of the run that has ended.',
    ),
});

/**
 * The single writer of a run: reads the verdicts that its gates have stored, in this job or in earlier ones, and posts
 * one comment a policy and a check run a gate. It decides nothing; but a run without any verdict is not a green one.
 * On `workflow_run` it does so for the run that has ended, whose own token could not write.
 */
export async function runReport(): Promise<void> {
  try {
    const inputs = readInputs(reportInputs);
    const place = await placeOf(process.env, { token: inputs['github-token'], matrix: '', log: log.line });
    if (place.event.kind === 'workflow-run') return await reportFinishedRun(place, place.event, inputs);
    const set = verdictSet(place.artifacts, log.warning);
    const verdicts = await set.list();
    if (verdicts.length === 0) {
      throw new UserError('file-missing', 'no gate of this run has stored a verdict', {
        how: 'let the gates run before this step or job (`needs:`), with `if: always()` on this one',
      });
    }
    const status = worstStatus(verdicts.map((verdict) => verdict.status));
    setOutputs({ status, headline: phrasePlain(headlinePhrase(verdicts)) });
    for (const [policy, group] of byPolicy(verdicts)) {
      log.block(phrasePlain(headlinePhrase(group)));
      await publishPolicy(policy, group, { place, set, inputs });
    }
  } catch (failure) {
    reportFailure(failure);
    setOutputs({ status: 'error' });
    process.exitCode = 1;
  }
}

function byPolicy(verdicts: readonly Verdict[]): Map<string, Verdict[]> {
  return Map.groupBy(verdicts, (verdict) => verdict.policy.name);
}

interface Writer {
  readonly place: Place;
  readonly set: VerdictSet;
  readonly inputs: z.infer<typeof reportInputs>;
}

async function publishPolicy(
  policy: string,
  verdicts: readonly Verdict[],
  { place, set, inputs }: Writer,
): Promise<void> {
  await writeSummary(place, verdicts, policy);
  const report = await publishPage(place, verdicts, policy, `all-${place.run.attempt}`);
  setOutputs({ report });
  if (inputs['check-run']) {
    for (const verdict of verdicts) await publishCheck(place, verdict);
  }
  if (inputs.comment) setOutputs({ 'comment-url': await publishComment(place, set, policy) });
}
