/**
 * The fewest columns whose moving explains the order of `head`: those outside of a longest run of columns that come in
 * the same order on both sides. Columns that only one side has do not count.
 *
 * @returns names in the order of `head`
 * Source: patience sorting; Aldous and Diaconis (1999), Bulletin of the AMS 36, 413–432. O(n log n).
 */
export function movedColumns(base: readonly string[], head: readonly string[]): readonly string[] {
  const places = new Map(base.map((name, index) => [name, index]));
  const common = head.flatMap((name) => {
    const place = places.get(name);
    return place === undefined ? [] : [{ name, place, before: undefined }];
  });
  const stayed = new Set(longestRun(common).map(({ name }) => name));
  return common.map(({ name }) => name).filter((name) => !stayed.has(name));
}

interface Placed {
  readonly name: string;
  readonly place: number;
  readonly before: Placed | undefined;
}

function longestRun(columns: readonly Placed[]): readonly Placed[] {
  // piles[k] ends the run of k + 1 columns whose last place is the lowest
  const piles: Placed[] = [];
  for (const column of columns) {
    let low = 0;
    let high = piles.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((piles[middle]?.place ?? 0) < column.place) low = middle + 1;
      else high = middle;
    }
    piles[low] = { ...column, before: piles[low - 1] };
  }
  const run: Placed[] = [];
  for (let last = piles.at(-1); last !== undefined; last = last.before) run.push(last);
  return run;
}
