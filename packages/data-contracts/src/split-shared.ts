import type { Tolerance } from '@modelgate/core';
import type { ContractWorld, Found } from './measurement.ts';
import { named } from './source-column.ts';
import type { SplitTables } from './split-tables.ts';

export interface SharedRule {
  readonly columns: readonly string[];
  /** Whether NULL equals NULL; otherwise a row with a NULL in these columns is not looked at. */
  readonly nulls: boolean;
  readonly breaks: string;
  readonly allowed: Tolerance;
  /** What the combinations of the columns are: `id`, `row`. */
  readonly noun: string;
}

/** Rows whose values in these columns a row of another split has as well; each row once, whatever number of splits. */
export async function rowsShared(rule: SharedRule, splits: SplitTables, world: ContractWorld): Promise<Found> {
  const values = rule.columns.map((_, index) => `value_${index}`);
  const given = rule.nulls ? '' : `WHERE ${values.map((value) => `${value} IS NOT NULL`).join(' AND ')}`;
  const pairs = pairsOf(splits.names);
  const has = splits.names.map((name, index) => {
    return `max(CASE WHEN split = ${world.dialect.text(name)} THEN 1 ELSE 0 END) AS in_${index}`;
  });
  const both = pairs.map(([one, other], index) => `sum(in_${one} * in_${other}) AS pair_${index}`);
  const [found] = await world.engine.ask({
    sql: `WITH split_rows AS (${splits.rows(rule.columns)}),
      alike AS (
        SELECT ${['count(*) AS n', 'CASE WHEN min(split) <> max(split) THEN 1 ELSE 0 END AS shared', ...has].join(', ')}
        FROM split_rows ${given} GROUP BY ${values.join(', ')}
      )
      SELECT ${['sum(n) AS looked', 'sum(n * shared) AS failing', 'sum(shared) AS shared', ...both].join(', ')} FROM alike`,
    tables: splits.tables,
  });
  const count = (name: string) => Number(found?.[name] ?? 0);
  const shared = count('shared');
  const most = pairs
    .map((pair, index) => ({ pair, count: count(`pair_${index}`) }))
    .toSorted((a, b) => b.count - a.count);
  return {
    kind: 'counted',
    breaks: rule.breaks,
    failing: count('failing'),
    of: count('looked'),
    unit: 'row',
    allowed: rule.allowed,
    ...(shared > 0 ? { extra: sharedWords(rule.noun, shared, splits.names, most[0]) } : {}),
    sampleShows: 'presence',
  };
}

function sharedWords(
  noun: string,
  shared: number,
  names: readonly string[],
  most: { readonly pair: readonly [number, number]; readonly count: number } | undefined,
): string {
  const words = `${shared.toLocaleString('en-US')} ${noun}${shared === 1 ? ' is' : 's are'} in more than one split`;
  if (most === undefined || most.count === 0) return words;
  const pair = most.pair.map((index) => named(names[index] ?? '')).join(' and ');
  return `${words}, ${most.count === shared ? '' : `${most.count.toLocaleString('en-US')} of them `}in ${pair}`;
}

/** Every two splits: fourteen give 91 pairs, and beyond that a sentence about one of them says little. */
function pairsOf(names: readonly string[]): readonly (readonly [number, number])[] {
  if (names.length > 14) return [];
  return names.flatMap((_, one) => names.slice(one + 1).map((__, index) => [one, one + 1 + index] as const));
}
