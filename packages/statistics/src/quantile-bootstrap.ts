import { requireCount, requireFinite, requireFiniteColumn, requireInnerProbability } from './argument.ts';
import {
  type BootstrapEstimate,
  bootstrapInterval,
  jackknifeAcceleration,
  type Resampling,
} from './bootstrap-interval.ts';
import { type JointCells, jointCells } from './joint-cells.ts';
import { quantilePosition } from './quantile.ts';
import { type ResampledQuantiles, resampledQuantiles } from './quantile-resample.ts';
import { type QuantileWindow, quantileWindow } from './quantile-window.ts';
import { Random } from './random.ts';

export interface QuantileBootstrapInput extends Resampling {
  /** One finite number a row; the same row of both columns is one example. */
  readonly champion: Float64Array;
  readonly candidate: Float64Array;
  /** Which quantile, in (0, 1): .5 the median, .95 p95. */
  readonly probability: number;
  /** Estimates candidate − factor × champion for each; default [1], the difference. 1.1 asks "at most 10 % more". */
  readonly factors?: readonly number[];
}

export interface QuantileBootstrap {
  /** The quantiles of the columns themselves, Hyndman and Fan's type 7. */
  readonly champion: number;
  readonly candidate: number;
  /** One estimate for each factor, all from the same replicates. */
  readonly contrasts: readonly BootstrapEstimate[];
}

/**
 * Paired bootstrap of the difference between the same quantile of two columns.
 *
 * Gives the distribution of plain row resampling without its cost: rows far from the quantile of both columns are
 * resampled by their number alone (see `quantileWindow`), the others by blocks of neighbours, and only the blocks that a
 * replicate's quantiles fall into row by row (see `jointCells`). Should a
 * replicate's quantile ever leave the window, everything starts again with a wider one; no value is guessed. The order
 * of the rows does not matter.
 *
 * @throws RangeError when the columns are empty, of unequal length or not finite, or another argument is out of range
 * Source: Efron and Tibshirani (1993), chapters 8 and 14; the reduction is ours, tested against `rowBootstrap`.
 */
export function quantileDifferenceBootstrap(input: QuantileBootstrapInput): QuantileBootstrap {
  const { champion, candidate, probability, replicates, factors = [1], method = 'bca' } = input;
  const rows = champion.length;
  requireCount('rows', rows, 1);
  if (candidate.length !== rows) {
    throw new RangeError(`champion and candidate must be of equal length, got ${rows} and ${candidate.length}`);
  }
  requireFiniteColumn('champion', champion);
  requireFiniteColumn('candidate', candidate);
  requireInnerProbability('probability', probability);
  requireCount('replicates', replicates, 1);
  for (const factor of factors) requireFinite('factor', factor);

  const { windows, joint, quantiles } = replicate(input, reachOf(rows, probability));
  const [ofChampion, ofCandidate] = windows;
  const withoutX = Float64Array.from(joint.pairX, ofChampion.withoutOneRowOf);
  const withoutY = Float64Array.from(joint.pairY, ofCandidate.withoutOneRowOf);
  return {
    champion: ofChampion.point,
    candidate: ofCandidate.point,
    contrasts: factors.map((factor) =>
      bootstrapInterval({
        point: ofCandidate.point - factor * ofChampion.point,
        values: quantiles.candidate.map((value, i) => value - factor * (quantiles.champion[i] ?? Number.NaN)),
        acceleration: jackknifeAcceleration(
          withoutY.map((value, i) => value - factor * (withoutX[i] ?? Number.NaN)),
          joint.pairCounts,
        ),
        level: input.level,
        method,
      }),
    ),
  };
}

interface Replicates {
  readonly windows: readonly [QuantileWindow, QuantileWindow];
  readonly joint: JointCells;
  readonly quantiles: ResampledQuantiles;
}

/** Eight standard deviations of the quantile's rank: passed once in 10¹⁵ replicates. */
function reachOf(rows: number, probability: number): number {
  return Math.ceil(8 * Math.sqrt(rows * probability * (1 - probability))) + 16;
}

function replicate(input: QuantileBootstrapInput, reach: number): Replicates {
  const { champion, candidate, probability, replicates } = input;
  const windows = [
    quantileWindow(champion, probability, reach),
    quantileWindow(candidate, probability, reach),
  ] as const;
  const joint = jointCells(champion, windows[0], candidate, windows[1]);
  const position = quantilePosition(champion.length, probability);
  const quantiles = resampledQuantiles(joint, windows, position, replicates, new Random(input.seed));
  return quantiles === undefined ? replicate(input, 2 * reach) : { windows, joint, quantiles };
}
