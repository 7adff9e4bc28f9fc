/**
 * The values at ranks `from` … `to` (0-based, both included) of a column in ascending order, without sorting it whole.
 *
 * A sample guesses two values that enclose those ranks; one pass keeps what lies between them and counts what lies
 * below, and the count proves the guess or refutes it. Where it fails (ties, a column in an unlucky order) the column is
 * sorted.
 *
 * @param column finite numbers; from ≤ to < its length (not checked)
 * Source: Floyd and Rivest (1975), Communications of the ACM 18, 165–172, the idea of its sampling.
 */
export function sortedRanks(column: Float64Array, from: number, to: number): Float64Array {
  const sampled = column.length > 4 * SAMPLE ? betweenSampled(column, from, to) : undefined;
  return (
    sampled ??
    column
      .slice()
      .sort()
      .slice(from, to + 1)
  );
}

const SAMPLE = 16_384;

function betweenSampled(column: Float64Array, from: number, to: number): Float64Array | undefined {
  const step = Math.floor(column.length / SAMPLE);
  const sample = Float64Array.from({ length: SAMPLE }, (_, i) => column[i * step] ?? 0).sort();
  const scale = SAMPLE / column.length;
  const slack = 4 * Math.sqrt(SAMPLE);
  const lowest = sample[Math.floor(from * scale - slack)] ?? -Infinity;
  const highest = sample[Math.ceil(to * scale + slack)] ?? Infinity;

  const kept = new Float64Array(Math.ceil((to - from + 1 + 4 * slack * step) * 1.25));
  let below = 0;
  let count = 0;
  for (let row = 0; row < column.length; row++) {
    const value = column[row] ?? 0;
    if (value < lowest) below++;
    else if (value <= highest) {
      if (count === kept.length) return undefined;
      kept[count++] = value;
    }
  }
  if (from < below || to >= below + count) return undefined;
  return kept
    .subarray(0, count)
    .sort()
    .slice(from - below, to - below + 1);
}
