import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { replies, type StandIn, tokens } from '../../../test/github-stand-in/index.ts';
import { listLooks, runArtifacts } from '../src/index.ts';
import { clientOf, sha, startGitHub } from './stand-in.ts';

const name = 'modelgate-look--flights--quality--0123456789abcdef.json';
const query = { name, repositoryId: 4242 };
const workflow = '.github/workflows/gate.yml';
const fork = { headRepository: { id: 9, fullName: 'mallory/flights' } };

type Run = Parameters<StandIn['addRun']>[0];

/** A run that left a mark, `id` minutes after the start of 2026. */
function mark(github: StandIn, id: number, run: Partial<Run> = {}, as: { candidate?: string; name?: string } = {}) {
  const { candidate = `candidate ${id}`, name: called = name } = as;
  github.addRun({
    event: 'pull_request',
    headSha: sha('head'),
    headBranch: 'better',
    path: workflow,
    workflowId: 5,
    ...run,
    id,
  });
  github.addArtifact({ runId: id, name: called, data: Buffer.from(candidate), createdAt: minute(id) });
}

const minute = (id: number) => new Date(Date.UTC(2026, 0, 1, 0, id)).toISOString().replace('.000', '');
const look = (id: number, candidate = `candidate ${id}`, commit = sha('head')) => ({
  digest: `sha256:${createHash('sha256').update(candidate).digest('hex')}`,
  commit,
  createdAt: minute(id),
});

test('marks of one name, newest first, with the digests that tell candidates apart, in one call', async () => {
  const github = await startGitHub();
  mark(github, 1);
  mark(github, 2, { headSha: sha('base'), event: 'push' });
  mark(github, 3, {}, { candidate: 'candidate 1' });
  mark(github, 4, {}, { name: name.replace('quality', 'other') });
  mark(github, 5, {}, { name: `${name}.json` });
  const client = clientOf(github.url);
  expect(await listLooks(client, query)).toEqual({
    state: 'listed',
    looks: [look(3, 'candidate 1'), look(2, 'candidate 2', sha('base')), look(1)],
    fromForks: [],
    complete: true,
  });
  expect(client.calls()).toBe(1);
});

test('a mark that expired still tells of its look', async () => {
  const github = await startGitHub();
  mark(github, 1);
  github.addArtifact({ runId: 1, name, data: Buffer.from('old'), createdAt: minute(0), expired: true });
  expect(await listLooks(clientOf(github.url), query)).toMatchObject({ looks: [look(1), look(0, 'old')] });
});

test("code of other repositories is told apart, a fork's branch called main and a deleted fork too", async () => {
  const github = await startGitHub();
  mark(github, 1);
  mark(github, 2, fork);
  mark(github, 3, { ...fork, headBranch: 'main', event: 'push' });
  expect(await listLooks(clientOf(github.url), query)).toMatchObject({
    looks: [look(1)],
    fromForks: [look(3), look(2)],
  });
});

test('another workflow of this repository looks, too: whose file left the mark is not what makes a look', async () => {
  const github = await startGitHub();
  mark(github, 1, { path: '.github/workflows/nightly.yml', workflowId: 6, event: 'schedule' });
  mark(github, 2, {}, { candidate: 'candidate 1' });
  expect(await listLooks(clientOf(github.url), query)).toMatchObject({ looks: [look(2, 'candidate 1'), look(1)] });
});

test('pages: all of them up to three, and then it says that there are more', async () => {
  const github = await startGitHub();
  for (let id = 1; id <= 250; id++) mark(github, id);
  const client = clientOf(github.url);
  const all = await listLooks(client, query);
  expect(all).toMatchObject({ state: 'listed', complete: true, looks: { length: 250 } });
  expect(client.calls()).toBe(3);
  for (let id = 251; id <= 320; id++) mark(github, id, fork);
  const flooded = clientOf(github.url);
  expect(await listLooks(flooded, query)).toMatchObject({
    complete: false,
    looks: { length: 230 },
    fromForks: { length: 70 },
  });
  expect(flooded.calls()).toBe(3);
});

test('a page that reaches back to what is counted already is the last one', async () => {
  const github = await startGitHub();
  for (let id = 1; id <= 250; id++) mark(github, id);
  const client = clientOf(github.url);
  expect(await listLooks(client, { ...query, until: minute(170) })).toMatchObject({
    complete: true,
    looks: { length: 100 },
  });
  expect(client.calls()).toBe(1);
});

test('what GitHub does not show is said with how to mend it, and never 0', async () => {
  const github = await startGitHub({ tokens: { ghs_standin: { ...tokens.gate, permissions: { contents: 'read' } } } });
  mark(github, 1);
  expect(await listLooks(clientOf(github.url), query)).toEqual({
    state: 'unreadable',
    message: `The token lacks \`actions: read\` (403) when asked to list the artifacts named "${name}". Add \`actions: read\` to the job's \`permissions:\`. Runs of forks and of Dependabot have a read-only token whatever the workflow says.`,
  });
  github.setPermissions('ghs_standin', { actions: 'read' });
  github.fault({ method: 'GET', path: /actions\/artifacts$/, times: 4, reply: replies.badGateway() });
  expect(await listLooks(clientOf(github.url), query)).toMatchObject({ state: 'unreadable' });
});

test('a mark as a run stores it has the digest of its one file', async () => {
  const github = await startGitHub();
  const folder = await mkdtemp(path.join(tmpdir(), 'modelgate-test-'));
  const { env } = github.job({ event: 'pull_request', pull: 7, runId: 77, workspace: folder, job: 'gate' });
  const names = ['ACTIONS_RUNTIME_TOKEN', 'ACTIONS_RESULTS_URL', 'GITHUB_SERVER_URL', 'GITHUB_WORKSPACE'];
  const before = names.map((one) => [one, process.env[one]] as const);
  try {
    // The artifact client reads the process's environment, whatever it is handed.
    for (const one of names) process.env[one] = env[one] ?? '';
    const text = '{"candidate":"1"}\n';
    await writeFile(path.join(folder, name), text);
    await runArtifacts({ temporary: folder, print: () => {} }).upload({ name, folder, files: [name], alone: true });
    expect(await listLooks(clientOf(github.url), query)).toMatchObject({
      state: 'listed',
      looks: [{ digest: `sha256:${createHash('sha256').update(text).digest('hex')}`, commit: sha('head') }],
    });
  } finally {
    for (const [one, value] of before) {
      if (value === undefined) delete process.env[one];
      else process.env[one] = value;
    }
    await rm(folder, { recursive: true, force: true });
  }
});
