import { expect, test } from 'vitest';
import type { Expectations } from '../src/expectations.ts';
import {
  born,
  bytesOf,
  claimsOf,
  evidenceOf,
  fileOf,
  issuer,
  refusalsOf,
  signed,
  sigstore,
  statementOf,
  trustedRoot,
  verdict,
} from './evidence-samples.ts';
import { type SigningOptions, TestSigstore } from './test-sigstore.ts';

const stranger = new TestSigstore(born);
const strangersRoot = await stranger.trustedRoot();
const tooLate = new Date('2027-02-01T00:00:00Z');
const summer = new Date('2026-06-01T00:00:00Z');

const rootOf = (json: unknown): Pick<Expectations, 'trust'> => ({ trust: { kind: 'root', json, issuer } });
const signedWith = async (options: Partial<SigningOptions>) =>
  fileOf(await sigstore.sign(bytesOf(statementOf()), { claims: claimsOf(), at: signed, ...options }));

const untrusted = (why: string) => [
  `quality.json evidence-untrusted: the trust root is out of date, or not the one that is meant: ${why}`,
];

test.each([
  ['a log entry alone', ['log']],
  ['a timestamp alone', ['stamp']],
  ['both', ['log', 'stamp']],
  ['a timestamp beside an entry that says no time', ['log-2', 'stamp']],
] as const)('%s is a signed time', async (_, times) => {
  expect(await refusalsOf([await signedWith({ times })])).toEqual(['accepted']);
});

test.each([
  ['nothing', []],
  ['a log entry that says no time', ['log-2']],
] as const)('no signed time: %s', async (_, times) => {
  expect(await refusalsOf([await signedWith({ times })])).toEqual([
    'quality.json evidence-untrusted: the evidence carries no signed time: neither a transparency log nor a timestamp authority says when it was signed, and its certificate was valid for minutes only',
  ]);
});

test('a timestamp had a day later, to make the evidence look young', async () => {
  const file = await signedWith({ times: ['stamp'], stampedAt: new Date('2026-11-21T10:00:00Z') });
  expect(await refusalsOf([file])).toEqual([
    'quality.json evidence-untrusted: the certificate was valid from 2026-11-20 10:00 UTC to 2026-11-20 10:10 UTC, and the evidence was stamped on 2026-11-21 10:00 UTC',
  ]);
});

test('an authority whose certificates have ended', async () => {
  const file = await signedWith({ at: tooLate, times: ['log'] });
  expect(await refusalsOf([file], { now: tooLate })).toEqual(
    untrusted(
      'its certificate authority CN=sigstore, O=sigstore.mock was valid until 2027-01-10 08:00 UTC; the evidence was signed on 2027-02-01 00:00 UTC',
    ),
  );
});

test('a timestamp authority whose certificates have ended', async () => {
  const file = await signedWith({ at: tooLate, times: ['stamp'] });
  expect(await refusalsOf([file], { now: tooLate })).toEqual(
    untrusted(
      'its timestamp authority was valid until 2027-01-10 08:00 UTC; the evidence was stamped on 2027-02-01 00:00 UTC',
    ),
  );
});

test('a timestamp authority that the trust root has retired', async () => {
  const root = rootOf(await sigstore.trustedRoot({ stampingUntil: summer }));
  expect(await refusalsOf([await evidenceOf()], root)).toEqual(
    untrusted(
      'its timestamp authority was valid until 2026-06-01 00:00 UTC; the evidence was stamped on 2026-11-20 10:00 UTC',
    ),
  );
});

test('a transparency log that the trust root has retired', async () => {
  const root = rootOf(await sigstore.trustedRoot({ logUntil: summer }));
  expect(await refusalsOf([await evidenceOf()], root)).toEqual(
    untrusted(
      'its transparency log https://log.sigstore.test was valid until 2026-06-01 00:00 UTC; the entry was made on 2026-11-20 10:00 UTC',
    ),
  );
});

test.each([
  [
    'certificateAuthorities',
    'the certificate was issued by CN=sigstore, O=sigstore.mock with a key that it does not have',
  ],
  ['tlogs', 'the transparency log that the evidence is in is unknown to it; it has https://log.sigstore.test'],
  ['ctlogs', 'the certificate log that the evidence is in is unknown to it; it has https://ct.sigstore.test'],
])("somebody else's %s", async (part, why) => {
  const root = rootOf({ ...trustedRoot, [part]: strangersRoot[part] });
  expect(await refusalsOf([await evidenceOf()], root)).toEqual(untrusted(why));
});

test("somebody else's timestamp authority of the same name", async () => {
  const root = rootOf({ ...trustedRoot, timestampAuthorities: strangersRoot['timestampAuthorities'] });
  expect(await refusalsOf([await evidenceOf()], root)).toEqual([
    'quality.json evidence-signature: the evidence was changed after it was signed: its timestamp is of another signature, or another authority made it',
  ]);
});

test.each([
  ['timestampAuthorities', 'the timestamp authority that stamped the evidence is not in it; it has none'],
  ['tlogs', 'the transparency log that the evidence is in is unknown to it; it has none'],
  ['ctlogs', 'the certificate log that the evidence is in is unknown to it; it has none'],
])('a trust root without %s', async (part, why) => {
  const root = rootOf(await sigstore.trustedRoot({ without: [part] }));
  expect(await refusalsOf([await evidenceOf()], root)).toEqual(untrusted(why));
});

test('an instance that logs no certificates needs no proof that it did, as GitHub’s own', async () => {
  const quiet = new TestSigstore(born, { logsCertificates: false });
  const bundle = await quiet.sign(bytesOf(statementOf()), { claims: claimsOf(), at: signed, times: ['stamp'] });
  const root = await quiet.trustedRoot({ without: ['tlogs'] });
  expect(await refusalsOf([fileOf(bundle)], rootOf(root))).toEqual(['accepted']);
  const loud = { ...root, ctlogs: trustedRoot['ctlogs'] };
  expect(await refusalsOf([fileOf(bundle)], rootOf(loud))).toEqual([
    'quality.json evidence-untrusted: the certificate carries no proof that it was logged, and the trust root names certificate transparency logs',
  ]);
});

test('one of several trust roots is enough, and each stands alone', async () => {
  const lines = [strangersRoot, trustedRoot].map((one) => JSON.stringify(one)).join('\n');
  const files = [await evidenceOf()];
  expect(await refusalsOf(files, rootOf(`${lines}\n`))).toEqual(['accepted']);
  expect(await refusalsOf(files, rootOf([strangersRoot, trustedRoot]))).toEqual(['accepted']);
  expect(await refusalsOf(files, rootOf(JSON.stringify(trustedRoot, null, 2)))).toEqual(['accepted']);
  const halves = [
    { ...trustedRoot, tlogs: strangersRoot['tlogs'] },
    { ...trustedRoot, certificateAuthorities: strangersRoot['certificateAuthorities'] },
  ];
  expect(await refusalsOf(files, rootOf(halves))).toEqual(
    untrusted('the transparency log that the evidence is in is unknown to it; it has https://log.sigstore.test'),
  );
});

/** Flips one bit of base64 text, so many bytes from its begin, or from its end. */
const flipped = (text: string, at: number): string => {
  const bytes = Buffer.from(text, 'base64');
  const index = at < 0 ? bytes.length + at : at;
  bytes[index] = (bytes[index] ?? 0) ^ 1;
  return bytes.toString('base64');
};
const bundle = await sigstore.sign(bytesOf(statementOf()), { claims: claimsOf(), at: signed, times: ['stamp'] });
const { dsseEnvelope, verificationMaterial } = bundle;
const changed = 'quality.json evidence-signature: the evidence was changed after it was signed:';

test('one bit of the payload', async () => {
  const payload = flipped(dsseEnvelope.payload, 300);
  expect(await refusalsOf([fileOf({ ...bundle, dsseEnvelope: { ...dsseEnvelope, payload } })])).toEqual([
    `${changed} the signature does not fit`,
  ]);
});

test('one bit of the payload, where a log has its digest', async () => {
  const logged = await sigstore.sign(bytesOf(statementOf()), { claims: claimsOf(), at: signed });
  const payload = flipped(logged.dsseEnvelope.payload, 300);
  expect(await refusalsOf([fileOf({ ...logged, dsseEnvelope: { ...logged.dsseEnvelope, payload } })])).toEqual([
    `${changed} its entry in the transparency log does not fit (DSSE payload hash mismatch)`,
  ]);
});

test('one bit of the signature', async () => {
  const sig = flipped(dsseEnvelope.signatures[0]?.sig ?? '', 20);
  expect(await refusalsOf([fileOf({ ...bundle, dsseEnvelope: { ...dsseEnvelope, signatures: [{ sig }] } })])).toEqual([
    `${changed} its timestamp is of another signature, or another authority made it`,
  ]);
});

test('one bit of the signature of the certificate', async () => {
  const certificate = { rawBytes: flipped(verificationMaterial.certificate.rawBytes, -5) };
  expect(
    await refusalsOf([fileOf({ ...bundle, verificationMaterial: { ...verificationMaterial, certificate } })]),
  ).toEqual([`${changed} its certificate is not as it was issued`]);
});

test('the payload of one piece with the signature of another', async () => {
  const failed = statementOf({ verdict: { ...verdict, status: 'fail', reason: 'margin-exceeded' } });
  const other = await sigstore.sign(bytesOf(failed), { claims: claimsOf(), at: signed, times: ['stamp'] });
  const mixed = { ...other, dsseEnvelope: { ...other.dsseEnvelope, payload: dsseEnvelope.payload } };
  expect(await refusalsOf([fileOf(mixed)])).toEqual([`${changed} the signature does not fit`]);
});

test('signed by a key where certificates are trusted', async () => {
  const { certificate: _, ...rest } = verificationMaterial;
  const keyed = { ...bundle, verificationMaterial: { ...rest, publicKey: { hint: 'x' } } };
  expect(await refusalsOf([fileOf(keyed)])).toEqual([
    'quality.json evidence-untrusted: the evidence was signed with a key, and certificates of a trust root are what is trusted',
  ]);
});
