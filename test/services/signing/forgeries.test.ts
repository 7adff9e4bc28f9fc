import { type Expectations, signStatement } from '@modelgate/evidence';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { gates, statementOf } from './evidence-samples.ts';
import { jobOf, type KeylessWorld, type Signing, startKeylessWorld } from './keyless-world.ts';
import type { Sigstore } from './sigstore.ts';

let world: KeylessWorld;
let stranger: Sigstore;

beforeAll(async () => {
  world = await startKeylessWorld();
  stranger = await world.stranger();
});
afterAll(() => world?.stop());

const cases: readonly (readonly [string, Signing, Partial<Expectations>, readonly string[], string])[] = [
  [
    'another workflow of the same repository',
    { job: { event: 'push', oidc: true } },
    {},
    ['evidence-signer'],
    'the evidence was signed by acme/flights/.github/workflows/gate.yml@refs/heads/main, not by modelgate/modelgate/.github/workflows/gates.yml at a branch, tag or commit',
  ],
  [
    'the workflow of that name in this repository',
    {
      job: jobOf({
        jobWorkflow: { path: 'acme/flights/.github/workflows/gates.yml', ref: 'refs/heads/main', sha: gates.sha },
      }),
    },
    {},
    ['evidence-signer'],
    'the evidence was signed by acme/flights/.github/workflows/gates.yml@refs/heads/main, not by modelgate/modelgate/.github/workflows/gates.yml at a branch, tag or commit',
  ],
  [
    'gates.yml at a commit that nobody trusts',
    { job: jobOf({ jobWorkflow: { ...gates, sha: 'e'.repeat(40) } }) },
    {},
    ['evidence-signer-commit'],
    'the evidence was signed by modelgate/modelgate/.github/workflows/gates.yml@refs/tags/v1 at commit eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee; trusted is 5f0c9d2000000000000000000000000000000000',
  ],
  [
    'a pull request',
    { job: jobOf({ event: 'pull_request', pull: 7 }) },
    {},
    ['evidence-ref', 'evidence-event'],
    'the evidence comes from refs/pull/7/merge; what counts is refs/heads/main',
  ],
  [
    'a fork, under the same ref',
    { job: jobOf({ repository: { id: 9, fullName: 'mallory/flights' } }) },
    {},
    ['evidence-repository'],
    'the evidence comes from mallory/flights (id 9), not from acme/flights (id 4242)',
  ],
  [
    'a new repository of the same name',
    { job: jobOf({ repository: { id: 10, fullName: 'acme/flights' } }) },
    {},
    ['evidence-repository'],
    'the evidence comes from acme/flights (id 10), not from acme/flights (id 4242)',
  ],
  [
    'a branch that does not count',
    { job: jobOf({ ref: 'refs/heads/better' }) },
    {},
    ['evidence-ref'],
    'the evidence comes from refs/heads/better; what counts is refs/heads/main',
  ],
  [
    'a tag called main',
    { job: jobOf({ ref: 'refs/tags/main' }) },
    {},
    ['evidence-ref'],
    'the evidence comes from refs/tags/main; what counts is refs/heads/main',
  ],
  [
    'another commit',
    {},
    { commit: 'd'.repeat(40) },
    ['evidence-commit'],
    'the evidence is about commit MAIN, not dddddddddddddddddddddddddddddddddddddddd',
  ],
  [
    'a fork that claims to be us',
    {
      job: jobOf({ repository: { id: 9, fullName: 'mallory/flights' } }),
      lie: { repository: 'acme/flights', repositoryId: 4242 },
    },
    {},
    ['evidence-repository'],
    'the evidence comes from mallory/flights (id 9), not from acme/flights (id 4242)',
  ],
  [
    'a pull request that claims to be a push',
    { job: jobOf({ event: 'pull_request', pull: 7 }), lie: { event: 'push', ref: 'refs/heads/main' } },
    {},
    ['evidence-contradicts', 'evidence-ref', 'evidence-event'],
    'the evidence contradicts itself about the ref: refs/pull/7/merge by its signer, refs/heads/main inside',
  ],
  [
    'another model',
    {},
    { subject: { sha256: 'f'.repeat(64) } },
    ['evidence-subject'],
    'the evidence is about the model sha256:75175fb1c67c…, not sha256:ffffffffffff…',
  ],
  [
    'a run of two hours ago',
    {},
    { now: new Date(Date.now() + 2 * 3600_000) },
    ['evidence-expired'],
    'the evidence was signed on DATE and counted until DATE, 60 minutes',
  ],
];

test.each(cases)('%s', async (_, signing, more, reasons, message) => {
  const { accepted, refused } = await world.decide(await world.evidence(signing), more);
  expect(accepted).toBe(false);
  const told = refused[0]?.message.replace(world.main, 'MAIN').replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, 'DATE');
  expect([refused.map(({ reason }) => reason), told]).toEqual([reasons, message]);
});

test('a Sigstore of their own', async () => {
  const text = await world.evidence({ instance: { fulcioUrl: stranger.url, tsaUrl: stranger.url } });
  expect((await world.decide(text, {}, stranger.root)).accepted).toBe(true);
  const { accepted, refused } = await world.decide(text);
  expect([accepted, refused.map(({ reason }) => reason)]).toEqual([false, ['evidence-untrusted']]);
});

test('our certificate with the time of another authority', async () => {
  const text = await world.evidence({ instance: { fulcioUrl: world.sigstore.url, tsaUrl: stranger.url } });
  const { accepted, refused } = await world.decide(text);
  expect([accepted, refused.map(({ reason }) => reason)]).toEqual([false, ['evidence-untrusted']]);
});

test('one byte of the verdict edited', async () => {
  const bundle = JSON.parse(await world.evidence());
  const payload = Buffer.from(bundle.dsseEnvelope.payload, 'base64');
  payload[payload.indexOf('"pass"') + 1] = 'P'.charCodeAt(0);
  bundle.dsseEnvelope.payload = payload.toString('base64');
  const { accepted, refused } = await world.decide(JSON.stringify(bundle));
  expect([accepted, refused.map(({ reason }) => reason)]).toEqual([false, ['evidence-signature']]);
});

test.each([
  ['for another audience', 'somebody-else', 0],
  ['of ten minutes ago', 'sigstore', -10 * 60_000],
])('a token %s gets no certificate', async (_, audience, offset) => {
  const signer = world.signerOf(await world.idToken(jobOf(), audience, offset));
  await expect(signStatement(statementOf(), signer)).rejects.toMatchObject({
    reason: 'signing-unavailable',
    message: expect.stringMatching(/^Fulcio at \S+ answered 400: There was an error processing the identity token/),
  });
});
