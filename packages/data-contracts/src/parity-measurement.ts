import { type ParityContract, type Tolerance, UserError } from '@modelgate/core';
import type { Row, Source } from '@modelgate/tables';
import { unmatched } from './key-match.ts';
import { type ContractWorld, type DataMeasurement, type Found, measured, type RuleIdentity } from './measurement.ts';
import { type Closeness, differs } from './parity-column.ts';
import { columnIn, comparable, named, namedAll } from './source-column.ts';

/** One column that must be the same in both tables. */
interface Compared extends Closeness {
  readonly column: string;
  readonly path: readonly string[];
  readonly allowed: Tolerance;
}

/** `parity`: whether what a model is trained on is what it is served, row by row of the same key. */
export async function measureParity(world: ContractWorld): Promise<readonly DataMeasurement[]> {
  const { parity } = world.contract;
  if (parity === undefined) return [];
  const { level, why } = parity;
  const rule = (id: string, path: readonly string[], column?: string): RuleIdentity => ({
    id,
    path,
    level,
    ...(column === undefined ? {} : { column }),
    ...(why === undefined ? {} : { why }),
  });
  const match = { key: parity.key, with: parity.with, allowed: parity.unmatched };
  const ways = [false, true].map((back) =>
    measured(rule(back ? 'parity.unmatched.served' : 'parity.unmatched', ['parity', 'unmatched']), () =>
      unmatched(match, world, back),
    ),
  );
  return [...(await Promise.all(ways)), ...(await columnsMeasured(parity, world, rule))];
}

/** Where the keys do not name rows, that is said once and no column compared. */
async function columnsMeasured(
  parity: ParityContract,
  world: ContractWorld,
  rule: (id: string, path: readonly string[], column?: string) => RuleIdentity,
): Promise<readonly DataMeasurement[]> {
  let joined: Joined | undefined;
  const key = await measured(rule('parity.key', ['parity', 'key']), async () => {
    joined = await join(parity, world);
    return { kind: 'fact', holds: true, words: `${namedAll(parity.key)} names one row in both tables.` };
  });
  if (joined === undefined) return [key];
  const { compared, columns, row } = joined;
  return Promise.all(
    compared.map((one) =>
      measured(rule(`parity.columns.${one.column}`, one.path, one.column), () => {
        for (const source of columns) columnIn(source, one.column);
        return difference(one, parity, row);
      }),
    ),
  );
}

function difference({ column, allowed }: Compared, parity: ParityContract, row: Row): Found {
  return {
    kind: 'counted',
    breaks: `${named(column)} differs from ${named(parity.with)}`,
    failing: Number(row[`differs in ${column}`] ?? 0),
    of: Number(row['joined']),
    unit: 'row',
    allowed,
    sampleShows: 'share',
  };
}

interface Joined {
  readonly compared: readonly Compared[];
  readonly columns: readonly [Source, Source];
  readonly row: Row;
}

/**
 * @throws UserError `duplicate-keys`; `keys-differ` when no row meets another; `column-missing`; `contract-invalid` when
 *                   the tables have no column in common
 */
async function join(parity: ParityContract, world: ContractWorld): Promise<Joined> {
  const { dialect, engine, source } = world;
  const other = await world.table(parity.with);
  const compared = comparedColumns(parity, source, other);
  if (compared.length === 0)
    throw new UserError(
      'contract-invalid',
      `This table and ${named(parity.with)} have no column in common but the key.`,
    );
  const keys = parity.key.map((name) => ({
    column: dialect.identifier(name),
    asValue: comparable([columnIn(source, name), columnIn(other, name)]),
  }));
  const keyColumns = keys.map(({ column, asValue }, index) => `${asValue(column)} AS key_${index}`);
  const given = keys.map(({ column }) => `${column} IS NOT NULL`).join(' AND ');
  const tables = { this_side: source, other_side: other };
  const keyNames = keys.map((_, index) => `key_${index}`).join(', ');
  const twice = (side: string) =>
    `(SELECT count(*) FROM (SELECT 1 AS one FROM (SELECT ${keyColumns.join(', ')} FROM ${side} WHERE ${given}) AS keyed
      GROUP BY ${keyNames} HAVING count(*) > 1) AS repeated)`;
  const [repeated] = await engine.ask({
    sql: `SELECT ${twice('this_side')} AS here, ${twice('other_side')} AS there`,
    tables,
  });
  refuseRepeated(parity, Number(repeated?.['here']), Number(repeated?.['there']));
  const there = compared.filter(({ column }) =>
    [source, other].every(({ columns }) => columns.some(({ name }) => name === column)),
  );
  const values = there.map(({ column }, index) => `${dialect.identifier(column)} AS value_${index}`);
  const side = (name: string) => `SELECT ${[...keyColumns, ...values].join(', ')} FROM ${name} WHERE ${given}`;
  const counts = there.map((one, index) => {
    const columns = [columnIn(source, one.column), columnIn(other, one.column)] as const;
    const condition = differs(columns, [`ours.value_${index}`, `theirs.value_${index}`], one, dialect);
    return `count(CASE WHEN ${condition} THEN 1 END) AS differs_${index}`;
  });
  const [row] = await engine.ask({
    sql: `WITH ours AS (${side('this_side')}), theirs AS (${side('other_side')})
      SELECT ${['count(*) AS joined', ...counts].join(', ')} FROM ours JOIN theirs
      ON ${keys.map((_, index) => `ours.key_${index} = theirs.key_${index}`).join(' AND ')}`,
    tables,
  });
  if (Number(row?.['joined'] ?? 0) === 0)
    throw new UserError(
      'keys-differ',
      `No row of this table has one in ${named(parity.with)} by ${namedAll(parity.key)}.`,
      {
        how: 'Look whether both write the key in the same way.',
      },
    );
  const byColumn = there.map(({ column }, index) => [`differs in ${column}`, row?.[`differs_${index}`] ?? 0] as const);
  return { compared, columns: [source, other], row: { joined: row?.['joined'] ?? 0, ...Object.fromEntries(byColumn) } };
}

function comparedColumns(parity: ParityContract, source: Source, other: Source): readonly Compared[] {
  const { columns } = parity;
  const exact = { absolute: 0, relative: 0, allowed: parity['at-most'] };
  if (columns === undefined)
    return source.columns
      .map(({ name }) => name)
      .filter((name) => !parity.key.includes(name) && other.columns.some((column) => column.name === name))
      .map((column) => ({ column, path: ['parity'], ...exact }));
  if (Array.isArray(columns)) return columns.map((column) => ({ column, path: ['parity', 'columns'], ...exact }));
  return Object.entries(columns).map(([column, rule]) => ({
    column,
    path: ['parity', 'columns', column],
    absolute: rule.tolerance ?? 0,
    relative: rule['relative-tolerance'] ?? 0,
    allowed: rule['at-most'] ?? parity['at-most'],
  }));
}

function refuseRepeated(parity: ParityContract, here: number, there: number): void {
  if (here === 0 && there === 0) return;
  const sides = [
    ...(here > 0 ? [`${here.toLocaleString('en-US')} in this table`] : []),
    ...(there > 0 ? [`${there.toLocaleString('en-US')} in ${named(parity.with)}`] : []),
  ];
  throw new UserError(
    'duplicate-keys',
    `${namedAll(parity.key)} does not name one row: keys that occur more than once are ${sides.join(' and ')}.`,
    { how: 'Rows can be compared only by a key that is unique in both.' },
  );
}
