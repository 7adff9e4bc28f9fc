import type { Random } from './random.ts';

/**
 * One draw of Student's t; of the normal distribution for Infinity degrees of freedom.
 * Source: Bailey (1994), Mathematics of Computation 62, 779–781.
 */
export function drawT(random: Random, degreesOfFreedom: number): number {
  for (;;) {
    const u = 2 * random.uniform() - 1;
    const v = 2 * random.uniform() - 1;
    const w = u * u + v * v;
    if (w > 1 || w === 0) continue;
    const log = Math.log(w);
    const square =
      degreesOfFreedom === Infinity ? -2 * log : degreesOfFreedom * Math.expm1((-2 / degreesOfFreedom) * log);
    return u * Math.sqrt(square / w);
  }
}
