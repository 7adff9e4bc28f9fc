import { requireCount, requireFiniteColumn } from './argument.ts';
import { evaluate, join, type PartSlice } from './slice-line-join.ts';
import { type BasicSlice, basicSlices, LiteralBits, requireRows, type SliceFeature } from './slice-line-rows.ts';
import { BestSlices, boundOf, type FoundSlice, type ScoreScale } from './slice-line-score.ts';

export interface SliceLineInput {
  /** How wrong the model is on each row; finite, ≥ 0. */
  readonly errors: Float64Array;
  readonly features: readonly SliceFeature[];
  /**
   * Weight of the size of the error against the size of the slice, in (0, 1]; default .95, by which the mean error has to
   * be 1.5 times that of all in a slice of a tenth of the rows, and 6.2 times in one of a hundredth, for a score above 0.
   */
  readonly alpha?: number | undefined;
  /** How many slices, ≥ 1; default 5. */
  readonly top?: number | undefined;
  /** Smaller slices are not looked at, ≥ 1; default the larger of 30 and a hundredth of the rows. */
  readonly leastRows?: number | undefined;
  /** Conditions of a slice at most: 1, 2 or 3 (default). */
  readonly mostLiterals?: number | undefined;
  /** Combinations looked at for slices of two conditions, and for those of three; default 1,000,000 each. */
  readonly mostCombinations?: number | undefined;
}

export interface SliceSearch {
  /** Best first; only those of a score above 0, so there may be fewer than were asked for, or none. */
  readonly slices: readonly FoundSlice[];
  /** False when `mostCombinations` ended the search: these are then the best of what was looked at, not of all. */
  readonly exhausted: boolean;
  readonly rows: number;
  readonly meanError: number;
  /** As used. */
  readonly leastRows: number;
  /** Work done for slices of one condition, of two, of three. */
  readonly levels: readonly SliceSearchLevel[];
}

export interface SliceSearchLevel {
  readonly literals: number;
  /** Joined from slices of one condition less. */
  readonly combinations: number;
  /** Of these: not ruled out by what they are parts of, so that their rows were counted. */
  readonly evaluated: number;
}

/**
 * The slices of rows on which a model is most wrong: exactly the `top` best by SliceLine's score
 *
 *   alpha ((mean error of the slice)/(mean error of all) − 1) − (1 − alpha) (n/(rows of the slice) − 1)
 *
 * among all conjunctions of up to `mostLiterals` conditions "feature = code" that hold on `leastRows` rows or more. Of
 * equal scores the slice of more rows comes first, then that of fewer conditions, then by feature and code. Slices may
 * overlap, or be the same rows under two names.
 *
 * A slice is ruled out without counting its rows where the least rows, error sum and largest error of the slices that it
 * is part of bound its score, and those of its parts, below the last of the best so far. A level looks at
 * `mostCombinations` at most, each costs n/32 words of bits; memory is n/8 bytes a condition of `leastRows` rows.
 *
 * Errors of a candidate against a champion: pass `excessErrors`, and read there what the score then means.
 *
 * @returns no slices where all errors are 0
 * @throws RangeError when an argument is out of range, lengths differ, or a code is neither below its feature's size nor
 *   its `none`
 * Source: Sagadeeva and Boehm (2021), SIGMOD, 2290–2299, sections 2–4. Apache SystemDS' own implementation gives the
 * bound the number of columns where the number of rows belongs, so that it misses slices where there are more columns
 * than rows; this is the paper's.
 */
export function sliceLine(input: SliceLineInput): SliceSearch {
  const { errors, features, top, mostLiterals, mostCombinations, ...weights } = withDefaults(input);
  const meanError = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  const scale: ScoreScale = { ...weights, rows: errors.length, meanError };
  const best = new BestSlices(top, scale);
  const basic = meanError > 0 ? basicSlices(errors, features, scale.leastRows) : [];
  for (const slice of basic) best.offer([slice], slice);
  const levels: SliceSearchLevel[] = [{ literals: 1, combinations: basic.length, evaluated: basic.length }];
  const promising = byBound(basic, scale, best);
  const bits = new LiteralBits(errors, features, promising);
  let parts: readonly PartSlice[] = promising.map((slice, i) => ({ ...slice, conditions: [i] }));
  let exhausted = true;
  for (let literals = 2; literals <= mostLiterals; literals++) {
    const { candidates, combinations, complete } = join({ parts, promising, scale, best, mostCombinations });
    const { evaluated, parts: counted } = evaluate(candidates, { promising, scale, best, bits });
    levels.push({ literals, combinations, evaluated });
    exhausted &&= complete;
    parts = counted;
  }
  return { slices: best.found(), exhausted, rows: scale.rows, meanError, leastRows: scale.leastRows, levels };
}

/** Those that can be parts of one of the best, the most promising first. */
function byBound(basic: readonly BasicSlice[], scale: ScoreScale, best: BestSlices): readonly BasicSlice[] {
  return basic
    .map((slice) => ({ slice, bound: boundOf(scale, slice) }))
    .filter(({ bound }) => best.admits(bound))
    .sort((a, b) => b.bound - a.bound)
    .map(({ slice }) => slice);
}

/**
 * What a candidate gets wrong beyond the champion, row by row: max(0, candidate − champion).
 *
 * SliceLine needs errors of at least 0, hence the clipping: a row on which the candidate is better counts as one without
 * harm, not as a gain. Its score then finds slices in which losses grew on many rows, those included in which as many
 * fell. So let the held-out half be judged by the difference itself, in which gains weigh as much as losses: pass
 * `judged` = candidate − champion to `confirmSlices`.
 *
 * @param candidate losses of the candidate, finite
 * @param champion  losses of the champion on the same rows
 * @throws RangeError when lengths differ or a loss is not finite
 */
export function excessErrors(candidate: Float64Array, champion: Float64Array): Float64Array {
  if (candidate.length !== champion.length) {
    throw new RangeError(
      `candidate and champion must be of equal length, got ${candidate.length} and ${champion.length}`,
    );
  }
  requireFiniteColumn('candidate', candidate);
  requireFiniteColumn('champion', champion);
  return candidate.map((loss, row) => Math.max(0, loss - (champion[row] ?? 0)));
}

type Settled = { readonly [Key in keyof SliceLineInput]-?: Exclude<SliceLineInput[Key], undefined> };

function withDefaults(input: SliceLineInput): Settled {
  const rows = input.errors.length;
  requireCount('number of errors', rows, 1);
  requireRows(input.errors, input.features);
  const { alpha = 0.95, top = 5, mostLiterals = 3, mostCombinations = 1_000_000 } = input;
  const leastRows = input.leastRows ?? Math.max(30, Math.ceil(rows / 100));
  if (!(alpha > 0 && alpha <= 1)) throw new RangeError(`alpha must lie in (0, 1], got ${alpha}`);
  requireCount('top', top, 1);
  requireCount('leastRows', leastRows, 1);
  requireCount('mostCombinations', mostCombinations, 1);
  if (![1, 2, 3].includes(mostLiterals)) throw new RangeError(`mostLiterals must be 1, 2 or 3, got ${mostLiterals}`);
  return { errors: input.errors, features: input.features, alpha, top, leastRows, mostLiterals, mostCombinations };
}
