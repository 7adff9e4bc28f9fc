import type { GateOutcome } from '@modelgate/core';
import { expect, it } from 'vitest';
import { csv, workspace } from './workspace.ts';

const label = (row: number) => (row % 4 === 0 ? 1 : 0);
/** Wrong on every nth row. */
const wrongEvery = (n: number) => (row: number) => (row % n === 0 ? 1 - label(row) : label(row));

const rows = 400;
const golden = csv(rows, { y: label });
const good = csv(rows, { predicted: wrongEvery(20), ms: (row) => 20 + (row % 10) });
const gate = `task: binary
positive: 1
examples: { table: golden.csv, key: id, label: y }
candidate: { table: out.csv, prediction: predicted }
checks:
  f1: { metric: f1, max-regression: 5pt, at-least: 0.5 }
`;

function told({ status, reason, checks, problem, notices, stops }: GateOutcome) {
  const each = checks.map((check) => [check.id, check.status, check.reason, check.problem?.message]);
  return { status, reason, stops, checks: each, problem: problem?.message, notices };
}

it('without a champion says so and judges the floor; once recorded, compares with the record', async () => {
  const { run } = workspace();
  const first = await run(gate, { 'golden.csv': golden, 'out.csv': good }, { record: true, onBaseBranch: true });
  expect(told(first)).toMatchObject({ status: 'warn', reason: 'bootstrap', stops: false, problem: undefined });
  expect(first.checks[0]?.bounds.map(({ rule, status }) => [rule, status])).toEqual([
    ['at-least', 'pass'],
    ['max-regression', 'warn'],
  ]);
  expect(first.recorded?.files).toEqual(['baseline.json', 'predictions.parquet']);

  const same = await run(gate, {});
  expect(told(same)).toMatchObject({ status: 'pass', reason: 'proven', stops: false });
  expect(same.checks[0]?.bounds[1]?.interval?.method).toBe('unanimous');
  expect(same.baseline).toMatchObject({ from: 'recorded', commit: 'a'.repeat(40), branch: 'main', ageDays: 0 });
  expect(same.inputs.map(({ role, rows: count }) => [role, count])).toEqual([
    ['examples', 400],
    ['candidate', 400],
    ['champion', 400],
  ]);

  const worse = await run(gate, { 'out.csv': csv(rows, { predicted: wrongEvery(3) }) });
  expect(told(worse)).toMatchObject({ status: 'fail', reason: 'margin-exceeded', stops: true });
});

it('refuses other examples than the champion answered, but on the base branch records anew', async () => {
  const { run } = workspace();
  await run(gate, { 'golden.csv': golden, 'out.csv': good }, { record: true, onBaseBranch: true });
  const fewer = { 'golden.csv': csv(399, { y: label }), 'out.csv': csv(399, { predicted: wrongEvery(20) }) };
  const refused = await run(gate, fewer);
  expect(told(refused).checks).toEqual([
    [
      'f1',
      'error',
      'examples-changed',
      'the examples are not those that the champion answered: golden.csv had 400 rows when the champion was recorded and has 399 now, with other contents',
    ],
  ]);
  const anew = await run(gate, {}, { record: true, onBaseBranch: true });
  expect(told(anew)).toMatchObject({ status: 'warn', reason: 'examples-changed', stops: false });
  expect(anew.notices[0]).toContain('The examples changed on this branch');
  expect((await run(gate, {})).baseline).toBeDefined();
});

it('a change is not judged on examples that it brings itself', async () => {
  const outcome = await workspace().run(
    gate,
    { 'golden.csv': golden, 'out.csv': good },
    { sameAsBase: () => Promise.resolve('changed') },
  );
  expect(told(outcome)).toMatchObject({
    status: 'error',
    stops: true,
    problem: 'golden.csv is not the one of the base: this change would be judged on examples that it brings itself',
  });
});

it('a record from before a check was added compares what it holds', async () => {
  const { run } = workspace();
  await run(gate, { 'golden.csv': golden, 'out.csv': good }, { record: true, onBaseBranch: true });
  const more = `${gate}  lat: { column: ms, statistic: mean, better: lower, max-regression: 5%, at-most: 40 }\n`;
  const { checks } = await run(more, {});
  expect(checks.map((check) => check.bounds.map(({ rule, status, reason }) => [rule, status, reason]))).toEqual([
    [
      ['at-least', 'pass', 'proven'],
      ['max-regression', 'pass', 'proven'],
    ],
    [
      ['at-most', 'pass', 'proven'],
      ['max-regression', 'warn', 'bootstrap'],
    ],
  ]);
  expect(checks[1]?.bounds[1]?.note).toBe(
    'The champion was recorded before mean(ms) was asked for. Not compared; the next green run on the default branch records it.',
  );
});

it('a candidate without a value is an error without a champion, too, and is not recorded', async () => {
  const never = csv(rows, { predicted: () => 0 });
  const check = gate.replace(
    'f1: { metric: f1, max-regression: 5pt, at-least: 0.5 }',
    'p: { metric: precision, max-regression: 5pt }',
  );
  const outcome = await workspace().run(
    check,
    { 'golden.csv': golden, 'out.csv': never },
    { record: true, onBaseBranch: true },
  );
  expect(told(outcome).checks).toEqual([
    ['p', 'error', 'metric-undefined', 'precision of the candidate is undefined: the model never predicts the class'],
  ]);
  expect(outcome.recorded).toBeUndefined();
});

it('what is wrong with the champion stops only comparisons', async () => {
  const own = `${gate.replace('checks:', 'champion: { from: file, table: old.csv }\nchecks:')}  floor: { metric: accuracy, at-least: 0.5 }\n`;
  const files = { 'golden.csv': golden, 'out.csv': good };
  const other = await workspace().run(own, { ...files, 'old.csv': csv(399, { predicted: label }) });
  expect(other.checks.map(({ id, status, reason }) => [id, status, reason])).toEqual([
    ['f1', 'error', 'keys-differ'],
    ['floor', 'pass', 'proven'],
  ]);
  const missing = await workspace().run(own, files);
  expect(missing.checks.map(({ id, status, reason }) => [id, status, reason])).toEqual([
    ['f1', 'error', 'file-missing'],
    ['floor', 'pass', 'proven'],
  ]);
  const never = await workspace().run(own.replaceAll('f1', 'precision'), {
    ...files,
    'old.csv': csv(rows, { predicted: () => 0 }),
  });
  expect(never.checks[0]?.bounds.map(({ rule, status }) => [rule, status])).toEqual([
    ['at-least', 'pass'],
    ['max-regression', 'error'],
  ]);
});

it.each([
  [
    'a positive class that is not there',
    gate.replace('positive: 1', 'positive: yes'),
    good,
    'no label and no prediction is the positive class "yes"; classes: 0, 1',
  ],
  [
    'three classes of a binary task',
    gate,
    csv(rows, { predicted: (row) => row % 3 }),
    'task is binary, but there are 3 classes: 0, 1, 2',
  ],
  [
    'values outside the declared range',
    `${gate}  lat: { column: ms, statistic: mean, better: lower, max-regression: 1, range: [0, 25] }\n`,
    good,
    'mean(ms): values reach from 20 to 29, outside the declared range [0, 25]',
  ],
])('%s is an error of the gate', async (_, policy, out, problem) => {
  const outcome = await workspace().run(policy, { 'golden.csv': golden, 'out.csv': out });
  expect(told(outcome)).toMatchObject({ status: 'error', reason: 'column-type', stops: true, problem });
});

const metricsGate =
  'candidate: { file: metrics.json }\nchecks:\n  f1: { metric: f1, max-regression: 1pt, at-least: 0.5 }\n';

it('bare metrics are compared by their estimates, said so, without any engine', async () => {
  const { run, engines } = workspace();
  const first = await run(
    metricsGate,
    { 'metrics.json': '{"test": {"f1": 0.8}}' },
    { record: true, onBaseBranch: true },
  );
  expect(told(first)).toMatchObject({ status: 'warn', reason: 'bootstrap' });
  expect(first.notices[0]).toBe(
    'There are no rows behind these metrics: point estimates were compared, so nothing is proven. Give the gate per-example predictions to know how sure it is.',
  );
  const kept = await run(metricsGate, { 'metrics.json': '{"test": {"f1": 0.79}}' });
  expect(told(kept)).toMatchObject({ status: 'pass', reason: 'estimate-within-limit' });
  expect(kept.checks[0]).toMatchObject({ champion: 0.8, candidate: 0.79 });
  const lost = await run(metricsGate, { 'metrics.json': '{"test": {"f1": 0.78}}' });
  expect(told(lost)).toMatchObject({ status: 'fail', reason: 'margin-exceeded', stops: true });
  expect(engines).toEqual([]);
});

it.each([
  ['{"f1": 80}', 'probability-out-of-range', 'f1 in metrics.json is 80, outside [0, 1]'],
  ['{"f1": NaN}', 'not-finite', 'f1 in metrics.json is NaN'],
  ['{"f2": 0.8}', 'metric-missing', 'metrics.json holds no metric f1'],
])('a metrics file of %s is an error of the check', async (text, reason, message) => {
  const outcome = await workspace().run(metricsGate, { 'metrics.json': text }, { record: true, onBaseBranch: true });
  expect(told(outcome).checks).toEqual([['f1', 'error', reason, message]]);
  expect(outcome.recorded).toBeUndefined();
});

it('a recorded metrics file from before a metric was added is not compared; a named file must hold it', async () => {
  const { run } = workspace();
  await run(metricsGate, { 'metrics.json': '{"f1": 0.8}' }, { record: true, onBaseBranch: true });
  const more = `${metricsGate}  acc: { metric: accuracy, max-regression: 1pt }\n`;
  const later = await run(more, { 'metrics.json': '{"f1": 0.8, "accuracy": 0.9}' });
  expect(told(later).checks).toEqual([
    ['f1', 'pass', 'estimate-within-limit', undefined],
    ['acc', 'warn', 'bootstrap', undefined],
  ]);
  const named = more.replace('checks:', 'champion: { from: file, file: old.json }\nchecks:');
  const strict = await run(named, { 'old.json': '{"f1": 0.8}' });
  expect(told(strict).checks[1]).toEqual(['acc', 'error', 'metric-missing', 'old.json holds no metric accuracy']);
});

it('a gate that turned from metrics to rows does not compare with what it cannot read, and records anew', async () => {
  const { run } = workspace();
  await run(metricsGate, { 'metrics.json': '{"f1": 0.8}' }, { record: true, onBaseBranch: true });
  const turned = await run(gate, { 'golden.csv': golden, 'out.csv': good }, { record: true, onBaseBranch: true });
  expect(told(turned)).toMatchObject({ status: 'warn', reason: 'bootstrap', stops: false });
  expect(turned.notices).toEqual([
    'The champion was recorded as bare metrics, and this gate now judges rows. Not compared; the next green run on the default branch records it anew.',
  ]);
  expect((await run(gate, {})).baseline).toBeDefined();
});
