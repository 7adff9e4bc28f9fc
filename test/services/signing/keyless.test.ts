import type { Attester } from '@modelgate/core';
import {
  type EvidenceDecision,
  type Expectations,
  keylessSigner,
  type SigstoreInstance,
  signStatement,
  verifyEvidence,
} from '@modelgate/evidence';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  defaultToken,
  type JobOptions,
  type MadeRepository,
  makeRepository,
  type StandIn,
  startStandIn,
  tokens,
} from '../../github-stand-in/index.ts';
import { type Cosign, type CosignServices, startCosign, verified } from './cosign.ts';
import { attester, expectationsOf, gates, repository, statementOf, subject } from './evidence-samples.ts';
import { type Sigstore, startSigstore } from './sigstore.ts';

let made: MadeRepository;
let standIn: StandIn;
let cosign: Cosign;
let sigstore: Sigstore;
/** Another Sigstore that anybody may run: it believes the same tokens. */
let stranger: Sigstore;

beforeAll(async () => {
  made = await makeRepository([
    { name: 'main', branch: 'main', files: { 'modelgate.yml': 'version: 1\n' } },
    { name: 'head', parents: ['main'], branch: 'better', files: { 'modelgate.yml': 'version: 1\nname: x\n' } },
  ]);
  const sha = (name: string) => made.sha[name] ?? '';
  const base = { ref: 'main', sha: sha('main') };
  standIn = await startStandIn({
    repository: { ...repository, git: made.folder },
    pulls: [{ number: 7, head: { ref: 'better', sha: sha('head') }, base }],
    tokens: { [defaultToken]: tokens.attest },
  });
  cosign = startCosign();
  sigstore = await startSigstore(standIn.resultsUrl, cosign);
  stranger = await startSigstore(standIn.resultsUrl, cosign);
});
afterAll(async () => {
  await stranger?.stop();
  await sigstore?.stop();
  cosign?.remove();
  await standIn?.close();
  await made?.remove();
});

/** As @actions/core does it. */
async function idToken(env: Readonly<Record<string, string>>, audience: string): Promise<string> {
  const url = `${env['ACTIONS_ID_TOKEN_REQUEST_URL']}&audience=${audience}`;
  const headers = { authorization: `Bearer ${env['ACTIONS_ID_TOKEN_REQUEST_TOKEN']}` };
  return ((await (await fetch(url, { headers })).json()) as { readonly value: string }).value;
}

/** What a runner tells a job of itself, before anything is signed. */
function tells(token: string): Attester {
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  return {
    ...attester,
    repository: claims.repository,
    repositoryId: Number(claims.repository_id),
    ref: claims.ref,
    refProtected: claims.ref_protected === 'true',
    event: claims.event_name,
    commit: claims.sha,
    workflow: claims.workflow_ref,
    signer: claims.job_workflow_ref,
    signerCommit: claims.job_workflow_sha,
    runId: Number(claims.run_id),
    attempt: Number(claims.run_attempt),
    runnerEnvironment: claims.runner_environment,
    at: new Date().toISOString(),
  };
}

/** A job of gates.yml, called by a push to main, unless said otherwise. */
const jobOf = (more: Partial<JobOptions> = {}): JobOptions => ({
  event: 'push',
  oidc: true,
  jobWorkflow: gates,
  ...more,
});

interface Signing {
  readonly job?: JobOptions;
  /** What the verdict says instead of the truth. */
  readonly lie?: Partial<Attester>;
  readonly instance?: SigstoreInstance;
}

/** Text of the bundle. */
async function evidence({ job = jobOf(), lie = {}, instance }: Signing = {}): Promise<string> {
  const { env } = standIn.job(job);
  const told = tells(await idToken(env, 'sigstore'));
  const signer = keylessSigner({
    instance: instance ?? { fulcioUrl: sigstore.url, tsaUrl: sigstore.url },
    identityToken: (audience) => idToken(env, audience),
  });
  return (await signStatement(statementOf({ ...told, ...lie }), signer)).text;
}

function decide(text: string, more: Partial<Expectations> = {}, root = sigstore.root): Promise<EvidenceDecision> {
  const trust = { kind: 'root', json: root, issuer: standIn.resultsUrl } as const;
  return verifyEvidence([{ name: 'quality.json', bytes: new TextEncoder().encode(text) }], expectationsOf(trust, more));
}

function cosignVerifies(text: string, more: readonly string[]) {
  return cosign.verify(text, [
    ...['--trusted-root', sigstore.services.trustedRoot, '--use-signed-timestamps', '--insecure-ignore-sct'],
    ...['--certificate-identity', `https://github.com/${gates.path}@${gates.ref}`],
    ...['--certificate-oidc-issuer', standIn.resultsUrl, ...more],
  ]);
}

/** What cosign makes of the verdict of such a job. */
async function cosignAttests(services: CosignServices): Promise<string> {
  const { env } = standIn.job(jobOf());
  const token = await idToken(env, 'sigstore');
  return cosign.attest({ by: ['--identity-token', token], statement: statementOf(tells(token)), services });
}

describe('a job of gates.yml signs with its identity', () => {
  test('we accept it, at the time of the timestamp authority and with the identity of its certificate', async () => {
    const before = Math.floor(Date.now() / 1000) * 1000;
    const { accepted, gates: found, refused } = await decide(await evidence());
    expect(refused).toEqual([]);
    expect(accepted).toBe(true);
    expect(found).toMatchObject([
      {
        gate: 'quality',
        level: 'attested',
        statement: { subject: [subject] },
        identity: {
          vouchedBy: 'certificate',
          repository: 'acme/flights',
          repositoryId: 4242,
          ref: 'refs/heads/main',
          event: 'push',
          commit: made.sha['main'],
          workflow: 'acme/flights/.github/workflows/gate.yml@refs/heads/main',
          signer: `${gates.path}@${gates.ref}`,
          signerCommit: gates.sha,
          runId: 77,
          attempt: 1,
          runnerEnvironment: 'github-hosted',
        },
      },
    ]);
    const at = Date.parse(found[0]?.signedAt ?? '');
    expect(at).toBeGreaterThanOrEqual(before);
    expect(at).toBeLessThanOrEqual(Date.now());
  });

  test('so does cosign, asked for each part of the identity, and it refuses another one', async () => {
    const text = await evidence();
    const asked = {
      repository: 'acme/flights',
      ref: 'refs/heads/main',
      sha: made.sha['main'] ?? '',
      trigger: 'push',
      name: 'gate',
    };
    const flags = (wanted: object) =>
      Object.entries(wanted).flatMap(([name, value]) => [`--certificate-github-workflow-${name}`, value]);
    const offline = ['--insecure-ignore-tlog=true'];
    expect(await cosignVerifies(text, [...offline, ...flags(asked)])).toMatchObject(verified);
    const { status, log } = await cosignVerifies(text, [...offline, ...flags({ ...asked, repository: 'acme/other' })]);
    expect([status, log]).toEqual([
      1,
      expect.stringContaining('expected GithubWorkflowRepository to be "acme/other", got "acme/flights"'),
    ]);
  });

  test('what cosign signs with such an identity, we accept', async () => {
    const { accepted, refused } = await decide(await cosignAttests(sigstore.services));
    expect([accepted, refused]).toEqual([true, []]);
  });
});

describe("kept as GitHub's attestation", () => {
  const store = (text: string) =>
    fetch(`${standIn.url}/repos/${repository.fullName}/attestations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${defaultToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ bundle: JSON.parse(text) }),
    });

  test('it is found by the digest of the model, and what is found is accepted', async () => {
    expect((await store(await evidence())).status).toBe(201);
    const url = `${standIn.url}/repos/${repository.fullName}/attestations/sha256:${subject.digest.sha256}`;
    const found = await fetch(url, { headers: { authorization: `Bearer ${defaultToken}` } });
    const { attestations } = (await found.json()) as { readonly attestations: readonly { readonly bundle: object }[] };
    expect(attestations).toHaveLength(1);
    expect((await decide(JSON.stringify(attestations[0]?.bundle))).accepted).toBe(true);
  });

  test('a fork cannot put its own there', async () => {
    const reply = await store(await evidence({ job: jobOf({ repository: { id: 9, fullName: 'mallory/flights' } }) }));
    const { message } = (await reply.json()) as { readonly message: string };
    expect([reply.status, message]).toEqual([
      422,
      'Invalid Argument - values do not match: https://github.com/mallory/flights != https://github.com/acme/flights',
    ]);
  });
});

describe('in a transparency log too (Rekor v2)', () => {
  test('what cosign signs and logs, we accept', async () => {
    const text = await cosignAttests(sigstore.loggingServices);
    expect(JSON.parse(text).verificationMaterial.tlogEntries).toHaveLength(1);
    expect(await cosignVerifies(text, [])).toMatchObject(verified);
    const { accepted, refused } = await decide(text);
    expect([accepted, refused]).toEqual([true, []]);
  });

  test('with an entry about another signature we refuse it, the timestamp notwithstanding', async () => {
    const bundle = JSON.parse(await cosignAttests(sigstore.loggingServices));
    const other = JSON.parse(await cosignAttests(sigstore.loggingServices));
    bundle.verificationMaterial.tlogEntries = other.verificationMaterial.tlogEntries;
    const { accepted, refused } = await decide(JSON.stringify(bundle));
    expect([accepted, refused.map(({ reason }) => reason)]).toEqual([false, ['evidence-signature']]);
  });
});

describe('forgeries with services that are real', () => {
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
    const { accepted, refused } = await decide(await evidence(signing), more);
    expect(accepted).toBe(false);
    const told = refused[0]?.message
      .replace(made.sha['main'] ?? '', 'MAIN')
      .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, 'DATE');
    expect([refused.map(({ reason }) => reason), told]).toEqual([reasons, message]);
  });

  test('a Sigstore of their own', async () => {
    const text = await evidence({ instance: { fulcioUrl: stranger.url, tsaUrl: stranger.url } });
    expect((await decide(text, {}, stranger.root)).accepted).toBe(true);
    const { accepted, refused } = await decide(text);
    expect([accepted, refused.map(({ reason }) => reason)]).toEqual([false, ['evidence-untrusted']]);
  });

  test('our certificate with the time of another authority', async () => {
    const text = await evidence({ instance: { fulcioUrl: sigstore.url, tsaUrl: stranger.url } });
    const { accepted, refused } = await decide(text);
    expect([accepted, refused.map(({ reason }) => reason)]).toEqual([false, ['evidence-untrusted']]);
  });

  test('one byte of the verdict edited', async () => {
    const bundle = JSON.parse(await evidence());
    const payload = Buffer.from(bundle.dsseEnvelope.payload, 'base64');
    payload[payload.indexOf('"pass"') + 1] = 'P'.charCodeAt(0);
    bundle.dsseEnvelope.payload = payload.toString('base64');
    const { accepted, refused } = await decide(JSON.stringify(bundle));
    expect([accepted, refused.map(({ reason }) => reason)]).toEqual([false, ['evidence-signature']]);
  });

  test('a token for another audience gets no certificate', async () => {
    const { env } = standIn.job(jobOf());
    const signer = keylessSigner({
      instance: { fulcioUrl: sigstore.url, tsaUrl: sigstore.url },
      identityToken: () => idToken(env, 'somebody-else'),
    });
    await expect(signStatement(statementOf(), signer)).rejects.toMatchObject({
      reason: 'signing-unavailable',
      message: expect.stringMatching(/^Fulcio at \S+ answered 400: There was an error processing the identity token/),
    });
  });
});
