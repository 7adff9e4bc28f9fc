import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { verdictPredicateType } from '@modelgate/core';
import { keySigner, signStatement, statementBytes, verifyEvidence } from '@modelgate/evidence';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cosign, password, startCosign } from './cosign.ts';
import { expectationsOf, model, statementOf, subject } from './evidence-samples.ts';

let cosign: Cosign;

beforeAll(async () => {
  cosign = startCosign();
  cosign.write(model.name, model.bytes);
  await cosign.do(['generate-key-pair']); // cosign.key, cosign.pub
  await cosign.do(['signing-config', 'create', '--out', 'no-services.json']);
  await cosign.do(['trusted-root', 'create', '--out', 'no-root.json']);
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
  return cosign.run([
    ...['verify-blob-attestation', '--bundle', cosign.write('bundle.json', bundle)],
    ...['--key', cosign.write('public.pem', publicKey), '--type', more.type ?? verdictPredicateType],
    ...['--insecure-ignore-tlog=true', cosign.path(more.blob ?? model.name)],
  ]);
}

describe('what we sign, cosign verifies', () => {
  test.each(Object.entries(ours))('with a key of our own: %s', async (_, make) => {
    const { privateKey } = make();
    const { text, publicKey } = await signed(String(privateKey.export({ type: 'pkcs8', format: 'pem' })));
    expect(await verify(text, publicKey)).toMatchObject({ status: 0, log: expect.stringContaining('Verified OK') });
  });

  test("with cosign's own encrypted key, whose public key is the one that cosign wrote", async () => {
    const { text, publicKey } = await signed(readFileSync(cosign.path('cosign.key'), 'utf8'), password);
    expect(publicKey).toBe(readFileSync(cosign.path('cosign.pub'), 'utf8'));
    expect(await verify(text, publicKey)).toMatchObject({ status: 0, log: expect.stringContaining('Verified OK') });
  });

  test('and with a key that cosign imported: it refuses another key, another type, another model, an edited byte', async () => {
    const { privateKey } = ours['ECDSA P-256']();
    cosign.write('own.pem', String(privateKey.export({ type: 'pkcs8', format: 'pem' })));
    await cosign.do(['import-key-pair', '--key', 'own.pem', '--output-key-prefix', 'imported']);
    const { text, publicKey } = await signed(readFileSync(cosign.path('imported.key'), 'utf8'), password);
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
  async function attested(args: readonly string[]): Promise<Uint8Array> {
    await cosign.do([
      ...['attest-blob', '--yes', '--key', 'cosign.key', '--signing-config', 'no-services.json'],
      ...['--trusted-root', 'no-root.json', '--bundle', 'theirs.json', ...args, model.name],
    ]);
    return readFileSync(cosign.path('theirs.json'));
  }

  const trust = () => ({ kind: 'key', pem: readFileSync(cosign.path('cosign.pub'), 'utf8') }) as const;

  test('the verdict as its predicate', async () => {
    cosign.write('predicate.json', JSON.stringify(statementOf().predicate));
    const bytes = await attested(['--predicate', 'predicate.json', '--type', verdictPredicateType]);
    const decision = await verifyEvidence([{ name: 'theirs.json', bytes }], expectationsOf(trust()));
    expect(decision.refused).toEqual([]);
    expect(decision.gates).toMatchObject([{ gate: 'quality', accepted: true, level: 'attested', problems: [] }]);
  });

  test('the whole statement', async () => {
    cosign.write('statement.json', statementBytes(statementOf()));
    const bytes = await attested(['--statement', 'statement.json']);
    const [gate] = (await verifyEvidence([{ name: 'theirs.json', bytes }], expectationsOf(trust()))).gates;
    expect(gate).toMatchObject({ accepted: true, statement: { subject: [subject] } });
  });

  test('under another key or for another model it is refused', async () => {
    cosign.write('statement.json', statementBytes(statementOf()));
    const bytes = await attested(['--statement', 'statement.json']);
    const pem = String(ours['ECDSA P-256']().publicKey.export({ type: 'spki', format: 'pem' }));
    const reasons = async (more: Parameters<typeof expectationsOf>) => {
      const { accepted, refused } = await verifyEvidence([{ name: 'theirs.json', bytes }], expectationsOf(...more));
      return [accepted, refused.map(({ reason }) => reason)];
    };
    expect(await reasons([{ kind: 'key', pem }])).toEqual([false, ['evidence-signature']]);
    expect(await reasons([trust(), { subject: { sha256: 'f'.repeat(64) } }])).toEqual([false, ['evidence-subject']]);
  });
});
