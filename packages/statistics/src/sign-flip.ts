import { requireCount, requireFiniteColumn } from './argument.ts';
import { allSums, FlipTable } from './flip-table.ts';
import { Random } from './random.ts';

export interface SignFlipOptions {
  /** Random flips where there are too many signs to try them all; default 9,999. */
  readonly replicates?: number;
  /** At least 16 hexadecimal digits. */
  readonly seed: string;
}

/** Permutation test of "the differences are as often one way as the other, by size". */
export interface SignFlip {
  readonly mean: number;
  /** Two-sided: flips whose absolute mean is at least the observed one. */
  readonly p: number;
  /** One-sided: of a mean so high, of one so low. */
  readonly greater: number;
  readonly less: number;
  /** `exact` tries all 2ⁿ signs; `sampled` counts the observed ones among its replicates (p is never 0). */
  readonly method: 'exact' | 'sampled';
}

/**
 * Sign-flip permutation test for paired differences; for clusters pass the sums of the clusters.
 *
 * @param differences finite numbers, candidate − champion; at least one
 * @returns all p-values 1 when every difference is 0. Up to 20 differences that are not 0 are exact; zeros change nothing
 * @throws RangeError when a difference is not finite or there is none, or replicates or seed are wrong
 * Source: Fisher (1935), The Design of Experiments, section 21; Phipson and Smyth (2010), Statistical Applications in
 * Genetics and Molecular Biology 9:39, for (1 + count)/(1 + replicates).
 */
export function signFlipTest(differences: ArrayLike<number>, options: SignFlipOptions): SignFlip {
  requireCount('number of differences', differences.length, 1);
  requireFiniteColumn('differences', differences);
  const replicates = options.replicates ?? 9999;
  requireCount('replicates', replicates, 1);
  const random = new Random(options.seed);
  const sizes = Float64Array.from(differences).filter((difference) => difference !== 0);
  const total = sum(sizes);
  const mean = total / differences.length;
  if (sizes.length === 0) return { mean: 0, p: 1, greater: 1, less: 1, method: 'exact' };

  const tally = new Tally(total, 1e-12 * sum(sizes.map(Math.abs)));
  if (sizes.length > MOST_EXACT) {
    tally.count(total); // the observed signs are one of the flips
    const table = new FlipTable(sizes);
    for (let replicate = 0; replicate < replicates; replicate++) tally.count(table.draw(random));
    return { mean, ...tally.shares(), method: 'sampled' };
  }
  // Sums of both halves: every total is then one addition, and rounding does not pile up along an enumeration.
  const half = sizes.length >> 1;
  const first = allSums(sizes.subarray(0, half));
  const second = allSums(sizes.subarray(half));
  for (let i = 0; i < first.length; i++) {
    for (let j = 0; j < second.length; j++) tally.count((first[i] ?? 0) + (second[j] ?? 0));
  }
  return { mean, ...tally.shares(), method: 'exact' };
}

const MOST_EXACT = 20;

/** Flips as extreme as the observed sum, but for rounding. */
class Tally {
  private all = 0;
  private twoSided = 0;
  private atLeast = 0;
  private atMost = 0;
  private readonly observed: number;
  private readonly rounding: number;

  constructor(observed: number, rounding: number) {
    this.observed = observed;
    this.rounding = rounding;
  }

  count(flipped: number): void {
    this.all++;
    if (Math.abs(flipped) >= Math.abs(this.observed) - this.rounding) this.twoSided++;
    if (flipped >= this.observed - this.rounding) this.atLeast++;
    if (flipped <= this.observed + this.rounding) this.atMost++;
  }

  shares(): Pick<SignFlip, 'p' | 'greater' | 'less'> {
    return { p: this.twoSided / this.all, greater: this.atLeast / this.all, less: this.atMost / this.all };
  }
}

function sum(values: Float64Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i] ?? 0;
  return total;
}
