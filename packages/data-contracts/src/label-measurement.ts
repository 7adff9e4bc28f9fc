import { type LabelContract, UserError } from '@modelgate/core';
import { unmatched } from './key-match.ts';
import { measureAgreement } from './label-annotators.ts';
import { measureClasses } from './label-classes.ts';
import { type ContractWorld, type DataMeasurement, type Found, measured, type RuleIdentity } from './measurement.ts';
import { count as grouped } from './number-words.ts';
import { columnIn, named } from './source-column.ts';

/** `labels`: whether what a model is to learn can be learnt from this table. */
export async function measureLabels(world: ContractWorld): Promise<readonly DataMeasurement[]> {
  const { labels } = world.contract;
  if (labels === undefined) return [];
  const { classes, conflicting, agreement, joinable } = labels;
  const all: DataMeasurement[] = [];
  if (classes !== undefined) all.push(...(await measureClasses(classes, world)));
  if (conflicting !== undefined) {
    const rule = { ...identity('conflicting', conflicting), column: conflicting.column };
    all.push(await measured(rule, () => measureConflicting(conflicting, world)));
  }
  if (agreement !== undefined)
    all.push(await measured(identity('agreement', agreement), () => measureAgreement(agreement, world)));
  if (joinable !== undefined) all.push(...(await measureJoinable(joinable, world)));
  return all;
}

function identity(
  part: 'conflicting' | 'agreement' | 'joinable',
  { level, why }: Pick<RuleIdentity, 'level'> & { readonly why?: string | undefined },
): RuleIdentity {
  return { id: `labels.${part}`, path: ['labels', part], level, ...(why === undefined ? {} : { why }) };
}

/** Rows whose inputs another row has as well, with another label. NULL equals NULL; rows without a label do not count. */
async function measureConflicting(
  rule: NonNullable<LabelContract['conflicting']>,
  world: ContractWorld,
): Promise<Found> {
  const { source, dialect, contract } = world;
  const { type } = columnIn(source, rule.column);
  const keys = new Set(contract.keys.flatMap(({ columns }) => columns));
  const inputs = (
    rule.inputs ?? source.columns.map(({ name }) => name).filter((name) => name !== rule.column && !keys.has(name))
  ).map((name) => columnIn(source, name).name);
  if (inputs.length === 0)
    throw new UserError('contract-invalid', 'No column is left that could be an input.', {
      how: 'Name the inputs of the label.',
    });
  const label = dialect.identifier(rule.column);
  // One NaN is like another; where NaN = NaN is false, two of them would be a conflict.
  const value = type === 'number' ? `CAST(${label} AS VARCHAR)` : label;
  const [found] = await world.engine.ask({
    sql: `WITH alike AS (
        SELECT count(*) AS n, CASE WHEN min(${value}) <> max(${value}) THEN 1 ELSE 0 END AS conflict
        FROM this WHERE ${label} IS NOT NULL GROUP BY ${inputs.map((name) => dialect.identifier(name)).join(', ')}
      )
      SELECT sum(n) AS looked, sum(n * conflict) AS failing, sum(conflict) AS inputs FROM alike`,
    tables: { this: source },
  });
  const count = (name: string) => Number(found?.[name] ?? 0);
  return {
    kind: 'counted',
    breaks: `${named(rule.column)} differs between rows of equal inputs`,
    failing: count('failing'),
    of: count('looked'),
    unit: 'row',
    allowed: rule['at-most'],
    ...(count('inputs') > 0 ? { extra: several(count('inputs'), 'combination', 'of inputs') } : {}),
    sampleShows: 'presence',
  };
}

async function measureJoinable(
  rule: NonNullable<LabelContract['joinable']>,
  world: ContractWorld,
): Promise<readonly DataMeasurement[]> {
  const there = identity('joinable', rule);
  const back = { ...there, id: 'labels.joinable.both-ways', path: ['labels', 'joinable', 'both-ways'] };
  const ways = rule['both-ways'] ? [there, back] : [there];
  const match = { key: rule.key, with: rule.to, allowed: rule.unmatched };
  return Promise.all(ways.map((way) => measured(way, () => unmatched(match, world, way === back))));
}

function several(count: number, noun: string, rest: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'} ${rest}`;
}
