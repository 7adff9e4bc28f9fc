import type { BaselineIdentity } from '@modelgate/core';
import { expect, it } from 'vitest';
import { examplesNotice, staleNotice } from '../src/index.ts';

const now = new Date('2026-11-22T12:00:00Z');
const recorded = (recordedAt: string, from: BaselineIdentity['from'] = 'recorded'): BaselineIdentity => ({
  from,
  name: 'champion',
  recordedAt,
});

it.each<[string, string | undefined, BaselineIdentity['from'], string | undefined]>([
  ['2026-08-24T12:00:00Z', undefined, 'recorded', undefined],
  [
    '2026-08-24T11:59:59Z',
    undefined,
    'recorded',
    'The champion is old: its results are of 2026-08-24, 90 days ago (allowed are 90d). A green run on the default branch renews it.',
  ],
  [
    '2026-11-20T12:00:00Z',
    '24h',
    's3',
    'The champion is old: its results are of 2026-11-20, 48 hours ago (allowed are 24h). Score the model in use anew and record it there.',
  ],
  ['2026-11-20T12:00:00Z', '1w', 'mlflow', undefined],
])('results of %s with stale-after %s, from %s: %s', (recordedAt, staleAfter, from, expected) => {
  expect(staleNotice(recorded(recordedAt, from), staleAfter, now)).toBe(expected);
});

it('an age that is not known is said only to who asked for it', () => {
  const identity: BaselineIdentity = { from: 'file', name: 'champion/p.csv' };
  expect(staleNotice(identity, undefined, now)).toBe(undefined);
  expect(staleNotice(identity, '30d', now)).toBe(
    "How old the champion's results in champion/p.csv are cannot be told, so `stale-after: 30d` was not judged.",
  );
});

it.each<[string | undefined, boolean]>([
  [undefined, false],
  ['a'.repeat(64), false],
  ['a'.repeat(32), false],
  ['3f2a91bc', false], // as MLflow's client computes it
  ['b'.repeat(64), true],
  ['b'.repeat(32), true],
])('examples that the registry knows as %s are said to be others: %s', (digest, said) => {
  const identity: BaselineIdentity = {
    from: 'mlflow',
    name: 'x',
    registry: 'MLflow at models.example.org',
    ...(digest === undefined ? {} : { examplesDigest: digest }),
  };
  const notice = examplesNotice(identity, { name: 'eval/golden.csv', sha256: 'a'.repeat(64) });
  expect(notice).toBe(
    said
      ? 'MLflow at models.example.org says that the champion answered examples with sha-256 bbbbbbbbbbbb…; eval/golden.csv has aaaaaaaaaaaa…. If the difference is more than the order or format of rows, record the champion anew.'
      : undefined,
  );
});
