import type { BasicSlice, LiteralBits, SliceTotals } from './slice-line-rows.ts';
import { type BestSlices, boundOf, type ScoreScale } from './slice-line-score.ts';

/** A slice on its way: numbers of its conditions among the promising ones, ascending. */
export interface PartSlice extends SliceTotals {
  readonly conditions: readonly number[];
}

/** A slice whose rows are not counted yet. */
export interface Candidate {
  readonly conditions: readonly number[];
  /** Its score is at most this. */
  readonly bound: number;
}

export interface Join {
  readonly candidates: readonly Candidate[];
  /** Pairs that were looked at. */
  readonly combinations: number;
  /** False when there were more pairs than `mostCombinations`. */
  readonly complete: boolean;
}

export interface JoinInput {
  /** Slices of one condition less, by their last condition, the one before it, … */
  readonly parts: readonly PartSlice[];
  readonly promising: readonly BasicSlice[];
  readonly scale: ScoreScale;
  readonly best: BestSlices;
  readonly mostCombinations: number;
}

/**
 * Slices of one condition more than `parts`, in the same order, without those that cannot be among the best.
 *
 * Two parts that differ in their first condition only are joined; of three conditions, the third pair has to be there
 * too, for what a part is ruled out by rules out what it is part of. As conditions are numbered from the most promising
 * one, an end by `mostCombinations` leaves out the least promising.
 */
export function join({ parts, promising, scale, best, mostCombinations }: JoinInput): Join {
  const pairs = new Map(parts.map((part) => [keyOf(part.conditions, promising.length), part]));
  const candidates: Candidate[] = [];
  let combinations = 0;
  let first = 0;
  for (const [at, part] of parts.entries()) {
    if (part.conditions[1] !== parts[first]?.conditions[1]) first = at;
    for (let before = first; before < at; before++) {
      const other = parts[before] ?? part;
      if (combinations === mostCombinations) return { candidates, combinations, complete: false };
      combinations++;
      const conditions = [other.conditions[0] ?? 0, ...part.conditions];
      const [a = 0, b = 0] = conditions;
      if (promising[a]?.feature === promising[b]?.feature) continue;
      const third = conditions.length === 2 ? part : pairs.get(keyOf([a, b], promising.length));
      if (third === undefined) continue;
      const bound = boundOf(scale, {
        rows: Math.min(part.rows, other.rows, third.rows),
        errorSum: Math.min(part.errorSum, other.errorSum, third.errorSum),
        maxError: Math.min(part.maxError, other.maxError, third.maxError),
      });
      if (best.admits(bound)) candidates.push({ conditions, bound });
    }
  }
  return { candidates, combinations, complete: true };
}

function keyOf([first = 0, second = 0]: readonly number[], literals: number): number {
  return first * literals + second;
}

/**
 * Counts the rows of candidates, the most promising first, until no other one can be among the best.
 *
 * @returns those that may be parts of larger slices, in the order of `candidates`, and how many were counted
 */
export function evaluate(
  candidates: readonly Candidate[],
  { promising, scale, best, bits }: Pick<JoinInput, 'promising' | 'scale' | 'best'> & { readonly bits: LiteralBits },
): { readonly parts: readonly PartSlice[]; readonly evaluated: number } {
  const order = Uint32Array.from(candidates.keys()).sort(
    (a, b) => (candidates[b]?.bound ?? 0) - (candidates[a]?.bound ?? 0),
  );
  const counted: (PartSlice | undefined)[] = candidates.map(() => undefined);
  let evaluated = 0;
  for (const at of order) {
    const candidate = candidates[at];
    if (candidate === undefined || !best.admits(candidate.bound)) break;
    evaluated++;
    const totals = bits.totals(candidate.conditions, scale.leastRows);
    if (totals === undefined) continue;
    counted[at] = { conditions: candidate.conditions, ...totals };
    best.offer(
      candidate.conditions.flatMap((condition) => promising[condition] ?? []),
      totals,
    );
  }
  return { parts: counted.filter((part) => part !== undefined), evaluated };
}
