import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as z from 'zod';
import * as metrics from '../../packages/metrics/src/index.ts';

const numbers = z.array(z.number()).transform((values) => Float64Array.from(values));
const weight = numbers.nullable().transform((values) => values ?? undefined);
const digits = z.string().regex(/^\d+$/).transform((text) => Uint8Array.from(text, Number));
const expected = z.record(z.string(), z.number().nullable());
const base = z.object({ id: z.string(), weight, expected });
const document = z.object({
  confusion: z.array(base.extend({ classes: z.int(), label: digits, predicted: digits })),
  scored: z.array(base.extend({ label: digits, score: numbers })),
  multiclass: z.array(base.extend({ label: digits, probability: z.array(numbers) })),
  regression: z.array(base.extend({ truth: numbers, predicted: numbers })),
  retrieval: z.array(
    z.object({
      id: z.string(),
      queries: z.array(z.array(z.tuple([z.number().nullable(), z.number().nullable()]))),
      expected: z.record(z.string(), z.array(z.number().nullable())),
    }),
  ),
  answers: z.array(
    z.object({
      prediction: z.string(),
      answers: z.array(z.string()),
      normalized: z.string(),
      expected: z.array(z.tuple([z.number(), z.number()]).nullable()),
    }),
  ),
});
const oracle = document.parse(JSON.parse(readFileSync(new URL('metrics.json', import.meta.url), 'utf8')));

/** 1e-9, relative above 1; null is undefined on both sides. */
function near(actual: number | null, of: number | null | undefined, what: string): void {
  if (of === undefined) throw new Error(`${what}: not in the oracle's file`);
  if (of === null || actual === null) expect(actual, what).toBe(of);
  else expect(Math.abs(actual - of), `${what}: ${actual}, oracle ${of}`).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(of)));
}

/** Holds the values to the oracle's, and that neither side has a name which the other lacks. */
function agree(actual: Readonly<Record<string, metrics.MetricValue>>, of: Readonly<Record<string, number | null>>): void {
  expect(Object.keys(actual).sort()).toEqual(Object.keys(of).sort());
  for (const [name, value] of Object.entries(actual)) near('value' in value ? value.value : null, of[name], name);
}

test('the file has what it should', () => {
  const counts = Object.entries(oracle).map(([name, cases]) => [name, cases.length]);
  expect(counts).toEqual([['confusion', 39], ['scored', 51], ['multiclass', 34], ['regression', 41], ['retrieval', 16], ['answers', 20]]);
});

test.each(oracle.confusion)('confusion $id', ({ classes, label, predicted, weight: weights, expected: of }) => {
  const matrix = metrics.confusionMatrix(label, predicted, classes, weights);
  const totals = metrics.classTotals(matrix);
  agree(
    {
      matthews_corrcoef: metrics.matthewsCorrcoef(matrix),
      cohen_kappa_none: metrics.cohenKappa(matrix),
      cohen_kappa_linear: metrics.cohenKappa(matrix, 'linear'),
      cohen_kappa_quadratic: metrics.cohenKappa(matrix, 'quadratic'),
      jaccard_macro: metrics.jaccardAveraged(totals, 'macro'),
      jaccard_micro: metrics.jaccardAveraged(totals, 'micro'),
      jaccard_weighted: metrics.jaccardAveraged(totals, 'weighted'),
      jaccard_class_1: metrics.jaccard(totals, 1),
    },
    of,
  );
});

const binned = (['equal-width', 'equal-mass'] as const).flatMap((binning) => [5, 10, 15].map((bins) => ({ binning, bins })));

test.each(oracle.scored)('scored $id', ({ label, score, weight: weights, expected: of }) => {
  agree(
    {
      roc_auc: metrics.rocAuc(label, score, weights),
      average_precision: metrics.averagePrecision(label, score, weights),
      log_loss: metrics.binaryLogLoss(label, score, weights),
      brier_score_loss: metrics.binaryBrierScoreLoss(label, score, weights),
      ...Object.fromEntries(
        binned.map((options) => [`${options.binning}-${options.bins}`, metrics.expectedCalibrationError(label, score, options, weights)]),
      ),
    },
    of,
  );
});

test.each(oracle.scored)('scored $id, as two classes', ({ label, score, weight: weights, expected: of }) => {
  const columns = [score.map((p) => 1 - p), score];
  const both = { log_loss: metrics.logLoss(label, columns, weights), brier_score_loss: metrics.brierScoreLoss(label, columns, weights) };
  for (const [name, value] of Object.entries(both)) near('value' in value ? value.value : null, of[name], name);
});

test.each(oracle.multiclass)('multiclass $id', ({ label, probability, weight: weights, expected: of }) => {
  const top = metrics.topLabel(label, probability);
  agree(
    {
      ovr_macro: metrics.rocAucOneVsRest(label, probability, 'macro', weights),
      ovr_weighted: metrics.rocAucOneVsRest(label, probability, 'weighted', weights),
      ovo_macro: metrics.rocAucOneVsOne(label, probability, 'macro'),
      ovo_weighted: metrics.rocAucOneVsOne(label, probability, 'weighted'),
      log_loss: metrics.logLoss(label, probability, weights),
      brier_score_loss: metrics.brierScoreLoss(label, probability, weights),
      calibration: metrics.expectedCalibrationError(top.hits, top.confidence, {}, weights),
      ...Object.fromEntries(probability.map((_, k) => [`top_${k + 1}`, metrics.topKAccuracy(label, probability, k + 1, weights)])),
    },
    of,
  );
});

test.each(oracle.regression)('regression $id', ({ truth, predicted, weight: weights, expected: of }) => {
  agree(
    {
      mean_absolute_error: metrics.meanAbsoluteError(truth, predicted, weights),
      mean_squared_error: metrics.meanSquaredError(truth, predicted, weights),
      root_mean_squared_error: metrics.rootMeanSquaredError(truth, predicted, weights),
      median_absolute_error: metrics.medianAbsoluteError(truth, predicted, weights),
      mean_absolute_percentage_error: metrics.meanAbsolutePercentageError(truth, predicted, weights),
      r2: metrics.r2(truth, predicted, weights),
      d2_absolute_error_score: metrics.d2AbsoluteErrorScore(truth, predicted, weights),
      ...Object.fromEntries([0.1, 0.25, 0.5, 0.9].map((alpha) => [`pinball-${alpha}`, metrics.meanPinballLoss(truth, predicted, alpha, weights)])),
      ...Object.fromEntries([0.1, 0.25, 0.5, 0.9].map((alpha) => [`d2-pinball-${alpha}`, metrics.d2PinballScore(truth, predicted, alpha, weights)])),
    },
    of,
  );
});

test.each(oracle.retrieval)('retrieval $id', ({ queries, expected: of }) => {
  const rows = queries.flat();
  const retrieval = {
    starts: Uint32Array.from([0, ...queries.map((_, query) => queries.slice(0, query + 1).flat().length)]),
    scores: Float64Array.from(rows, ([score]) => score ?? Number.NaN),
    relevance: Float64Array.from(rows, ([, grade]) => grade ?? Number.NaN),
  };
  const ranked = metrics.rankQueries(retrieval, { ties: 'rows' });
  const strict = metrics.rankQueries(retrieval, { ties: 'rows', relevantFrom: 2 });
  const atCut = { hit_rate: metrics.hitRateAt, recall: metrics.recallAt, precision: metrics.precisionAt, map: metrics.averagePrecisionAt };
  const actual = Object.fromEntries([
    ['mrr', metrics.reciprocalRank(ranked)],
    ['map', metrics.averagePrecisionAt(ranked)],
    ['ndcg', metrics.ndcgAt(ranked, 'linear')],
    ...[1, 3, 5, 10].flatMap((k) => [
      ...Object.entries(atCut).flatMap(([name, metric]) => [
        [`${name}@${k}`, metric(ranked, k)] as const,
        [`${name}@${k} from 2`, metric(strict, k)] as const,
      ]),
      [`ndcg@${k}`, metrics.ndcgAt(ranked, 'linear', k)] as const,
      [`exponential ndcg@${k}`, metrics.ndcgAt(ranked, 'exponential', k)] as const,
    ]),
  ]);
  expect(Object.keys(actual).sort()).toEqual(Object.keys(of).sort());
  for (const [name, values] of Object.entries(actual)) {
    expect(values.length, name).toBe(queries.length);
    for (const [query, value] of values.entries()) near(Number.isNaN(value) ? null : value, of[name]?.[query], `${name}, query ${query}`);
  }
});

test.each(oracle.answers)('answer $prediction', ({ prediction, answers, normalized, expected: of }) => {
  expect(metrics.normalizedAnswer(prediction)).toBe(normalized);
  for (const [index, version] of (['1.1', '2.0'] as const).entries()) {
    const exact = metrics.exactMatch([prediction], [answers], version);
    const f1 = metrics.tokenF1([prediction], [answers], version);
    const [ofExact, ofF1] = of[index] ?? [null, null];
    near('value' in exact ? exact.value : null, ofExact, `exact match ${version}`);
    near('value' in f1 ? f1.value : null, ofF1, `F1 ${version}`);
  }
});
