import { verdictSchemaId } from '@modelgate/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { verifyEvidence } from '../src/index.ts';
import {
  bytesOf,
  claimsOf,
  evidenceOf,
  expected,
  fileOf,
  refusalsOf,
  signed,
  sigstore,
  statementOf,
  verdict,
} from './evidence-samples.ts';

const missing = '- evidence-missing: there is no evidence of the gate quality about the model sha256:aaaaaaaaaaaa…';
const text = (value: string, name = 'x.json') => ({ name, bytes: new TextEncoder().encode(value) });
const bundle = await sigstore.sign(bytesOf(statementOf()), { claims: claimsOf(), at: signed });
const good = await evidenceOf();

test.each([
  ['an empty file', text(''), 'the file is empty'],
  ['blank lines', text(' \n\t\n'), 'the file is empty'],
  ['10 MB of one letter', text('a'.repeat(10_000_000)), 'the file is one piece of 9.5 MB; at most 8.0 MB are read'],
  ['10 MB of lines', text('garbage\n'.repeat(1_250_000)), 'the file is one piece of 9.5 MB; at most 8.0 MB are read'],
  [
    '33 MB',
    { name: 'x.json', bytes: new Uint8Array(33 * 1024 * 1024) },
    'the file is of 33.0 MB; evidence of at most 32.0 MB is read',
  ],
  [
    'bytes that are no text',
    { name: 'x.json', bytes: new Uint8Array([0xff, 0xfe, 0x00]) },
    'the file is no UTF-8 text',
  ],
  ['no JSON', text('{"mediaType"'), 'the file is no JSON'],
  ['deep JSON', text('['.repeat(1_000_000)), 'the file is nested deeper than 64 levels'],
  [
    'deep JSON that ends well',
    text(`${'{"a":'.repeat(65)}1${'}'.repeat(65)}`),
    'the file is nested deeper than 64 levels',
  ],
  ['a number', text('12'), 'the file is no Sigstore bundle and no verdict'],
  ['a list', text('[]'), 'the file is no Sigstore bundle and no verdict'],
  ['somebody else’s JSON', fileOf({ hello: 'world' }, 'x.json'), 'the file is no Sigstore bundle and no verdict'],
  [
    'an envelope alone',
    fileOf(bundle.dsseEnvelope, 'x.json'),
    'the file is an envelope without what verifies it; a Sigstore bundle is what is read',
  ],
  [
    'a bundle without anything',
    fileOf({ mediaType: bundle.mediaType }, 'x.json'),
    'the file is no Sigstore bundle that can be verified: invalid bundle content verificationMaterial',
  ],
  [
    'a bundle of a file',
    fileOf(
      {
        ...bundle,
        dsseEnvelope: undefined,
        messageSignature: { messageDigest: { algorithm: 'SHA2_256', digest: 'AAAA' }, signature: 'AAAA' },
      },
      'x.json',
    ),
    'the file is no Sigstore bundle that can be verified: it signs a file, not a statement',
  ],
  [
    'a bundle with two signatures',
    fileOf(
      {
        ...bundle,
        dsseEnvelope: {
          ...bundle.dsseEnvelope,
          signatures: [...bundle.dsseEnvelope.signatures, ...bundle.dsseEnvelope.signatures],
        },
      },
      'x.json',
    ),
    'the file is no Sigstore bundle that can be verified: invalid bundle content.dsseEnvelope.signatures',
  ],
  [
    'a bundle with very many timestamps',
    fileOf(
      {
        ...bundle,
        verificationMaterial: {
          ...bundle.verificationMaterial,
          timestampVerificationData: {
            rfc3161Timestamps: Array(9).fill(
              bundle.verificationMaterial.timestampVerificationData.rfc3161Timestamps[0],
            ),
          },
        },
      },
      'x.json',
    ),
    'the file is no Sigstore bundle that can be verified: it has 10 log entries and timestamps',
  ],
  [
    'a verdict that is none',
    fileOf({ schema: verdictSchemaId, checks: 3 }, 'x.json'),
    'what is signed is no verdict: gate is not as it should be',
  ],
])('%s', async (_, file, message) => {
  expect(await refusalsOf([file])).toEqual([missing, `x.json evidence-unreadable: ${message}`]);
});

test.each([
  [
    'a bundle',
    { ...bundle, mediaType: 'application/vnd.dev.sigstore.bundle.v0.4+json' },
    'the file is a Sigstore bundle of version 0.4; this version reads 0.1 to 0.3',
  ],
  [
    'a verdict',
    { ...verdict, schema: 'https://github.com/modelgate/modelgate/verdict/v2' },
    'the file is a verdict of schema v2; this version reads v1',
  ],
])('%s of a later format', async (_, json, message) => {
  expect(await refusalsOf([fileOf(json)], { unsigned: 'accept' })).toEqual([
    missing,
    `quality.json evidence-newer: ${message}`,
  ]);
});

test('a statement without a signature', async () => {
  expect(await refusalsOf([fileOf(statementOf())])).toEqual([
    missing,
    'quality.json evidence-unsigned: the evidence is a statement without a signature',
  ]);
});

const signedText = async (payload: string | Uint8Array, payloadType?: string) => {
  const bytes = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload;
  const options = { claims: claimsOf(), at: signed, ...(payloadType === undefined ? {} : { payloadType }) };
  return fileOf(await sigstore.sign(bytes, options));
};

test.each([
  [
    'of another type',
    JSON.stringify(statementOf()),
    'text/html',
    'what is signed is of the type text/html, not application/vnd.in-toto+json',
  ],
  ['that is no JSON', 'hello', undefined, 'what is signed is no JSON'],
  ['that is no text', new Uint8Array([0x22, 0xff, 0x22]), undefined, 'what is signed is no UTF-8 text'],
  ['that is deep', '['.repeat(100), undefined, 'what is signed is nested too deep'],
  ['that is no statement', '{"_type":1}', undefined, 'what is signed is no in-toto statement'],
])('a signed payload %s', async (_, payload, payloadType, message) => {
  expect(await refusalsOf([await signedText(payload, payloadType)])).toEqual([
    missing,
    `quality.json evidence-unreadable: ${message}`,
  ]);
});

test('a signed verdict that is none stops: it may say anything', async () => {
  const one = statementOf();
  const damaged = { ...one, predicate: { ...one.predicate, checks: 'none' } };
  expect(await refusalsOf([good, { ...(await signedText(JSON.stringify(damaged))), name: 'damaged.json' }])).toEqual([
    'damaged.json evidence-unreadable: what is signed is no verdict: predicate.checks is not as it should be',
  ]);
});

test('keys written twice are as the last one says, which is what was signed', async () => {
  const one = JSON.stringify(statementOf());
  const twice = one.replace('"status":"pass"', '"status":"pass","status":"fail"');
  expect(await refusalsOf([await signedText(twice)])).toEqual(
    ['quality.json evidence-failed: the verdict is fail, signed 2 days ago: proven'].map((line) =>
      line.replace(': proven', ': the bound clears the limit'),
    ),
  );
});

test('a damaged line of JSON lines does not hide the others', async () => {
  const line = new TextDecoder().decode(good.bytes);
  expect(await refusalsOf([text(`{"half":\n\n${line}\n`, 'all.jsonl')])).toEqual([
    'accepted',
    'all.jsonl line 1 evidence-unreadable: the file is no JSON',
  ]);
});

test('more pieces than are read stop, for one of them may say fail', async () => {
  const line = new TextDecoder().decode(good.bytes);
  const file = text(`${line}\n${'{}\n'.repeat(1000)}`, 'all.jsonl');
  const told = await refusalsOf([file]);
  expect(told[0]).toBe(
    'all.jsonl line 1001 evidence-unreadable: there are more than 1000 pieces of evidence; from here on they were not read, and one of them may say fail',
  );
});

test('names and values of others are shown on one line, without control characters', async () => {
  const file = text('', 'a\n::error::b\u001b[31m\u202e.json');
  expect(await refusalsOf([file])).toEqual([
    missing,
    String.raw`a\u{a}::error::b\u{1b}[31m\u{202e}.json evidence-unreadable: the file is empty`,
  ]);
});

test('no JSON, and no bundle with something else in a place of its own, is ever accepted or throws', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue({ maxDepth: 4 }), async (json) => {
      expect((await verifyEvidence([fileOf(json)], expected)).accepted).toBe(false);
    }),
    { numRuns: 100, seed: 5 },
  );
  const places = [
    ['verificationMaterial'],
    ['verificationMaterial', 'certificate'],
    ['verificationMaterial', 'certificate', 'rawBytes'],
    ['verificationMaterial', 'tlogEntries', '0'],
    ['verificationMaterial', 'tlogEntries', '0', 'logIndex'],
    ['verificationMaterial', 'tlogEntries', '0', 'integratedTime'],
    ['verificationMaterial', 'tlogEntries', '0', 'inclusionProof', 'checkpoint', 'envelope'],
    ['verificationMaterial', 'tlogEntries', '0', 'canonicalizedBody'],
    ['verificationMaterial', 'timestampVerificationData', 'rfc3161Timestamps', '0', 'signedTimestamp'],
    ['dsseEnvelope'],
    ['dsseEnvelope', 'payload'],
    ['dsseEnvelope', 'payloadType'],
    ['dsseEnvelope', 'signatures'],
  ];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...places), fc.jsonValue({ maxDepth: 2 }), async (place, value) => {
      fc.pre(!(place.at(-1) === 'logIndex' && value === null));
      const decision = await verifyEvidence([fileOf(withValue(bundle, place, value))], expected);
      expect(decision.accepted).toBe(false);
    }),
    { numRuns: 150, seed: 5 },
  );
});

function withValue(json: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const copy = Array.isArray(json) ? [...json] : { ...(json as object) };
  return Object.assign(copy, { [key]: withValue((json as Record<string, unknown>)[key], rest, value) });
}

test('bytes of a certificate that no signature covers', async () => {
  const original = Buffer.from(bundle.verificationMaterial.certificate.rawBytes, 'base64');
  const isSignature = (at: number) =>
    original[at] === 0x03 && original[at + 2] === 0 && at + 2 + (original[at + 1] ?? 0) === original.length;
  const unusedBits = [...original.keys()].findLastIndex(isSignature) + 2;
  for (const [at, bit] of [
    [0, 1],
    [unusedBits, 1],
    [unusedBits, 4],
  ] as const) {
    const rawBytes = Buffer.from(original);
    rawBytes[at] = (rawBytes[at] ?? 0) ^ bit;
    const verificationMaterial = {
      ...bundle.verificationMaterial,
      certificate: { rawBytes: rawBytes.toString('base64') },
    };
    const [told] = await refusalsOf([fileOf({ ...bundle, verificationMaterial })]);
    expect(told).toMatch(
      /^quality.json evidence-unreadable: the certificate or a timestamp of the evidence is damaged: /,
    );
  }
});

/** What a change of one bit may at most come to: words, never acceptance. */
test.each([
  [
    'payload',
    (bytes: string) => ({ ...bundle, dsseEnvelope: { ...bundle.dsseEnvelope, payload: bytes } }),
    bundle.dsseEnvelope.payload,
  ],
  [
    'signature',
    (sig: string) => ({ ...bundle, dsseEnvelope: { ...bundle.dsseEnvelope, signatures: [{ sig }] } }),
    bundle.dsseEnvelope.signatures[0]?.sig ?? '',
  ],
  [
    'certificate',
    (rawBytes: string) => ({
      ...bundle,
      verificationMaterial: { ...bundle.verificationMaterial, certificate: { rawBytes } },
    }),
    bundle.verificationMaterial.certificate.rawBytes,
  ],
  [
    'timestamp',
    (signedTimestamp: string) => ({
      ...bundle,
      verificationMaterial: {
        ...bundle.verificationMaterial,
        timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp }] },
      },
    }),
    bundle.verificationMaterial.timestampVerificationData.rfc3161Timestamps[0]?.signedTimestamp ?? '',
  ],
])('one bit anywhere in the %s', async (what, put, original) => {
  const bytes = Buffer.from(original, 'base64');
  const stride = Math.ceil(bytes.length / 50);
  const accepted: number[] = [];
  for (let at = 0; at < bytes.length; at += stride) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
    const decision = await verifyEvidence([fileOf(put(changed.toString('base64')))], expected);
    if (decision.accepted) accepted.push(at);
  }
  // A timestamp has parts that its signature does not cover: the status before it, the numbers of its own that nobody reads.
  if (what === 'timestamp') expect(accepted.length).toBeLessThan(bytes.length / 20);
  else expect(accepted).toEqual([]);
});
