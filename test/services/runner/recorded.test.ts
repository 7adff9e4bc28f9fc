import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { currentPlatform } from '../../../packages/tables/src/index.ts';
import { type MadeRepository, makeRepository, type StandIn, startStandIn } from '../../github-stand-in/index.ts';
import { root } from '../../house/repository.ts';
import { summaryOf } from './act-log.ts';
import { runOnGithub } from './github-run.ts';
import { cloneHouse, type HouseClone } from './house-clone.ts';

// The life of a champion on a real workflow runner: a push to main records it, a pull request is compared with it. And a
// policy with a gate that cannot run beside one that can: both are reported.
const example = path.join(root, 'examples/flight-delays');
const workflow = '.github/workflows/gate.yml';
const ref = '0'.repeat(40);
const engine = path.join(root, 'node_modules/@duckdb', `node-bindings-${currentPlatform()}`);

const workflowText = (candidate: string) => `name: gate
on: [push, pull_request]
permissions: {}
jobs:
  gate:
    runs-on: ubuntu-24.04
    permissions: { contents: read, actions: read, pull-requests: write, checks: write }
    steps:
      - uses: actions/checkout@${ref}
      - run: mkdir -p out && cp candidates/${candidate}/predictions.parquet out/
      - uses: modelgate/modelgate@${ref}
        with:
          engine-path: ${engine}
`;

let house: HouseClone;
let history: MadeRepository;
let standIn: StandIn;

beforeAll(async () => {
  house = cloneHouse(root, 'modelgate/modelgate', [ref]);
  const recorded = readFileSync(path.join(example, 'modelgate.recorded.yml'), 'utf8');
  const policy = `${recorded.trimEnd()}\n  unmeasured:\n    kind: evaluation\n    candidate: { file: out/metrics.json }\n    checks:\n      f1: { metric: f1, at-least: 0.3 }\n`;
  const binary = (file: string): [string, Buffer] => [file, readFileSync(path.join(example, file))];
  const files = Object.fromEntries([
    binary('eval/golden.parquet'),
    ...['better', 'worse'].map((name) => binary(`candidates/${name}/predictions.parquet`)),
  ]);
  const changed = { [workflow]: workflowText('worse') };
  history = await makeRepository([
    {
      name: 'base',
      branch: 'main',
      files: { ...files, 'modelgate.yml': recorded, [workflow]: workflowText('better') },
    },
    { name: 'head-1', parents: ['base'], branch: 'change-1', files: changed },
    { name: 'merge-1', parents: ['base', 'head-1'], ref: 'refs/pull/1/merge', files: changed },
    { name: 'two-gates', parents: ['base'], branch: 'two-gates', files: { 'modelgate.yml': policy } },
    { name: 'head-2', parents: ['two-gates'], branch: 'change-2', files: { 'pull.txt': '2' } },
    { name: 'merge-2', parents: ['two-gates', 'head-2'], ref: 'refs/pull/2/merge', files: { 'pull.txt': '2' } },
  ]);
  const sha = (name: string) => history.sha[name] ?? '';
  const pull = (number: number, base: string, ref: string) => ({
    ...{ number, title: `change ${number}`, author: 'octocat', mergeSha: sha(`merge-${number}`) },
    ...{ head: { ref: `change-${number}`, sha: sha(`head-${number}`) }, base: { ref, sha: sha(base) } },
  });
  standIn = await startStandIn({
    repository: { fullName: 'acme/flight-delays', git: history.folder },
    pulls: [pull(1, 'base', 'main'), pull(2, 'two-gates', 'two-gates')],
  });
});

afterAll(async () => {
  house.remove();
  await history.remove();
  await standIn.close();
});

test('a push to main has no champion, says so, and records one', async () => {
  const { jobs, log } = await runOnGithub({
    ...{ standIn, history, workflow, actions: house.actions, expectedJobs: ['gate'] },
    job: { event: 'push', runId: 200, job: 'gate', sha: history.sha['base'] ?? '', ref: 'refs/heads/main' },
  });
  expect(jobs['gate']?.result, log).toBe('success');
  const { gate } = jobs;
  expect(gate && summaryOf(gate)).toContain('There is no champion yet');
  expect(standIn.artifacts(200).map(({ name }) => name)).toContain('modelgate-baseline--flight-delays--quality');
  standIn.updateRun(200, { status: 'completed', conclusion: 'success' });
});

test('a pull request is compared with the recorded champion', async () => {
  const { jobs, log } = await runOnGithub({
    ...{ standIn, history, workflow, actions: house.actions, expectedJobs: ['gate'] },
    job: { event: 'pull_request', pull: 1, runId: 201, job: 'gate' },
  });
  expect(jobs['gate']?.result, log).toBe('failure');
  const [comment, ...others] = standIn.comments(1).map(({ body }) => body);
  expect(others).toEqual([]);
  expect(comment).toContain(`against champion \`${history.sha['base']?.slice(0, 7)}\` (main`);
  expect(comment).toContain('worse by');
});

test('a gate that cannot be measured keeps no other from its verdict, nor the report from being posted', async () => {
  const { jobs, log } = await runOnGithub({
    ...{ standIn, history, workflow, actions: house.actions, expectedJobs: ['gate'] },
    job: { event: 'pull_request', pull: 2, runId: 202, job: 'gate' },
  });
  expect(jobs['gate']?.result, log).toBe('failure');
  const [comment = ''] = standIn.comments(2).map(({ body }) => body);
  expect(comment).toContain('`unmeasured`: file-missing: there is no file out/metrics.json');
  expect(comment).toMatch(/\| ✅ pass \| `quality` \| 6 of 6 \|/);
  const names = standIn.checkRuns(history.sha['head-2']).map(({ name, conclusion }) => `${name}: ${conclusion}`);
  expect(names.toSorted()).toEqual([
    'modelgate / flight-delays / quality: success',
    'modelgate / flight-delays / unmeasured: failure',
  ]);
});
