import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MadeRepository, makeRepository, type StandIn, startStandIn } from '../../github-stand-in/index.ts';
import { git, makeGitTree } from './git-tree.ts';
import { runOnGithub } from './github-run.ts';
import { cloneHouse, type HouseClone } from './house-clone.ts';

const ref = '0123456789abcdef0123456789abcdef01234567';
const workflow = `name: gate
on: pull_request
permissions: { pull-requests: write }
jobs:
  comment:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@${ref}
      - uses: modelgate/modelgate/actions/comment@${ref}
        id: comment
`;
const main = `import fs from 'node:fs';
const { env } = process;
const event = JSON.parse(fs.readFileSync(env.GITHUB_EVENT_PATH, 'utf8'));
const body = [env.GITHUB_REPOSITORY, env.GITHUB_RUN_ID, env.GITHUB_SHA, env.GITHUB_ACTOR, env.GITHUB_WORKFLOW_REF, fs.readFileSync('data.txt', 'utf8').trim()].join(' ');
const reply = await fetch(env.GITHUB_API_URL + '/repos/' + env.GITHUB_REPOSITORY + '/issues/' + event.pull_request.number + '/comments', {
  method: 'POST', body: JSON.stringify({ body }), headers: { authorization: 'Bearer ' + env['INPUT_GITHUB-TOKEN'], 'content-type': 'application/json', 'user-agent': 'test' } });
fs.appendFileSync(env.GITHUB_OUTPUT, 'status=' + reply.status + '\\n');
`;
const metadata = `name: Comment
description: Comments.
inputs: { github-token: { description: Token., default: "\${{ github.token }}" } }
outputs: { status: { description: Status. } }
runs: { using: node24, main: main.mjs }
`;

let folder: string;
let house: HouseClone;
let history: MadeRepository;
let standIn: StandIn;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'modelgate-github-run-'));
  makeGitTree(folder, { 'actions/comment/action.yml': metadata, 'actions/comment/main.mjs': main });
  house = cloneHouse(folder, 'modelgate/modelgate', [ref]);
  history = await makeRepository([
    { name: 'base', branch: 'main', files: { '.github/workflows/gate.yml': workflow, 'data.txt': 'old\n' } },
    { name: 'head', parents: ['base'], branch: 'better', files: { 'data.txt': 'new\n' } },
    { name: 'merge', parents: ['base', 'head'], ref: 'refs/pull/7/merge', files: { 'data.txt': 'merged\n' } },
  ]);
  const { base = '', head = '', merge = '' } = history.sha;
  standIn = await startStandIn({
    repository: { fullName: 'acme/flights', git: history.folder },
    pulls: [
      {
        number: 7,
        head: { ref: 'better', sha: head },
        base: { ref: 'main', sha: base },
        author: 'octocat',
        mergeSha: merge,
      },
    ],
  });
});

afterAll(async () => {
  house.remove();
  rmSync(folder, { recursive: true, force: true });
  await history.remove();
  await standIn.close();
});

test('a step under act sees the merge commit of the pull request and talks to the stand-in', async () => {
  const { jobs, exitCode, log } = await runOnGithub({
    ...{ standIn, history, actions: house.actions },
    job: { event: 'pull_request', pull: 7, runId: 78 },
    workflow: '.github/workflows/gate.yml',
    expectedJobs: ['comment'],
  });
  expect({ exitCode, outputs: jobs['comment']?.steps['comment']?.outputs }, log).toEqual({
    exitCode: 0,
    outputs: { status: '201' },
  });
  const merge = history.sha['merge'];
  expect(standIn.comments(7).map(({ body, author }) => ({ body, author }))).toEqual([
    {
      body: `acme/flights 78 ${merge} octocat acme/flights/.github/workflows/gate.yml@refs/pull/7/merge merged`,
      author: 'github-actions[bot]',
    },
  ]);
  expect(git(history.folder, 'rev-parse', 'refs/pull/7/merge')).toBe(merge);
});
