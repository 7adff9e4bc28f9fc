import { UserError, type Verdict, worstStatus } from '@modelgate/core';
import { type Client, openPullRequestOf, plainLine, type WorkflowRunEvent } from '@modelgate/github';
import { headlinePhrase, phrasePlain } from '@modelgate/reports';
import { reportFailure } from './failure.ts';
import { type FinishedRun, type RefusedArtifact, verdictsOfRun } from './finished-run.ts';
import { log } from './log.ts';
import { withOwnLinks } from './own-links.ts';
import type { Place } from './place.ts';
import { publishPage, setOutputs } from './publish.ts';
import { type Posting, publishFailingChecks, writeComment, writeShortSummary } from './publish-finished-run.ts';
import { refusal } from './refusal.ts';
import { refusalLine } from './verdict-set.ts';

/** A run that has ended makes a comment for each policy; whoever opens a pull request decides how many it names. */
const policiesAtMost = 5;
const warningsAtMost = 20;
const namedAtMost = 5;

/**
 * The report of a run that has ended and whose own token could not write: of a fork's pull request, or Dependabot's.
 *
 * That run's jobs ran the pull request's code, so what they stored is hostile input and what it says is no proof: the
 * comment says so, no check run is green, and what was refused makes the whole an error. The step is red when something
 * should have been posted and nothing could be.
 *
 * @throws ApiError when pull request or artifacts cannot be read at all
 * @throws UserError for an event that this cannot serve
 */
export async function reportFinishedRun(
  place: Place,
  event: WorkflowRunEvent,
  inputs: { readonly comment: boolean; readonly 'check-run': boolean },
): Promise<void> {
  const client = clientOf(place);
  const run = await runToReport(client, place, event);
  if (typeof run === 'string') {
    log.notice(run);
    setOutputs({ status: 'skipped' });
    return;
  }
  const found = await verdictsOfRun(client, run);
  warnOf(found.refused);
  const own = `${place.run.serverUrl}/${place.run.repository.fullName}/`;
  const said = found.verdicts.map((verdict) => withOwnLinks(verdict, own));
  const groups = groupsOf(said, place, shortfall(said, found.refused));
  const all = groups.flatMap(({ verdicts }) => verdicts);
  const headline = phrasePlain(headlinePhrase(all));
  setOutputs({ status: worstStatus(all.map(({ status }) => status)), headline });
  log.block(headline);

  const outcome = new Outcome();
  for (const { policy, verdicts } of groups.slice(0, policiesAtMost)) {
    await writeShortSummary(place, verdicts, policy ?? '');
    if (policy === undefined) continue;
    setOutputs({ report: await publishPage(place, verdicts, policy, `run-${run.runId}-${place.run.attempt}`) });
    if (inputs.comment) outcome.note(await writeComment(client, place, run, policy, verdicts));
  }
  sayLeftOut(groups.slice(policiesAtMost).map(({ policy }) => policy ?? ''));
  if (inputs['check-run']) {
    for (const result of await publishFailingChecks(
      client,
      place,
      all,
      said.length === 0 ? () => 'modelgate / report' : checkName,
    ))
      outcome.note(result);
  }
  setOutputs({ 'comment-url': outcome.urls.find((url) => url.includes('#issuecomment-')) });
  end(said, found.refused, run, outcome);
}

function clientOf({ client }: Place): Client {
  if (client !== undefined) return client;
  throw new UserError('api-unavailable', 'without a token the artifacts of another run cannot be read', {
    how: 'leave `github-token` at its default, and give the job `actions: read` and `pull-requests: write`',
  });
}

/** The run and its pull request, or why there is nothing to post. */
async function runToReport(client: Client, place: Place, event: WorkflowRunEvent): Promise<FinishedRun | string> {
  const { runId, runAttempt: attempt, headSha, conclusion, headBranch, headRepository, headRepositoryId } = event;
  if (conclusion === undefined) {
    throw new UserError('event-unreadable', `run ${runId} has not ended, so its verdicts are not all there`, {
      how: 'start this workflow by `on: workflow_run` with `types: [completed]`',
    });
  }
  const started = plainLine(event.event, 40);
  if (event.event !== 'pull_request') {
    return `Nothing was posted: run ${runId} was started by ${started}, and only a run on pull_request belongs to a pull request.`;
  }
  if (conclusion === 'skipped' || conclusion === 'action_required') {
    return `Nothing was posted: no job of run ${runId} has run (${conclusion}).`;
  }
  const pull =
    headBranch === undefined || headRepository === undefined
      ? undefined
      : await openPullRequestOf(client, { headRepository, headRepositoryId, headBranch, headSha });
  if (pull === undefined) {
    return `Nothing was posted: there is not exactly one open pull request whose head is at ${headSha.slice(0, 7)}, the commit of run ${runId}.`;
  }
  const repository = place.run.repository.fullName;
  return { repository, runId, attempt, event: event.event, headSha, pullRequest: pull.number };
}

function warnOf(refusals: readonly RefusedArtifact[]): void {
  for (const one of refusals.slice(0, warningsAtMost)) log.warning(refusalLine(one.name, one, 'refused'));
  const left = refusals.length - warningsAtMost;
  if (left > 0) log.warning(`${left} more ${left === 1 ? 'artifact was' : 'artifacts were'} refused.`);
}

/** Why these verdicts are not the whole story; undefined where they are. */
function shortfall(verdicts: readonly Verdict[], refusals: readonly RefusedArtifact[]): UserError | undefined {
  if (refusals.length > 0) {
    const lines = refusals.slice(0, namedAtMost).map(({ name, words }) => `- ${plainLine(name, 100)}: ${words}`);
    const left = refusals.length - namedAtMost;
    const more = left > 0 ? [`- and ${left} more: see the log of the report`] : [];
    return new UserError(
      'file-unreadable',
      [`${counted(refusals.length)} refused, so this is not all that the run has stored:`, ...lines, ...more].join(
        '\n',
      ),
    );
  }
  if (verdicts.length > 0) return undefined;
  return new UserError('file-missing', 'no gate of this run has stored a verdict', {
    how: 'look at the run: did its gates run, and could they store their verdicts?',
  });
}

function counted(refusals: number): string {
  return refusals === 1 ? '1 artifact was' : `${refusals} artifacts were`;
}

interface Group {
  /** Undefined where no verdict is left to name it. */
  readonly policy: string | undefined;
  readonly verdicts: readonly Verdict[];
}

/** The verdicts of each policy, by name, each with what is missing as one more verdict: an error. */
function groupsOf(verdicts: readonly Verdict[], place: Place, missing: UserError | undefined): readonly Group[] {
  const lacking = (policy: Verdict['policy'] | undefined): readonly Verdict[] => {
    if (missing === undefined) return [];
    const at = { place, kind: 'evaluation', gate: 'report', file: '', name: 'unknown' } as const;
    return [refusal(missing, policy === undefined ? at : { ...at, policy })];
  };
  if (verdicts.length === 0) return [{ policy: undefined, verdicts: lacking(undefined) }];
  const byName = [...Map.groupBy(verdicts, ({ policy }) => policy.name)].sort(([one], [other]) =>
    one < other ? -1 : 1,
  );
  return byName.map(([policy, group]) => ({ policy, verdicts: [...group, ...lacking(group[0]?.policy)] }));
}

/** As the gate's own check run is named. */
function checkName({ policy, gate, run }: Verdict): string {
  return `modelgate / ${policy.name} / ${gate.id}${run.leg === undefined ? '' : ` (${plainLine(run.leg, 60)})`}`;
}

function sayLeftOut(policies: readonly string[]): void {
  if (policies.length === 0) return;
  const names = policies.slice(0, namedAtMost).join(', ');
  const more = policies.length > namedAtMost ? ' and others' : '';
  log.warning(
    `The run names ${policies.length + policiesAtMost} policies; ${policiesAtMost} of them are reported. Left out: ${names}${more}.`,
  );
}

/** What became of everything that should have been posted. */
class Outcome {
  readonly urls: string[] = [];
  readonly refusals: string[] = [];

  note(result: Posting): void {
    if ('url' in result) {
      this.urls.push(result.url);
      return;
    }
    log.notice(result.notice);
    if (!result.moved) this.refusals.push(result.notice);
  }
}

/** The exit code, last: verdicts do not decide it here, the run's own steps are red or green. */
function end(
  verdicts: readonly Verdict[],
  refusals: readonly RefusedArtifact[],
  run: FinishedRun,
  { urls, refusals: notices }: Outcome,
): void {
  if (verdicts.length === 0 && refusals.length === 0) {
    fail(
      'file-missing',
      `no gate of run ${run.runId} has stored a verdict`,
      'look at that run: a run without verdicts is no pass',
    );
  } else if (verdicts.length === 0) {
    const what = refusals.length === 1 ? 'the one artifact' : `all ${refusals.length} artifacts`;
    const words = `${what} of run ${run.runId} with a verdict's name ${refusals.length === 1 ? 'was' : 'were'} refused`;
    fail('file-unreadable', words, 'the warnings above say why; look at what that run has uploaded');
  } else if (urls.length === 0 && notices.length > 0) {
    fail('api-unavailable', `nothing of this report could be posted\n${notices.join('\n')}`, undefined);
  }
}

function fail(
  reason: 'file-missing' | 'file-unreadable' | 'api-unavailable',
  words: string,
  how: string | undefined,
): void {
  reportFailure(new UserError(reason, words, how === undefined ? {} : { how }));
  process.exitCode = 1;
}
