import { summaryStatementSchema, verdictStatementSchema } from '@modelgate/core';
import { expect, test } from 'vitest';
import { statementBytes, summaryStatement, verdictStatement } from '../src/index.ts';
import { attester, subject, verdict } from './signing-samples.ts';

const statement = verdictStatement(verdict, subject, attester);
const summaryOf = {
  verdicts: [{ statement, sha256: 'a'.repeat(64), uri: 'https://github.com/octo/flights/attestations/1' }],
  subject,
  verifierId: 'https://github.com/modelgate/modelgate/.github/workflows/gates.yml',
  toolVersion: '0.1.0',
  policyUri: 'https://github.com/octo/flights/blob/main/modelgate.yml',
  resourceUri: 'https://github.com/octo/flights/out/model.joblib',
  at: new Date('2026-11-22T11:06:00Z'),
};

test('a verdict statement keeps to its schema and is the same bytes whatever the order of its members', () => {
  expect(verdictStatementSchema.parse(statement)).toEqual(statement);
  const turned = Object.fromEntries(Object.entries(verdict).toReversed());
  const again = verdictStatement({ ...verdict, ...turned }, subject, attester);
  const bytes = statementBytes(statement);
  expect(Buffer.from(statementBytes(again)).equals(bytes)).toBe(true);
  const text = new TextDecoder().decode(bytes);
  expect(text.slice(0, 50)).toBe('{"_type":"https://in-toto.io/Statement/v1","predic');
  expect(text).toContain('Übung: 0.1 + 0.2 = 0.30000000000000004');
  expect(JSON.parse(text)).toEqual(statement);
});

test('an attester that a verdict claims for itself is replaced', () => {
  const forged = { ...verdict, attester: { ...attester, level: 'witnessed' as const, repository: 'evil/fork' } };
  expect(verdictStatement(forged, subject, attester).predicate.attester).toEqual(attester);
});

test('a summary of what passes is a VSA', () => {
  const summary = summaryStatement(summaryOf);
  expect(summaryStatementSchema.parse(summary)).toEqual(summary);
  expect(summary).toEqual({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [subject],
    predicateType: 'https://slsa.dev/verification_summary/v1',
    predicate: {
      verifier: { id: summaryOf.verifierId, version: { modelgate: '0.1.0' } },
      timeVerified: '2026-11-22T11:06:00.000Z',
      resourceUri: summaryOf.resourceUri,
      policy: { uri: summaryOf.policyUri, digest: { sha256: '9'.repeat(64) } },
      inputAttestations: [
        { digest: { sha256: 'a'.repeat(64) }, uri: 'https://github.com/octo/flights/attestations/1' },
      ],
      verificationResult: 'PASSED',
      verifiedLevels: ['MODELGATE_ATTESTED'],
    },
  });
});

test.each([
  ['pass', 'warn', 'PASSED'],
  ['warn', 'warn', 'PASSED'],
  ['waived', 'warn', 'PASSED'],
  ['inconclusive', 'pass', 'PASSED'],
  ['inconclusive', 'warn', 'FAILED'],
  ['fail', 'warn', 'FAILED'],
  ['error', 'warn', 'FAILED'],
  ['skipped', 'warn', 'FAILED'],
] as const)('beside one that passes, %s with on-inconclusive %s makes it %s', (status, onInconclusive, result) => {
  const other = verdictStatement({ ...verdict, status, onInconclusive }, subject, attester);
  const { predicate } = summaryStatement({
    ...summaryOf,
    verdicts: [...summaryOf.verdicts, { statement: other, sha256: 'b'.repeat(64) }],
  });
  expect(predicate.verificationResult).toBe(result);
  expect(predicate.verifiedLevels).toEqual([result === 'PASSED' ? 'MODELGATE_ATTESTED' : 'FAILED']);
  expect(predicate.inputAttestations).toHaveLength(2);
});

test('its level is witnessed only if all verdicts are', () => {
  const witnessed = verdictStatement(verdict, subject, { ...attester, level: 'witnessed' });
  const levels = (...statements: (typeof statement)[]) =>
    summaryStatement({ ...summaryOf, verdicts: statements.map((one) => ({ statement: one, sha256: 'c'.repeat(64) })) })
      .predicate.verifiedLevels;
  expect(levels(witnessed, witnessed)).toEqual(['MODELGATE_WITNESSED']);
  expect(levels(witnessed, statement)).toEqual(['MODELGATE_ATTESTED']);
});

test('no verdicts, verdicts of two policies or about another subject make no summary', () => {
  const policy = { ...verdict.policy, sha256: '8'.repeat(64) };
  const elsewhere = { statement: verdictStatement({ ...verdict, policy }, subject, attester), sha256: 'd'.repeat(64) };
  const other = { name: 'other', digest: { sha256: '6'.repeat(64) } };
  expect(() => summaryStatement({ ...summaryOf, verdicts: [] })).toThrow(
    new RangeError('a summary is about verdicts of one policy, not of 0'),
  );
  expect(() => summaryStatement({ ...summaryOf, verdicts: [...summaryOf.verdicts, elsewhere] })).toThrow(
    new RangeError('a summary is about verdicts of one policy, not of 2'),
  );
  expect(() => summaryStatement({ ...summaryOf, subject: other })).toThrow(
    new RangeError('the verdict of quality is about another subject'),
  );
});
