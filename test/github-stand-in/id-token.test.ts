import type { JsonWebKey } from 'node:crypto';
import { createVerify } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { sampleHistory } from './history.ts';
import type { Job, JobOptions, MadeRepository, StandIn } from './index.ts';
import { startSample } from './sample.ts';

let history: MadeRepository;
let standIn: StandIn;

beforeAll(async () => {
  history = await sampleHistory();
});
afterAll(() => history.remove());
beforeEach(async () => {
  standIn = await startSample(history);
});
afterEach(() => standIn.close());

async function idToken(env: Job['env'], more = '&audience=sigstore'): Promise<string> {
  const reply = await fetch(`${env['ACTIONS_ID_TOKEN_REQUEST_URL']}${more}`, {
    headers: { authorization: `bearer ${env['ACTIONS_ID_TOKEN_REQUEST_TOKEN']}` },
  });
  expect(reply.status).toBe(200);
  return ((await reply.json()) as { readonly value: string }).value;
}

async function claims(options: JobOptions, more?: string): Promise<{ readonly [name: string]: unknown }> {
  const [, body = ''] = (await idToken(standIn.env({ ...options, oidc: true }), more)).split('.');
  return JSON.parse(Buffer.from(body, 'base64url').toString());
}

test('a job that may not ask has nothing to ask with; a guessed request token is refused', async () => {
  expect('ACTIONS_ID_TOKEN_REQUEST_URL' in standIn.env({ event: 'push' })).toBe(false);
  const env = standIn.env({ event: 'push', oidc: true });
  const guessed = await fetch(`${env['ACTIONS_ID_TOKEN_REQUEST_URL']}`, { headers: { authorization: 'bearer guess' } });
  expect(guessed.status).toBe(401);
});

test('the token verifies by the documents of its issuer', async () => {
  const [header = '', body = '', signature = ''] = (await idToken(standIn.env({ event: 'push', oidc: true }))).split(
    '.',
  );
  const url = `${standIn.resultsUrl}/.well-known/openid-configuration`;
  const about = (await (await fetch(url)).json()) as { readonly issuer: string; readonly jwks_uri: string };
  expect(about.issuer).toBe(standIn.resultsUrl);
  const jwks = (await (await fetch(about.jwks_uri)).json()) as { readonly keys: JsonWebKey[] };
  const key = { key: jwks.keys[0] ?? {}, format: 'jwk' } as const;
  expect(createVerify('sha256').update(`${header}.${body}`).verify(key, signature, 'base64url')).toBe(true);
});

test('every claim that GitHub documents, for a push', async () => {
  const main = history.sha['main'];
  const told = await claims({ event: 'push' });
  const workflow = { ref: 'acme/flights/.github/workflows/gate.yml@refs/heads/main', sha: main };
  expect(told).toEqual({
    iss: standIn.resultsUrl,
    aud: 'sigstore',
    sub: 'repo:acme/flights:ref:refs/heads/main',
    jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
    ...{ iat: expect.any(Number), nbf: told['iat'], exp: Number(told['iat']) + 300 },
    ...{ repository: 'acme/flights', repository_id: '4242', repository_visibility: 'public' },
    ...{ repository_owner: 'acme', repository_owner_id: expect.stringMatching(/^\d+$/) },
    ...{ ref: 'refs/heads/main', ref_type: 'branch', ref_protected: 'true', sha: main, head_ref: '', base_ref: '' },
    ...{ event_name: 'push', actor: 'octocat', actor_id: expect.stringMatching(/^\d+$/) },
    ...{ run_id: '77', run_number: '77', run_attempt: '1', check_run_id: expect.stringMatching(/^\d+$/) },
    ...{ runner_environment: 'github-hosted', workflow: 'gate', workflow_ref: workflow.ref, workflow_sha: main },
    ...{ job_workflow_ref: workflow.ref, job_workflow_sha: main },
  });
});

test('without a wish the audience is the owner', async () => {
  expect(await claims({ event: 'push' }, '')).toMatchObject({ aud: 'https://github.com/acme' });
});

test.each<[string, JobOptions, object]>([
  [
    'of a pull request: its merge ref, which is never protected',
    { event: 'pull_request', pull: 7 },
    {
      ...{ sub: 'repo:acme/flights:pull_request', ref: 'refs/pull/7/merge', ref_protected: 'false' },
      ...{ head_ref: 'better', base_ref: 'main', event_name: 'pull_request' },
      workflow_ref: 'acme/flights/.github/workflows/gate.yml@refs/pull/7/merge',
    },
  ],
  [
    'of a fork\u2019s pull request from its main: the repository is still ours',
    { event: 'pull_request', pull: 8 },
    { repository: 'acme/flights', ref: 'refs/pull/8/merge', ref_protected: 'false', head_ref: 'main' },
  ],
  [
    'of a tag',
    { event: 'push', ref: 'refs/tags/v1' },
    { sub: 'repo:acme/flights:ref:refs/tags/v1', ref_type: 'tag', ref_protected: 'false' },
  ],
  [
    'of an environment, on a machine of their own',
    { event: 'workflow_dispatch', environment: 'live: eu', runnerEnvironment: 'self-hosted', attempt: 2, runId: 9 },
    {
      ...{ sub: 'repo:acme/flights:environment:live%3A eu', environment: 'live: eu' },
      ...{ runner_environment: 'self-hosted', run_id: '9', run_attempt: '2', event_name: 'workflow_dispatch' },
    },
  ],
  [
    'of a reusable workflow: who calls and what is called',
    {
      event: 'schedule',
      jobWorkflow: { path: 'other/tools/.github/workflows/gates.yml', ref: 'refs/tags/v1', sha: 'c'.repeat(40) },
    },
    {
      workflow_ref: 'acme/flights/.github/workflows/gate.yml@refs/heads/main',
      ...{ job_workflow_ref: 'other/tools/.github/workflows/gates.yml@refs/tags/v1', job_workflow_sha: 'c'.repeat(40) },
    },
  ],
  [
    'of a fork\u2019s own run: nothing of it is ours',
    { event: 'push', repository: { id: 9, fullName: 'mallory/flights' } },
    {
      ...{ sub: 'repo:mallory/flights:ref:refs/heads/main', repository: 'mallory/flights', repository_id: '9' },
      ...{ repository_owner: 'mallory', ref: 'refs/heads/main', ref_protected: 'false' },
      job_workflow_ref: 'mallory/flights/.github/workflows/gate.yml@refs/heads/main',
    },
  ],
])('the claims %s', async (_, options, expected) => {
  expect(await claims(options)).toMatchObject(expected);
});

test('jobs of one run have tokens of their own', async () => {
  const score = standIn.env({ event: 'push', job: 'score', oidc: true, environment: 'a' });
  const attest = standIn.env({ event: 'push', job: 'attest', oidc: true, environment: 'b' });
  const environments = [await idToken(score), await idToken(attest)].map(
    (token) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).environment,
  );
  expect(environments).toEqual(['a', 'b']);
});
