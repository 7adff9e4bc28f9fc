import type { Tolerance } from '@modelgate/core';
import type { Source } from '@modelgate/tables';
import type { ContractWorld, Counted, RuleIdentity } from './measurement.ts';
import { count } from './number-words.ts';
import type { ReadColumn } from './read-column.ts';
import { own, type RulePlan } from './rule-plan.ts';
import { named } from './source-column.ts';

export interface UniqueRule {
  readonly rule: RuleIdentity;
  readonly columns: readonly ReadColumn[];
  readonly where?: string | undefined;
  readonly allowed: Tolerance;
}

/** Lowest and highest value of a column of integers. */
export type Bounds = readonly [low: number, high: number];

/**
 * Rows whose key another row has as well; a row with a NULL in its key is not looked at. Of integers that lie close
 * together the one pass counts the different ones in a set of bits, and when all are, no further query is needed.
 */
export function uniquePlan(
  { rule, columns, where, allowed }: UniqueRule,
  source: Source,
  bounds: Bounds | undefined,
  world: ContractWorld,
): RulePlan {
  const { engine, dialect } = world;
  const [first] = columns;
  const filter = where === undefined ? '' : ` FILTER (WHERE ${own(where)})`;
  const bits = first === undefined || bounds === undefined ? undefined : dialect.distinctBits?.(first.sql, ...bounds);
  const names = columns.map(({ name }) => name);
  const found = (rows: number, keys: number, of: number): Counted => ({
    kind: 'counted',
    breaks: `${listed(names)} ${names.length > 1 ? 'are' : 'is'} shared with another row`,
    failing: rows,
    of,
    unit: 'row',
    allowed,
    ...(keys === 0
      ? {}
      : {
          extra: `${count(keys)} ${names.length > 1 ? 'key' : 'value'}${keys === 1 ? ' occurs' : 's occur'} more than once`,
        }),
    sampleShows: 'presence',
  });
  return {
    rule,
    ...(bits === undefined || first === undefined
      ? {}
      : { asks: { of: `count(${first.sql})${filter}`, different: `${bits[0]}${filter}${bits[1]}` } }),
    foreign: where === undefined ? [] : [where],
    async finish(answer) {
      const of = answer('of');
      if (of !== undefined && answer('different') === of) return found(0, 0, of);
      const exact = await engine.duplicates(source, { columns: names, ...(where === undefined ? {} : { where }) });
      return found(exact.rows, exact.keys, exact.of);
    },
  };
}

/** The set of bits may be this many times as long as the table has rows; and no longer than 64 MiB a thread. */
const mostGaps = 64;
const mostBits = 2 ** 29;

/** Bounds of the columns of integers that are to be unique, where the file's own statistics answer. */
export async function uniqueBounds(
  rules: readonly UniqueRule[],
  source: Source,
  { engine, dialect }: ContractWorld,
): Promise<ReadonlyMap<string, Bounds>> {
  if (dialect.distinctBits === undefined || source.format !== 'parquet') return new Map();
  const single = rules.flatMap(({ columns: [first, ...more] }) =>
    first?.kind === 'integer' && more.length === 0 ? [first] : [],
  );
  const asks = single.flatMap(({ name, sql }) => [
    [`${name} low`, `min(${sql})`],
    [`${name} high`, `max(${sql})`],
  ]);
  const found = await engine.numbers(source, Object.fromEntries(asks));
  return new Map(
    single.flatMap(({ name }) => {
      const [low, high] = [found[`${name} low`], found[`${name} high`]];
      if (low === undefined || high === undefined) return [];
      if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high)) return [];
      return high - low < Math.min(mostBits, Math.max(2 ** 20, mostGaps * source.rows))
        ? [[name, [low, high]] as const]
        : [];
    }),
  );
}

/** `a`, `b` and `c` */
function listed(names: readonly string[]): string {
  const all = names.map(named);
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
}
