import { type SplitContract, UserError } from '@modelgate/core';
import type { Column, Source } from '@modelgate/tables';
import type { ContractWorld } from './measurement.ts';
import { columnIn, comparable, named, namedAll } from './source-column.ts';

/** The rows of all splits as one query, whether a column tells them apart or each has a table of its own. */
export interface SplitTables {
  readonly sources: readonly Source[];
  /** Of `WITH`: how queries name the tables. */
  readonly tables: Readonly<Record<string, Source>>;
  /** Splits that the contract names, so that words may. */
  readonly names: readonly string[];
  /** Those that follow one another in time, from the earliest. */
  readonly order: readonly string[];
  /** Columns that every split has, without the one that tells them apart. */
  readonly common: readonly string[];
  /**
   * The rows with these columns as `value_0`, `value_1`… and `split`, the name of each row's split. Rows that are of no
   * split are left out.
   */
  rows(columns: readonly string[], read?: (columns: readonly Column[]) => (sql: string) => string): string;
}

const mostSplits = 100;

/**
 * @throws UserError `column-missing`; `contract-invalid` when a split has no row, or there is only one
 */
export async function splitTables(contract: SplitContract, world: ContractWorld): Promise<SplitTables> {
  const found =
    contract.tables === undefined ? inColumn(contract, world) : await inTables(contract.tables, contract, world);
  if (contract.tables === undefined) await refuseOtherSplits(found, contract, world);
  return found;
}

function inColumn({ column, order = [] }: SplitContract, { source, dialect }: ContractWorld): SplitTables {
  const split = columnIn(source, column ?? '').name;
  const name = dialect.identifier(split);
  return {
    sources: [source],
    tables: { this: source },
    names: order,
    order,
    common: source.columns.map((one) => one.name).filter((one) => one !== split),
    rows(columns, read = comparable) {
      const values = columns.map((one, index) => {
        const found = columnIn(source, one);
        return `${read([found])(dialect.identifier(one))} AS value_${index}`;
      });
      return `SELECT ${[...values, `CAST(${name} AS VARCHAR) AS split`].join(', ')} FROM this WHERE ${name} IS NOT NULL`;
    },
  };
}

async function inTables(
  written: Readonly<Record<string, string>>,
  { order }: SplitContract,
  world: ContractWorld,
): Promise<SplitTables> {
  const names = [...(order ?? []), ...Object.keys(written).filter((name) => !(order ?? []).includes(name))];
  const sources: Source[] = [];
  for (const name of names) sources.push(await world.table(written[name] ?? name));
  const { dialect } = world;
  return {
    sources,
    tables: Object.fromEntries(sources.map((source, index) => [`split_${index}`, source])),
    names,
    order: order ?? names,
    common: (sources[0]?.columns ?? [])
      .map(({ name }) => name)
      .filter((name) => sources.every(({ columns }) => columns.some((column) => column.name === name))),
    rows(columns, read = comparable) {
      const asValue = columns.map((name) => read(sources.map((source) => columnIn(source, name))));
      return names
        .map((name, table) => {
          const values = columns.map((one, index) => {
            return `${(asValue[index] ?? String)(dialect.identifier(one))} AS value_${index}`;
          });
          return `SELECT ${[...values, `${dialect.text(name)} AS split`].join(', ')} FROM split_${table}`;
        })
        .join(' UNION ALL ');
    },
  };
}

/** A split that is not there cannot have been compared with the others. */
async function refuseOtherSplits(splits: SplitTables, { column }: SplitContract, world: ContractWorld): Promise<void> {
  const there = splits.names.map((name, index) => {
    return `count(CASE WHEN split = ${world.dialect.text(name)} THEN 1 END) AS split_${index}`;
  });
  const [found] = await world.engine.ask({
    sql: `WITH split_rows AS (${splits.rows([])}) SELECT ${['count(DISTINCT split) AS splits', ...there].join(', ')} FROM split_rows`,
    tables: splits.tables,
  });
  const name = named(column ?? '');
  const missing = splits.names.filter((_, index) => Number(found?.[`split_${index}`]) === 0);
  if (missing.length > 0)
    throw new UserError('contract-invalid', `${name} is ${namedAll(missing)} in no row.`, {
      how: 'Write the splits as the column has them.',
    });
  const count = Number(found?.['splits']);
  if (count < 2)
    throw new UserError('contract-invalid', `${name} is the same in all rows: there are no splits to compare.`, {
      how: 'Name the column that tells the splits apart.',
    });
  if (count > mostSplits)
    throw new UserError(
      'contract-invalid',
      `${name} has ${count.toLocaleString('en-US')} different values, more than the ${mostSplits} splits that there may be.`,
      { how: 'Name the column that tells the splits apart.' },
    );
}
