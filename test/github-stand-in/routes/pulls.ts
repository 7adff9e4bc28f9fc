import type { JsonObject, Reply } from '../reply.ts';
import { replies } from '../reply.ts';
import type { Call, Route } from '../router.ts';
import { number, paginated } from '../router.ts';
import type { PullSpec } from '../scenario.ts';
import { pull, simplePull } from '../shapes.ts';
import type { State } from '../state.ts';

export const pullRoutes: readonly Route[] = [
  { method: 'GET', template: '/repos/{owner}/{repo}/pulls', needs: ['pull-requests:read'], handle: list },
  { method: 'GET', template: '/repos/{owner}/{repo}/pulls/{pull_number}', needs: ['pull-requests:read'], handle: get },
  {
    method: 'GET',
    template: '/repos/{owner}/{repo}/pulls/{pull_number}/files',
    needs: ['pull-requests:read'],
    handle: files,
  },
  {
    method: 'GET',
    template: '/repos/{owner}/{repo}/commits/{commit_sha}/pulls',
    needs: ['pull-requests:read'],
    handle: ofCommit,
  },
];

function list(call: Call): Reply {
  const { state, query } = call;
  const wanted = query.get('state') ?? 'open';
  const head = query.get('head');
  const base = query.get('base');
  const found = state.pulls.filter((spec) => {
    const owner = (spec.head.repository ?? state.repository).fullName.split('/')[0];
    // GitHub ignores a `head` without an owner instead of refusing it.
    const headFits = head === null || !head.includes(':') || head === `${owner}:${spec.head.ref}`;
    return (
      (wanted === 'all' || (spec.state ?? 'open') === wanted) && headFits && (base === null || base === spec.base.ref)
    );
  });
  const newestFirst = [...found].sort((a, b) => b.number - a.number);
  const { page, headers } = paginated(call, query.get('direction') === 'asc' ? newestFirst.reverse() : newestFirst);
  return replies.json(
    200,
    page.map((spec) => simplePull(state, spec)),
    headers,
  );
}

function get(call: Call): Reply {
  const spec = call.state.pull(number(call, 'pull_number'));
  return spec ? replies.json(200, pull(call.state, spec)) : replies.notFound();
}

async function files(call: Call): Promise<Reply> {
  const { state } = call;
  const spec = state.pull(number(call, 'pull_number'));
  if (spec === undefined) return replies.notFound();
  const from = (await state.git.mergeBase(spec.base.sha, spec.head.sha)) ?? spec.base.sha;
  const { page, headers } = paginated(call, await changedFiles(state, from, spec.head.sha));
  return replies.json(200, page, headers);
}

/** Open pull requests that bring the commit, or have it as their head. */
async function ofCommit(call: Call): Promise<Reply> {
  const { state } = call;
  const sha = await state.git.commitSha(call.params['commit_sha'] ?? '');
  if (sha === undefined) return replies.problem(422, `No commit found for SHA: ${call.params['commit_sha']}`);
  const found: PullSpec[] = [];
  for (const spec of state.pulls) {
    const brings = spec.head.sha === sha || (await isNew(state, sha, spec));
    if (spec.state !== 'closed' && brings) found.push(spec);
  }
  const { page, headers } = paginated(call, found);
  return replies.json(
    200,
    page.map((spec) => simplePull(state, spec)),
    headers,
  );
}

async function isNew(state: State, sha: string, spec: PullSpec): Promise<boolean> {
  return (await state.git.isAncestor(sha, spec.head.sha)) && !(await state.git.isAncestor(sha, spec.base.sha));
}

export async function changedFiles(state: State, base: string, head: string): Promise<readonly JsonObject[]> {
  const { fullName } = state.repository;
  return (await state.git.changes(base, head)).map((change) => {
    const encoded = change.path.split('/').map(encodeURIComponent).join('/');
    return {
      sha: change.sha,
      filename: change.path,
      ...(change.previousPath === undefined ? {} : { previous_filename: change.previousPath }),
      status: change.status,
      additions: change.additions,
      deletions: change.deletions,
      changes: change.additions + change.deletions,
      blob_url: `https://github.com/${fullName}/blob/${head}/${encoded}`,
      raw_url: `https://github.com/${fullName}/raw/${head}/${encoded}`,
      contents_url: `${state.url}/repos/${fullName}/contents/${encoded}?ref=${head}`,
    };
  });
}
