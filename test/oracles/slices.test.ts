import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import * as metrics from '../../packages/metrics/src/index.ts';
import { type GroupCounts, type GroupGap, gap, groupGaps } from '../../packages/statistics/src/index.ts';

const digits = z.string().regex(/^\d+$/).transform((text) => Uint8Array.from(text, Number));
const numbers = z.array(z.number().nullable());
const gaps = z.record(z.string(), z.number().nullable());
const substituted = z.record(z.string(), z.number()).optional();
const counts = z.tuple([z.int(), z.int(), z.int(), z.int()]);
const measured = z.object({ counts, metrics: numbers, substituted });
const groups = z.array(measured.extend({ group: z.string() }));
const rates = z.object({ gaps: numbers, substituted });
const expected = z.object({
  overall: measured,
  groups,
  rates,
  parity: z.object({ gaps, substituted }).optional(),
  controlled: z.array(z.object({ control: z.string(), overall: measured, groups, empty: z.array(z.string()), rates })).optional(),
});
const oracle = z
  .object({
    order: z.object({ metrics: z.array(z.string()), rates: z.array(z.string()) }),
    tables: z.array(
      z.object({ id: z.string(), label: digits, predicted: digits, group: digits, control: digits, score: z.array(z.int()), expected }),
    ),
    census: z.array(z.object({ model: z.string(), by: z.string(), expected })),
  })
  .parse(JSON.parse(readFileSync(new URL('slices.json', import.meta.url), 'utf8')));
type Table = (typeof oracle.tables)[number];
type Measured = z.infer<typeof measured>;

/** 1e-12, relative above 1; null is undefined on both sides. */
function near(actual: number | undefined, of: number | null | undefined, what: string): void {
  if (of === undefined) throw new Error(`${what}: not in the oracle's file`);
  if (of === null || actual === undefined) expect(actual ?? null, what).toBe(of);
  else expect(Math.abs(actual - of), `${what}: ${actual}, oracle ${of}`).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(of)));
}

const groupCounts = ({ counts: [trueNegatives, falsePositives, falseNegatives, truePositives] }: Measured): GroupCounts => ({
  ...{ trueNegatives, falsePositives, falseNegatives, truePositives },
});

/** The four numbers of a gap by fairlearn's names for them. */
function named(rate: string, of: GroupGap, aggregate = ''): [name: string, value: number | undefined][] {
  return [
    [`${rate} difference between_groups${aggregate}`, of.difference],
    [`${rate} ratio between_groups${aggregate}`, of.ratio],
    [`${rate} difference to_overall${aggregate}`, of.differenceToOverall],
    [`${rate} ratio to_overall${aggregate}`, of.ratioToOverall],
  ];
}

const mean = (one: number | undefined, other: number | undefined) =>
  one === undefined || other === undefined ? undefined : (one + other) / 2;

/** Rates of each group and how far they lie apart, from counts alone. */
function agreeOnRates(of: { overall: Measured; groups: Measured[]; rates: z.infer<typeof rates> }, what: string) {
  const got = groupGaps(of.groups.map(groupCounts));
  for (const [index, { selection, truePositive, falsePositive }] of got.rates.entries()) {
    for (const [name, value] of Object.entries({ selection_rate: selection, true_positive_rate: truePositive, false_positive_rate: falsePositive }))
      near(value, of.groups[index]?.metrics[oracle.order.metrics.indexOf(name)], `${what}, group ${index}: ${name}`);
  }
  const overall = groupGaps([groupCounts(of.overall)]).rates[0]?.falsePositive;
  const falsePositive = gap(got.rates.map((group) => group.falsePositive), overall);
  const all = Object.fromEntries([
    ...named('selection_rate', got.demographicParity),
    ...named('true_positive_rate', got.equalOpportunity),
    ...named('false_positive_rate', falsePositive),
  ]);
  expect(Object.keys(all).sort()).toEqual([...oracle.order.rates].sort());
  for (const [index, name] of oracle.order.rates.entries()) near(all[name], of.rates.gaps[index], `${what}: ${name}`);
  return { ...got, falsePositive };
}

function agreeOnParity(of: z.infer<typeof expected>, what: string): void {
  const { demographicParity, equalOpportunity, equalizedOdds, falsePositive } = agreeOnRates(of, what);
  if (of.parity === undefined) return;
  const both: GroupGap = {
    difference: mean(equalOpportunity.difference, falsePositive.difference),
    ratio: mean(equalOpportunity.ratio, falsePositive.ratio),
    differenceToOverall: mean(equalOpportunity.differenceToOverall, falsePositive.differenceToOverall),
    ratioToOverall: mean(equalOpportunity.ratioToOverall, falsePositive.ratioToOverall),
  };
  const all = Object.fromEntries([
    ...named('demographic_parity', demographicParity),
    ...named('equal_opportunity', equalOpportunity),
    ...named('equalized_odds', equalizedOdds, ' worst_case'),
    ...named('equalized_odds', both, ' mean'),
  ]);
  expect(Object.keys(all).sort()).toEqual(Object.keys(of.parity.gaps).sort());
  for (const [name, value] of Object.entries(of.parity.gaps)) near(all[name], value, `${what}: ${name}`);
}

function ofClasses(name: string, matrix: metrics.ConfusionMatrix): metrics.MetricValue {
  const metric = metrics.classificationMetrics.get(name);
  if (metric === undefined) throw new Error(`${name} is no metric of classes`);
  return metric.compute(metrics.classTotals(matrix), 1);
}

/** Every metric of the rows of one group, by packages/metrics. */
function agreeOnMetrics({ label, predicted, score }: Table, rows: readonly number[], of: Measured, what: string): void {
  const labels = Uint8Array.from(rows, (row) => label[row] ?? 0);
  const scores = Float64Array.from(rows, (row) => (score[row] ?? 0) / 100);
  const matrix = metrics.confusionMatrix(labels, Uint8Array.from(rows, (row) => predicted[row] ?? 0), 2);
  expect(Array.from(matrix.counts), `${what}: counts`).toEqual(of.counts);
  const values: Readonly<Record<string, metrics.MetricValue>> = {
    ...Object.fromEntries(['accuracy', 'precision', 'recall', 'f1'].map((name) => [name, ofClasses(name, matrix)])),
    roc_auc: metrics.rocAuc(labels, scores),
    log_loss: metrics.binaryLogLoss(labels, scores),
  };
  for (const [name, value] of Object.entries(values)) {
    const at = oracle.order.metrics.indexOf(name);
    if (at < of.metrics.length) near('value' in value ? value.value : undefined, of.metrics[at], `${what}: ${name}`);
  }
}

test('the file has what it should', () => {
  const { tables, census } = oracle;
  const controlled = tables.flatMap((table) => table.expected.controlled ?? []);
  expect([tables.length, tables.filter((table) => table.expected.parity !== undefined).length, census.length]).toEqual([210, 30, 9]);
  // enough of what is hard: groups that a control level lacks, rates that are undefined where fairlearn says 0
  expect(controlled.filter(({ empty }) => empty.length > 0).length).toBeGreaterThan(20);
  expect(controlled.flatMap((inside) => inside.groups).filter((group) => group.substituted !== undefined).length).toBeGreaterThan(100);
});

test.each(oracle.tables)('$id', (table) => {
  const rows = [...table.label.keys()];
  const { overall, groups: all, controlled } = table.expected;
  agreeOnMetrics(table, rows, overall, 'all rows');
  for (const one of all) agreeOnMetrics(table, rows.filter((row) => table.group[row] === Number(one.group)), one, `group ${one.group}`);
  agreeOnParity(table.expected, 'all rows');
  for (const inside of controlled ?? []) {
    const within = rows.filter((row) => table.control[row] === Number(inside.control));
    for (const one of inside.groups)
      agreeOnMetrics(table, within.filter((row) => table.group[row] === Number(one.group)), one, `control ${inside.control}, group ${one.group}`);
    agreeOnRates(inside, `control ${inside.control}`);
  }
});

test.each(oracle.census)('census-income: $model by $by', ({ expected: of }) => {
  agreeOnParity(of, 'all rows');
  for (const inside of of.controlled ?? []) agreeOnRates(inside, inside.control);
});

describe('where fairlearn gives a number and there is none', () => {
  const table = (id: string) => {
    const found = oracle.tables.find((one) => one.id === id);
    if (found === undefined) throw new Error(`${id} is not in the oracle's file`);
    return found.expected;
  };

  test('a group without positives: its true positive rate is 0 there, and open here', () => {
    const of = table('a-group-without-positives');
    expect(of.groups[0]?.substituted).toEqual({ true_positive_rate: 0 });
    expect(of.parity?.substituted?.['equal_opportunity ratio between_groups']).toBe(0);
    expect(groupGaps(of.groups.map(groupCounts)).equalOpportunity.ratio).toBeUndefined();
  });

  test('a group without a row under a control: left out there, and here for the caller to leave out', () => {
    const [first, second] = table('a-group-that-a-control-lacks').controlled ?? [];
    expect([first?.empty, second?.empty]).toEqual([[], ['1', '2']]);
    const empty = { trueNegatives: 0, falsePositives: 0, falseNegatives: 0, truePositives: 0 };
    expect(groupGaps([...(second?.groups ?? []).map(groupCounts), empty]).demographicParity.difference).toBeUndefined();
  });
});
