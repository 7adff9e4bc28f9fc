import { sumsByCell } from './calibration-error.ts';
import { defined, type MetricValue, notDefined } from './class-totals.ts';
import type { PreparedRank, RowMetric, RowTotals } from './metric.ts';
import type { MetricInput } from './metric-input.ts';
import { finite } from './regression-error.ts';
import { weightedQuantile } from './weighted-quantile.ts';
import { meanOfRows } from './weighted-rows.ts';

/**
 * The value of a metric for one model.
 *
 * @param input   of the metric's kind
 * @param weights one a row, ≥ 0; 1 each where absent
 * @throws RangeError when the input is of another kind, or columns differ in length
 */
export function metricValue(metric: RowMetric, input: MetricInput, weights?: Float64Array): MetricValue {
  const direct = 'direct' in metric ? metric.direct : undefined;
  if (direct !== undefined) return direct(input, weights);
  switch (metric.kind) {
    case 'mean': {
      const mean = meanOfRows(metric.rows(input, weights), weights);
      return 'value' in mean ? finite(metric.root ? Math.sqrt(mean.value) : mean.value) : mean;
    }
    case 'quantile': {
      const rows = metric.rows(input, weights);
      return rows instanceof Float64Array ? finite(weightedQuantile(rows, metric.probability, weights)) : rows;
    }
    case 'totals': {
      const of = metric.of(input, weights);
      return 'undefined' in of ? of : orNoValue(of.value(totalsOf(of, weights)));
    }
    case 'rank': {
      const prepared: PreparedRank | MetricValue = metric.prepare(input, weights);
      return 'undefined' in prepared ? prepared : orNoValue(prepared.value(weights));
    }
  }
}

function orNoValue(value: number): MetricValue {
  return Number.isNaN(value) ? notDefined('it has no value on these rows') : defined(value);
}

/** Sums over rows, each times the row's weight. */
export function totalsOf(of: RowTotals, weights?: Float64Array): Float64Array {
  const { cells } = of;
  if (cells === undefined) {
    return Float64Array.from(of.columns, (column) => {
      let total = 0;
      for (let row = 0; row < column.length; row++)
        total += (weights === undefined ? 1 : (weights[row] ?? 0)) * (column[row] ?? 0);
      return total;
    });
  }
  const totals = sumsByCell(cells.ofRow, cells.amounts, cells.width, weights);
  totals[cells.width - 1] =
    weights === undefined ? cells.ofRow.length : weights.reduce((sum, weight) => sum + weight, 0);
  return totals;
}
