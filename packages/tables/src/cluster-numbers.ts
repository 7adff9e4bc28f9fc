/**
 * Numbers clusters from 0 by what their rows hold, and orders equal rows by them, so that neither names of clusters nor
 * the order of rows in files leave a trace.
 *
 * Clusters are numbered as their first row comes; of those that start within one run of equal rows the smaller comes
 * first, then the one whose rows have the lesser checksum. What ties even so holds the same rows (but for a chance of
 * 2^-64 a pair), and then either order gives the same result.
 *
 * @param codes  the cluster of each row, any numbers (dense ones take least memory); overwritten
 * @param starts row at which each run of equal rows starts; rows are in order of their values
 */
export function numberClusters(
  codes: Uint32Array,
  starts: Uint32Array,
): { readonly codes: Uint32Array; readonly count: number } {
  const clusters = checksums(codes, starts);
  const numbers = new Uint32Array(clusters.size.length);
  const seen = new Uint8Array(clusters.size.length);
  let count = 0;
  for (let run = 0; run < starts.length; run++) {
    const start = starts[run] ?? 0;
    const end = starts[run + 1] ?? codes.length;
    if (end - start === 1) {
      // Most runs of measured values: worth a way without allocation.
      const cluster = codes[start] ?? 0;
      if (seen[cluster] === 0) numbers[cluster] = count++;
      seen[cluster] = 1;
      codes[start] = numbers[cluster] ?? 0;
      continue;
    }
    const equal = codes.subarray(start, end);
    for (const cluster of startingHere(equal, seen, clusters)) numbers[cluster] = count++;
    for (let row = start; row < end; row++) codes[row] = numbers[codes[row] ?? 0] ?? 0;
    equal.sort();
  }
  return { codes, count };
}

interface Checksums {
  readonly size: Uint32Array;
  /** Sums, modulo 2^32, over the rows of each cluster, of two different mixtures of the row's run. */
  readonly first: Uint32Array;
  readonly second: Uint32Array;
}

function checksums(codes: Uint32Array, starts: Uint32Array): Checksums {
  let greatest = 0;
  for (const code of codes) greatest = Math.max(greatest, code);
  const [size, first, second] = [
    new Uint32Array(greatest + 1),
    new Uint32Array(greatest + 1),
    new Uint32Array(greatest + 1),
  ];
  for (let run = 0; run < starts.length; run++) {
    const one = mixed(run);
    const other = mixed(run ^ 0x9e3779b9);
    const end = starts[run + 1] ?? codes.length;
    for (let row = starts[run] ?? end; row < end; row++) {
      const code = codes[row] ?? 0;
      size[code] = (size[code] ?? 0) + 1;
      first[code] = (first[code] ?? 0) + one;
      second[code] = (second[code] ?? 0) + other;
    }
  }
  return { size, first, second };
}

function startingHere(codes: Uint32Array, seen: Uint8Array, clusters: Checksums): readonly number[] {
  const found: number[] = [];
  for (const code of codes) {
    if (seen[code] === 1) continue;
    seen[code] = 1;
    found.push(code);
  }
  if (found.length < 2) return found;
  const by = (values: Uint32Array) => (a: number, b: number) => (values[a] ?? 0) - (values[b] ?? 0);
  const [bySize, byFirst, bySecond] = [by(clusters.size), by(clusters.first), by(clusters.second)];
  return found.sort((a, b) => bySize(a, b) || byFirst(a, b) || bySecond(a, b));
}

/** Every bit of the result depends on every bit of the number: the finaliser of MurmurHash3 (Appleby 2011, public domain). */
function mixed(number: number): number {
  let bits = number | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
