import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { currentPlatform } from '../../../packages/tables/src/index.ts';
import { type MadeRepository, makeRepository, type StandIn, startStandIn } from '../../github-stand-in/index.ts';
import { files, root } from '../../house/repository.ts';
import { runOnGithub } from './github-run.ts';
import { cloneHouse, type HouseClone } from './house-clone.ts';

// The example as its readers copy it, on a real workflow runner: actions of the last commit, dist included.
const example = 'examples/flight-delays';
const workflow = '.github/workflows/gate.yml';
const matrixWorkflow = '.github/workflows/matrix.yml';
const pulls = [
  { number: 1, candidate: 'better', action: '/actions/eval-gate', job: 'success', status: 'pass' },
  { number: 2, candidate: 'worse', action: '/actions/eval-gate', job: 'failure', status: 'fail' },
  { number: 3, candidate: 'similar', action: '/actions/eval-gate', job: 'success', status: 'inconclusive' },
  // The root action: all gates, then the report. Some carriers have too few flights to tell, which warns.
  { number: 4, candidate: 'better', action: '', job: 'success', status: 'warn' },
  { number: 5, candidate: 'worse', action: '', job: 'failure', status: 'fail' },
] as const;

let house: HouseClone;
let history: MadeRepository;
let standIn: StandIn;

beforeAll(async () => {
  const text = readFileSync(path.join(root, example, workflow), 'utf8');
  const [, ref = ''] = /modelgate\/modelgate\/actions\/eval-gate@(\S+)/.exec(text) ?? [];
  house = cloneHouse(root, 'modelgate/modelgate', [ref]);
  const committed = files.filter((file) => file.startsWith(`${example}/`));
  const base = committed.map((file) => [file.slice(example.length + 1), readFileSync(path.join(root, file))] as const);
  history = await makeRepository([
    {
      ...{ name: 'base', branch: 'main' },
      files: { ...Object.fromEntries(base), [workflow]: withEngine(text), [matrixWorkflow]: withEngine(matrixOf(ref)) },
    },
    { name: 'head-6', parents: ['base'], branch: 'change-6', files: { 'pull.txt': '6' } },
    { name: 'merge-6', parents: ['base', 'head-6'], ref: 'refs/pull/6/merge', files: { 'pull.txt': '6' } },
    ...pulls.flatMap(({ number, candidate, action }) => {
      const changed = withEngine(text)
        .replace('candidates/better', `candidates/${candidate}`)
        .replace('modelgate/modelgate/actions/eval-gate@', `modelgate/modelgate${action}@`);
      const files = { [workflow]: changed, 'pull.txt': String(number) };
      return [
        { name: `head-${number}`, parents: ['base'], branch: `change-${number}`, files },
        { name: `merge-${number}`, parents: ['base', `head-${number}`], ref: `refs/pull/${number}/merge`, files },
      ];
    }),
  ]);
  const sha = (name: string) => history.sha[name] ?? '';
  standIn = await startStandIn({
    repository: { fullName: 'acme/flight-delays', git: history.folder },
    pulls: [...pulls, { number: 6, candidate: 'both' }].map(({ number, candidate }) => ({
      ...{ number, title: candidate, author: 'octocat', mergeSha: sha(`merge-${number}`) },
      ...{ head: { ref: `change-${number}`, sha: sha(`head-${number}`) }, base: { ref: 'main', sha: sha('base') } },
    })),
  });
});

afterAll(async () => {
  house.remove();
  await history.remove();
  await standIn.close();
});

test.each(pulls)(
  'modelgate/modelgate$action on the $candidate candidate: $status, the job ends in $job, one comment and a check run for each gate',
  async ({ number, job, status, action }) => {
    const { jobs, log } = await runOnGithub({
      ...{ standIn, history, workflow, actions: house.actions, expectedJobs: ['quality'] },
      job: { event: 'pull_request', pull: number, runId: 100 + number, job: 'quality' },
    });
    const outer = Object.entries(jobs['quality']?.steps ?? {}).filter(([id]) => !id.includes('/'));
    const outputs = outer.find(([, step]) => 'status' in step.outputs)?.[1].outputs ?? {};
    expect({ result: jobs['quality']?.result, status: outputs['status'] }, log).toEqual({ result: job, status });
    const comments = standIn.comments(number).map(({ body }) => body.replaceAll('`', ''));
    expect(comments.map((body) => body.split('\n')[1])).toEqual([`### ${outputs['headline']}`]);
    const checkRuns = standIn.checkRuns(history.sha[`head-${number}`]);
    // the whole policy judges the table of the example, too, which is as it was, and every group of rows
    expect(checkRuns.map(({ conclusion }) => conclusion)).toEqual(action === '' ? ['success', job, job] : [job]);
  },
);

test('legs of a matrix hand their verdicts to one report, which writes the one comment', async () => {
  const legs = ['gate {"candidate":"worse"}', 'gate {"candidate":"better"}'] as const;
  const { jobs, log } = await runOnGithub({
    ...{ standIn, history, workflow: matrixWorkflow, actions: house.actions, expectedJobs: [...legs, 'report'] },
    job: { event: 'pull_request', pull: 6, runId: 106, job: 'gate' },
  });
  expect(
    [...legs, 'report'].map((name) => jobs[name]?.result),
    log,
  ).toEqual(['failure', 'success', 'success']);
  const comments = standIn.comments(6).map(({ body }) => body);
  expect(comments.length).toBe(1);
  expect(comments[0]).toContain('worse by 2.6 points');
  expect(comments[0]).toContain('6 of 6');
});

function matrixOf(ref: string): string {
  return `name: matrix
on: pull_request
permissions: {}
jobs:
  gate:
    runs-on: ubuntu-24.04
    permissions: { contents: read, actions: read }
    strategy: { fail-fast: false, max-parallel: 1, matrix: { candidate: [worse, better] } }
    steps:
      - uses: actions/checkout@${ref}
      - run: mkdir out && cp "candidates/$CANDIDATE/predictions.parquet" out/
        env: { CANDIDATE: "\${{ matrix.candidate }}" }
      - uses: modelgate/modelgate/actions/eval-gate@${ref}
        with:
          comment: false
          check-run: false
  report:
    needs: gate
    if: always()
    runs-on: ubuntu-24.04
    permissions: { contents: read, actions: read, pull-requests: write, checks: write }
    steps:
      - uses: modelgate/modelgate/actions/report@${ref}
`;
}

/** The engine that npm brought, as the steps have no network here. */
function withEngine(text: string): string {
  const engine = path.join(root, 'node_modules/@duckdb', `node-bindings-${currentPlatform()}`);
  return text.replace(
    /^( *)- (uses: modelgate\/modelgate\/actions\/eval-gate@.*)$(\n *with:$)?/m,
    `$1- $2\n$1  with:\n$1    engine-path: ${engine}`,
  );
}
