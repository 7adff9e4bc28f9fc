import type { PrivacyContract } from '@modelgate/core';
import type { ContractWorld, Found } from './measurement.ts';
import { columnIn, namedAll } from './source-column.ts';

/**
 * Rows that hide among fewer than k of the same quasi-identifiers, themselves included. A missing value is a value like
 * others: whoever's age is missing stands out by it.
 *
 * Source: Sweeney (2002), k-anonymity: a model for protecting privacy, IJUFKS 10 (5), 557–570.
 */
export async function measureAnonymity(
  rule: NonNullable<PrivacyContract['k-anonymity']>,
  suppressBelow: number,
  { engine, dialect, source }: ContractWorld,
): Promise<Found> {
  const { columns, k } = rule;
  if (source.sampledFrom !== undefined)
    return {
      kind: 'unmeasured',
      reason: 'sample-cannot-tell',
      words: `How many rows share ${namedAll(columns)}, a sample of them cannot tell.`,
      how: 'A run over all rows shows it.',
    };
  const groupedBy = columns.map((name) => dialect.identifier(columnIn(source, name).name)).join(', ');
  const [found] = await engine.ask({
    sql: `WITH alike AS (SELECT count(*) AS n FROM this GROUP BY ${groupedBy})
      SELECT count(*) AS alike, count(CASE WHEN n < ${k} THEN 1 END) AS small, sum(CASE WHEN n < ${k} THEN n ELSE 0 END) AS failing
      FROM alike`,
    tables: { this: source },
  });
  const count = (name: string) => Number(found?.[name] ?? 0);
  const small = count('small');
  return {
    kind: 'counted',
    breaks: `${namedAll(columns)} are shared by fewer than ${k} rows`,
    failing: count('failing'),
    of: source.rows,
    unit: 'row',
    allowed: rule['at-most'],
    ...(small >= suppressBelow && small > 0
      ? { extra: `${small.toLocaleString('en-US')} of ${count('alike').toLocaleString('en-US')} groups are smaller` }
      : {}),
    sampleShows: 'presence',
    suppressBelow,
  };
}
