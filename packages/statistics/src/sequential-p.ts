import { requireCount, requireInnerProbability } from './argument.ts';

/** How long replicates of a permutation test are drawn. */
export interface SequentialSampling {
  /** The smallest level that p will be compared with: for m tests in Holm's family alpha/m. One-sided, in (0, 1). */
  readonly alpha: number;
  /** At least 16 hexadecimal digits. */
  readonly seed: string;
  /** Enough replicates as extreme as the observed value, h ≥ 1; default 20. */
  readonly exceedances?: number;
  /** Stop here in any case, ≥ 1; default ⌊h/alpha⌋, so that p < alpha exactly when fewer than h are as extreme. */
  readonly mostReplicates?: number;
}

/**
 * p-value of a test by random replicates that stops when it is clear: after h replicates as extreme as the observed
 * value p = h/drawn, and after the most replicates p = (1 + extreme)/(1 + drawn). Valid at every level, P(p ≤ a) ≤ a. A
 * slice that is not worse costs 2 h replicates or so, whatever alpha is.
 *
 * Source: Besag and Clifford (1991), Biometrika 78, 301–304.
 */
export class SequentialP {
  private readonly enough: number;
  private readonly most: number;
  private extreme = 0;
  private drawn = 0;

  /** @throws RangeError when an argument is out of range */
  constructor({ alpha, exceedances = 20, mostReplicates }: SequentialSampling) {
    requireInnerProbability('alpha', alpha);
    requireCount('exceedances', exceedances, 1);
    // rounded: 1/.0001 may come out as 9,999.999999999998
    this.most = mostReplicates ?? Math.floor(exceedances / alpha + 1e-6);
    requireCount('mostReplicates', this.most, 1);
    this.enough = exceedances;
  }

  get isOpen(): boolean {
    return this.extreme < this.enough && this.drawn < this.most;
  }

  get replicates(): number {
    return this.drawn;
  }

  count(isExtreme: boolean): void {
    this.drawn++;
    if (isExtreme) this.extreme++;
  }

  get p(): number {
    return this.extreme >= this.enough ? this.extreme / this.drawn : (1 + this.extreme) / (1 + this.drawn);
  }
}
