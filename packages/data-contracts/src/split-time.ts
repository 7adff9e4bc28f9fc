import { type SplitContract, UserError } from '@modelgate/core';
import type { Column } from '@modelgate/tables';
import type { ContractWorld, Found } from './measurement.ts';
import { columnIn, comparable, named } from './source-column.ts';
import type { SplitTables } from './split-tables.ts';

/**
 * Rows of a later split that are not after all rows of every earlier one. The same moment is not after. A missing time
 * is not looked at.
 */
export async function measureTime(
  rule: NonNullable<SplitContract['time']>,
  splits: SplitTables,
  world: ContractWorld,
): Promise<Found> {
  const { dialect } = world;
  for (const source of splits.sources) refuseTimeless(columnIn(source, rule.column), source.path);
  const place = splits.order.map((name, index) => `WHEN split = ${dialect.text(name)} THEN ${index}`).join(' ');
  const unread = splits.sources.some((source) => columnIn(source, rule.column).type === 'text')
    ? await unreadable(rule.column, splits, world)
    : 0;
  if (unread > 0)
    throw new UserError(
      'column-type',
      `${named(rule.column)} is no date or time in ${unread.toLocaleString('en-US')} ${unread === 1 ? 'row' : 'rows'}.`,
      { how: 'Write times as 2026-01-31 or 2026-01-31 12:00:00.' },
    );
  const found = await world.engine.ask({
    sql: `WITH timed AS (
        SELECT value_0 AS moment, CASE ${place} END AS place FROM (${splits.rows([rule.column], asMoment)}) AS split_rows
      ), latest AS (SELECT place, max(moment) AS latest FROM timed WHERE place IS NOT NULL GROUP BY place),
      limits AS (
        SELECT later.place, max(earlier.latest) AS latest
        FROM latest AS later JOIN latest AS earlier ON earlier.place < later.place GROUP BY later.place
      )
      SELECT timed.place AS place, count(timed.moment) AS looked,
        count(CASE WHEN timed.moment <= limits.latest THEN 1 END) AS failing
      FROM timed JOIN limits ON timed.place = limits.place GROUP BY timed.place ORDER BY timed.place`,
    tables: splits.tables,
  });
  const counts = found.map(({ place: at, looked, failing }) => ({
    name: splits.order[Number(at)] ?? '',
    looked: Number(looked),
    failing: Number(failing),
  }));
  const total = (field: 'looked' | 'failing') => counts.reduce((sum, one) => sum + one[field], 0);
  const most = counts.toSorted((a, b) => b.failing - a.failing)[0];
  return {
    kind: 'counted',
    breaks: `${named(rule.column)} is not after all rows of an earlier split`,
    failing: total('failing'),
    of: total('looked'),
    unit: 'row',
    allowed: rule['at-most'],
    ...(most === undefined || most.failing === 0
      ? {}
      : { extra: `${most.failing === total('failing') ? 'all' : 'most'} of them in ${named(most.name)}` }),
    sampleShows: 'presence',
  };
}

async function unreadable(column: string, splits: SplitTables, { engine }: ContractWorld): Promise<number> {
  const asWritten = () => (sql: string) => `CAST(${sql} AS VARCHAR)`;
  const [found] = await engine.ask({
    sql: `SELECT count(*) AS unread FROM (${splits.rows([column], asWritten)}) AS split_rows
      WHERE value_0 IS NOT NULL AND TRY_CAST(value_0 AS TIMESTAMP) IS NULL`,
    tables: splits.tables,
  });
  return Number(found?.['unread'] ?? 0);
}

function refuseTimeless({ name, type }: Column, path: string): void {
  if (type === 'time' || type === 'text' || type === 'integer' || type === 'number' || type === 'empty') return;
  throw new UserError('column-type', `${named(name)} of ${path} has no order in time: it holds ${type} values.`, {
    how: 'Name a column of dates, times or numbers.',
  });
}

/** Text is read as a time; what the tables store differently meets as timestamps. */
function asMoment(columns: readonly Column[]): (sql: string) => string {
  const types = new Set(columns.map(({ type }) => type));
  if (types.has('text') || types.has('empty') || (types.has('time') && types.size > 1))
    return (sql) => `TRY_CAST(${sql} AS TIMESTAMP)`;
  const stored = new Set(columns.map(({ storedAs }) => storedAs));
  return types.has('time') && stored.size > 1 ? (sql) => `CAST(${sql} AS TIMESTAMP)` : comparable(columns);
}
