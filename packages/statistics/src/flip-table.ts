import type { Random } from './random.ts';

/**
 * Sums of numbers under random signs: the sums of four at a time are tabled, so that one random number settles 24 signs.
 */
export class FlipTable {
  private readonly groups: number;
  private readonly table: Float64Array;

  constructor(sizes: Float64Array) {
    this.groups = Math.ceil(sizes.length / 4);
    this.table = new Float64Array(this.groups * 16);
    const padded = new Float64Array(this.groups * 4);
    padded.set(sizes);
    for (let group = 0; group < this.groups; group++) {
      this.table.set(allSums(padded.subarray(4 * group, 4 * group + 4)), 16 * group);
    }
  }

  draw(random: Random): number {
    let total = 0;
    let signs = 0;
    for (let group = 0; group < this.groups; group++) {
      signs = group % 6 === 0 ? random.integer(0x1000000) : signs >>> 4;
      total += this.table[16 * group + (signs & 15)] ?? 0;
    }
    return total;
  }
}

/** The sum under every combination of signs. */
export function allSums(sizes: Float64Array): Float64Array {
  const sums = new Float64Array(2 ** sizes.length);
  for (const [bit, size] of sizes.entries()) {
    const filled = 2 ** bit;
    for (let i = 0; i < filled; i++) {
      const before = sums[i] ?? 0;
      sums[i] = before - size;
      sums[filled + i] = before + size;
    }
  }
  return sums;
}
