import type { SplitContract } from '@modelgate/core';
import { type ContractWorld, type DataMeasurement, type Found, measured, type RuleIdentity } from './measurement.ts';
import { named, namedAll } from './source-column.ts';
import { measureTargetLeaks } from './split-leaks.ts';
import { measureNearDuplicates } from './split-near-duplicates.ts';
import { rowsShared, type SharedRule } from './split-shared.ts';
import { type SplitTables, splitTables } from './split-tables.ts';
import { measureTime } from './split-time.ts';

/** `splits`: whether what a model is measured on is new to it. */
export async function measureSplits(world: ContractWorld): Promise<readonly DataMeasurement[]> {
  const { splits: contract } = world.contract;
  if (contract === undefined) return [];
  let tables: Promise<SplitTables> | undefined;
  const between = (rule: RuleIdentity, work: (splits: SplitTables) => Promise<Found>) =>
    measured(rule, async () => {
      tables ??= splitTables(contract, world);
      return work(await tables);
    });
  const { ids, rows, 'near-duplicates': near, time, 'target-leaks': leaks } = contract;
  const all: DataMeasurement[] = [];
  if (ids !== undefined)
    all.push(await between(identity('ids', ids), (splits) => rowsShared(sharedIds(ids), splits, world)));
  if (rows !== undefined)
    all.push(await between(identity('rows', rows), (splits) => rowsShared(equalRows(rows, splits), splits, world)));
  if (near !== undefined)
    all.push(
      await between({ ...identity('near-duplicates', near), column: near.text }, (splits) =>
        measureNearDuplicates(near, splits, world),
      ),
    );
  if (time !== undefined)
    all.push(
      await between({ ...identity('time', time), column: time.column }, (splits) => measureTime(time, splits, world)),
    );
  if (leaks !== undefined) all.push(...(await measureTargetLeaks(leaks, identity('target-leaks', leaks), world)));
  return all;
}

function sharedIds(rule: NonNullable<SplitContract['ids']>): SharedRule {
  const { columns, 'at-most': allowed } = rule;
  return { columns, nulls: false, breaks: `${namedAll(columns)} is in another split as well`, allowed, noun: 'id' };
}

function equalRows(rule: NonNullable<SplitContract['rows']>, { common }: SplitTables): SharedRule {
  const { columns = common, 'at-most': allowed } = rule;
  const breaks =
    rule.columns === undefined
      ? 'another split has an equal row'
      : `another split has a row of equal ${rule.columns.length === 1 ? named(rule.columns[0] ?? '') : namedAll(rule.columns)}`;
  return { columns, nulls: true, breaks, allowed, noun: 'row' };
}

function identity(
  part: keyof SplitContract,
  { level, why }: Pick<RuleIdentity, 'level'> & { readonly why?: string | undefined },
): RuleIdentity {
  return { id: `splits.${part}`, path: ['splits', part], level, ...(why === undefined ? {} : { why }) };
}
