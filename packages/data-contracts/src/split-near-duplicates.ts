import { type SplitContract, UserError } from '@modelgate/core';
import type { ContractWorld, Found } from './measurement.ts';
import { nearDuplicates } from './near-duplicates.ts';
import { named } from './source-column.ts';
import type { SplitTables } from './split-tables.ts';

/** Texts are compared in memory, where so many characters take about two gigabytes. */
const mostTexts = 250_000;
const mostCharacters = 150_000_000;

/**
 * Rows whose text is near one of another split. Equal texts of one split are compared once and counted each. A missing
 * text is not looked at, and one without words is near nothing.
 */
export async function measureNearDuplicates(
  rule: NonNullable<SplitContract['near-duplicates']>,
  splits: SplitTables,
  { engine, dialect }: ContractWorld,
): Promise<Found> {
  const asText = () => (sql: string) => `CAST(${sql} AS VARCHAR)`;
  const texts = `WITH texts AS (
      SELECT value_0 AS written, split, count(*) AS n
      FROM (${splits.rows([rule.text], asText)}) AS split_rows WHERE value_0 IS NOT NULL GROUP BY value_0, split
    )`;
  const { tables } = splits;
  const [size] = await engine.ask({
    sql: `${texts} SELECT count(*) AS texts, sum(${dialect.length('written')}) AS characters FROM texts`,
    tables,
  });
  const [count, characters] = [Number(size?.['texts'] ?? 0), Number(size?.['characters'] ?? 0)];
  if (count > mostTexts || characters > mostCharacters)
    throw new UserError(
      'not-available',
      `${named(rule.text)} holds ${count.toLocaleString('en-US')} different texts of ${characters.toLocaleString('en-US')} characters; near-duplicates are looked for among ${mostTexts.toLocaleString('en-US')} texts of ${mostCharacters.toLocaleString('en-US')} characters at most.`,
      { how: 'Check a sample of the table; `rows` finds equal texts of any number.' },
    );
  const rows = await engine.ask({ sql: `${texts} SELECT written, split, n FROM texts`, tables, most: mostTexts });
  const groups = new Map<string, number>();
  for (const { split } of rows) if (!groups.has(String(split))) groups.set(String(split), groups.size);
  const { near } = nearDuplicates(
    rows.map(({ written }) => String(written)),
    { similarity: rule.similarity, groups: rows.map(({ split }) => groups.get(String(split)) ?? 0) },
  );
  const sum = (wanted: (index: number) => boolean) =>
    rows.reduce((total, { n }, index) => total + (wanted(index) ? Number(n) : 0), 0);
  return {
    kind: 'counted',
    breaks: `${named(rule.text)} is near a text of another split`,
    failing: sum((index) => near[index] === true),
    of: sum(() => true),
    unit: 'row',
    allowed: rule['at-most'],
    sampleShows: 'presence',
  };
}
