import { type Level, nearest, UserError } from '@modelgate/core';
import type { ContractWorld, RuleIdentity } from './measurement.ts';
import type { ReadColumn } from './read-column.ts';
import { type RulePlan, unmeasurable } from './rule-plan.ts';
import { excerpt } from './single-line.ts';
import { namedAll } from './source-column.ts';
import { isExpected } from './structure.ts';

/** A table as the rules of its contract see it. */
export interface TableRead {
  readonly world: ContractWorld;
  readonly columns: ReadonlyMap<string, ReadColumn>;
  /** Columns of another type than is asked, which is said already. */
  readonly retyped: ReadonlySet<string>;
}

/** What a rule says beside its limits. */
export function judgedAs({
  level,
  why,
}: {
  readonly level: Level;
  readonly why?: string | undefined;
}): Pick<RuleIdentity, 'level' | 'why'> {
  return { level, ...(why === undefined ? {} : { why }) };
}

/**
 * The plan of a rule about these columns, when all are there. A column that the contract does not expect here (a label
 * when serving) takes the rule with it; any other that is missing makes it unmeasurable.
 */
export function columnsAsked(
  table: TableRead,
  rule: RuleIdentity,
  names: readonly string[],
  plan: (columns: readonly [ReadColumn, ...ReadColumn[]]) => RulePlan | undefined,
): readonly RulePlan[] {
  const { world, columns } = table;
  if (names.some((name) => isElsewhere(table, name))) return [];
  const found = names.flatMap((name) => columns.get(name) ?? []);
  const [first, ...more] = found;
  if (first !== undefined && found.length === names.length) {
    const one = plan([first, ...more]);
    return one === undefined ? [] : [one];
  }
  const missing = names.filter((name) => !columns.has(name));
  const near = missing[0] === undefined ? undefined : nearest(missing[0], columns.keys());
  const words = `${excerpt(world.source.path)} has no column ${namedAll(missing)}.`;
  const how = near === undefined ? {} : { how: `Did you mean ${namedAll([near])}?` };
  return [unmeasurable(rule, new UserError('column-missing', words, how))];
}

/** Whether a column is missing, and the contract says that it may be, here and now. */
export function isElsewhere({ world, columns }: TableRead, name: string): boolean {
  const asked = world.contract.columns[name];
  return !columns.has(name) && asked !== undefined && !isExpected(asked, world.situation);
}
