export {
  type BootstrapEstimate,
  type BootstrapMaterial,
  type BootstrapMethod,
  bootstrapInterval,
  type DegenerateReason,
  jackknifeAcceleration,
  type Resampling,
} from './bootstrap-interval.ts';
export { type BootstrapEstimates, type CellBootstrapInput, cellBootstrap } from './cell-bootstrap.ts';
export {
  betaQuantile,
  binomialCdf,
  binomialSf,
  normalCdf,
  normalQuantile,
  normalSf,
  tCdf,
  tQuantile,
  tSf,
} from './distribution.ts';
export { type IndependentCounts, miettinenNurminenInterval } from './independent-difference.ts';
export { type Interval, oneSidedAlpha } from './interval.ts';
export { type McnemarResult, mcnemar, mcnemarWorseMidP } from './mcnemar.ts';
export {
  type OrderStatisticInterval,
  type OrderStatisticRanks,
  orderStatisticInterval,
  orderStatisticRanks,
} from './order-statistic.ts';
export type { PairedCounts } from './paired-counts.ts';
export { agrestiMinInterval, newcombeInterval, pairedWaldInterval } from './paired-difference.ts';
export {
  type Moments,
  momentsOf,
  type PairedMean,
  pairedMean,
  pairedMeanNonInferiorityP,
  rareDropBound,
  withRow,
} from './paired-mean.ts';
export {
  detectableDifference,
  minimumDetectableDifference,
  type Plan,
  rowsForDistance,
  rowsToDetectDifference,
  rowsToProveMargin,
  rowsWithoutLoss,
  smallestProvableMargin,
} from './power.ts';
export { clopperPearsonInterval, jeffreysInterval, wilsonInterval } from './proportion.ts';
export { quantileOfSorted } from './quantile.ts';
export {
  type QuantileBootstrap,
  type QuantileBootstrapInput,
  quantileDifferenceBootstrap,
} from './quantile-bootstrap.ts';
export { Random } from './random.ts';
export { type RowBootstrapInput, rowBootstrap } from './row-bootstrap.ts';
export { tangoInterval, tangoNonInferiorityP, tangoZ } from './tango.ts';
