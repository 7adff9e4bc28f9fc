import type { JsonObject } from './reply.ts';
import { app, minimalRepository, nodeId, repository, site, user } from './repository-shape.ts';
import type { PullSpec, RepositoryRef, RunSpec } from './scenario.ts';
import type { ArtifactRecord, CheckRunRecord, CommentRecord, State } from './state.ts';

/** GitHub's JSON for each thing of the state. Held to GitHub's own description by contract.ts. */

function pullSide(state: State, side: { readonly ref: string; readonly sha: string }, of: RepositoryRef): JsonObject {
  const owner = of.fullName.split('/')[0] ?? '';
  return {
    label: `${owner}:${side.ref}`,
    ref: side.ref,
    sha: side.sha,
    user: user(state, owner),
    repo: repository(state, of),
  };
}

/** As in lists; `pull` adds the counts of a single pull request. */
export function simplePull(state: State, pull: PullSpec): JsonObject {
  const { fullName } = state.repository;
  const url = `${state.url}/repos/${fullName}/pulls/${pull.number}`;
  const issue = `${state.url}/repos/${fullName}/issues/${pull.number}`;
  const html = `${site}/${fullName}/pull/${pull.number}`;
  const statuses = `${state.url}/repos/${fullName}/statuses/${pull.head.sha}`;
  const author = pull.author ?? 'octocat';
  const date = '2026-01-02T00:00:00Z';
  const closed = pull.state === 'closed' ? date : null;
  const own = pull.head.repository === undefined;
  return {
    id: 500_000 + pull.number,
    node_id: nodeId('PullRequest', pull.number),
    number: pull.number,
    state: pull.state ?? 'open',
    title: pull.title ?? `Pull request ${pull.number}`,
    body: null,
    user: user(state, author),
    draft: pull.draft ?? false,
    locked: pull.locked ?? false,
    active_lock_reason: null,
    author_association: own ? 'MEMBER' : 'CONTRIBUTOR',
    head: pullSide(state, pull.head, pull.head.repository ?? state.repository),
    base: pullSide(state, pull.base, state.repository),
    merge_commit_sha: pull.mergeSha ?? null,
    ...{ url, html_url: html, issue_url: issue, diff_url: `${html}.diff`, patch_url: `${html}.patch` },
    ...{ commits_url: `${url}/commits`, comments_url: `${issue}/comments`, statuses_url: statuses },
    ...{
      review_comments_url: `${url}/comments`,
      review_comment_url: `${state.url}/repos/${fullName}/pulls/comments{/number}`,
    },
    ...{ created_at: date, updated_at: date, closed_at: closed, merged_at: null, auto_merge: null },
    ...{ assignee: null, assignees: [], requested_reviewers: [], requested_teams: [], labels: [], milestone: null },
    _links: {
      self: { href: url },
      html: { href: html },
      issue: { href: issue },
      comments: { href: `${issue}/comments` },
      review_comments: { href: `${url}/comments` },
      review_comment: { href: `${state.url}/repos/${fullName}/pulls/comments{/number}` },
      commits: { href: `${url}/commits` },
      statuses: { href: statuses },
    },
  };
}

export function pull(state: State, spec: PullSpec): JsonObject {
  return {
    ...simplePull(state, spec),
    ...{ merged: false, mergeable: true, rebaseable: true, mergeable_state: 'clean', merged_by: null },
    comments: state.comments.filter((comment) => comment.issue === spec.number).length,
    ...{ review_comments: 0, maintainer_can_modify: false, commits: 1, additions: 1, deletions: 1, changed_files: 1 },
  };
}

/** GitHub leaves pull requests from forks out of runs and check runs. */
function minimalPulls(state: State, headSha: string): readonly JsonObject[] {
  const { id, fullName } = state.repository;
  const repo = { id, url: `${state.url}/repos/${fullName}`, name: fullName.split('/')[1] ?? '' };
  return state.pulls
    .filter((spec) => spec.head.sha === headSha && !spec.head.repository && spec.state !== 'closed')
    .map((spec) => ({
      id: 500_000 + spec.number,
      number: spec.number,
      url: `${repo.url}/pulls/${spec.number}`,
      head: { ref: spec.head.ref, sha: spec.head.sha, repo },
      base: { ref: spec.base.ref, sha: spec.base.sha, repo },
    }));
}

export function run(state: State, spec: RunSpec): JsonObject {
  const api = `${state.url}/repos/${state.repository.fullName}/actions`;
  const url = `${api}/runs/${spec.id}`;
  const created = spec.createdAt ?? '2026-01-01T00:00:00Z';
  const head = spec.headRepository ?? state.repository;
  const actor = user(state, spec.actor ?? 'octocat');
  const status = spec.status ?? 'completed';
  return {
    id: spec.id,
    node_id: nodeId('WorkflowRun', spec.id),
    name: spec.name ?? 'gate',
    display_title: spec.title ?? spec.name ?? 'gate',
    path: spec.path ?? '.github/workflows/gate.yml',
    workflow_id: spec.workflowId ?? 5,
    run_number: spec.id,
    run_attempt: spec.attempt ?? 1,
    event: spec.event,
    status,
    conclusion: status === 'completed' ? (spec.conclusion ?? 'success') : null,
    head_branch: spec.headBranch,
    head_sha: spec.headSha,
    ...{ actor, triggering_actor: actor, run_started_at: created, created_at: created, updated_at: created },
    check_suite_id: 900_000 + spec.id,
    check_suite_url: `${state.url}/repos/${state.repository.fullName}/check-suites/${900_000 + spec.id}`,
    ...{ url, html_url: `${site}/${state.repository.fullName}/actions/runs/${spec.id}`, jobs_url: `${url}/jobs` },
    ...{
      logs_url: `${url}/logs`,
      artifacts_url: `${url}/artifacts`,
      cancel_url: `${url}/cancel`,
      rerun_url: `${url}/rerun`,
    },
    ...{
      workflow_url: `${api}/workflows/${spec.workflowId ?? 5}`,
      previous_attempt_url: null,
      referenced_workflows: [],
    },
    pull_requests: minimalPulls(state, spec.headSha),
    head_commit: {
      id: spec.headSha,
      tree_id: spec.headSha,
      message: 'commit',
      timestamp: created,
      author: { name: 'A Person', email: 'person@example.com' },
      committer: { name: 'A Person', email: 'person@example.com' },
    },
    repository: minimalRepository(state, state.repository),
    head_repository: minimalRepository(state, head),
  };
}

export function artifact(state: State, record: ArtifactRecord): JsonObject {
  const url = `${state.url}/repos/${state.repository.fullName}/actions/artifacts/${record.id}`;
  const from = state.run(record.runId);
  return {
    id: record.id,
    node_id: nodeId('Artifact', record.id),
    name: record.name,
    size_in_bytes: record.stored?.size ?? 0,
    url,
    archive_download_url: `${url}/zip`,
    expired: record.expired,
    digest: record.stored?.digest ?? null,
    created_at: record.createdAt,
    updated_at: record.createdAt,
    expires_at: record.expiresAt,
    workflow_run: from
      ? {
          id: from.id,
          repository_id: state.repository.id,
          head_repository_id: from.headRepository?.id ?? state.repository.id,
          head_branch: from.headBranch,
          head_sha: from.headSha,
        }
      : null,
  };
}

export function comment(state: State, record: CommentRecord): JsonObject {
  const { fullName } = state.repository;
  const url = `${state.url}/repos/${fullName}/issues/comments/${record.id}`;
  const kind = state.pull(record.issue) ? 'pull' : 'issues';
  const bot = /^(.*)\[bot\]$/.exec(record.author)?.[1];
  const counts = { '+1': 0, '-1': 0, laugh: 0, hooray: 0, confused: 0, heart: 0, rocket: 0, eyes: 0 };
  return {
    id: record.id,
    node_id: nodeId('IssueComment', record.id),
    url,
    html_url: `${site}/${fullName}/${kind}/${record.issue}#issuecomment-${record.id}`,
    issue_url: `${state.url}/repos/${fullName}/issues/${record.issue}`,
    user: user(state, record.author),
    body: record.body,
    created_at: record.createdAt,
    updated_at: record.updatedAt,
    author_association: bot ? 'NONE' : 'MEMBER',
    performed_via_github_app: bot ? app(state, bot) : null,
    reactions: { url: `${url}/reactions`, total_count: 0, ...counts },
  };
}

export function checkRun(state: State, record: CheckRunRecord): JsonObject {
  const { fullName } = state.repository;
  const url = `${state.url}/repos/${fullName}/check-runs/${record.id}`;
  return {
    id: record.id,
    node_id: nodeId('CheckRun', record.id),
    head_sha: record.headSha,
    name: record.name,
    external_id: record.externalId,
    url,
    html_url: `${site}/${fullName}/runs/${record.id}`,
    details_url: record.detailsUrl,
    status: record.status,
    conclusion: record.conclusion,
    started_at: record.startedAt,
    completed_at: record.completedAt,
    output: {
      title: record.title,
      summary: record.summary,
      text: record.text,
      annotations_count: record.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: 900_000 },
    app: app(state, record.app),
    pull_requests: minimalPulls(state, record.headSha),
  };
}
