import { type CheckResult, type SliceFinding, type Verdict, verdictSchemaId } from '@modelgate/core';
import { expect, test } from 'vitest';
import { contradictionOf } from '../src/verdict-contradiction.ts';

// Verdicts about groups of rows that no gate of ours could have written.

type Each = Extract<SliceFinding, { kind: 'each' }>;

const none = {
  improved: 0,
  'not-worse': 0,
  worse: 0,
  'cannot-tell': 0,
  'too-few-rows': 0,
  vanished: 0,
  new: 0,
} as const;

function groups(...outcomes: readonly Each['slices'][number]['outcome'][]): Each {
  const counts = { ...none };
  const slices = outcomes.map((outcome, index) => {
    return { by: 'carrier', name: `carrier=${index}`, outcome, of: 'difference' as const };
  });
  for (const outcome of outcomes) Object.assign(counts, { [outcome]: counts[outcome] + 1 });
  return { kind: 'each', words: 'none is worse', rule: 'max-regression', counts, tested: outcomes.length, slices };
}

function said(outcome: CheckResult['outcome'], slices: Each, more: Partial<CheckResult> = {}): string | undefined {
  const check: CheckResult = {
    id: 'f1',
    metric: 'f1',
    better: 'higher',
    scale: 'share',
    level: 'fail',
    status: outcome,
    outcome,
    reason: 'proven',
    bounds: [],
    slices,
    ...more,
  };
  const verdict: Verdict = {
    schema: verdictSchemaId,
    gate: { id: 'groups', kind: 'slices' },
    status: check.status,
    reason: 'proven',
    stops: outcome === 'fail' || outcome === 'error',
    onInconclusive: 'warn',
    checks: [check],
    notices: [],
    inputs: [],
    policy: {
      name: 'flights',
      file: 'modelgate.yml',
      sha256: 'c'.repeat(64),
      source: 'base',
      verified: true,
      advisory: false,
    },
    run: { event: 'pull_request', stage: 'pull-request' },
    tool: { name: 'modelgate', version: '0.1.0' },
    at: '2026-01-01T00:00:00Z',
  };
  return contradictionOf(verdict);
}

const required = (finding: Each): Each => ({
  ...finding,
  slices: finding.slices.map((one) => ({ ...one, required: true as const })),
});
const share = (finding: Each, limit: number, improved: number, proven: number): Each => ({
  ...finding,
  improvedShare: { limit, improved, proven, of: finding.slices.length },
});

test.each<readonly [string, CheckResult['outcome'], Each]>([
  ['all kept', 'pass', groups('improved', 'not-worse')],
  ['some undecided', 'warn', groups('not-worse', 'cannot-tell', 'too-few-rows', 'new')],
  ['one worse', 'fail', groups('worse', 'not-worse')],
  ['one vanished', 'error', groups('vanished', 'worse')],
  ['more than are told', 'pass', { ...groups('improved'), counts: { ...none, improved: 9 }, leftOut: 8 }],
  ['a required one that is kept', 'pass', required(groups('not-worse'))],
  ['a share alone, with one behind', 'pass', share(groups('improved', 'worse', 'cannot-tell'), 0.3, 2, 1)],
])('%s: nothing speaks against it', (_, outcome, finding) => {
  expect(said(outcome, finding)).toBeUndefined();
});

test('a share by points alone is told as that', () => {
  const points = share(groups('cannot-tell', 'cannot-tell'), 0.5, 1, 0);
  expect(said('pass', points, { reason: 'estimate-within-limit' })).toBeUndefined();
});

test.each<readonly [CheckResult['outcome'], Each, string]>([
  ['pass', groups('worse', 'not-worse'), 'came to pass, and a group of it to worse'],
  ['warn', groups('worse', 'not-worse'), 'came to warn, and a group of it to worse'],
  ['pass', { ...groups('worse'), counts: { ...none, improved: 1 } }, 'came to pass, and a group of it to worse'],
  ['warn', groups('vanished', 'not-worse'), 'came to warn, and a group of it has vanished'],
  ['pass', share(groups('vanished', 'improved'), 0.1, 1, 1), 'came to pass, and a group of it has vanished'],
  [
    'pass',
    groups('cannot-tell', 'too-few-rows', 'not-worse'),
    'came to pass, and 2 of its 3 groups are not shown to keep the rule',
  ],
  ['warn', required(groups('too-few-rows')), 'came to warn, and a group that must be shown is not'],
  ['pass', groups(), 'came to pass, and there is no group of rows'],
  [
    'pass',
    { ...groups('improved'), counts: { ...none, improved: 7 } },
    'came to pass, and it counts 7 groups and tells 1',
  ],
  [
    'pass',
    share(groups('improved', 'cannot-tell'), 0.8, 2, 1),
    'came to pass, and too few of its groups are shown to be improved',
  ],
])('%s %#', (outcome, finding, words) => {
  expect(said(outcome, finding)).toBe(`its check "f1" ${words}`);
});

test('a difference between groups that passes has bounds', () => {
  const across: SliceFinding = { kind: 'across', words: 'alike', by: 'carrier', gaps: [], groups: [] };
  expect(said('pass', groups('improved'), { slices: across })).toBe(
    'its check "f1" passes, and nothing of it was measured',
  );
});
