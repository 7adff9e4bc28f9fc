import gammaln from '@stdlib/math-base-special-gammaln';

/**
 * ln B(a, b) for a, b > 0. Large arguments go through Stirling's series, where the difference of three logarithms of
 * gamma would lose what they have in common.
 * Source: Abramowitz and Stegun 6.1.41; the arrangement is that of DiDonato and Morris (1992), ACM TOMS 18:708 (BETALN).
 */
export function logBeta(a: number, b: number): number {
  const small = Math.min(a, b);
  const large = Math.max(a, b);
  const share = small / (small + large);
  if (small >= 10) {
    return (
      HALF_LOG_TWO_PI -
      0.5 * Math.log(large) +
      (small - 0.5) * Math.log(share) +
      large * Math.log1p(-share) +
      stirling(small) +
      stirling(large) -
      stirling(small + large)
    );
  }
  if (large < 10) return gammaln(small) + gammaln(large) - gammaln(small + large);
  const sum = small + large;
  // ln Γ(large) − ln Γ(sum) by the series of both
  const ratio = (large - 0.5) * Math.log1p(-share) - small * Math.log(sum) + small + stirling(large) - stirling(sum);
  return gammaln(small) + ratio;
}

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/** ln Γ(x) − (x − ½) ln x + x − ½ ln 2π, for x ≥ 10. */
function stirling(x: number): number {
  const square = 1 / (x * x);
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - square / 1188) * square) * square) * square) / x;
}

/** ln Σ exp(x): of chances or e-values far outside the range of doubles; −Infinity for none. */
export function logSumExp(logs: readonly number[]): number {
  let highest = -Infinity;
  for (const log of logs) if (log > highest) highest = log;
  if (!Number.isFinite(highest)) return highest;
  let sum = 0;
  for (const log of logs) sum += Math.exp(log - highest);
  return highest + Math.log(sum);
}

/** Riemann's zeta for s > 1, by Euler and Maclaurin's summation. Source: Abramowitz and Stegun 23.2.1 and 23.1.30. */
export function zeta(s: number): number {
  const terms = 16;
  let sum = 0;
  for (let n = 1; n < terms; n++) sum += n ** -s;
  sum += terms ** (1 - s) / (s - 1) + terms ** -s / 2;
  let factor = s * terms ** (-s - 1);
  for (const [i, bernoulli] of BERNOULLI_OVER_FACTORIAL.entries()) {
    sum += bernoulli * factor;
    factor *= ((s + 2 * i + 1) * (s + 2 * i + 2)) / terms ** 2;
  }
  return sum;
}

/** B₂ₖ/(2k)! */
const BERNOULLI_OVER_FACTORIAL: readonly number[] = [1 / 12, -1 / 720, 1 / 30240, -1 / 1209600, 1 / 47900160];
