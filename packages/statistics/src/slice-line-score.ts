import type { SliceLiteral, SliceTotals } from './slice-line-rows.ts';

export interface FoundSlice {
  /** All of them hold; ascending by feature. */
  readonly literals: readonly SliceLiteral[];
  /** > 0. */
  readonly score: number;
  readonly rows: number;
  readonly errorSum: number;
  readonly meanError: number;
  readonly maxError: number;
}

/** What scores are relative to. */
export interface ScoreScale {
  readonly alpha: number;
  /** All rows. */
  readonly rows: number;
  /** Of all rows, > 0. */
  readonly meanError: number;
  readonly leastRows: number;
}

/** The best so far, in the order of `sliceLine`. */
export class BestSlices {
  private readonly slices: FoundSlice[] = [];
  private readonly top: number;
  private readonly scale: ScoreScale;

  constructor(top: number, scale: ScoreScale) {
    this.top = top;
    this.scale = scale;
  }

  /** Whether a slice whose score is at most `bound` could be among the best. One of equal score could, by its rows. */
  admits(bound: number): boolean {
    return bound > 0 && bound >= this.least();
  }

  offer(literals: readonly SliceLiteral[], { rows, errorSum, maxError }: SliceTotals): void {
    const score = scoreOf(this.scale, rows, errorSum);
    if (!(score > 0 && score >= this.least())) return;
    const slice: FoundSlice = {
      literals: literals.map(({ feature, code }) => ({ feature, code })).sort((a, b) => a.feature - b.feature),
      score,
      rows,
      errorSum,
      meanError: errorSum / rows,
      maxError,
    };
    const place = this.slices.findIndex((other) => inOrder(slice, other) < 0);
    this.slices.splice(place < 0 ? this.slices.length : place, 0, slice);
    if (this.slices.length > this.top) this.slices.pop();
  }

  found(): readonly FoundSlice[] {
    return this.slices;
  }

  private least(): number {
    return this.slices[this.top - 1]?.score ?? 0;
  }
}

function scoreOf({ alpha, rows: all, meanError }: ScoreScale, rows: number, errorSum: number): number {
  return alpha * (errorSum / rows / meanError - 1) - (1 - alpha) * (all / rows - 1);
}

/**
 * No slice whose rows, error sum and largest error are at most these, and which has the least rows, scores more.
 *
 * A slice of s rows has an error sum of at most min(s maxError, errorSum). The score of that rises with s up to
 * errorSum/maxError and is monotone from there on, so its largest value is at that point or at an end of the range.
 */
export function boundOf(scale: ScoreScale, { rows, errorSum, maxError }: SliceTotals): number {
  const { leastRows } = scale;
  const turn = maxError > 0 ? Math.min(rows, Math.max(leastRows, errorSum / maxError)) : rows;
  return Math.max(
    mostAt(scale, leastRows, errorSum, maxError),
    mostAt(scale, turn, errorSum, maxError),
    mostAt(scale, rows, errorSum, maxError),
  );
}

function mostAt(scale: ScoreScale, rows: number, errorSum: number, maxError: number): number {
  const gain = (scale.alpha * Math.min(maxError, errorSum / rows)) / scale.meanError;
  const loss = (1 - scale.alpha) * (scale.rows / rows - 1);
  // Sums of many errors are rounded in the parts and in the whole: the bound gives way by more than that.
  return gain - scale.alpha - loss + 1e-9 * (gain + loss + 1);
}

/** A total order: no two slices have the same conditions. */
function inOrder(a: FoundSlice, b: FoundSlice): number {
  return b.score - a.score || b.rows - a.rows || a.literals.length - b.literals.length || byLiterals(a, b);
}

function byLiterals(a: FoundSlice, b: FoundSlice): number {
  for (const [i, one] of a.literals.entries()) {
    const other = b.literals[i] ?? one;
    const difference = one.feature - other.feature || one.code - other.code;
    if (difference !== 0) return difference;
  }
  return 0;
}
