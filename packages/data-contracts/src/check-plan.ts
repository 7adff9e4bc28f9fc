import { none, type TableCheck } from '@modelgate/core';
import { expectPlan } from './counting.ts';
import type { RuleIdentity } from './measurement.ts';
import { referencePlan } from './other-table.ts';
import { orderPlan } from './row-order.ts';
import type { RulePlan } from './rule-plan.ts';
import { aggregatePlan } from './table-number.ts';
import { queryPlan } from './table-query.ts';
import { columnsAsked, isElsewhere, judgedAs, type TableRead } from './table-read.ts';

/** The checks of a table beyond its columns. */
export function checkPlans(table: TableRead): readonly RulePlan[] {
  const { contract } = table.world;
  const shares = quantileShares(Object.values(contract.checks));
  return Object.entries(contract.checks).flatMap(([id, check]) => {
    const rule = { id: `checks.${id}`, path: ['checks', id], ...judgedAs(check) };
    // SQL about a column that does not belong here is not this table's
    const sql = [check.where, check.expect, check.sql].filter((one) => one !== undefined).join('\n');
    if (Object.keys(contract.columns).some((name) => isElsewhere(table, name) && mentions(sql, name))) return [];
    return planOf(id, check, rule, table, shares);
  });
}

function planOf(
  id: string,
  check: TableCheck,
  rule: RuleIdentity,
  table: TableRead,
  shares: Shares,
): readonly RulePlan[] {
  const { world } = table;
  const { source } = world;
  const allowed = check.failing ?? none;
  const { expect, sql, quantile, increasing, references, where } = check;
  if (expect !== undefined) return [expectPlan(id, expect, check, rule)];
  if (sql !== undefined) return [queryPlan(rule, id, sql, check, source, world)];
  if (quantile !== undefined) {
    const all = shares.get(quantileKey(check)) ?? [quantile.q];
    return columnsAsked(table, { ...rule, column: quantile.column }, [quantile.column], ([column]) =>
      aggregatePlan(
        { ...rule, column: quantile.column },
        check,
        { aggregate: 'quantile', column, q: quantile.q, shares: all },
        world,
      ),
    );
  }
  if (increasing !== undefined) {
    const { column: name, by = [], order = [], strictly } = increasing;
    const groups = { ...(by.length === 0 ? {} : { by }), ...(order.length === 0 ? {} : { order }) };
    return columnsAsked(table, { ...rule, column: name }, [name, ...by, ...order], ([column]) =>
      orderPlan({ rule: { ...rule, column: name }, column, strictly, ...groups, where, allowed }, source, world),
    );
  }
  if (references !== undefined) {
    const { columns: names, table: other, key = names } = references;
    return columnsAsked(table, rule, names, (columns) =>
      referencePlan({ rule, columns, table: other, key, where, allowed, found: true }, source, world),
    );
  }
  return numbers.flatMap((aggregate) => {
    const name = check[aggregate];
    if (name === undefined) return [];
    const of = { ...rule, column: name };
    return columnsAsked(table, of, [name], ([column]) => aggregatePlan(of, check, { aggregate, column }, world));
  });
}

const numbers = ['mean', 'sum', 'stddev', 'min', 'max', 'distinct'] as const;

type Shares = ReadonlyMap<string, readonly number[]>;

/** Quantiles of one column under one condition are asked together. */
function quantileShares(checks: readonly TableCheck[]): Shares {
  const shares = new Map<string, number[]>();
  for (const check of checks) {
    if (check.quantile === undefined) continue;
    const key = quantileKey(check);
    shares.set(
      key,
      [...new Set([...(shares.get(key) ?? []), check.quantile.q])].sort((a, b) => a - b),
    );
  }
  return shares;
}

function quantileKey({ quantile, where }: TableCheck): string {
  return JSON.stringify([quantile?.column, where]);
}

function mentions(sql: string, name: string): boolean {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\p{L}\\p{N}_])${escaped}(?![\\p{L}\\p{N}_])`, 'iu').test(sql);
}
