import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunSpec } from '../github-stand-in/index.ts';
import { policy } from './flights.ts';
import { type Commit, type Ended, type GitHub, startGitHub } from './step.ts';

/**
 * Which recorded champions are trusted. Over a metrics file, which needs no engine: finding a champion does not depend on
 * what it holds.
 */
const history: readonly Commit[] = [
  {
    name: 'first',
    branch: 'main',
    files: { 'modelgate.yml': policy({ champion: '{ from: recorded }', candidate: '{ file: out/metrics.json }' }) },
  },
  { name: 'side', parents: ['first'], branch: 'side', files: { 'a.txt': 'a' } },
  { name: 'base', parents: ['first'], branch: 'main', files: { 'b.txt': 'b' } },
  { name: 'head', parents: ['base'], branch: 'change', files: { 'c.txt': 'c' } },
];
const metrics = (accuracy: number) => ({ 'out/metrics.json': JSON.stringify({ accuracy }) });
const quiet = { comment: 'false', 'check-run': 'false' };
const name = 'modelgate-baseline--flights--quality';

const open: GitHub[] = [];
afterAll(() => Promise.all(open.map((github) => github.close())));

/** A GitHub on which run 70 of main has recorded a champion with an accuracy of 0.9. */
async function startRecorded(): Promise<{ readonly github: GitHub; readonly stored: Buffer }> {
  const github = await startGitHub(history);
  open.push(github);
  await github.step({ event: 'push', runId: 70, files: metrics(0.9), inputs: quiet });
  github.standIn.updateRun(70, { status: 'completed', conclusion: 'success' });
  const artifact = github.standIn.artifacts(70).find((one) => one.name === name);
  if (artifact === undefined) throw new Error('run 70 recorded nothing');
  return { github, stored: artifact.data };
}

describe('who may not say what the champion is', () => {
  let github: GitHub;
  let stored: Buffer;
  beforeAll(async () => {
    ({ github, stored } = await startRecorded());
  });

  const fork = { id: 9, fullName: 'mallory/flights' };
  const untrusted: readonly (readonly [string, Partial<RunSpec> & { readonly commit?: string }])[] = [
    ["a fork's branch called main", { headRepository: fork }],
    ['another workflow', { path: '.github/workflows/other.yml', workflowId: 6 }],
    ['a run that was cancelled', { conclusion: 'cancelled' }],
    ['a run that failed', { conclusion: 'failure' }],
    ['a run that has not ended', { status: 'in_progress' }],
    ['a pull request', { event: 'pull_request' }],
    ['a commit that is not in the base', { commit: 'side' }],
  ];
  test.each(untrusted)('%s', async (who, { commit = 'base', ...run }) => {
    const leg = who.replaceAll(/\W/g, '');
    const runId = 100 + untrusted.findIndex(([one]) => one === who);
    github.standIn.addRun({ id: runId, event: 'push', headSha: github.sha(commit), headBranch: 'main', ...run });
    const artifact = { runId, data: stored, mimeType: 'application/zip' };
    github.standIn.addArtifact({ ...artifact, name: `${name}--${leg}` });
    const inputs = { ...quiet, matrix: JSON.stringify({ leg }) };
    const { code, verdict } = await github.step({ runId: 200 + runId, files: metrics(0.7), inputs });
    expect([code, verdict.status, verdict.reason, verdict.baseline]).toEqual([0, 'warn', 'bootstrap', undefined]);
    // newer than the trustworthy one below, and still passed over
    if (runId < 104) github.standIn.addArtifact({ ...artifact, name });
  });

  test('such ones newer than the one to be trusted: that one is taken', async () => {
    const { code, verdict } = await github.step({ runId: 300, files: metrics(0.7), inputs: quiet });
    expect([code, verdict.status, verdict.baseline?.runId]).toEqual([1, 'fail', 70]);
  });
});

const problemOf = ({ code, verdict }: Ended) => [code, verdict.status, verdict.problem ?? verdict.checks[0]?.problem];

describe('a champion that cannot be had is an error, never a bootstrap', () => {
  let github: GitHub;
  let stored: Buffer;
  beforeAll(async () => {
    ({ github, stored } = await startRecorded());
  });

  test('without the permission to read it', async () => {
    github.standIn.setPermissions('ghs_standin', { actions: 'none' });
    const ended = await github.step({ runId: 71, files: metrics(0.9), inputs: quiet });
    github.standIn.setPermissions('ghs_standin', { actions: 'read' });
    expect(problemOf(ended)).toMatchInlineSnapshot(`
      [
        1,
        "error",
        {
          "how": "Add \`actions: read\` to the job's \`permissions:\`.",
          "message": "The recorded baseline cannot be read: The token lacks \`actions: read\` (403) when asked to list the artifacts named "modelgate-baseline--flights--quality".",
          "reason": "baseline-unreadable",
        },
      ]
    `);
  });

  test('without a token', async () => {
    const ended = await github.step({ runId: 72, files: metrics(0.9), inputs: quiet, token: '' });
    expect(problemOf(ended)).toMatchInlineSnapshot(`
      [
        1,
        "error",
        {
          "how": "leave \`github-token\` at its default",
          "message": "without a token the recorded champion cannot be read",
          "reason": "baseline-unreadable",
        },
      ]
    `);
    expect(ended.verdict.notices[0]).toBe(
      'No token was given: the policy was read from the checkout and is not verified.',
    );
  });

  test('when it has expired', async () => {
    const leg = { ...quiet, matrix: '{"leg":"old"}' };
    github.standIn.addRun({ id: 60, event: 'push', headSha: github.sha('base'), headBranch: 'main' });
    const createdAt = '2026-01-02T03:04:05Z';
    github.standIn.addArtifact({ runId: 60, name: `${name}--old`, files: { x: 'x' }, expired: true, createdAt });
    expect(problemOf(await github.step({ runId: 73, files: metrics(0.9), inputs: leg }))).toMatchInlineSnapshot(`
      [
        1,
        "error",
        {
          "how": "run the workflow on the default branch to record it anew; a scheduled run keeps it alive",
          "message": "the champion's record of 2026-01-02 has expired",
          "reason": "baseline-missing",
        },
      ]
    `);
  });

  test('when its data are not what was recorded', async () => {
    const data = JSON.stringify({ accuracy: 0.9 });
    const sha256 = createHash('sha256').update(data).digest('hex');
    const manifest = { data: { kind: 'metrics', file: 'metrics.json', sha256 } };
    const recorded = {
      ...{ schema: 'https://github.com/modelgate/modelgate/baseline/v1', policy: 'flights', gate: 'quality' },
      ...{ commit: github.sha('base'), branch: 'main', recordedAt: '2026-01-02T03:04:05Z', tool: '0.1.0', ...manifest },
    };
    const outcomes = [];
    const artifacts = {
      tampered: { 'baseline.json': JSON.stringify(recorded), 'metrics.json': '{"accuracy":0.1}' },
      empty: { 'notes.txt': '' },
      foreign: { 'baseline.json': JSON.stringify({ ...recorded, gate: 'other' }), 'metrics.json': data },
    };
    for (const [index, [leg, contents]] of Object.entries(artifacts).entries()) {
      const runId = 61 + index;
      github.standIn.addRun({ id: runId, event: 'push', headSha: github.sha('base'), headBranch: 'main' });
      github.standIn.addArtifact({ runId, name: `${name}--${leg}`, files: contents });
      const inputs = { ...quiet, matrix: JSON.stringify({ leg }) };
      outcomes.push(problemOf(await github.step({ runId: 80 + index, files: metrics(0.9), inputs })));
    }
    expect(github.readable(JSON.stringify(outcomes, null, 1))).toMatchInlineSnapshot(`
      "[
       [
        1,
        "error",
        {
         "reason": "baseline-mismatch",
         "message": "the recorded baseline holds other data than was recorded (sha-256 SHA-256, recorded SHA-256)",
         "how": "run the gate once on the default branch to record a new one"
        }
       ],
       [
        1,
        "error",
        {
         "reason": "baseline-mismatch",
         "message": "the recorded baseline has no baseline.json",
         "how": "run the gate once on the default branch to record a new one"
        }
       ],
       [
        1,
        "error",
        {
         "reason": "baseline-mismatch",
         "message": "the artifact modelgate-baseline--flights--quality--foreign was recorded for flights/other",
         "how": "run the gate once on the default branch to record a new one"
        }
       ]
      ]"
    `);
  });

  test('a record about to expire is announced', async () => {
    github.standIn.addRun({ id: 90, event: 'push', headSha: github.sha('base'), headBranch: 'main' });
    const expiresAt = new Date(Date.now() + 3.5 * 86_400_000).toISOString().replace(/\.\d+Z/, 'Z');
    const late = { runId: 90, data: stored, mimeType: 'application/zip', expiresAt };
    github.standIn.addArtifact({ ...late, name });
    const { verdict } = await github.step({ runId: 91, files: metrics(0.9), inputs: quiet });
    expect(verdict.notices).toContain(
      `The champion's record expires in 3 days (${expiresAt.slice(0, 10)}): a green run on the default branch renews it.`,
    );
  });
});
