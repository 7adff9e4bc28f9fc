import type { Source } from '@modelgate/tables';
import * as z from 'zod';
import type { ContractWorld } from './measurement.ts';
import { own } from './rule-plan.ts';

/** Values that a rough quantile is drawn from. */
export const drawn = 8192;

/** Below this many rows the engine keeps all values sooner than the table is read once more. */
const manyRows = 200_000;

/** The shares between which the rough quantiles enclose the exact one, five standard errors to either side. */
export function bracketOf(q: number): readonly [low: number, high: number] {
  const reach = 5 * Math.sqrt((q * (1 - q)) / drawn) + 1 / drawn;
  return [Math.max(0, q - reach), Math.min(1, q + reach)];
}

/**
 * Whether an exact quantile is found between two rough ones instead of among all values, which would all have to lie in
 * memory: worth another look at the column where the format allows to read it alone.
 */
export function isBracketed(source: Source, { dialect }: ContractWorld): boolean {
  return dialect.roughQuantiles !== undefined && source.format === 'parquet' && source.rows >= manyRows;
}

export interface Bracketed {
  /** SQL of the values, none of them NaN or infinite. */
  readonly sql: string;
  readonly where: string | undefined;
  readonly q: number;
  /** Values that are not NULL. */
  readonly rows: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The quantile as linear interpolation of order statistics, position (rows − 1) · q from 0, exactly as the engine has it
 * (R's type 7; Hyndman and Fan (1996), The American Statistician 50, 361–365).
 *
 * @returns undefined when the rough quantiles do not enclose it
 */
export async function quantileBetween(
  { sql, where, q, rows, low, high }: Bracketed,
  source: Source,
  { engine }: ContractWorld,
): Promise<number | undefined> {
  const among = where === undefined ? '' : ` AND ${own(where)}`;
  const tables = { this: source };
  const [lowest, highest] = [low.toExponential(), high.toExponential()];
  const [first] = await engine.ask({
    sql: `SELECT count(*) AS below FROM this WHERE ${sql} < ${lowest}${among}`,
    tables,
  });
  const { below } = z.object({ below: z.int() }).parse(first);
  const position = (rows - 1) * q;
  const index = Math.floor(position) - below;
  if (index < 0) return undefined;
  const picked = await engine.ask({
    sql: `SELECT CAST(${sql} AS DOUBLE) AS x FROM this WHERE ${sql} >= ${lowest} AND ${sql} <= ${highest}${among} ORDER BY x LIMIT 2 OFFSET ${index}`,
    tables,
  });
  const [at, next] = z.array(z.object({ x: z.number() })).parse(picked);
  const between = position - Math.floor(position);
  if (at === undefined) return undefined;
  if (between === 0) return at.x;
  return next === undefined ? undefined : at.x + (next.x - at.x) * between;
}
