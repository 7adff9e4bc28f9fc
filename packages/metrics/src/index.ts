export { type ClassDistance, cohenKappa, jaccard, jaccardAveraged, matthewsCorrcoef } from './agreement.ts';
export { exactMatch, normalizedAnswer, type SquadVersion, tokenF1 } from './answer-match.ts';
export { averagePrecision } from './average-precision.ts';
export {
  type Binning,
  type CalibrationOptions,
  expectedCalibrationError,
  type TopLabel,
  topLabel,
} from './calibration-error.ts';
export type { ClassTotals, MetricValue, NotDefined } from './class-totals.ts';
export { type ConfusionMatrix, classTotals, confusionMatrix } from './confusion-matrix.ts';
export { d2AbsoluteErrorScore, d2PinballScore, r2 } from './determination.ts';
export type {
  ClassMetric,
  MeanMetric,
  Metric,
  MetricBase,
  MetricTask,
  PreparedRank,
  QuantileMetric,
  RankMetric,
  RowMetric,
  RowTotals,
  TotalsMetric,
} from './metric.ts';
export type { InputKind, InputOf, MetricInput } from './metric-input.ts';
export { metricValue, totalsOf } from './metric-value.ts';
export { type MetricsFile, metricOf, parseMetricsFile } from './metrics-file.ts';
export { rocAucOneVsOne } from './one-vs-one.ts';
export { binaryBrierScoreLoss, binaryLogLoss, brierScoreLoss, logLoss } from './probability-score.ts';
export { type RankedQueries, type RankingOptions, type Retrieval, rankQueries } from './ranked-queries.ts';
export {
  classificationMetrics,
  type FoundMetric,
  findMetric,
  isShare,
  knownDirection,
  metricNames,
} from './registry.ts';
export {
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanPinballLoss,
  meanSquaredError,
  medianAbsoluteError,
  rootMeanSquaredError,
} from './regression-error.ts';
export {
  averagePrecisionAt,
  type Gain,
  hitRateAt,
  meanOfQueries,
  ndcgAt,
  precisionAt,
  recallAt,
  reciprocalRank,
} from './retrieval-metrics.ts';
export { type AucAverage, rocAuc, rocAucOneVsRest } from './roc-auc.ts';
export { topKAccuracy } from './top-k-accuracy.ts';
export { weightedQuantile } from './weighted-quantile.ts';
export type { RowValues } from './weighted-rows.ts';
