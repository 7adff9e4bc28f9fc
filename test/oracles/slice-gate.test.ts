import { cp, mkdir, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import * as z from 'zod';
import { FolderStore, noLooks } from '../../packages/baselines/src/index.ts';
import { judgeSlices } from '../../packages/comparison/src/slices.ts';
import { type GateOutcome, parsePolicy } from '../../packages/core/src/index.ts';
import { currentPlatform, openTables } from '../../packages/tables/src/index.ts';

// The whole gate on the examples, held to fairlearn and scikit-learn.

const value = z.number().nullable();
const measured = z.object({ metrics: z.array(value) });
const groups = z.array(measured.extend({ group: z.string() }));
const oracle = z
  .object({
    order: z.object({ metrics: z.array(z.string()), rates: z.array(z.string()) }),
    census: z.array(
      z.object({
        model: z.string(),
        by: z.string(),
        expected: z.object({
          overall: measured,
          groups,
          parity: z.object({ gaps: z.record(z.string(), value) }),
          controlled: z.array(z.object({ control: z.string(), rates: z.object({ gaps: z.array(value) }) })).optional(),
        }),
      }),
    ),
  })
  .parse(JSON.parse(await readFile(new URL('slices.json', import.meta.url), 'utf8')));

function expectedOf(model: string, by: string) {
  const found = oracle.census.find((one) => one.model === model && one.by === by);
  if (found === undefined) throw new Error(`the oracle has no ${by} of ${model}`);
  return found.expected;
}

const metrics = ['accuracy', 'f1', 'precision', 'recall', 'roc_auc', 'log_loss'];
/** What a check across groups is called by fairlearn. */
const fairness: Readonly<Record<string, { readonly check: string; readonly key: string }>> = {
  parity: { check: 'metric: demographic_parity', key: 'demographic_parity difference between_groups' },
  opportunity: { check: 'metric: equal_opportunity', key: 'equal_opportunity difference between_groups' },
  odds: { check: 'metric: equalized_odds', key: 'equalized_odds difference between_groups worst_case' },
  mean: { check: 'metric: equalized_odds, aggregate: mean', key: 'equalized_odds difference between_groups mean' },
};
const ratios: Readonly<Record<string, { readonly check: string; readonly key: string }>> = {
  'parity-ratio': { check: 'metric: demographic_parity', key: 'demographic_parity ratio between_groups' },
  'opportunity-ratio': { check: 'metric: equal_opportunity', key: 'equal_opportunity ratio between_groups' },
  'odds-ratio': { check: 'metric: equalized_odds', key: 'equalized_odds ratio between_groups worst_case' },
};
const controlled: Readonly<Record<string, string>> = {
  selection_rate: 'selection_rate difference between_groups',
  true_positive_rate: 'true_positive_rate difference between_groups',
  false_positive_rate: 'false_positive_rate difference between_groups',
};

const policy = `version: 1
name: census-income
examples: { golden: { table: eval/golden.parquet, key: person, label: over_50k } }
gates:
  quality:
    kind: evaluation
    task: binary
    positive: 1
    examples: golden
    candidate: { table: out/predictions.parquet, prediction: predicted, score: probability }
    champion: { from: file, table: champion/predictions.parquet }
    checks: { accuracy: { metric: accuracy, at-least: 0.1 } }
  slices:
    kind: slices
    of: quality
    by: { sex: sex, race: race, sex-and-race: [sex, race], education: education }
    min-rows: 2
    suppress-below: 0
    checks:
${[
  ...metrics.map((metric) => `${metric}: { metric: ${metric}, each: { at-${metric === 'log_loss' ? 'most' : 'least'}: 0.001 }, slices: [sex, race, sex-and-race] }`),
  ...Object.entries(fairness).map(([id, { check }]) => `${id}: { ${check}, across: sex, max-difference: 50pt, ratchet: 50pt }`),
  ...Object.entries(fairness).map(([id, { check }]) => `${id}-race: { ${check}, across: race, max-difference: 50pt }`),
  ...Object.entries(ratios).map(([id, { check }]) => `${id}: { ${check}, across: sex, min-ratio: 0.1 }`),
  ...Object.keys(controlled).map((rate) => `${rate}: { metric: ${rate}, across: sex, control: education, max-difference: 50pt }`),
]
  .map((line) => `      ${line}\n`)
  .join('')}`;

const exampleOf = (name: string) => fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));
const preplaced = path.dirname(
  createRequire(import.meta.resolve('@duckdb/node-api')).resolve(`@duckdb/node-bindings-${currentPlatform()}/package.json`),
);
const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

async function outcomeOf(example: string, policyText: string, candidate: string): Promise<GateOutcome> {
  const workspace = await realpath(await mkdtemp(path.join(tmpdir(), 'oracle-')));
  folders.push(workspace);
  const inside = (...parts: string[]) => path.join(workspace, ...parts);
  await mkdir(inside('tmp'));
  const parts = { eval: 'eval', champion: 'champion', [candidate]: 'out' };
  for (const [from, to] of Object.entries(parts)) await cp(path.join(example, from), inside(to), { recursive: true });
  const document = parsePolicy(policyText, 'modelgate.yml');
  return await judgeSlices(
    { document, gate: 'slices', leg: undefined, onInconclusive: 'warn', waivers: [] },
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

function findingOf({ checks, problem }: GateOutcome, id: string) {
  const found = checks.find((one) => one.id === id)?.slices;
  if (found === undefined) throw new Error(`${id}: ${problem?.message ?? 'there are no groups'}`);
  return found;
}

/** Difference or ratio of a check, of the candidate and of the champion. */
function gapOf(outcome: GateOutcome, id: string, of: 'difference' | 'ratio') {
  const finding = findingOf(outcome, id);
  const gap = finding.kind === 'across' ? finding.gaps.find((one) => one.of === of) : undefined;
  if (gap === undefined) throw new Error(`${id} has no ${of}: ${finding.words}`);
  return gap;
}

function near(found: number | undefined, expected: number | null | undefined, what: string): void {
  expect(Math.abs((found ?? Number.NaN) - (expected ?? Number.NaN)), `${what}: ${found}, oracle ${expected}`).toBeLessThanOrEqual(1e-12);
}

test.each(['candidates/household', 'candidates/capital'])('groups of %s, and how far they lie apart', async (model) => {
  const outcome = await outcomeOf(exampleOf('census-income'), policy, model);
  let compared = 0;
  for (const metric of metrics) {
    const at = oracle.order.metrics.indexOf(metric);
    const finding = findingOf(outcome, metric);
    if (finding.kind !== 'each') throw new Error('not of each group');
    for (const [by, name] of [
      ['sex within education', (group: string) => `sex=${group}`],
      ['race', (group: string) => `race=${group}`],
      ['sex and race', (group: string) => group.replace(/^(.*), (.*)$/, 'sex=$1, race=$2')],
    ] as const) {
      for (const { group, metrics: expected } of expectedOf(model, by).groups) {
        const slice = finding.slices.find((one) => one.name === name(group));
        if (slice === undefined) throw new Error(`${name(group)} is not there`);
        near(slice.candidate, expected[at], `${metric} of ${name(group)}`);
        compared++;
      }
    }
  }
  // 2, 5 and 10 groups
  expect(compared).toBe(17 * metrics.length);
  for (const [id, { key }] of Object.entries(fairness)) {
    const sex = gapOf(outcome, id, 'difference');
    near(sex.candidate, expectedOf(model, 'sex within education').parity.gaps[key], `${id} by sex`);
    near(sex.champion, expectedOf('champion', 'sex within education').parity.gaps[key], `${id} by sex, champion`);
    near(gapOf(outcome, `${id}-race`, 'difference').candidate, expectedOf(model, 'race').parity.gaps[key], `${id} by race`);
  }
  for (const [id, { key }] of Object.entries(ratios)) {
    near(gapOf(outcome, id, 'ratio').candidate, expectedOf(model, 'sex within education').parity.gaps[key], id);
  }
  for (const [rate, key] of Object.entries(controlled)) {
    const levels = expectedOf(model, 'sex within education').controlled ?? [];
    const all = levels.map((level) => level.rates.gaps[oracle.order.rates.indexOf(key)] ?? 0);
    near(gapOf(outcome, rate, 'difference').candidate, Math.max(...all), `${rate} within education`);
  }
});

/** By scikit-learn: rows, F1 of champion and candidate, recall of champion and candidate. */
const carriers: Readonly<Record<string, readonly [number, number, number, number, number]>> = {
  UA: [4873, 0.34710743801652894, 0.3448275862068966, 0.5271966527196653, 0.502092050209205],
  EV: [4427, 0.42517869495042654, 0.42836744407425037, 0.8560817084493965, 0.8356545961002786],
  B6: [4387, 0.3845920533818623, 0.3989345960343297, 0.6788008565310493, 0.721627408993576],
  DL: [3963, 0.2768361581920904, 0.29472646623952686, 0.4430379746835443, 0.5406871609403255],
  AA: [2606, 0.31456953642384106, 0.32017870439314966, 0.40948275862068967, 0.46336206896551724],
  MQ: [2030, 0.4061574896388396, 0.4180729450190528, 0.6971544715447154, 0.7804878048780488],
  US: [1653, 0.31149927219796214, 0.31759656652360513, 0.4495798319327731, 0.46638655462184875],
  '9E': [1516, 0.34348561759729274, 0.35528596187175043, 0.6548387096774193, 0.6612903225806451],
  WN: [1075, 0.5027624309392266, 0.5082872928176796, 0.6946564885496184, 0.7022900763358778],
  VX: [449, 0.31527093596059114, 0, 0.4, 0],
  FL: [233, 0.5142857142857142, 0, 0.7974683544303798, 0],
  F9: [68, 0.47619047619047616, 0, 0.9523809523809523, 0],
  AS: [53, 0.2727272727272727, 0.21052631578947367, 0.6, 0.4],
  YV: [45, 0.37209302325581395, 0.38095238095238093, 0.8888888888888888, 0.8888888888888888],
};

test('carriers of the flight-delays example: the three that a better average hides, and no other', async () => {
  const example = exampleOf('flight-delays');
  const text = await readFile(path.join(example, 'modelgate.yml'), 'utf8');
  const outcome = await outcomeOf(example, text, 'candidates/uneven');
  for (const [id, at] of [['each-f1', 1], ['each-recall', 3]] as const) {
    const finding = findingOf(outcome, id);
    if (finding.kind !== 'each') throw new Error('not of each group');
    for (const [carrier, expected] of Object.entries(carriers)) {
      const slice = finding.slices.find((one) => one.name === `carrier=${carrier}`);
      expect(slice?.rows, carrier).toBe(expected[0]);
      near(slice?.champion, expected[at], `${id} of ${carrier}, champion`);
      near(slice?.candidate, expected[at + 1], `${id} of ${carrier}`);
    }
    const of = (outcomes: string) => finding.slices.filter((one) => one.outcome === outcomes).map(({ name }) => name).sort();
    expect(of('worse'), id).toEqual(['carrier=F9', 'carrier=FL', 'carrier=VX']);
    expect(of('too-few-rows'), id).toEqual(['carrier=HA', 'carrier=OO']);
    expect(finding.masked, id).toBe(true);
  }
});
