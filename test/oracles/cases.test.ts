import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { classificationMetrics } from '../../packages/metrics/src/index.ts';
import {
  mcnemar,
  momentsOf,
  normalSf,
  pairedMean,
  quantileOfSorted,
  tangoInterval,
  tangoNonInferiorityP,
  tangoZ,
  wilsonInterval,
} from '../../packages/statistics/src/index.ts';

const bounds = z.tuple([z.number(), z.number()]);
const values = z.record(z.string(), z.number().nullable());
const digits = z.string().regex(/^\d+$/).transform((text) => Uint8Array.from(text, Number));
const document = z.object({
  cases: z.array(
    z.object({
      id: z.string(),
      level: z.number(),
      margin: z.number(),
      label: digits,
      champion: digits,
      candidate: digits,
      positive: z.int().nullable(),
      metrics: z.object({ champion: values, candidate: values }),
      pairs: z.array(
        z.object({
          wins: z.int(),
          losses: z.int(),
          examples: z.int(),
          tango: bounds,
          tangoZ: z.number().nullable(),
          mcnemar: z.object({ statistic: z.number(), asymptotic: z.number(), exact: z.number(), midP: z.number() }),
        }),
      ),
      wilson: z.object({ successes: z.int(), trials: z.int(), interval: bounds }),
      before: z.array(z.number()),
      after: z.array(z.number()),
      pairedT: z.object({ mean: z.number(), interval: bounds.nullable(), t: z.number().nullable(), p: z.number().nullable() }),
      quantiles: z.record(z.string(), bounds),
    }),
  ),
});
const { cases } = document.parse(JSON.parse(readFileSync(new URL('cases.json', import.meta.url), 'utf8')));

/** 1e-9, relative above 1. */
function near(actual: number | undefined, expected: number, what: string): void {
  const tolerance = 1e-9 * Math.max(1, Math.abs(expected));
  expect(Math.abs((actual ?? Number.NaN) - expected), `${what}: ${actual}, oracle ${expected}`).toBeLessThanOrEqual(tolerance);
}

function nearBounds(actual: { readonly lower: number; readonly upper: number }, expected: readonly [number, number], what: string): void {
  near(actual.lower, expected[0], `${what}, lower`);
  near(actual.upper, expected[1], `${what}, upper`);
}

function totals(label: Uint8Array, predicted: Uint8Array) {
  const found = { rows: label.length, actual: new Float64Array(10), predicted: new Float64Array(10), correct: new Float64Array(10) };
  for (const [row, actual] of label.entries()) {
    const guess = predicted[row] ?? 0;
    found.actual[actual] = (found.actual[actual] ?? 0) + 1;
    found.predicted[guess] = (found.predicted[guess] ?? 0) + 1;
    if (actual === guess) found.correct[actual] = (found.correct[actual] ?? 0) + 1;
  }
  return found;
}

test('80 cases: nothing of the file is left out', () => {
  expect(cases).toHaveLength(80);
  expect(new Set(cases.flatMap((one) => Object.keys(one.metrics.candidate)))).toEqual(new Set(classificationMetrics.keys()));
});

test.each(cases)('$id: metrics as scikit-learn has them', ({ label, positive, metrics, ...models }) => {
  for (const side of ['champion', 'candidate'] as const) {
    for (const [name, expected] of Object.entries(metrics[side])) {
      const value = classificationMetrics.get(name)?.compute(totals(label, models[side]), positive ?? -1);
      if (value === undefined) throw new Error(`no metric ${name}`);
      const got = 'value' in value ? value.value : null;
      if (expected === null || got === null) expect(got, `${side} ${name}`).toBe(expected);
      else near(got, expected, `${side} ${name}`);
    }
  }
});

test.each(cases)('$id: Tango, McNemar, Wilson', ({ level, margin, pairs, wilson }) => {
  for (const { wins, losses, examples, ...expected } of pairs) {
    const counts = { wins, losses, examples };
    const what = JSON.stringify(counts);
    nearBounds(tangoInterval(counts, level), expected.tango, `Tango ${what}`);
    const score = tangoZ(counts, -margin);
    if (expected.tangoZ === null) expect(Number.isFinite(score)).toBe(false);
    else {
      near(score, expected.tangoZ, `z ${what}`);
      near(tangoNonInferiorityP(counts, margin), normalSf(expected.tangoZ), `p ${what}`);
    }
    const got = mcnemar(wins, losses);
    for (const key of ['statistic', 'asymptotic', 'exact', 'midP'] as const) near(got[key], expected.mcnemar[key], `McNemar ${key} ${what}`);
  }
  nearBounds(wilsonInterval(wilson.successes, wilson.trials, level), wilson.interval, 'Wilson');
});

test.each(cases)('$id: paired t and quantiles', ({ level, before, after, pairedT, quantiles }) => {
  const got = pairedMean(momentsOf(after.map((value, row) => value - (before[row] ?? Number.NaN))), level);
  near(got.estimate, pairedT.mean, 'mean');
  const { interval, t, p } = pairedT;
  if (interval === null || t === null || p === null) expect(got.kind).toBe('degenerate');
  else {
    if (got.kind !== 'interval') throw new Error(got.reason);
    nearBounds(got.interval, interval, 'paired t');
    near(got.t, t, 't');
    near(got.p, p, 'p');
  }
  const sorted = [before, after].map((column) => Float64Array.from(column).sort());
  for (const [probability, expected] of Object.entries(quantiles)) {
    for (const [index, column] of sorted.entries()) {
      near(quantileOfSorted(column, Number(probability)), expected[index] ?? Number.NaN, `quantile ${probability}`);
    }
  }
});
