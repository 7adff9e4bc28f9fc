import { none, type TableCheck } from '@modelgate/core';
import type { Source } from '@modelgate/tables';
import type { ContractWorld, RuleIdentity } from './measurement.ts';
import type { RulePlan } from './rule-plan.ts';
import { named } from './source-column.ts';

/** A person's query that returns the bad rows: how many it returns, of the rows of the table. */
export function queryPlan(
  rule: RuleIdentity,
  id: string,
  sql: string,
  check: TableCheck,
  source: Source,
  world: ContractWorld,
): RulePlan {
  return {
    rule,
    async finish() {
      const tables: Record<string, Source> = { this: source };
      for (const name of Object.keys(world.contract.tables))
        if (mentions(sql, name)) tables[name] = await world.table(name);
      const failing = await world.engine.countOf({ sql, tables });
      return {
        kind: 'counted',
        breaks: `${named(id)} returns bad rows`,
        failing,
        of: Math.max(source.rows, failing),
        unit: 'row',
        allowed: check.returning ?? none,
        sampleShows: 'presence',
      };
    },
  };
}

/** Tables that a query does not mention are not opened: they may be large, or elsewhere. */
function mentions(sql: string, name: string): boolean {
  return new RegExp(`(?<![A-Za-z0-9_])${name}(?![A-Za-z0-9_])`, 'i').test(sql);
}
