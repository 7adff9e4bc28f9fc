import { normalQuantile } from './distribution.ts';
import type { Random } from './random.ts';

/** One draw from Beta(a, b), a ≥ 1, b ≥ 1 (not checked). */
export function drawBeta(random: Random, a: number, b: number): number {
  const one = drawGamma(random, a);
  return one / (one + drawGamma(random, b));
}

/** Source: Marsaglia and Tsang (2000), ACM Transactions on Mathematical Software 26, 363–372; shape ≥ 1. */
function drawGamma(random: Random, shape: number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normalQuantile(random.uniform());
    const v = (1 + c * x) ** 3;
    if (!(v > 0)) continue;
    if (Math.log(random.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}
