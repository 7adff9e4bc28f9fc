export { ascendingOrder } from './ascending-order.ts';
export { aucBootstrap } from './auc-bootstrap.ts';
export { betaBinomialShrinkage, type ShrunkenShares, type SliceCount } from './beta-binomial-shrinkage.ts';
export {
  type BootstrapEstimate,
  type BootstrapMaterial,
  type BootstrapMethod,
  bootstrapInterval,
  type DegenerateReason,
  jackknifeAcceleration,
  type Resampling,
} from './bootstrap-interval.ts';
export { BURN_WINDOWS, type BurnWindow, burnDetectionTime, burnRate, burns, burnThreshold } from './burn-rate.ts';
export { type CellBootstrapInput, cellBootstrap } from './cell-bootstrap.ts';
export { type CellSwap, type CellSwapInput, cellSwapTest, type SwapCells } from './cell-swap.ts';
export {
  type ClusterBootstrap,
  type ClusterBootstrapInput,
  type ClusterCells,
  clusterBootstrap,
} from './cluster-bootstrap.ts';
export {
  type ClusteredMean,
  type ClusterTotals,
  clusteredMean,
  clusteredMeanNonInferiorityP,
  clusteredRareDropBound,
  clusterTotals,
  LEAST_CLUSTERS,
} from './cluster-mean.ts';
export { type ColumnQuantileBootstrapInput, quantileBootstrap } from './column-quantile-bootstrap.ts';
export {
  boundedMeanSequence,
  distributionBound,
  normalMixtureBound,
  normalMixtureLogE,
  normalMixtureRho,
  proportionSequence,
  type Stitching,
  stitchedBound,
} from './confidence-sequence.ts';
export { type Association, type ChiSquare, chiSquareTest, cramersV } from './contingency.ts';
export type { BootstrapEstimates } from './contrast.ts';
export {
  advanceCounts,
  type CountJudgement,
  type CountPlan,
  type CountState,
  estimatedRatio,
  judgeCounts,
  startCounts,
} from './count-process.ts';
export { type Delong, delong, delongNonInferiorityP, LEAST_CLASS_ROWS, type RankedScores } from './delong.ts';
export { type DesignedMean, type DesignedValues, designedMean, designedRareDropBounds } from './designed-mean.ts';
export {
  type DesignedQuantileInput,
  type DesignedQuantileInterval,
  designedQuantile,
  designedQuantileInterval,
} from './designed-quantile.ts';
export {
  type DesignedQuantileBootstrap,
  type DesignedQuantileBootstrapInput,
  designedQuantileBootstrap,
  type QuantileSide,
  type UnpairedQuantileBootstrapInput,
  unpairedQuantileBootstrap,
} from './designed-quantile-bootstrap.ts';
export { type DesignedRate, designedRate, designedRateDifference } from './designed-rate.ts';
export {
  betaQuantile,
  binomialCdf,
  binomialSf,
  chiSquareSf,
  chiSquareUpperQuantile,
  normalCdf,
  normalQuantile,
  normalSf,
  tCdf,
  tQuantile,
  tSf,
} from './distribution.ts';
export {
  type KolmogorovSmirnov,
  kolmogorovSmirnov,
  type ScaledDistance,
  scaledWassersteinDistance,
  type WeightedSample,
  wassersteinDistance,
} from './distribution-distance.ts';
export {
  jensenShannonDistance,
  jensenShannonDivergence,
  largestShareDifference,
  populationStabilityIndex,
  stabilityIndexNoise,
} from './divergence.ts';
export { type DriftBounds, driftBounds, type HistogramDistance } from './drift-bootstrap.ts';
export { alwaysValidP, betaBinomialLogE, meanLogE, msprtLogE } from './e-value.ts';
export { type GapBounds, gapBounds } from './gap-bound.ts';
export { type GapPermutation, gapPermutation } from './gap-permutation.ts';
export { type GapWidening, gapWidening, type PairedGroup } from './gap-widening.ts';
export {
  type Adaptivity,
  bennettLabels,
  bennettRows,
  effectiveTolerance,
  hoeffdingRows,
  type Reuse,
} from './golden-set-reuse.ts';
export { type Gaps, type GroupCounts, type GroupGap, type GroupRates, gap, groupGaps } from './group-difference.ts';
export type { EmptyGroup, GroupShare, Strata } from './group-share.ts';
export { hallInterval } from './hall-interval.ts';
export { type HeavyTails, heavyTails } from './heavy-tails.ts';
export {
  type IndependentCellsInput,
  type IndependentTotalsInput,
  independentCellsBootstrap,
  independentTotalsBootstrap,
} from './independent-bootstrap.ts';
export { type IndependentCounts, miettinenNurminenInterval } from './independent-difference.ts';
export { type InfluenceInput, type InfluenceInterval, influenceInterval } from './influence-interval.ts';
export { type Interval, oneSidedAlpha } from './interval.ts';
export { climb, type LadderState, startLadder } from './ladder.ts';
export { linearisedTotals } from './linearised-totals.ts';
export { type MannWhitney, type MannWhitneyOptions, mannWhitney } from './mann-whitney.ts';
export { type McnemarResult, mcnemar, mcnemarWorseMidP } from './mcnemar.ts';
export {
  type ClusterMeanBootstrap,
  clusterMeanBootstrap,
  type MeanBootstrapInput,
  meanBootstrap,
} from './mean-bootstrap.ts';
export {
  type DifferenceVariance,
  detectableMeanDifference,
  differenceVariance,
  rowsForMeanDifference,
} from './mean-power.ts';
export type { Measured, MeasuredGroup, NoVariance } from './measured-group.ts';
export { type EstimatedShare, logitInterval, moverDifference } from './mover-difference.ts';
export { benjaminiHochberg, benjaminiYekutieli, bonferroni, hochberg, holm } from './multiple-testing.ts';
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
export { type Combination, mostProven, partialConjunction } from './partial-conjunction.ts';
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
export { Random, streamSeed } from './random.ts';
export { type RatioBounds, ratioBounds } from './ratio-bound.ts';
export { compareRepeats, type RepeatedComparison, type RepeatedScores, varianceForPlan } from './repeats.ts';
export { type RowBootstrapInput, rowBootstrap } from './row-bootstrap.ts';
export type { RowDesign } from './row-design.ts';
export type { SequentialSampling } from './sequential-p.ts';
export { type SequentialSignFlip, type SequentialSignFlipInput, sequentialSignFlip } from './sequential-sign-flip.ts';
export { jamesStein, type Shrunken } from './shrinkage.ts';
export { type SignFlip, type SignFlipOptions, signFlipTest } from './sign-flip.ts';
export { type SignedRank, type SignedRankOptions, wilcoxonSignedRank } from './signed-rank.ts';
export {
  confirmSlices,
  type JudgedSlice,
  type SliceConfirmation,
  type SliceConfirmationInput,
  type SliceOutcome,
} from './slice-confirmation.ts';
export { type HeldOutRows, LEAST_HELD_OUT_ROWS } from './slice-confirmation-held-out.ts';
export { type SliceEffect, sliceEffect } from './slice-effect.ts';
export { excessErrors, type SliceLineInput, type SliceSearch, type SliceSearchLevel, sliceLine } from './slice-line.ts';
export type { SliceFeature, SliceLiteral } from './slice-line-rows.ts';
export type { FoundSlice } from './slice-line-score.ts';
export { type SpreadBounds, spreadBounds } from './spread-bound.ts';
export { type Benchmarked, type SpreadByChance, spreadByChance } from './spread-by-chance.ts';
export { type PairedMeasuredGroup, type SpreadWidening, spreadWidening } from './spread-widening.ts';
export { tangoInterval, tangoNonInferiorityP, tangoZ } from './tango.ts';
export type { TickCounts } from './tick-counts.ts';
export { type TotalsBootstrapInput, totalsBootstrap, type UnitBootstrap } from './totals-bootstrap.ts';
export { pointTotals } from './totals-resample.ts';
export {
  type CellTotalsInput,
  type ColumnTotalsInput,
  type UnitGrouping,
  type UnitTotals,
  unitTotalsOfCells,
  unitTotalsOfColumns,
} from './unit-totals.ts';
export { type UnitBootstrapEstimate, type WeightedBootstrapInput, weightedBootstrap } from './weighted-bootstrap.ts';
export { type UnpairedMeanInput, unpairedMean, type WelchMean, welchMean } from './welch-mean.ts';
