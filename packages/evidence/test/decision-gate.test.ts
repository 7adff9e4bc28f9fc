import { expect, test } from 'vitest';
import { verifyEvidence } from '../src/index.ts';
import { evidenceOf, expected, failing, fileOf, now, refusalsOf, signed, verdict } from './evidence-samples.ts';

const day = 24 * 3_600_000;
const before = (days: number) => new Date(now.getTime() - days * day);
const errored = { ...verdict, status: 'error', reason: 'column-missing', stops: true } as const;
const undecided = { ...verdict, status: 'inconclusive', reason: 'interval-spans-limit' } as const;

const pass = (days: number, name = 'pass.json') => evidenceOf({ at: before(days), name });
const fail = (days: number) => evidenceOf({ at: before(days), name: 'fail.json', verdict: failing });
const worse = 'evidence-failed: the verdict is fail, signed';
const why = 'ago: proven worse than the champion by more than the margin';

test('a fail stops, older or newer than a pass', async () => {
  expect(await refusalsOf([await fail(3), await pass(2)])).toEqual([`fail.json ${worse} 3 days ${why}`]);
  expect(await refusalsOf([await pass(3), await fail(2)])).toEqual([`fail.json ${worse} 2 days ${why}`]);
});

test('a fail stops whatever its age, its level and its commit', async () => {
  expect(await refusalsOf([await pass(2), await fail(200)])).toEqual([`fail.json ${worse} 200 days ${why}`]);
  const asked = { commit: '1'.repeat(40), level: 'witnessed' } as const;
  expect(await refusalsOf([await fail(2)], asked)).toEqual([`fail.json ${worse} 2 days ${why}`]);
});

test('each leg of a matrix has to pass, whichever is newer', async () => {
  const leg = (name: string, days: number, of: typeof verdict) =>
    evidenceOf({ at: before(days), name: `${name}.json`, verdict: { ...of, run: { ...of.run, leg: name } } });
  const big = (days: number) => leg('big', days, { ...verdict, ...undecided });
  const told = (days: number) => [
    `big.json evidence-failed: the verdict is inconclusive, signed ${days} days ago: these rows cannot tell on which side of the limit the truth lies`,
  ];
  expect(await refusalsOf([await leg('small', 2, verdict), await big(3)])).toEqual(told(3));
  expect(await refusalsOf([await leg('small', 3, verdict), await big(2)])).toEqual(told(2));
  expect(await refusalsOf([await leg('small', 3, verdict), await leg('big', 2, verdict)])).toEqual(['accepted']);
});

test('a fail about another model or under another policy does not stop', async () => {
  const other = { ...failing, policy: { ...failing.policy, sha256: 'c'.repeat(64) } };
  const files = [await pass(2), await evidenceOf({ verdict: other, name: 'other.json' })];
  expect(await refusalsOf(files)).toEqual([
    'accepted',
    'other.json evidence-policy: the evidence was made under another version of the policy flight-delays: sha256:cccccccccccc…, not sha256:bbbbbbbbbbbb…',
  ]);
});

test('a pass mends an older error; a newer error, or one of the same second, stands', async () => {
  const error = (days: number) => evidenceOf({ at: before(days), name: 'error.json', verdict: errored });
  expect(await refusalsOf([await error(3), await pass(2)])).toEqual(['accepted']);
  const told = (days: number) => [
    `error.json evidence-failed: the verdict is error, signed ${days} days ago: a column is not there`,
  ];
  expect(await refusalsOf([await pass(3), await error(2)])).toEqual(told(2));
  expect(await refusalsOf([await pass(2), await error(2)])).toEqual(told(2));
  expect(await refusalsOf([await error(2), await pass(2)])).toEqual(told(2));
});

test.each([
  ['pass', 'warn', true],
  ['warn', 'fail', true],
  ['waived', 'fail', true],
  ['skipped', 'fail', false],
  ['inconclusive', 'warn', false],
  ['inconclusive', 'pass', true],
] as const)('%s with on-inconclusive %s: %s', async (status, onInconclusive, accepted) => {
  const one = { ...undecided, status, onInconclusive };
  const decision = await verifyEvidence([await evidenceOf({ verdict: one })], expected);
  expect(decision.accepted).toBe(accepted);
  expect(decision.gates[0]?.problems.map(({ reason }) => reason)).toEqual(accepted ? [] : ['evidence-failed']);
});

test('the newest that counts decides, not the newest', async () => {
  const late = await evidenceOf({ at: before(1), name: 'late.json', attester: { ref: 'refs/heads/next' } });
  const decision = await verifyEvidence([await pass(5, 'old.json'), late, await pass(3, 'new.json')], expected);
  expect(decision.gates[0]).toMatchObject({ accepted: true, evidence: 'new.json' });
  expect(decision.refused).toMatchObject([{ evidence: 'late.json', reason: 'evidence-ref', gate: 'quality' }]);
});

test('the same bundle twice counts once', async () => {
  const file = await evidenceOf({ verdict: failing, at: signed });
  const told = await refusalsOf([file, { ...file, name: 'copy.json' }]);
  expect(told).toEqual([`quality.json ${worse} 2 days ${why}`]);
});

test('a gate without evidence stops the others', async () => {
  const asked = { gates: ['quality', 'slices', 'quality'] };
  const decision = await verifyEvidence([await evidenceOf()], { ...expected, ...asked });
  expect(decision.accepted).toBe(false);
  expect(decision.gates.map(({ gate, accepted }) => [gate, accepted])).toEqual([
    ['quality', true],
    ['slices', false],
  ]);
  expect(await refusalsOf([await evidenceOf()], asked)).toEqual([
    '- evidence-missing: there is no evidence of the gate slices about the model sha256:aaaaaaaaaaaa…',
  ]);
});

test('an unsigned verdict', async () => {
  const file = fileOf(verdict, 'verdict.json');
  const accept = { unsigned: 'accept' } as const;
  expect(await refusalsOf([file])).toEqual([
    'verdict.json evidence-unsigned: the verdict of quality carries no signature',
  ]);
  expect(await refusalsOf([file], accept)).toEqual(['accepted']);
  const told = async (change: Parameters<typeof refusalsOf>[1], of: object = {}) =>
    (await refusalsOf([fileOf({ ...verdict, ...of }, 'verdict.json')], { ...accept, ...change })).map((one) =>
      one.replace('verdict.json ', ''),
    );
  expect(await told({ level: 'witnessed' })).toEqual([
    'evidence-level: the evidence is unsigned; witnessed is asked for',
  ]);
  expect(await told({}, { run: { ...verdict.run, repository: 'mallory/flights' } })).toEqual([
    'evidence-repository: the evidence comes from mallory/flights, not from octo/flights',
  ]);
  expect(await told({}, { run: { ...verdict.run, event: 'pull_request' } })).toEqual([
    'evidence-event: the evidence comes from the event pull_request; what counts is push, schedule or workflow_dispatch',
  ]);
  expect(await told({}, { subject: { name: 'out/model.joblib' } })).toEqual([
    'evidence-subject: the evidence is about no model, not sha256:aaaaaaaaaaaa…',
  ]);
  expect(await told({}, { at: '2026-01-01T00:00:00Z' })).toEqual([
    'evidence-expired: the evidence was made on 2026-01-01 00:00 UTC and counted until 2026-01-31 00:00 UTC, 30 days',
  ]);
  expect(await told({}, failing)).toEqual([`${worse.replace('signed', 'made')} 2 days ${why}`]);
});

test('an unsigned fail is no reason to stop where only signed evidence counts', async () => {
  expect(await refusalsOf([await evidenceOf(), fileOf(failing, 'verdict.json')])).toEqual([
    'accepted',
    'verdict.json evidence-unsigned: the verdict of quality carries no signature',
  ]);
});
