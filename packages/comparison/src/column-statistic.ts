import type { PairedTable } from '@modelgate/tables';
import type { PlannedBound } from './bound-plan.ts';
import { columnData, quantileOf } from './column-data.ts';
import { meanEffects, quantileEffects } from './column-effect.ts';
import type { Measured } from './effect.ts';
import type { RowsOf } from './fetched-rows.ts';
import { numbersOf } from './metric-input.ts';
import { columnName } from './pair-columns.ts';
import type { ColumnQuantity } from './quantity-plan.ts';
import { rateEffects } from './rate-effect.ts';
import type { ResamplingPlan } from './resampling.ts';
import { rowMeanEffects } from './row-mean-effect.ts';
import { rowQuantileEffects } from './row-quantile-effect.ts';
import { extremesOf, requireRange } from './row-reach.ts';
import type { SidedRows } from './sided-rows.ts';
import { quotient, type RowTotals, totalsEffects } from './totals-effect.ts';

export interface ColumnRows {
  readonly paired: PairedTable;
  readonly rowsOf: RowsOf;
  /** Rows have weights or clusters. */
  readonly mayDiffer: boolean;
}

export interface ColumnCheck {
  readonly name: string;
  readonly quantity: ColumnQuantity;
  readonly bounds: readonly PlannedBound[];
}

/** So many rows are read for a mean; of more, whose tails no longer matter, the engine computes it where they lie. */
const readable = 1_000_000;

/** Effects of a statistic of a numeric column, such as a latency, a cost or a count of steps. */
export async function columnEffects(
  { paired, rowsOf, mayDiffer }: ColumnRows,
  { name, quantity, bounds }: ColumnCheck,
  plan: ResamplingPlan,
): Promise<Measured> {
  const column = columnName(quantity.column);
  const values = async () => (await rowsOf([column])).sided((columns) => numbersOf(columns.get(column)));
  switch (quantity.statistic) {
    case 'ratio':
      return totalsEffects(name, await ratioTotals(paired, rowsOf, quantity), bounds, plan);
    case 'rate':
      return rateEffects(name, await values(), bounds, plan);
    case 'mean':
      if (mayDiffer || paired.rows <= readable)
        return columnMeanEffects(name, await values(), bounds, plan, quantity.range);
      break;
    default:
      if (mayDiffer) return rowQuantileEffects(name, await values(), quantileOf(quantity.statistic), bounds, plan);
  }
  const data = await columnData(paired, column, quantity, { name, bounds }, plan.confidence);
  return data.kind === 'mean'
    ? meanEffects(name, data, bounds, plan, quantity.range)
    : quantileEffects(name, data, bounds, plan);
}

/** @throws UserError column-type where values lie outside the declared range */
export function columnMeanEffects(
  name: string,
  rows: SidedRows<Float64Array>,
  bounds: readonly PlannedBound[],
  plan: ResamplingPlan,
  range: ColumnQuantity['range'],
): Measured {
  const { candidate, champion } = rows;
  if (range !== undefined) {
    requireRange(name, range, extremesOf(champion === undefined ? [candidate] : [candidate, champion]));
  }
  return rowMeanEffects(name, rows, bounds, plan, range);
}

/** Sum of one column by the sum of another, which the examples or the outputs hold. */
async function ratioTotals(
  paired: PairedTable,
  rowsOf: RowsOf,
  { column, per = '' }: ColumnQuantity,
): Promise<SidedRows<RowTotals>> {
  const [over, under] = [columnName(column), columnName(per)];
  const own = paired.columns.includes(under);
  const { sided, examples } = own ? await rowsOf([over, under]) : await rowsOf([over], [under]);
  return sided((columns) => ({
    columns: [numbersOf(columns.get(over)), numbersOf(own ? columns.get(under) : examples.get(under))],
    value: quotient,
  }));
}
