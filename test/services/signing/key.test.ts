import { generateKeyPairSync } from 'node:crypto';
import { verdictPredicateType } from '@modelgate/core';
import { keySigner, signStatement, verifyEvidence } from '@modelgate/evidence';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cosign, password, startCosign, verified } from './cosign.ts';
import { expectationsOf, statementOf, subject } from './evidence-samples.ts';

let cosign: Cosign;

beforeAll(async () => {
  cosign = startCosign();
  await cosign.do(['generate-key-pair']); // cosign.key, cosign.pub
});
afterAll(() => cosign.remove());

const ours = {
  'ECDSA P-256': () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  'RSA 2048': () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  'RSA 3072': () => generateKeyPairSync('rsa', { modulusLength: 3072 }),
};

/** Text of the bundle, and the public key that verifies it. */
async function signed(pem: string, secret?: string): Promise<{ readonly text: string; readonly publicKey: string }> {
  const signer = await keySigner({ pem, password: secret });
  return { text: (await signStatement(statementOf(), signer)).text, publicKey: signer.publicKey ?? '' };
}

function verify(bundle: string, publicKey: string, more: { readonly type?: string; readonly blob?: string } = {}) {
  return cosign.verify(bundle, ['--key', cosign.write('public.pem', publicKey), '--insecure-ignore-tlog=true'], more);
}

describe('what we sign, cosign verifies', () => {
  test.each(Object.entries(ours))('with a key of our own: %s', async (_, make) => {
    const { privateKey } = make();
    const { text, publicKey } = await signed(String(privateKey.export({ type: 'pkcs8', format: 'pem' })));
    expect(await verify(text, publicKey)).toMatchObject(verified);
  });

  test("with cosign's own encrypted key, whose public key is the one that cosign wrote", async () => {
    const { text, publicKey } = await signed(cosign.read('cosign.key'), password);
    expect(publicKey).toBe(cosign.read('cosign.pub'));
    expect(await verify(text, publicKey)).toMatchObject(verified);
  });

  test('and with a key that cosign imported: it refuses another key, another type, another model, an edited byte', async () => {
    const { privateKey } = ours['ECDSA P-256']();
    cosign.write('own.pem', String(privateKey.export({ type: 'pkcs8', format: 'pem' })));
    await cosign.do(['import-key-pair', '--key', 'own.pem', '--output-key-prefix', 'imported']);
    const { text, publicKey } = await signed(cosign.read('imported.key'), password);
    expect((await verify(text, publicKey)).status).toBe(0);

    const other = String(ours['ECDSA P-256']().publicKey.export({ type: 'spki', format: 'pem' }));
    const edited = JSON.parse(text);
    edited.dsseEnvelope.payload = Buffer.from(
      Buffer.from(edited.dsseEnvelope.payload, 'base64').toString().replace('"status":"pass"', '"status":"warn"'),
    ).toString('base64');
    cosign.write('other.joblib', 'other weights\n');
    const begin = 'error during command execution:';
    const noSignature = 'could not verify envelope: accepted signatures do not match threshold, Found: 0, Expected 1';
    const refusals = [
      await verify(text, other),
      await verify(text, publicKey, { type: 'https://slsa.dev/provenance/v1' }),
      await verify(text, publicKey, { blob: 'other.joblib' }),
      await verify(JSON.stringify(edited), publicKey),
    ];
    expect(refusals.map(({ status, log }) => [status, log.trim().split('\n').at(-1)])).toEqual([
      [1, `${begin} failed to verify signature: ${noSignature}`],
      [1, `${begin} invalid predicate type, expected https://slsa.dev/provenance/v1 got ${verdictPredicateType}`],
      [1, `${begin} failed to verify signature: provided artifact digests do not match digests in statement`],
      [1, `${begin} failed to verify signature: ${noSignature}`],
    ]);
  });
});

describe('what cosign signs, we verify', () => {
  const by = ['--key', 'cosign.key'];
  const trust = () => ({ kind: 'key', pem: cosign.read('cosign.pub') }) as const;
  const decide = (text: string, ...more: Parameters<typeof expectationsOf>) =>
    verifyEvidence([{ name: 'theirs.json', bytes: new TextEncoder().encode(text) }], expectationsOf(...more));

  test.each([
    ['the verdict as its predicate', false],
    ['the whole statement', true],
  ])('%s', async (_, wholly) => {
    const { gates, refused } = await decide(await cosign.attest({ by, statement: statementOf(), wholly }), trust());
    expect(refused).toEqual([]);
    expect(gates).toMatchObject([
      { gate: 'quality', accepted: true, level: 'attested', problems: [], statement: { subject: [subject] } },
    ]);
  });

  test('under another key or for another model it is refused', async () => {
    const text = await cosign.attest({ by, statement: statementOf() });
    const pem = String(ours['ECDSA P-256']().publicKey.export({ type: 'spki', format: 'pem' }));
    const decisions = [
      await decide(text, { kind: 'key', pem }),
      await decide(text, trust(), { subject: { sha256: 'f'.repeat(64) } }),
    ];
    expect(decisions.map(({ accepted, refused }) => [accepted, refused.map(({ reason }) => reason)])).toEqual([
      [false, ['evidence-signature']],
      [false, ['evidence-subject']],
    ]);
  });
});
