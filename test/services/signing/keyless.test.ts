import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultToken } from '../../github-stand-in/index.ts';
import { type CosignServices, verified } from './cosign.ts';
import { gates, repository, statementOf, subject } from './evidence-samples.ts';
import { jobOf, type KeylessWorld, startKeylessWorld, tells } from './keyless-world.ts';

let world: KeylessWorld;

beforeAll(async () => {
  world = await startKeylessWorld();
});
afterAll(() => world?.stop());

function cosignVerifies(text: string, more: readonly string[]) {
  return world.cosign.verify(text, [
    ...['--trusted-root', world.sigstore.services.trustedRoot, '--use-signed-timestamps', '--insecure-ignore-sct'],
    ...['--certificate-identity', `https://github.com/${gates.path}@${gates.ref}`],
    ...['--certificate-oidc-issuer', world.standIn.resultsUrl, ...more],
  ]);
}

/** What cosign makes of the verdict of such a job. */
async function cosignAttests(services: CosignServices): Promise<string> {
  const token = await world.idToken(jobOf());
  return world.cosign.attest({ by: ['--identity-token', token], statement: statementOf(tells(token)), services });
}

describe('a job of gates.yml signs with its identity', () => {
  test('we accept it, at the time of the timestamp authority and with the identity of its certificate', async () => {
    const before = Math.floor(Date.now() / 1000) * 1000;
    const { accepted, gates: found, refused } = await world.decide(await world.evidence());
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
          commit: world.main,
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
    const text = await world.evidence();
    const asked = {
      repository: 'acme/flights',
      ref: 'refs/heads/main',
      sha: world.main,
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
    const { accepted, refused } = await world.decide(await cosignAttests(world.sigstore.services));
    expect([accepted, refused]).toEqual([true, []]);
  });
});

describe("kept as GitHub's attestation", () => {
  const store = (text: string) =>
    fetch(`${world.standIn.url}/repos/${repository.fullName}/attestations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${defaultToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ bundle: JSON.parse(text) }),
    });

  test('it is found by the digest of the model, and what is found is accepted', async () => {
    expect((await store(await world.evidence())).status).toBe(201);
    const url = `${world.standIn.url}/repos/${repository.fullName}/attestations/sha256:${subject.digest.sha256}`;
    const found = await fetch(url, { headers: { authorization: `Bearer ${defaultToken}` } });
    const { attestations } = (await found.json()) as { readonly attestations: readonly { readonly bundle: object }[] };
    expect(attestations).toHaveLength(1);
    expect((await world.decide(JSON.stringify(attestations[0]?.bundle))).accepted).toBe(true);
  });

  test('a fork cannot put its own there', async () => {
    const reply = await store(
      await world.evidence({ job: jobOf({ repository: { id: 9, fullName: 'mallory/flights' } }) }),
    );
    const { message } = (await reply.json()) as { readonly message: string };
    expect([reply.status, message]).toEqual([
      422,
      'Invalid Argument - values do not match: https://github.com/mallory/flights != https://github.com/acme/flights',
    ]);
  });
});

describe('in a transparency log too (Rekor v2)', () => {
  test('what we sign and log, cosign accepts, and so do we', async () => {
    const { url, rekorUrl } = world.sigstore;
    const text = await world.evidence({ instance: { fulcioUrl: url, tsaUrl: url, rekorUrl, rekorVersion: 2 } });
    expect(JSON.parse(text).verificationMaterial.tlogEntries).toHaveLength(1);
    expect(await cosignVerifies(text, [])).toMatchObject(verified);
    const { accepted, refused } = await world.decide(text);
    expect([accepted, refused]).toEqual([true, []]);
  });

  test('what cosign signs and logs, we accept', async () => {
    const text = await cosignAttests(world.sigstore.loggingServices);
    expect(JSON.parse(text).verificationMaterial.tlogEntries).toHaveLength(1);
    expect(await cosignVerifies(text, [])).toMatchObject(verified);
    const { accepted, refused } = await world.decide(text);
    expect([accepted, refused]).toEqual([true, []]);
  });

  test('with an entry about another signature we refuse it, the timestamp notwithstanding', async () => {
    const bundle = JSON.parse(await cosignAttests(world.sigstore.loggingServices));
    const other = JSON.parse(await cosignAttests(world.sigstore.loggingServices));
    bundle.verificationMaterial.tlogEntries = other.verificationMaterial.tlogEntries;
    const { accepted, refused } = await world.decide(JSON.stringify(bundle));
    expect([accepted, refused.map(({ reason }) => reason)]).toEqual([false, ['evidence-signature']]);
  });
});
