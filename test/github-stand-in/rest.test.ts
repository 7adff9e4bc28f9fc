import type { Octokit } from '@octokit/rest';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sampleHistory } from './history.ts';
import type { MadeRepository, StandIn } from './index.ts';
import { defaultToken } from './index.ts';
import { client, refused, repo, startSample } from './sample.ts';

let history: MadeRepository;
let standIn: StandIn;
let github: Octokit;

beforeAll(async () => {
  history = await sampleHistory();
});
afterAll(() => history.remove());

describe('with the tokens of a gate', () => {
  beforeEach(async () => {
    standIn = await startSample(history);
    github = client(standIn, defaultToken);
  });
  afterEach(() => standIn.close());

  test('the repository, its branches and their protection', async () => {
    const { data } = await github.repos.get(repo);
    expect([data.id, data.full_name, data.default_branch, data.private]).toEqual([4242, 'acme/flights', 'main', false]);
    const main = await github.repos.getBranch({ ...repo, branch: 'main' });
    expect([main.data.protected, main.data.commit.sha]).toEqual([true, history.sha['main']]);
    expect((await github.repos.getBranch({ ...repo, branch: 'better' })).data.protected).toBe(false);
    expect(await refused(github.repos.getBranch({ ...repo, branch: 'nope' }))).toMatchObject({
      status: 404,
      message: 'Branch not found',
    });
  });

  test('contents: JSON with the blob SHA, raw bytes, folders, files above 1 MB, missing ones', async () => {
    const at = (path: string, ref = history.sha['base'] ?? '') => github.repos.getContent({ ...repo, path, ref });
    const policy = (await at('modelgate.yml')).data;
    if (Array.isArray(policy) || policy.type !== 'file' || !('content' in policy)) throw new Error('not a file');
    expect(Buffer.from(policy.content, 'base64').toString()).toBe('version: 1\n');
    expect((await github.git.getBlob({ ...repo, file_sha: policy.sha })).data.size).toBe(11);
    const raw = await github.repos.getContent({
      ...repo,
      path: 'modelgate.yml',
      ref: 'better',
      mediaType: { format: 'raw' },
    });
    expect(raw.data).toBe('version: 1\nname: x\n');
    expect((await at('')).data).toMatchObject([{ path: 'data' }, { path: 'modelgate.yml' }, { path: 'old.txt' }]);
    expect((await at('data')).data).toMatchObject([{ type: 'file', path: 'data/big.bin', size: 1048577 }]);
    expect((await at('data/big.bin')).data).toMatchObject({ content: '', encoding: 'none' });
    expect((await at('link', 'main')).data).toMatchObject({ type: 'symlink', target: 'other.txt' });
    expect(await refused(at('nope.yml'))).toMatchObject({ status: 404, message: 'Not Found' });
    expect(await refused(at('old.txt', 'nope'))).toMatchObject({ message: 'No commit found for the ref nope' });
  });

  test('git objects', async () => {
    const commit = await github.git.getCommit({ ...repo, commit_sha: history.sha['head'] ?? '' });
    expect(commit.data.parents.map((parent) => parent.sha)).toEqual([history.sha['base']]);
    const tree = await github.git.getTree({ ...repo, tree_sha: commit.data.tree.sha, recursive: '1' });
    expect(tree.data.tree.map((entry) => entry.path)).toEqual(['data', 'data/big.bin', 'modelgate.yml', 'new.txt']);
  });

  test.each([
    ['main...better', 'diverged', 1, 1],
    ['base...main', 'ahead', 1, 0],
    ['main...base', 'behind', 0, 1],
    ['main...main', 'identical', 0, 0],
    ['main...mallory:main', 'diverged', 1, 1],
  ])('compare %s is %s', async (basehead, status, ahead, behind) => {
    const named = basehead.replace('base', history.sha['base'] ?? '');
    const { data } = await github.repos.compareCommitsWithBasehead({ ...repo, basehead: named });
    expect([data.status, data.ahead_by, data.behind_by]).toEqual([status, ahead, behind]);
    const expected = basehead === 'main...main' ? 'main' : 'base';
    expect(data.merge_base_commit.sha).toBe(history.sha[expected]);
  });

  test('histories without a common commit do not compare', async () => {
    const compared = github.repos.compareCommitsWithBasehead({ ...repo, basehead: 'main...orphan' });
    expect(await refused(compared)).toMatchObject({
      status: 404,
      message: 'No common ancestor between main and orphan.',
    });
  });

  test('pull requests: by head, by commit, their files; a fork with a branch called main is not ours', async () => {
    const numbers = (list: { data: { number: number }[] }) => list.data.map((pull) => pull.number);
    expect(numbers(await github.pulls.list({ ...repo, head: 'acme:better' }))).toEqual([7]);
    expect(numbers(await github.pulls.list({ ...repo, head: 'mallory:main' }))).toEqual([8]);
    expect(numbers(await github.pulls.list({ ...repo, head: 'acme:main' }))).toEqual([]);
    const commit_sha = history.sha['head'] ?? '';
    expect(numbers(await github.repos.listPullRequestsAssociatedWithCommit({ ...repo, commit_sha }))).toEqual([7, 8]);
    const fork = (await github.pulls.get({ ...repo, pull_number: 8 })).data;
    expect([fork.head.repo?.id, fork.head.repo?.fork, fork.base.repo.id]).toEqual([9, true, 4242]);
    const files = (await github.pulls.listFiles({ ...repo, pull_number: 7 })).data;
    expect(files.map((file) => [file.filename, file.status, file.additions, file.previous_filename])).toEqual([
      ['modelgate.yml', 'modified', 1, undefined],
      ['new.txt', 'renamed', 0, 'old.txt'],
    ]);
  });

  test('101 comments are four pages of 30, or two of 100', async () => {
    for (let i = 1; i <= 101; i++) standIn.addComment(7, `comment ${i}`, { author: 'octocat' });
    const first = await github.issues.listComments({ ...repo, issue_number: 7 });
    expect(first.data).toHaveLength(30);
    const url = `${standIn.url}/repos/acme/flights/issues/7/comments`;
    expect(first.headers.link).toBe(`<${url}?page=2>; rel="next", <${url}?page=4>; rel="last"`);
    const all = await github.paginate(github.issues.listComments, { ...repo, issue_number: 7, per_page: 100 });
    expect([all.length, all.at(-1)?.body]).toEqual([101, 'comment 101']);
    expect(standIn.calls({ method: 'GET', path: /comments$/ })).toBe(3);
  });

  test('a comment is written as github-actions[bot], changed and deleted', async () => {
    const { data } = await github.issues.createComment({ ...repo, issue_number: 7, body: 'hello' });
    expect([data.user?.login, data.user?.type]).toEqual(['github-actions[bot]', 'Bot']);
    expect([data.performed_via_github_app?.slug, data.performed_via_github_app?.id]).toEqual(['github-actions', 15368]);
    await github.issues.updateComment({ ...repo, comment_id: data.id, body: 'again' });
    expect((await github.issues.getComment({ ...repo, comment_id: data.id })).data.body).toBe('again');
    expect(standIn.comments(7).map((comment) => comment.body)).toEqual(['again']);
    await github.issues.deleteComment({ ...repo, comment_id: data.id });
    expect(await refused(github.issues.getComment({ ...repo, comment_id: data.id }))).toMatchObject({ status: 404 });
  });

  test('a comment holds 65,536 characters, emoji counted once', async () => {
    const write = (body: string) => github.issues.createComment({ ...repo, issue_number: 7, body });
    expect((await write('🟢'.repeat(65_536))).status).toBe(201);
    const tooLong = await refused(write('x'.repeat(65_537)));
    expect(tooLong).toMatchObject({ status: 422, message: 'Body is too long (maximum is 65536 characters)' });
    expect(await refused(write(' '))).toMatchObject({ status: 422, message: "Body can't be blank" });
  });

  test('locked conversations, unknown issues', async () => {
    standIn.updatePull(7, { locked: true });
    const write = (issue_number: number) => github.issues.createComment({ ...repo, issue_number, body: 'x' });
    expect(await refused(write(7))).toMatchObject({
      status: 403,
      message: 'Unable to create comment because issue is locked.',
    });
    expect(await refused(write(99))).toMatchObject({ status: 404 });
  });

  test('a check run: created, annotations appended, listed by its newest', async () => {
    const head_sha = history.sha['head'] ?? '';
    const annotation = (line: number) => ({
      path: 'modelgate.yml',
      start_line: line,
      end_line: line,
      annotation_level: 'failure' as const,
      message: 'm',
    });
    const output = { title: 't', summary: 's', annotations: Array.from({ length: 50 }, (_, i) => annotation(i + 1)) };
    const made = await github.checks.create({ ...repo, name: 'gate', head_sha, status: 'in_progress', output });
    expect([made.data.status, made.data.app?.slug]).toEqual(['in_progress', 'github-actions']);
    const check_run_id = made.data.id;
    const more = { title: 't', summary: 's2', annotations: [annotation(51)] };
    await github.checks.update({ ...repo, check_run_id, conclusion: 'failure', output: more });
    const listed = await github.checks.listForRef({ ...repo, ref: head_sha });
    expect(listed.data.check_runs).toMatchObject([
      {
        id: check_run_id,
        status: 'completed',
        conclusion: 'failure',
        output: { annotations_count: 51, summary: 's2' },
      },
    ]);
    const annotations = await github.paginate(github.checks.listAnnotations, { ...repo, check_run_id });
    expect(annotations.at(-1)?.start_line).toBe(51);
    await github.checks.create({
      ...repo,
      name: 'gate',
      head_sha,
      conclusion: 'success',
      output: { title: 't', summary: 's' },
    });
    expect((await github.checks.listForRef({ ...repo, ref: 'better' })).data.check_runs).toMatchObject([
      { conclusion: 'success' },
    ]);
    expect((await github.checks.listForRef({ ...repo, ref: 'better', filter: 'all' })).data.total_count).toBe(2);
  });

  test('runs and artifacts with where they came from', async () => {
    const sha = history.sha['base'] ?? '';
    const forked = { id: 9, fullName: 'mallory/flights' };
    standIn.addRun({ id: 70, event: 'push', headSha: sha, headBranch: 'main', createdAt: '2026-01-01T00:00:00Z' });
    standIn.addRun({ id: 71, event: 'pull_request', headSha: sha, headBranch: 'main', headRepository: forked });
    standIn.addArtifact({ runId: 70, name: 'baseline', files: { 'a.json': '{}' }, createdAt: '2026-01-01T00:00:00Z' });
    standIn.addArtifact({ runId: 71, name: 'baseline', files: { 'a.json': '{}' }, createdAt: '2026-01-02T00:00:00Z' });
    standIn.addArtifact({ runId: 70, name: 'other', files: {}, expired: true });
    const found = (await github.actions.listArtifactsForRepo({ ...repo, name: 'baseline' })).data;
    expect(found.total_count).toBe(2);
    expect(found.artifacts.map((artifact) => artifact.workflow_run)).toEqual([
      { id: 71, repository_id: 4242, head_repository_id: 9, head_branch: 'main', head_sha: sha },
      { id: 70, repository_id: 4242, head_repository_id: 4242, head_branch: 'main', head_sha: sha },
    ]);
    const pushes = await github.actions.listWorkflowRunsForRepo({
      ...repo,
      event: 'push',
      branch: 'main',
      status: 'success',
    });
    expect(pushes.data.workflow_runs.map((run) => run.id)).toEqual([70]);
    const ofWorkflow = await github.actions.listWorkflowRuns({
      ...repo,
      workflow_id: 'gate.yml',
      created: '>=2026-01-02',
    });
    expect(ofWorkflow.data.workflow_runs.map((run) => run.id)).toEqual([71]);
    expect((await github.actions.getWorkflowRun({ ...repo, run_id: 71 })).data.head_repository.full_name).toBe(
      'mallory/flights',
    );
    const ofRun = (await github.actions.listWorkflowRunArtifacts({ ...repo, run_id: 70 })).data.artifacts;
    expect(ofRun.map((artifact) => [artifact.name, artifact.expired])).toEqual([
      ['other', true],
      ['baseline', false],
    ]);
    const gone = github.actions.downloadArtifact({ ...repo, artifact_id: ofRun[0]?.id ?? 0, archive_format: 'zip' });
    expect(await refused(gone)).toMatchObject({ status: 410, message: 'Artifact has expired' });
  });

  test('GITHUB_TOKEN cannot ask who it is; a person can', async () => {
    expect(await refused(github.users.getAuthenticated())).toMatchObject({
      status: 403,
      message: 'Resource not accessible by integration',
    });
    const limits = (await github.rateLimit.get()).data;
    expect([limits.rate.limit, limits.rate.remaining]).toEqual([1000, 999]);
  });
});
