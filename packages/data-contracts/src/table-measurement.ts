import { none, UserError } from '@modelgate/core';
import type { Source } from '@modelgate/tables';
import { checkPlans } from './check-plan.ts';
import { columnPlans, type FetchedSet } from './counting.ts';
import { type UniqueRule, uniqueBounds, uniquePlan } from './duplicate-rows.ts';
import type { ContractWorld, DataMeasurement, NumberLimits, RuleIdentity } from './measurement.ts';
import { fetchSet, referencePlan } from './other-table.ts';
import { readColumn } from './read-column.ts';
import { orderPlan } from './row-order.ts';
import { measurePlans, type RulePlan, unmeasurable } from './rule-plan.ts';
import { structureMeasurements } from './structure-facts.ts';
import { freshnessPlan, rowsPlan } from './table-number.ts';
import { columnsAsked, judgedAs, type TableRead } from './table-read.ts';
import { writtenColumns } from './text-reading.ts';

/**
 * Measures what a contract says of a table's columns, rows, keys and checks: one pass over the rows for everything
 * that is counted or aggregated, and a query of its own for what that leaves open. Nothing is judged.
 */
export async function measureTable(world: ContractWorld): Promise<readonly DataMeasurement[]> {
  const { contract, situation } = world;
  const source = sourceAsAsked(world);
  const facts = structureMeasurements(contract, source, situation);
  const table = tableRead({ ...world, source }, facts);
  const plans = [
    ...rowsPlans(table),
    ...freshnessPlans(table),
    ...(await valuePlans(table)),
    ...(await uniquePlans(table)),
    ...checkPlans(table),
  ];
  return [...facts, ...(await measurePlans(table.world, source, plans))];
}

/** The table with the columns as text that the contract reads as text. Other measurements see them so too. */
export function sourceAsAsked({
  engine,
  source,
  contract,
}: Pick<ContractWorld, 'engine' | 'source' | 'contract'>): Source {
  const written = writtenColumns(contract, source.columns, source.format);
  return written.length === 0 ? source : engine.asWritten(source, written);
}

function tableRead(world: ContractWorld, facts: readonly DataMeasurement[]): TableRead {
  const { source, contract, dialect } = world;
  return {
    world,
    columns: new Map(
      source.columns.map((column) => [
        column.name,
        readColumn(column, contract.columns[column.name]?.type, source.format, dialect),
      ]),
    ),
    retyped: new Set(
      facts.flatMap(({ id, column }) => (column !== undefined && id === `columns.${column}.type` ? [column] : [])),
    ),
  };
}

function rowsPlans({ world }: TableRead): readonly RulePlan[] {
  const { rows } = world.contract;
  if (rows === undefined) return [];
  const limits: NumberLimits = {
    ...(rows['at-least'] === undefined ? {} : { atLeast: rows['at-least'] }),
    ...(rows['at-most'] === undefined ? {} : { atMost: rows['at-most'] }),
  };
  return [rowsPlan({ id: 'rows', path: ['rows'], ...judgedAs(rows) }, limits, world)];
}

function freshnessPlans(table: TableRead): readonly RulePlan[] {
  const { freshness } = table.world.contract;
  if (freshness === undefined) return [];
  const rule = { id: 'freshness', path: ['freshness'], column: freshness.column, ...judgedAs(freshness) };
  return columnsAsked(table, rule, [freshness.column], ([column]) =>
    freshnessPlan(rule, freshness, column, table.world),
  );
}

/** Of each column that is there: what is counted by value, and its order. */
async function valuePlans(table: TableRead): Promise<readonly RulePlan[]> {
  const { world, columns, retyped } = table;
  const plans: RulePlan[] = [];
  for (const [name, contract] of Object.entries(world.contract.columns)) {
    const column = columns.get(name);
    if (column === undefined || contract.absent) continue;
    const rule = (key: string): RuleIdentity => ({
      id: `columns.${name}.${key}`,
      path: ['columns', name, key],
      column: name,
      ...judgedAs(contract),
    });
    const sets: Partial<Record<'in' | 'not-in', FetchedSet>> = {};
    for (const key of ['in', 'not-in'] as const) {
      const set = contract[key];
      if (set === undefined || Array.isArray(set)) continue;
      const fetched = await attempted(() => fetchSet(set, column, world));
      const { where } = contract;
      const allowed = contract.failing ?? none;
      if (fetched instanceof UserError) plans.push(unmeasurable(rule(key), fetched));
      else if (fetched !== undefined) sets[key] = fetched;
      else {
        const reference = { table: set.table, key: [set.column], whereOther: set.where, found: key === 'in' };
        plans.push(
          referencePlan({ rule: rule(key), columns: [column], where, allowed, ...reference }, world.source, world),
        );
      }
    }
    plans.push(...columnPlans({ name, contract, column, retyped: retyped.has(name), sets }, world.dialect));
    if (contract.increasing !== undefined) {
      const strictly = contract.increasing === 'strictly';
      const order = {
        rule: rule('increasing'),
        column,
        strictly,
        where: contract.where,
        allowed: contract.failing ?? none,
      };
      plans.push(orderPlan(order, world.source, world));
    }
  }
  return plans;
}

async function uniquePlans(table: TableRead): Promise<readonly RulePlan[]> {
  const { world, columns } = table;
  const { contract, source } = world;
  const single = Object.entries(contract.columns).flatMap(([name, one]): readonly UniqueRule[] => {
    const column = columns.get(name);
    if (column === undefined || one.unique === undefined) return [];
    const rule = { id: `columns.${name}.unique`, path: ['columns', name, 'unique'], column: name, ...judgedAs(one) };
    return [{ rule, columns: [column], where: one.where, allowed: one.unique }];
  });
  const missing: RulePlan[] = [];
  const compound = contract.keys.flatMap((key, index): readonly UniqueRule[] => {
    const rule = { id: `keys.${key.columns.join('+')}`, path: ['keys', index], ...judgedAs(key) };
    const found: UniqueRule[] = [];
    missing.push(
      ...columnsAsked(table, rule, key.columns, (all) => {
        found.push({ rule, columns: all, allowed: key.tolerance });
        return undefined;
      }),
    );
    return found;
  });
  const rules = [...single, ...compound];
  const bounds = await uniqueBounds(rules, source, world);
  return [
    ...rules.map((one) =>
      uniquePlan(one, source, one.columns.length === 1 ? bounds.get(one.columns[0]?.name ?? '') : undefined, world),
    ),
    ...missing,
  ];
}

async function attempted<T>(work: () => Promise<T>): Promise<T | UserError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}
