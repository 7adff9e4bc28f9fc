import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Octokit } from '@octokit/rest';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { sampleHistory } from './history.ts';
import type { JsonObject, MadeRepository, RepositorySpec, StandIn, TokenSpec } from './index.ts';
import { defaultToken, tokens } from './index.ts';
import { client, refused, repo, startSample } from './sample.ts';

let history: MadeRepository;
let standIn: StandIn;

beforeAll(async () => {
  history = await sampleHistory();
});
afterAll(() => history.remove());
afterEach(() => standIn.close());

const digest = 'a'.repeat(64);
/** Of Fulcio 1.8.8 (test/services/signing), for a job of acme/flights; nobody looks at its dates here. */
const pem = readFileSync(path.join(import.meta.dirname, 'fulcio-certificate.pem'), 'utf8');
const certificateOfAcme = pem.replaceAll(/-----.*-----|\n/g, '');

async function start(token: TokenSpec = tokens.attest, more: Partial<RepositorySpec> = {}): Promise<Octokit> {
  const repository = { fullName: 'acme/flights', git: history.folder, ...more };
  standIn = await startSample(history, { tokens: { [defaultToken]: token }, repository });
  return client(standIn, defaultToken);
}

function bundle(predicateType: string, sha256 = digest): JsonObject {
  const statement = { _type: 'https://in-toto.io/Statement/v1', subject: [{ name: 'm', digest: { sha256 } }] };
  const payload = Buffer.from(JSON.stringify({ ...statement, predicateType, predicate: {} })).toString('base64');
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { certificate: { rawBytes: certificateOfAcme } },
    dsseEnvelope: { payload, payloadType: 'application/vnd.in-toto+json', signatures: [{ sig: 'c2ln', keyid: '' }] },
  };
}

const store = (github: Octokit, what: JsonObject) => github.repos.createAttestation({ ...repo, bundle: { ...what } });

describe('stored attestations', () => {
  test('are found by the digest of their subject, newest first, and by the type of their predicate', async () => {
    const github = await start();
    const types = ['https://slsa.dev/provenance/v1', 'https://example.test/verdict/v1', 'https://spdx.dev/Document'];
    for (const type of types) await store(github, bundle(type));
    await store(github, bundle('https://example.test/verdict/v1', 'b'.repeat(64)));
    const found = async (more: object = {}) => {
      const subject_digest = `sha256:${digest}`;
      const { data } = await github.repos.listAttestations({ ...repo, subject_digest, ...more });
      return data.attestations?.map(({ bundle }) => {
        const payload = String(bundle?.dsseEnvelope?.['payload']);
        return JSON.parse(Buffer.from(payload, 'base64').toString()).predicateType;
      });
    };
    expect(await found()).toEqual(types.toReversed());
    expect(await found({ predicate_type: 'provenance' })).toEqual(['https://slsa.dev/provenance/v1']);
    expect(await found({ predicate_type: types[1] })).toEqual([types[1]]);
    expect(await refused(found({ predicate_type: 'release' }))).toMatchObject({ status: 404, message: 'Not Found' });
    expect(await refused(found({ subject_digest: `sha256:${'c'.repeat(64)}` }))).toMatchObject({ status: 404 });
  });

  test('are listed by pages that follow a cursor', async () => {
    const github = await start();
    for (let i = 0; i < 5; i++) await store(github, bundle(`https://example.test/${i}`));
    const pages: number[] = [];
    const first = { ...repo, subject_digest: `sha256:${digest}`, per_page: 2 };
    let after: string | undefined;
    do {
      const reply = await github.repos.listAttestations(after === undefined ? first : { ...first, after });
      pages.push(reply.data.attestations?.length ?? 0);
      const [, url] = /<([^>]+)>; rel="next"/.exec(reply.headers.link ?? '') ?? [];
      after = url === undefined ? undefined : (new URL(url).searchParams.get('after') ?? undefined);
    } while (after !== undefined);
    expect(pages).toEqual([2, 2, 1]);
  });

  test('come compressed from another origin in later versions of the API', async () => {
    const github = await start();
    await store(github, bundle('https://example.test/verdict/v1'));
    const headers = { 'x-github-api-version': '2026-03-10' };
    const asked = { ...repo, subject_digest: `sha256:${digest}`, headers };
    const [record] = (await github.repos.listAttestations(asked)).data.attestations ?? [];
    expect(record).toEqual({
      repository_id: 4242,
      bundle_url: expect.stringMatching(/^http/),
      initiator: 'github-actions[bot]',
    });
    const { origin } = new URL(record?.bundle_url ?? '');
    expect(origin).toBe(standIn.resultsUrl);
    const compressed = Buffer.from(await (await fetch(record?.bundle_url ?? '')).arrayBuffer());
    // one literal: two bytes of length, three of its tag, then the bundle as it is
    expect(JSON.parse(compressed.subarray(5).toString())).toEqual(bundle('https://example.test/verdict/v1'));
  });
});

describe('what GitHub refuses', () => {
  test('a token without the permission', async () => {
    const stored = store(await start(tokens.gate), bundle('x'));
    expect(await refused(stored)).toMatchObject({
      status: 403,
      message: 'Resource not accessible by integration',
      headers: { 'x-accepted-github-permissions': 'attestations=write' },
    });
  });

  test.each<[string, Partial<RepositorySpec>, string]>([
    [
      'of an organization',
      { private: true },
      'Feature not available for the acme organization. To enable this feature, please upgrade the billing plan, or make this repository public.',
    ],
    [
      'of a person',
      { private: true, ownedByUser: true },
      'Feature not available for user-owned private repositories. To enable this feature, please make this repository public.',
    ],
  ])('a private repository %s whose plan has none', async (_, more, message) => {
    const stored = store(await start(tokens.attest, more), bundle('x'));
    expect(await refused(stored)).toMatchObject({ status: 403, message });
  });

  test('nothing of a private repository with Enterprise Cloud', async () => {
    const github = await start(tokens.attest, { private: true, attestations: true });
    expect((await store(github, bundle('x'))).status).toBe(201);
  });

  test('a bundle of another repository', async () => {
    const github = await start(tokens.attest, { fullName: 'acme/other' });
    const stored = github.repos.createAttestation({ owner: 'acme', repo: 'other', bundle: { ...bundle('x') } });
    expect(await refused(stored)).toMatchObject({
      status: 422,
      message:
        'Invalid Argument - values do not match: https://github.com/acme/flights != https://github.com/acme/other',
    });
  });

  test('a bundle without a statement', async () => {
    const github = await start();
    const empty = { ...bundle('x'), dsseEnvelope: { payload: 'e30=' } };
    expect(await refused(store(github, empty))).toMatchObject({
      status: 422,
      message: 'bundle is not an in-toto attestation',
    });
  });
});
