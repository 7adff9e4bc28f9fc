import { createHash } from 'node:crypto';
import { statuses, type Verdict } from '@modelgate/core';
import { type Client, convergeComment, publishCheckRun } from '@modelgate/github';
import { checkRun, comment, commentMarker } from '@modelgate/reports';
import { log } from './log.ts';
import type { Place } from './place.ts';
import { ownClaim, reportContext, urlOfRun, writeLine } from './publish.ts';
import { message, verdictKey } from './verdict-set.ts';

/** What became of one thing that should have been posted. */
export type Posting = { readonly url: string } | { readonly notice: string; readonly moved: boolean };

/** The comment of a finished run's policy, on the pull request that GitHub names for it. */
export async function writeComment(
  client: Client,
  place: Place,
  { pullRequest, headSha }: { readonly pullRequest: number; readonly headSha: string },
  policyName: string,
  verdicts: readonly Verdict[],
): Promise<Posting> {
  const context = reportContext(place, policyName);
  return await posting('Writing the comment', () =>
    convergeComment(client, {
      pullRequest,
      marker: commentMarker(context),
      headSha,
      listVerdicts: async () => verdicts,
      key: (verdict) => `${verdictKey(verdict)} ${verdict.run.attempt ?? 1}`,
      render: (all) => comment(all, context),
    }),
  );
}

/**
 * The comment's words in the job summary, as long as a comment may be: GitHub drops a summary of more than 1 MiB whole
 * and fails the step, and there may be one for each of several policies.
 */
export async function writeShortSummary(place: Place, verdicts: readonly Verdict[], policyName: string): Promise<void> {
  const [, ...words] = comment(verdicts, reportContext(place, policyName)).split('\n');
  await writeLine(place, words.join('\n'));
}

/** Requests, too, are the repository's: one that creates, one that finds, for each of these. */
const failingAtMost = 10;

/**
 * Check runs for what stops in a finished run, worst first. Never a green one: a required check must not be met by what
 * a pull request says of itself.
 */
export async function publishFailingChecks(
  client: Client,
  place: Place,
  verdicts: readonly Verdict[],
  nameOf: (verdict: Verdict) => string,
): Promise<readonly Posting[]> {
  const { event } = place;
  if (event.kind !== 'workflow-run') return [];
  const stopping = verdicts.filter(({ stops }) => stops);
  const worst = statuses.flatMap((status) => stopping.filter((verdict) => verdict.status === status));
  const left = worst.length - failingAtMost;
  if (left > 0) log.notice(`${left} more failing gates have no check run of their own: ${failingAtMost} are written.`);
  const results: Posting[] = [];
  for (const verdict of worst.slice(0, failingAtMost)) {
    const { summary: words, annotations, ...report } = checkRun(verdict);
    const key = createHash('sha256').update(verdictKey(verdict)).digest('hex').slice(0, 16);
    results.push(
      await posting('Writing the check run', () =>
        publishCheckRun(client, {
          ...report,
          headSha: event.headSha,
          name: nameOf(verdict),
          externalId: `${event.runId}/${key}`,
          detailsUrl: urlOfRun(place, event.runId),
          conclusion: 'failure',
          summary: `${ownClaim}\n\n${words}`,
          annotations: annotations.filter(({ path: file }) => file.length <= 255).slice(0, 50),
        }),
      ),
    );
  }
  return results;
}

type Posted = { posted: true; url?: string } | { posted: false; notice: string; moved?: true };

async function posting(what: string, work: () => Promise<Posted>): Promise<Posting> {
  try {
    const result = await work();
    return result.posted ? { url: result.url ?? '' } : { notice: result.notice, moved: result.moved === true };
  } catch (error) {
    return { notice: `${what} failed: ${message(error)}`, moved: false };
  }
}
