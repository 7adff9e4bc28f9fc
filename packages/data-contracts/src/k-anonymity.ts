/** How many rows share each combination of quasi-identifiers: k rows hide one another. */
export interface Anonymity {
  /** Combinations that occur. */
  readonly groups: number;
  /** Rows in combinations of fewer than k rows. */
  readonly rowsBelow: number;
  /** Combinations of fewer than k rows. */
  readonly groupsBelow: number;
  /** Rows of the rarest combination: the k that the table has. undefined when it has no row. */
  readonly smallest: number | undefined;
}

/**
 * A table is k-anonymous when `groupsBelow` is 0.
 *
 * @param groups rows of each combination of the quasi-identifiers; integer ≥ 0, where 0 is no combination. NULL is to be
 *               a value like others: whoever's age is missing stands out by it
 * @param k      rows that a combination must have; integer ≥ 1
 * @throws RangeError when a count or k is out of its range
 * Source: Sweeney (2002), k-anonymity: a model for protecting privacy, IJUFKS 10 (5), 557–570.
 */
export function kAnonymity(groups: Iterable<{ readonly rows: number }>, k: number): Anonymity {
  requireWhole('k', k, 1);
  let count = 0;
  let rowsBelow = 0;
  let groupsBelow = 0;
  let smallest: number | undefined;
  for (const { rows } of groups) {
    requireWhole('rows', rows, 0);
    if (rows === 0) continue;
    count += 1;
    if (smallest === undefined || rows < smallest) smallest = rows;
    if (rows >= k) continue;
    groupsBelow += 1;
    rowsBelow += rows;
  }
  return { groups: count, rowsBelow, groupsBelow, smallest };
}

/**
 * What a report may print of a cell: its count, or "fewer than 5" below k. A zero is suppressed as well: "nobody of
 * this group" is said of each of its members. One suppressed cell beside its total can be computed from the others:
 * whoever prints totals must suppress a second one.
 *
 * @param count rows of the cell; integer ≥ 0
 * @param k     rows from which on a cell is shown; integer ≥ 1; 1 suppresses nothing
 * @throws RangeError when count or k is out of its range
 */
export function suppressed(count: number, k: number): string {
  requireWhole('count', count, 0);
  requireWhole('k', k, 1);
  return k > 1 && count < k ? `fewer than ${k}` : count.toLocaleString('en-US');
}

function requireWhole(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least)
    throw new RangeError(`${name} must be an integer of at least ${least}, got ${value}`);
}
