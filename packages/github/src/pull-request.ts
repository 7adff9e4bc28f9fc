import * as z from 'zod';
import type { Client } from './client.ts';

const pullSchema = z.object({
  number: z.int().positive(),
  head: z.object({ sha: z.string(), repo: z.object({ id: z.int() }).nullish() }),
  base: z.object({ sha: z.string(), ref: z.string() }),
});

const permission = 'pull-requests: read';

/** The commit a pull request is at now. @throws ApiError */
export async function headOfPullRequest(client: Client, number: number): Promise<string> {
  const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}';
  const operation = { what: `read pull request ${number}`, permission };
  return (await client.json(route, { pull_number: number }, pullSchema, { operation })).head.sha;
}

export interface OpenPullRequest {
  readonly number: number;
  readonly headSha: string;
  /** Undefined when the fork was deleted. */
  readonly headRepositoryId?: number;
  readonly baseSha: string;
  readonly baseRef: string;
}

/**
 * The one open pull request that a finished run was about: the one whose head is at the run's commit, or none. The run's
 * own list is empty for forks, and a number in an artifact would be whatever the pull request's code wrote there.
 *
 * @param of the run's head, as the payload of `workflow_run` names it
 * @throws ApiError
 */
export async function openPullRequestOf(
  client: Client,
  of: {
    readonly headRepository: string;
    /** Where it is known, only this repository's branch is meant: one owner may have two forks. */
    readonly headRepositoryId?: number | undefined;
    readonly headBranch: string;
    readonly headSha: string;
  },
): Promise<OpenPullRequest | undefined> {
  const owner = of.headRepository.split('/')[0];
  const pulls = await client.json(
    'GET /repos/{owner}/{repo}/pulls',
    { state: 'open', head: `${owner}:${of.headBranch}`, per_page: 100 },
    z.array(pullSchema),
    { operation: { what: `list the open pull requests of ${owner}:${of.headBranch}`, permission } },
  );
  const fits = pulls.filter(
    ({ head }) =>
      head.sha === of.headSha && (of.headRepositoryId === undefined || head.repo?.id === of.headRepositoryId),
  );
  const [only] = fits;
  if (only === undefined || fits.length > 1) return undefined;
  return {
    number: only.number,
    headSha: only.head.sha,
    ...(only.head.repo == null ? {} : { headRepositoryId: only.head.repo.id }),
    baseSha: only.base.sha,
    baseRef: only.base.ref,
  };
}
