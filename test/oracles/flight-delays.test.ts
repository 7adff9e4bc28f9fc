import { cp, mkdir, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { FolderStore, noLooks } from '../../packages/baselines/src/index.ts';
import { evaluate } from '../../packages/comparison/src/evaluation.ts';
import { type CheckResult, type GateOutcome, parsePolicy } from '../../packages/core/src/index.ts';
import { currentPlatform, openTables } from '../../packages/tables/src/index.ts';

const bounds = z.tuple([z.number(), z.number()]);
const values = z.record(z.string(), z.number());
const estimates = z.record(z.string(), z.object({ value: z.number(), interval: bounds }));
const candidate = z.object({
  metrics: values,
  differences: values,
  accuracy: z.object({ tango: bounds, wilson: bounds }),
  bootstrap: z.object({ candidate: estimates, difference: estimates }),
  probability: z.object({
    mean: z.object({ mean: z.number(), interval: bounds }),
    p95: z.object({ champion: z.number(), candidate: z.number(), difference: z.number(), interval: bounds }),
  }),
  statuses: z.record(z.string(), z.string()),
});
const oracle = z
  .object({
    inputs: z.record(z.string(), z.string()),
    rules: z.array(z.object({ check: z.string(), metric: z.string(), bound: z.string(), limit: z.number() })),
    champion: z.object({ metrics: values }),
    candidates: z.object({ better: candidate, worse: candidate, similar: candidate }),
  })
  .parse(JSON.parse(await readFile(new URL('flight-delays.json', import.meta.url), 'utf8')));

const example = fileURLToPath(new URL('../../examples/flight-delays', import.meta.url));
const preplaced = path.dirname(
  createRequire(import.meta.resolve('@duckdb/node-api')).resolve(`@duckdb/node-bindings-${currentPlatform()}/package.json`),
);
const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

/** The example's own checks, and one for every other number of the oracle. */
const everything = [
  ...Object.keys(oracle.champion.metrics).map((metric) => `all-${metric}: { metric: ${metric}, max-regression: 1pt, at-least: 0.1 }`),
  'mean: { column: probability, statistic: mean, better: higher, max-regression: 0.01 }',
  'p95: { column: probability, statistic: p95, better: lower, max-regression: 0.05 }',
];

async function outcomeOf(name: string): Promise<GateOutcome> {
  const workspace = await realpath(await mkdtemp(path.join(tmpdir(), 'oracle-')));
  folders.push(workspace);
  const inside = (...parts: string[]) => path.join(workspace, ...parts);
  await mkdir(inside('tmp'));
  for (const part of ['eval', 'champion', 'modelgate.yml']) await cp(path.join(example, part), inside(part), { recursive: true });
  await cp(path.join(example, 'candidates', name), inside('out'), { recursive: true });
  const written = await readFile(inside('modelgate.yml'), 'utf8');
  const policy = written.replace('\n  slices:\n', `\n      ${everything.join('\n      ')}\n  slices:\n`);
  return await evaluate(
    { document: parsePolicy(policy, 'modelgate.yml'), gate: 'quality', leg: undefined, onInconclusive: 'warn', waivers: [] },
    {
      workspace,
      temporary: inside('tmp'),
      now: new Date('2026-11-22T00:00:00Z'),
      champions: {
        recorded: new FolderStore(inside('recorded')),
        contents: { baseCommit: () => Promise.reject(new Error('not asked for')), read: () => Promise.resolve(undefined) },
      },
      openTables: () => openTables({ workspace, temporary: inside('tmp'), toolCache: inside('cache'), preplaced }),
      readText: (file) => readFile(path.resolve(workspace, file), 'utf8'),
      sameAsBase: () => Promise.resolve('unknown'),
      looks: noLooks('not counted here'),
      run: () => Promise.reject(new Error('no command is expected')),
      onBaseBranch: false,
    },
  );
}

function boundOf(check: CheckResult | undefined, rule: string) {
  const bound = check?.bounds.find((one) => one.rule === rule);
  if (bound?.interval === undefined || bound.estimate === undefined) throw new Error(`${check?.id} has no interval for ${rule}`);
  return { estimate: bound.estimate, interval: bound.interval, threshold: bound.threshold };
}

function near(actual: number | undefined, expected: number, tolerance: number, what: string): void {
  expect(Math.abs((actual ?? Number.NaN) - expected), `${what}: ${actual}, oracle ${expected}`).toBeLessThanOrEqual(tolerance);
}

type Shown = ReturnType<typeof boundOf>['interval'];

function exactly({ lower, upper }: Shown, expected: readonly [number, number], what: string): void {
  near(lower, expected[0], 1e-9, `${what}, lower`);
  near(upper, expected[1], 1e-9, `${what}, upper`);
}

/** Two bootstraps with other random numbers: see README.md. */
function within({ lower, upper }: Shown, expected: readonly [number, number], what: string): void {
  const tolerance = 0.04 * (expected[1] - expected[0]);
  near(lower, expected[0], tolerance, `${what}, lower`);
  near(upper, expected[1], tolerance, `${what}, upper`);
}

describe.each(['better', 'worse', 'similar'] as const)('the candidate that is %s', (name) => {
  const expected = oracle.candidates[name];
  let outcome: GateOutcome;
  let checks: ReadonlyMap<string, CheckResult>;
  beforeAll(async () => {
    outcome = await outcomeOf(name);
    checks = new Map(outcome.checks.map((check) => [check.id, check]));
  });

  test('gets the verdicts of the oracle, on the oracle’s tables', () => {
    expect(outcome.problem).toBeUndefined();
    expect(outcome.rows).toBe(27_405);
    expect(outcome.inputs.map((input) => input.sha256).sort()).toEqual(
      [
        oracle.inputs['eval/golden.parquet'],
        oracle.inputs['champion/predictions.parquet'],
        oracle.inputs[`candidates/${name}/predictions.parquet`],
      ].sort(),
    );
    const statuses = Object.fromEntries(oracle.rules.map(({ check }) => [check, checks.get(check)?.status]));
    expect(statuses).toEqual(expected.statuses);
    for (const { check, bound, limit } of oracle.rules) {
      const sign = bound === 'max-regression' ? -1 : 1;
      near(boundOf(checks.get(check), bound).threshold, sign * limit, 1e-15, `limit of ${check}`);
    }
  });

  test('has the values and differences of scikit-learn', () => {
    for (const [metric, value] of Object.entries(expected.metrics)) {
      const check = checks.get(`all-${metric}`);
      near(check?.candidate, value, 1e-12, metric);
      near(check?.champion, oracle.champion.metrics[metric] ?? Number.NaN, 1e-12, `champion's ${metric}`);
      near(boundOf(check, 'max-regression').estimate, expected.differences[metric] ?? Number.NaN, 1e-12, `difference of ${metric}`);
    }
  });

  test('has exact intervals of accuracy and micro averages', () => {
    for (const metric of ['accuracy', 'precision_micro', 'recall_micro', 'f1_micro']) {
      const check = checks.get(`all-${metric}`);
      const [difference, value] = [boundOf(check, 'max-regression').interval, boundOf(check, 'at-least').interval];
      expect([difference.method, value.method]).toEqual(['tango', 'wilson']);
      exactly(difference, expected.accuracy.tango, `difference of ${metric}`);
      exactly(value, expected.accuracy.wilson, metric);
    }
  });

  test('has the bootstrap intervals of scipy within 4 % of their width', () => {
    expect(Object.keys(expected.bootstrap.difference)).toEqual(['balanced_accuracy', 'precision', 'recall', 'f1', 'f1_macro', 'f1_weighted']);
    for (const [metric, { interval }] of Object.entries(expected.bootstrap.difference)) {
      within(boundOf(checks.get(`all-${metric}`), 'max-regression').interval, interval, `difference of ${metric}`);
    }
    for (const [metric, { interval }] of Object.entries(expected.bootstrap.candidate)) {
      within(boundOf(checks.get(`all-${metric}`), 'at-least').interval, interval, metric);
    }
  });

  test('has the mean and the 95th percentile of the probability column', () => {
    const { mean, p95 } = expected.probability;
    const ofMean = boundOf(checks.get('mean'), 'max-regression');
    near(ofMean.estimate, mean.mean, 1e-12, 'mean');
    exactly(ofMean.interval, mean.interval, 'paired t');
    const ofP95 = boundOf(checks.get('p95'), 'max-regression');
    near(ofP95.estimate, p95.difference, 1e-12, 'p95');
    near(checks.get('p95')?.candidate, p95.candidate, 1e-12, 'p95 of the candidate');
    near(checks.get('p95')?.champion, p95.champion, 1e-12, 'p95 of the champion');
    within(ofP95.interval, p95.interval, 'difference of p95');
  });
});
