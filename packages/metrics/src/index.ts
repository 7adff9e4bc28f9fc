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
export type { ClassTotals, MetricValue } from './class-totals.ts';
export { type ConfusionMatrix, classTotals, confusionMatrix } from './confusion-matrix.ts';
export { d2AbsoluteErrorScore, d2PinballScore, r2 } from './determination.ts';
export { type MetricsFile, metricOf, parseMetricsFile } from './metrics-file.ts';
export { binaryBrierScoreLoss, binaryLogLoss, brierScoreLoss, logLoss } from './probability-score.ts';
export { type RankedQueries, type RankingOptions, type Retrieval, rankQueries } from './ranked-queries.ts';
export {
  type ClassificationMetric,
  classificationMetrics,
  isShare,
  knownDirection,
  lookUpMetric,
  type MetricLookup,
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
export { type AucAverage, rocAuc, rocAucOneVsOne, rocAucOneVsRest } from './roc-auc.ts';
export { topKAccuracy } from './top-k-accuracy.ts';
export { weightedQuantile } from './weighted-quantile.ts';
