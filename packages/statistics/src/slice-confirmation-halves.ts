import { requireCount } from './argument.ts';
import { Random } from './random.ts';
import { effectiveDesign } from './row-design.ts';

/** Row numbers, ascending. */
export interface Halves {
  readonly discovery: Uint32Array;
  readonly heldOut: Uint32Array;
}

/**
 * Two halves of the rows; a cluster is in one of them as a whole. Which one depends on the seed and the number of the row,
 * or of its cluster, only. Each half has half of the rows, or of the clusters (± 1).
 *
 * @param clusters one a row, 0 … G − 1, each with a row
 * @param seed     as for `Random`
 * @throws RangeError when there are fewer than two rows, or clusters, or an argument is out of range
 */
export function halvesOf(rows: number, clusters: Uint32Array | undefined, seed: string): Halves {
  const { units } = effectiveDesign(rows, { clusters });
  requireCount(clusters === undefined ? 'rows to be halved' : 'clusters to be halved', units, 2);
  const random = new Random(seed);
  const [first, second] = [random.bits(), random.bits()];
  const hashes = Uint32Array.from({ length: units }, (_, unit) => mixed(mixed(unit ^ first) ^ second));
  // No two units have the same hash, for it is a bijection: the median halves them.
  const median = hashes.toSorted()[units >>> 1] ?? 0;
  const discovery: number[] = [];
  const heldOut: number[] = [];
  for (let row = 0; row < rows; row++) {
    const hash = hashes[clusters === undefined ? row : (clusters[row] ?? 0)] ?? 0;
    (hash < median ? discovery : heldOut).push(row);
  }
  return { discovery: Uint32Array.from(discovery), heldOut: Uint32Array.from(heldOut) };
}

/** A bijection of 32 bits in which every bit depends on every bit (Wellons, hash-prospector, two rounds of least bias). */
function mixed(word: number): number {
  const first = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
  const second = Math.imul(first ^ (first >>> 15), 0x735a2d97);
  return (second ^ (second >>> 15)) >>> 0;
}
