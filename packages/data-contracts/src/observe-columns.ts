import type { ObservedColumn } from './infer-contract.ts';
import { isCategoryColumn, isNumberColumn, type ProfileColumn } from './profile.ts';
import { profileTable } from './profiler.ts';
import type { ProfiledTable } from './profiler-column.ts';
import { isReadByRow } from './text-reading.ts';

/** An estimate of different values may be so much too low where all differ. */
const estimated = 0.9;

/**
 * Looks at a table for `inferContract`: the three passes of `profileTable`, and one more over each column that may be a
 * key, to count its values exactly. Values are told only where a profile may name all of them.
 *
 * @throws UserError of the engine
 */
export async function observeColumns(table: ProfiledTable): Promise<readonly ObservedColumn[]> {
  const { source } = table;
  const profile = await profileTable(table, { commit: '', tool: '' });
  const observed: ObservedColumn[] = [];
  for (const column of profile.columns) {
    observed.push({
      name: column.name,
      ...typed(column, table),
      rows: source.rows,
      nulls: column.nulls,
      unique: await isUnique(column, table),
      ...(isNumberColumn(column) && column.notFinite !== undefined ? { notFinite: column.notFinite } : {}),
      ...(column.withheld === 'personal' ? { personal: true } : {}),
      ...valuesOf(column),
    });
  }
  return observed;
}

/** None for what nothing but nulls, or values of several types, leave open. */
function typed({ name, type }: ProfileColumn, { source }: ProfiledTable): Pick<ObservedColumn, 'type'> {
  const stored = source.columns.find((column) => column.name === name);
  if (stored === undefined || stored.type === 'empty' || stored.type === 'mixed') return {};
  if (type === 'struct' && !/^(STRUCT|MAP|ROW)\b/i.test(stored.storedAs)) return {};
  const read = type === 'date' || type === 'timestamp';
  // texts of a format that knows dates are texts, whatever they look like
  if (stored.type === 'text' && read && !isReadByRow(type, stored, source.format)) return { type: 'string' };
  return { type };
}

async function isUnique(column: ProfileColumn, { engine, dialect, source }: ProfiledTable): Promise<boolean> {
  const { distinct = 0, nulls, approximate, type } = column;
  if (nulls > 0 || !['string', 'integer'].includes(type) || distinct < estimated * source.rows) return false;
  if (approximate === undefined) return distinct === source.rows;
  const sql = `SELECT count(*) AS n FROM (SELECT 1 AS one FROM this GROUP BY ${dialect.identifier(column.name)}) AS groups`;
  const [row] = await engine.ask({ sql, tables: { this: source } });
  return row?.['n'] === source.rows;
}

function valuesOf(column: ProfileColumn): Pick<ObservedColumn, 'values'> {
  if (!isCategoryColumn(column) || column.rest > 0 || column.values.length === 0) return {};
  return { values: column.values.map(([value, rows]) => ({ value, rows })) };
}
