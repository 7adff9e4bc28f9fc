import { createHash } from 'node:crypto';
import type { Verdict } from '@modelgate/core';
import type { ArtifactFile, ArtifactStore } from '@modelgate/github';
import { describe, expect, test } from 'vitest';
import { advisoryBecause, attesterOf, claimsOf } from '../src/attester.ts';
import { parseMeasured, readMeasured } from '../src/measured-verdicts.ts';
import type { Place } from '../src/place.ts';
import { notWitnessed, readWitness } from '../src/witness.ts';

// What the attesting job takes from others, and what only from the runner.
const sha = 'a'.repeat(40);
const run = { runId: 77, attempt: 2, repository: { owner: 'acme', name: 'flights', fullName: 'acme/flights' } };

function place(
  event: Partial<Place['event']> & { readonly name: string },
  env: Readonly<Record<string, string>>,
): Place {
  return {
    env,
    run,
    event: { kind: 'push', headSha: sha, readOnly: false, defaultBranch: 'main', ...event },
    now: () => new Date('2026-11-22T12:00:00Z'),
  } as unknown as Place; // only what the attester looks at
}

describe('which runs may make evidence', () => {
  const onMain = { GITHUB_REF: 'refs/heads/main' };
  test.each([
    ['push to the default branch', { name: 'push' }, onMain],
    ['schedule', { name: 'schedule' }, onMain],
    [
      'dispatch of a protected branch',
      { name: 'workflow_dispatch' },
      { GITHUB_REF: 'refs/heads/v2', GITHUB_REF_PROTECTED: 'true' },
    ],
    ['release of a protected tag', { name: 'release' }, { GITHUB_REF: 'refs/tags/v2', GITHUB_REF_PROTECTED: 'true' }],
  ] as const)('%s', (_, event, env) => {
    expect(advisoryBecause(place(event, env))).toBe(undefined);
  });

  test.each([
    [
      'pull_request',
      onMain,
      'the event is pull_request; evidence is made on push, schedule, workflow_dispatch, release, repository_dispatch',
    ],
    [
      'workflow_run',
      onMain,
      'the event is workflow_run; evidence is made on push, schedule, workflow_dispatch, release, repository_dispatch',
    ],
    ['push', { GITHUB_REF: 'refs/heads/feature' }, 'refs/heads/feature is neither the default branch nor protected'],
    ['push', { GITHUB_REF: 'refs/heads/main/x' }, 'refs/heads/main/x is neither the default branch nor protected'],
    ['push', { GITHUB_REF: 'refs/tags/main' }, 'refs/tags/main is neither the default branch nor protected'],
    ['push', {}, 'this ref is neither the default branch nor protected'],
  ] as const)('not %s, %o', (name, env, why) => {
    expect(advisoryBecause(place({ name }, env))).toBe(why);
  });
});

test('the attester is what the runner says, and says who the reusable workflow is', () => {
  const claims = {
    job_workflow_ref: 'modelgate/modelgate/.github/workflows/gates.yml@refs/tags/v1',
    job_workflow_sha: sha,
  };
  const token = ['e30', Buffer.from(JSON.stringify({ ...claims, other: 1 })).toString('base64url'), 'x'].join('.');
  const env = {
    GITHUB_REPOSITORY_ID: '4242',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_WORKFLOW_REF: 'acme/flights/.github/workflows/release.yml@refs/heads/main',
    RUNNER_ENVIRONMENT: 'github-hosted',
  };
  expect(attesterOf(place({ name: 'push' }, env), 'attested', claimsOf(token))).toEqual({
    level: 'attested',
    repository: 'acme/flights',
    repositoryId: 4242,
    ref: 'refs/heads/main',
    refProtected: false,
    event: 'push',
    commit: sha,
    workflow: env.GITHUB_WORKFLOW_REF,
    signer: claims.job_workflow_ref,
    signerCommit: sha,
    runId: 77,
    attempt: 2,
    runnerEnvironment: 'github-hosted',
    at: '2026-11-22T12:00:00.000Z',
  });
  expect([claimsOf(undefined), claimsOf('x'), claimsOf('a.%%%.c')]).toEqual([{}, {}, {}]);
  expect(() => attesterOf(place({ name: 'push' }, {}), 'attested', {})).toThrow('GITHUB_REPOSITORY_ID is not set');
});

function store(files: Readonly<Record<string, string>>): ArtifactStore {
  const names = Object.keys(files);
  return {
    upload: () => Promise.reject(new Error('nothing is uploaded here')),
    list: async () => names.map((name, id) => ({ id, name, bytes: 1 })),
    read: async ({ name }): Promise<readonly ArtifactFile[]> => [
      {
        path: name.startsWith('modelgate-witness') ? 'inputs.txt' : 'verdict.json',
        bytes: new TextEncoder().encode(files[name]),
      },
    ],
  };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

const verdict: Verdict = {
  schema: 'https://github.com/modelgate/modelgate/verdict/v1',
  gate: { id: 'quality', kind: 'evaluation' },
  status: 'pass',
  reason: 'proven',
  onInconclusive: 'fail',
  stops: false,
  checks: [],
  notices: [],
  inputs: [],
  policy: {
    name: 'flights',
    file: 'modelgate.yml',
    sha256: 'b'.repeat(64),
    source: 'head',
    verified: true,
    advisory: false,
  },
  run: { event: 'push', stage: 'push', repository: 'acme/flights', runId: 77, headSha: sha },
  tool: { name: 'modelgate', version: '0.1.0' },
  at: '2026-11-22T11:00:00.000Z',
};

describe('the verdicts that the measuring job named', () => {
  const read = (files: Readonly<Record<string, string>>, measured: readonly { artifact: string; sha256: string }[]) =>
    readMeasured(measured, { ...place({ name: 'push' }, {}), artifacts: store(files) });
  const text = JSON.stringify(verdict);

  test('are read when they are what it wrote', async () => {
    expect(await read({ v: text }, [{ artifact: 'v', sha256: digest(text) }])).toEqual([verdict]);
  });

  test.each([
    ['gone', {}, 'this run has no artifact v'],
    [
      'replaced by another job of the run',
      { v: JSON.stringify({ ...verdict, status: 'pass', rows: 9 }) },
      `the artifact v is not what the measuring job wrote: its verdict has sha-256 ${digest(JSON.stringify({ ...verdict, status: 'pass', rows: 9 }))}, expected was ${digest(text)}`,
    ],
  ] as const)('%s', async (_, files, message) => {
    await expect(read(files, [{ artifact: 'v', sha256: digest(text) }])).rejects.toThrow(message);
  });

  test.each([
    ['another run', { runId: 78 }, "the verdict of quality says that its runId is 78, and this run's is 77"],
    [
      'another repository',
      { repository: 'fork/flights' },
      "the verdict of quality says that its repository is fork/flights, and this run's is acme/flights",
    ],
    [
      'another commit',
      { headSha: 'c'.repeat(40) },
      `the verdict of quality says that its headSha is ${'c'.repeat(40)}, and this run's is ${sha}`,
    ],
    [
      'a pull request',
      { event: 'pull_request' },
      "the verdict of quality says that its event is pull_request, and this run's is push",
    ],
  ])('of %s are not signed', async (_, changed, message) => {
    const other = JSON.stringify({ ...verdict, run: { ...verdict.run, ...changed } });
    await expect(read({ v: other }, [{ artifact: 'v', sha256: digest(other) }])).rejects.toThrow(message);
  });

  test('something else is no verdict', async () => {
    await expect(read({ v: '{}' }, [{ artifact: 'v', sha256: digest('{}') }])).rejects.toThrow(
      'the artifact v holds no verdict that this version reads',
    );
  });

  test('are named by one or more lines', () => {
    const line = (name: string) => JSON.stringify([{ artifact: name, sha256: digest(name) }]);
    expect(parseMeasured(`${line('a')}\n\n${line('b')}`).map(({ artifact }) => artifact)).toEqual(['a', 'b']);
    expect(() => parseMeasured('')).toThrow('input verdicts is empty: the measuring job has judged nothing');
    expect(() => parseMeasured('[]')).toThrow('input verdicts is empty');
    for (const bad of ['x', '{}', '[{"artifact":"a","sha256":"b"}]'])
      expect(() => parseMeasured(bad)).toThrow('input verdicts: a line is not what a gate puts out as `verdicts`');
  });
});

describe('what the scoring job had before it ran', () => {
  const list = [
    `${digest('weights')}  ./out/model/w.bin`,
    `${digest('{}')}  ./out/model/config.json`,
    `${digest('golden')}  ./eval/golden.csv`,
    `${digest('one')}  ./eval/parts/1.csv`,
    `${digest('two')}  ./eval/parts/2.csv`,
    '',
  ].join('\n');
  const folder = digest(`${digest('{}')}  config.json\n${digest('weights')}  w.bin\n`);
  const witnessed = (subject: Verdict['subject'], examples?: { name: string; files: number; sha256: string }) => ({
    ...verdict,
    subject,
    inputs: examples === undefined ? [] : [{ role: 'examples' as const, bytes: 1, ...examples }],
  });
  const golden = { name: 'eval/golden.csv', files: 1, sha256: digest('golden') };
  const parts = digest(`${digest('one')}  eval/parts/1.csv\n${digest('two')}  eval/parts/2.csv\n`);
  const model = { name: 'out/model', sha256: folder };

  test.each([
    ['model and examples', witnessed(model, golden), undefined],
    ['a model file', witnessed({ name: './out/model/w.bin', sha256: digest('weights') }, golden), undefined],
    ['examples in several files', witnessed(model, { name: 'eval/parts/*.csv', files: 2, sha256: parts }), undefined],
    ['another model', witnessed({ name: 'out/model', sha256: digest('x') }, golden), 'the model out/model'],
    ['a model that is not there', witnessed({ name: 'out/other', sha256: folder }, golden), 'the model out/other'],
    ['no model', witnessed(undefined, golden), 'the model'],
    ['other examples', witnessed(model, { ...golden, sha256: digest('x') }), 'the examples eval/golden.csv'],
    [
      'fewer files of examples',
      witnessed(model, { name: 'eval/parts/1*.csv', files: 2, sha256: parts }),
      'the examples eval/parts/1*.csv',
    ],
    ['no examples', witnessed(model), 'any examples'],
  ])('%s', async (_, of, lacking) => {
    expect(notWitnessed(of, await readWitness(store({ 'modelgate-witness': list }), digest(list)))).toBe(lacking);
  });

  test('is found among the lists of several calls', async () => {
    const several = { 'modelgate-witness-big': 'x', 'modelgate-witness-small': list };
    expect((await readWitness(store(several), digest(list))).get('eval/golden.csv')).toBe(digest('golden'));
  });

  test('a list that another job replaced, or none', async () => {
    await expect(readWitness(store({ 'modelgate-witness': `${list}x` }), digest(list))).rejects.toThrow(
      `no artifact modelgate-witness is what the scoring job wrote: its list has sha-256 ${digest(list)}`,
    );
    await expect(readWitness(store({}), digest(list))).rejects.toThrow(
      'the scoring job has left no artifact modelgate-witness',
    );
  });
});
