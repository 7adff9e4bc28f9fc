import { requireCount } from './argument.ts';
import { normalSf } from './distribution.ts';
import { midranks } from './midrank.ts';

export interface MannWhitneyOptions {
  /** `auto`: exact without ties when a sample has at most 8 rows and the table of the exact one stays small. */
  readonly method?: 'auto' | 'exact' | 'normal';
  /** Continuity correction of the normal approximation; default true, as scipy. */
  readonly continuity?: boolean;
}

/** Test of two samples that share no rows: does one tend to larger values? */
export interface MannWhitney {
  /** Pairs in which x is the larger one, ties by half. */
  readonly u: number;
  /** u/(n m): the chance that x is larger than y; also the area under the ROC curve. */
  readonly share: number;
  readonly method: 'exact' | 'normal';
  /** Two-sided. */
  readonly p: number;
  /** One-sided: x tends to be larger, smaller. */
  readonly greater: number;
  readonly less: number;
}

/**
 * Mann and Whitney's rank-sum test.
 *
 * @param x at least one finite number
 * @param y at least one finite number
 * @returns all p-values 1 when no value differs from another
 * @throws RangeError when a sample is empty or not finite, or `exact` is asked for tied or for large samples
 * Source: Mann and Whitney (1947), Annals of Mathematical Statistics 18, 50–60; ties: Lehmann (1975), Nonparametrics, 1.4.
 */
export function mannWhitney(x: ArrayLike<number>, y: ArrayLike<number>, options: MannWhitneyOptions = {}): MannWhitney {
  requireCount('number of x', x.length, 1);
  requireCount('number of y', y.length, 1);
  const [n, m] = [x.length, y.length];
  const pooled = new Float64Array(n + m);
  pooled.set(Float64Array.from(x));
  pooled.set(Float64Array.from(y), n);
  const { ranks, tieSum } = midranks(pooled);
  let rankSum = 0;
  for (let i = 0; i < n; i++) rankSum += ranks[i] ?? 0;
  const u = rankSum - (n * (n + 1)) / 2;
  const method = methodFor(n, m, tieSum > 0, options.method ?? 'auto');
  const tails =
    method === 'exact' ? exactTails(u, n, m) : normalTails(u, n, m, tieSum, (options.continuity ?? true) ? 0.5 : 0);
  return { u, share: u / (n * m), method, ...tails };
}

/** Beyond this many pairs the exact distribution costs more than it tells. */
const MOST_PAIRS = 10_000;
const SMALL = 8;

function methodFor(n: number, m: number, tied: boolean, asked: 'auto' | 'exact' | 'normal'): 'exact' | 'normal' {
  if (asked === 'auto') return !tied && Math.min(n, m) <= SMALL && n * m <= MOST_PAIRS ? 'exact' : 'normal';
  if (asked === 'exact' && tied) throw new RangeError('the exact distribution of U holds without ties only');
  if (asked === 'exact' && n * m > MOST_PAIRS) {
    throw new RangeError(`the exact test takes at most ${MOST_PAIRS} pairs, got ${n * m}; use method "normal"`);
  }
  return asked;
}

type Tails = Pick<MannWhitney, 'p' | 'greater' | 'less'>;

function exactTails(u: number, n: number, m: number): Tails {
  const chance = distributionOfU(n, m);
  let less = 0;
  let greater = 0;
  for (let at = 0; at <= u; at++) less += chance[at] ?? 0;
  for (let at = n * m; at >= u; at--) greater += chance[at] ?? 0;
  return { p: Math.min(1, 2 * Math.min(less, greater)), greater: Math.min(1, greater), less: Math.min(1, less) };
}

/**
 * P(U = u) by the recursion on the largest value: it is an x with chance n/(n + m), and then adds m to u. In chances, not
 * in counts, so that no sample overflows.
 */
function distributionOfU(n: number, m: number): Float64Array {
  let byX: Float64Array[] = Array.from({ length: n + 1 }, () => Float64Array.of(1));
  for (let j = 1; j <= m; j++) {
    const next: Float64Array[] = [Float64Array.of(1)];
    for (let i = 1; i <= n; i++) {
      const chance = new Float64Array(i * j + 1);
      const lastIsX = next[i - 1] ?? chance;
      const lastIsY = byX[i] ?? chance;
      for (let u = 0; u < lastIsX.length; u++) chance[u + j] = ((lastIsX[u] ?? 0) * i) / (i + j);
      for (let u = 0; u < lastIsY.length; u++) chance[u] = (chance[u] ?? 0) + ((lastIsY[u] ?? 0) * j) / (i + j);
      next.push(chance);
    }
    byX = next;
  }
  return byX[n] ?? Float64Array.of(1);
}

function normalTails(u: number, n: number, m: number, tieSum: number, half: number): Tails {
  const size = n + m;
  const variance = ((n * m) / 12) * (size + 1 - tieSum / (size * (size - 1)));
  if (!(variance > 0)) return { p: 1, greater: 1, less: 1 };
  const deviation = Math.sqrt(variance);
  const distance = u - (n * m) / 2;
  return {
    p: Math.min(1, 2 * normalSf((Math.abs(distance) - half) / deviation)),
    greater: normalSf((distance - half) / deviation),
    less: normalSf((-distance - half) / deviation),
  };
}
