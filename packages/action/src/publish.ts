import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { summary as jobSummary, setOutput } from '@actions/core';
import type { Verdict } from '@modelgate/core';
import { artifactName, convergeComment, publishCheckRun, readOnlyNotice } from '@modelgate/github';
import {
  checkRun,
  comment,
  commentMarker,
  headline,
  logLines,
  page,
  type ReportContext,
  summary,
} from '@modelgate/reports';
import { log } from './log.ts';
import type { Place } from './place.ts';
import { message, type VerdictSet, verdictKey } from './verdict-set.ts';

/** What a step tells the world; whatever of it fails changes no verdict and is said as a notice. */
export interface Publication {
  readonly comment: boolean;
  readonly checkRun: boolean;
}

/** What a report of a finished run says of itself, above all else. */
export const ownClaim =
  "The pull request's own run says this, and that run executes the pull request's code: information, not proof.";

/** How the words of a report are bound to this run, or to the finished one that it is about. */
export function reportContext(place: Place, policyName: string): ReportContext {
  const { run, event } = place;
  if (event.kind === 'workflow-run') {
    return {
      policyName,
      workflowPath: event.workflowPath ?? run.workflowPath,
      headSha: event.headSha,
      runUrl: urlOfRun(place, event.runId),
      heading: ownClaim,
    };
  }
  return { policyName, workflowPath: run.workflowPath, headSha: event.headSha, runUrl: run.url };
}

/** Best effort: runs one way of publishing and turns what goes wrong into a notice. */
export async function attempt<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    log.notice(`${what} failed, which changes no verdict: ${message(error)}`);
    return undefined;
  }
}

/** The readable log of a gate and its annotation. */
export function logVerdict(verdict: Verdict): void {
  log.block(logLines(verdict).join('\n'));
  const words = headline(verdict);
  if (verdict.stops) log.error(words, { title: `Modelgate: ${verdict.gate.id}` });
  else if (verdict.status !== 'pass') log.warning(words, { title: `Modelgate: ${verdict.gate.id}` });
  for (const notice of verdict.notices) log.notice(notice);
}

/** Writes the page beside the verdicts and stores it, so that it opens from the run with one click. */
export async function publishPage(
  place: Place,
  verdicts: readonly Verdict[],
  policyName: string,
  suffix: string,
): Promise<string | undefined> {
  const name = `${artifactName(['modelgate-report', policyName, suffix].filter((part) => part !== ''))}.html`;
  const file = path.join(place.temporary, name);
  const written = await attempt('Writing the report', async () => {
    await writeFile(file, page(verdicts, reportContext(place, policyName)));
    return file;
  });
  if (written === undefined) return undefined;
  await attempt('Storing the report', () =>
    place.artifacts.upload({ name, folder: place.temporary, files: [name], alone: true }),
  );
  return file;
}

export async function writeSummary(place: Place, verdicts: readonly Verdict[], policyName: string): Promise<void> {
  if (!place.env['GITHUB_STEP_SUMMARY']) return;
  await attempt('Writing the job summary', async () => {
    await jobSummary.addRaw(summary(verdicts, reportContext(place, policyName)), true).write();
  });
}

/** A line of our own in the job summary. */
export async function writeLine(place: Place, line: string): Promise<void> {
  if (!place.env['GITHUB_STEP_SUMMARY']) return;
  await attempt('Writing the job summary', async () => {
    await jobSummary.addRaw(`${line}\n`, true).write();
  });
}

/** The one comment of this policy and workflow, made of every verdict that this run has so far. */
export async function publishComment(place: Place, set: VerdictSet, policyName: string): Promise<string | undefined> {
  const { client, event } = place;
  if (event.kind !== 'pull-request' || client === undefined) return undefined;
  const refused = readOnlyNotice(event);
  if (refused !== undefined) {
    log.notice(refused);
    return undefined;
  }
  if (!event.open) {
    log.notice(`No comment was written: pull request ${event.number} is closed.`);
    return undefined;
  }
  const context = reportContext(place, policyName);
  const result = await attempt('Writing the comment', () =>
    convergeComment(client, {
      pullRequest: event.number,
      marker: commentMarker(context),
      headSha: event.headSha,
      listVerdicts: async () => (await set.list()).filter((verdict) => verdict.policy.name === policyName),
      key: (verdict) => `${verdictKey(verdict)} ${verdict.run.attempt ?? 1}`,
      render: (verdicts) => comment(verdicts, context),
    }),
  );
  if (result?.posted === false) log.notice(result.notice);
  return result?.posted ? result.url : undefined;
}

/** A check run on the head commit, with annotations on the policy's lines. */
export async function publishCheck(place: Place, verdict: Verdict): Promise<string | undefined> {
  const { client, event, run } = place;
  if (client === undefined || event.readOnly || verdict.status === 'skipped') return undefined;
  const leg = verdict.run.leg === undefined ? '' : ` (${verdict.run.leg})`;
  const result = await attempt('Writing the check run', () =>
    publishCheckRun(client, {
      headSha: event.headSha,
      name: `modelgate / ${verdict.policy.name} / ${verdict.gate.id}${leg}`,
      externalId: `${run.runId}/${verdictKey(verdict)}`,
      detailsUrl: run.url,
      ...checkRun(verdict),
    }),
  );
  if (result?.posted === false) log.notice(result.notice);
  return result?.posted ? result.url : undefined;
}

/** Where a person sees a run of this repository. */
export function urlOfRun({ run }: Place, runId: number): string {
  return `${run.serverUrl}/${run.repository.fullName}/actions/runs/${runId}`;
}

export function setOutputs(outputs: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(outputs)) setOutput(name, value ?? '');
}
