import { requireCount, requireFiniteColumn, requirePositive } from './argument.ts';

/** What a leaderboard remembers of the submissions so far. */
export interface LadderState {
  /** The loss that everybody sees, that of the best submission, rounded; Infinity before the first. */
  readonly released: number;
  /** Losses of that submission's rows; needed by the ladder without a step only. */
  readonly losses: Float64Array | undefined;
}

export const startLadder: LadderState = { released: Infinity, losses: undefined };

/**
 * A leaderboard that can be asked often: a submission's loss is shown only if it is better than the best one so far by
 * more than chance makes of it, and otherwise the best one is shown again. So most submissions learn one bit at most.
 *
 * With a step the improvement must exceed it and the loss is rounded to it. Without, it must exceed the standard error
 * of the paired difference to the best submission, and the loss is rounded to a multiple of 1/n.
 *
 * @param losses one finite loss a row, the same rows in the same order each time, at least 2 without a step
 * @param step   eta > 0; undefined for the ladder without parameters
 * @returns the state after this submission; `released` is what may be told, also when it has not changed
 * @throws RangeError when an argument is out of range
 * Source: Blum and Hardt (2015), ICML, algorithms 1 (a step) and 3 (parameter-free).
 */
export function climb(state: LadderState, losses: ArrayLike<number>, step?: number): LadderState {
  const rows = losses.length;
  requireCount('number of losses', rows, step === undefined ? 2 : 1);
  requireFiniteColumn('losses', losses);
  if (step !== undefined) requirePositive('step', step);
  let sum = 0;
  for (let row = 0; row < rows; row++) sum += losses[row] ?? 0;
  const mean = sum / rows;
  if (!(mean < state.released - (step ?? standardError(losses, state.losses)))) return state;
  const released = step === undefined ? Math.round(sum) / rows : Math.round(mean / step) * step;
  return { released, losses: Float64Array.from(losses) };
}

/** Of the mean paired difference (divisor n − 1); 0 for the first submission, which has nothing to beat. */
function standardError(losses: ArrayLike<number>, best: Float64Array | undefined): number {
  if (best === undefined) return 0;
  if (best.length !== losses.length) {
    throw new RangeError(`every submission needs the same ${best.length} rows, got ${losses.length}`);
  }
  const differences = best.map((loss, row) => (losses[row] ?? 0) - loss);
  const mean = differences.reduce((sum, one) => sum + one, 0) / differences.length;
  const squares = differences.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  return Math.sqrt(squares / (differences.length - 1) / differences.length);
}
