import { expect, test } from 'vitest';
import { replies, type StandIn, tokens } from '../../../test/github-stand-in/index.ts';
import { type BaselineQuery, findRecordedBaseline } from '../src/index.ts';
import { clientOf, sha, startGitHub } from './stand-in.ts';

const workflow = '.github/workflows/gate.yml';
const name = 'modelgate-baseline--flights--quality';

function query(more: Partial<BaselineQuery> = {}): BaselineQuery {
  return { name, repositoryId: 4242, workflowPath: workflow, baseSha: sha('base'), baseBranch: 'main', ...more };
}

type Run = Parameters<StandIn['addRun']>[0];

/** A run with a recording; later calls are newer. */
function record(github: StandIn, run: Partial<Run> & { readonly id: number }, expired = false): number {
  github.addRun({ event: 'push', headSha: sha('base'), headBranch: 'main', path: workflow, workflowId: 5, ...run });
  const createdAt = new Date(Date.UTC(2026, 0, 1, 0, run.id)).toISOString().replace('.000', '');
  return github.addArtifact({ runId: run.id, name, files: { 'baseline.json': `${run.id}` }, createdAt, expired });
}

test('the newest of the base branch, in two calls when it is of the base itself', async () => {
  const github = await startGitHub();
  record(github, { id: 1, headSha: sha('old') });
  const id = record(github, { id: 2 });
  const client = clientOf(github.url);
  expect(await findRecordedBaseline(client, query())).toMatchObject({
    state: 'found',
    artifact: { id },
    runId: 2,
    headSha: sha('base'),
    branch: 'main',
    createdAt: '2026-01-01T00:02:00Z',
    rejected: [],
  });
  expect(client.calls()).toBe(2);
});

test('one of a commit before the base counts, in three calls', async () => {
  const github = await startGitHub();
  const id = record(github, { id: 1, headSha: sha('old'), event: 'schedule' });
  const client = clientOf(github.url);
  expect(await findRecordedBaseline(client, query())).toMatchObject({ state: 'found', artifact: { id } });
  expect(client.calls()).toBe(3);
});

test("a fork's branch called main with a newer artifact is not taken", async () => {
  const github = await startGitHub();
  const id = record(github, { id: 1 });
  const forged = record(github, {
    id: 2,
    event: 'pull_request',
    headRepository: { id: 9, fullName: 'mallory/flights' },
  });
  const pushed = record(github, { id: 3, event: 'push', headRepository: { id: 9, fullName: 'mallory/flights' } });
  expect(await findRecordedBaseline(clientOf(github.url), query())).toMatchObject({
    state: 'found',
    artifact: { id },
    rejected: [
      { artifactId: pushed, runId: 3, why: 'its code came from another repository' },
      { artifactId: forged, runId: 2, why: 'its code came from another repository' },
    ],
  });
});

test.each<[string, Partial<Run>, string]>([
  ['a pull request', { event: 'pull_request' }, 'its run was started by pull_request'],
  ['another workflow', { path: '.github/workflows/evil.yml' }, 'its workflow is .github/workflows/evil.yml'],
  ['a run that failed', { conclusion: 'failure' }, 'its run has not succeeded (failure)'],
  ['a run that was cancelled', { conclusion: 'cancelled' }, 'its run has not succeeded (cancelled)'],
  ['a run that is not over', { status: 'in_progress' }, 'its run has not succeeded (in_progress)'],
  [
    'a commit that the base lacks',
    { headSha: sha('head') },
    `its commit ${sha('head').slice(0, 7)} is not in the base`,
  ],
])('a recording of %s is passed over', async (_name, run, why) => {
  const github = await startGitHub();
  const id = record(github, { id: 1, headSha: sha('old') });
  const artifactId = record(github, { id: 2, ...run });
  const found = await findRecordedBaseline(clientOf(github.url), query());
  expect(found).toMatchObject({ state: 'found', artifact: { id }, rejected: [{ artifactId, runId: 2, why }] });
});

test('none was ever recorded, or only by this run: bootstrap', async () => {
  const github = await startGitHub();
  expect(await findRecordedBaseline(clientOf(github.url), query())).toEqual({ state: 'none', rejected: [] });
  const artifactId = record(github, { id: 1 });
  expect(await findRecordedBaseline(clientOf(github.url), query({ excludeRunId: 1 }))).toEqual({
    state: 'none',
    rejected: [{ artifactId, runId: 1, why: 'it is of this run' }],
  });
});

test('one that has expired is said, a live older one is preferred', async () => {
  const github = await startGitHub();
  record(github, { id: 2 }, true);
  expect(await findRecordedBaseline(clientOf(github.url), query())).toMatchObject({
    state: 'expired',
    runId: 2,
    headSha: sha('base'),
  });
  record(github, { id: 1, headSha: sha('old') });
  expect(await findRecordedBaseline(clientOf(github.url), query())).toMatchObject({ state: 'found', runId: 1 });
});

test('without `actions: read` it cannot be told, which is not bootstrap', async () => {
  const github = await startGitHub({ tokens: { ghs_standin: { ...tokens.gate, permissions: { contents: 'read' } } } });
  const unreadable = {
    state: 'unreadable',
    permission: 'actions: read',
    how: "Add `actions: read` to the job's `permissions:`.",
  };
  expect(await findRecordedBaseline(clientOf(github.url), query())).toEqual({
    ...unreadable,
    message: `The recorded baseline cannot be read: The token lacks \`actions: read\` (403) when asked to list the artifacts named "${name}".`,
  });
  github.fault({ method: 'GET', path: /actions\/artifacts$/, times: 1, reply: replies.notFound() });
  expect(await findRecordedBaseline(clientOf(github.url), query())).toEqual({
    ...unreadable,
    message: `The recorded baseline cannot be read: GitHub found nothing (404) when asked to list the artifacts named "${name}".`,
  });
});

test('an outage is an error, neither bootstrap nor a missing permission', async () => {
  const github = await startGitHub();
  github.fault({ method: 'GET', path: /actions\/artifacts$/, times: 4, reply: replies.badGateway() });
  await expect(findRecordedBaseline(clientOf(github.url), query())).rejects.toThrow('GitHub failed (502)');
});

test('many forged artifacts cannot turn into bootstrap, and cost fifteen calls at most', async () => {
  const github = await startGitHub();
  for (let id = 1; id <= 20; id++) record(github, { id, headSha: sha('head') });
  const client = clientOf(github.url);
  const tooMany = {
    state: 'unreadable',
    message: `None of 6 artifacts named "${name}" may be trusted, and there are more than can be looked at.`,
    how: 'Look at which workflow uploads artifacts of this name besides this one, and delete those artifacts.',
  };
  expect(await findRecordedBaseline(client, query())).toEqual(tooMany);
  expect(client.calls()).toBe(13);

  const fork = { headRepository: { id: 9, fullName: 'mallory/flights' }, event: 'pull_request' } as const;
  for (let id = 21; id <= 330; id++) record(github, { id, ...fork });
  const flooded = clientOf(github.url);
  const message = tooMany.message.replace('None of 6', 'None of 300');
  expect(await findRecordedBaseline(flooded, query())).toEqual({ ...tooMany, message });
  expect(flooded.calls()).toBe(3);
});

test('a flood of forged artifacts does not hide a good one on the next page', async () => {
  const github = await startGitHub();
  const id = record(github, { id: 1 });
  const fork = { headRepository: { id: 9, fullName: 'mallory/flights' }, event: 'pull_request' } as const;
  for (let other = 2; other <= 150; other++) record(github, { id: other, ...fork });
  const client = clientOf(github.url);
  expect(await findRecordedBaseline(client, query())).toMatchObject({ state: 'found', artifact: { id } });
  expect(client.calls()).toBe(3);
});

test("other branches' artifacts do not keep the base branch's own from being found", async () => {
  const github = await startGitHub();
  const id = record(github, { id: 1 });
  for (let other = 2; other <= 20; other++) record(github, { id: other, headBranch: 'topic', event: 'pull_request' });
  const client = clientOf(github.url);
  expect(await findRecordedBaseline(client, query())).toMatchObject({ state: 'found', artifact: { id } });
  expect(client.calls()).toBe(2);
});
