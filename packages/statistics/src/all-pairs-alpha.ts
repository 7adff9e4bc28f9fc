import { normalCdf, normalQuantile, normalSf } from './distribution.ts';

/**
 * One-sided level at which bounds for the differences of any two groups hold together: none of them fails with
 * probability at least 1 − alpha, in all strata. From the distribution of the range of normal values; exact when all groups
 * have the same standard error, on the safe side otherwise.
 *
 * @param sizes number of groups of each stratum, ≥ 2
 * @param alpha in (0, 1)
 * @returns P(Z > q/√2) for the 1 − alpha quantile q of the (largest) range; alpha/2 for two groups
 * Source: Tukey (1953) and Kramer (1956), Biometrics 12, 307–310; Hayter (1984), Annals of Statistics 12, 61–75 (safe
 * for unlike standard errors).
 */
export function allPairsAlpha(sizes: readonly number[], alpha: number): number {
  const logTail = (w: number): number =>
    Math.log(1 - sizes.reduce((product, size) => product * rangeCdf(w, size), 1)) - Math.log(alpha);
  // between one pair, of which the range is √2 |Z|, and Bonferroni over all
  const pairs = sizes.reduce((sum, size) => sum + size * (size - 1), 0);
  let low = -Math.SQRT2 * normalQuantile(alpha);
  let high = -Math.SQRT2 * normalQuantile(alpha / pairs);
  let [above, below] = [logTail(low), logTail(high)];
  // Regula falsi in the Illinois form: Dowell and Jarratt (1971), BIT 11, 168–174
  let side = 0;
  while (high - low > 1e-13 * high && above > 0 && below < 0) {
    const middle = (low * below - high * above) / (below - above);
    const value = logTail(middle);
    if (Math.abs(value) < 1e-13) return normalSf(middle / Math.SQRT2);
    if (value > 0) {
      [low, above] = [middle, value];
      if (side > 0) below /= 2;
    } else {
      [high, below] = [middle, value];
      if (side < 0) above /= 2;
    }
    side = Math.sign(value);
  }
  return normalSf(high / Math.SQRT2);
}

/** P(largest − smallest of n standard normal values ≤ w) = n ∫ φ(z) (Φ(z) − Φ(z − w))ⁿ⁻¹ dz, by the trapezoidal rule. */
function rangeCdf(w: number, n: number): number {
  const step = 0.125;
  let sum = 0;
  for (let z = -9; z <= 9; z += step) {
    sum += Math.exp((-z * z) / 2) * (normalCdf(z) - normalCdf(z - w)) ** (n - 1);
  }
  return (n * sum * step) / Math.sqrt(2 * Math.PI);
}
