import { type MetricInput, metricValue, type RowMetric } from '@modelgate/metrics';
import { Random, type RowDesign } from '@modelgate/statistics';

/** So many rows times replicates are worth the wait; beyond, a metric has long lost the bias that they would show. */
const mostWork = 4e7;

/**
 * Values of a metric on resamples of the rows, or of whole clusters of them; NaN where a resample has none. They show the
 * bias of metrics that are too high on few rows, such as a calibration error.
 *
 * @returns undefined where the rows are too many
 * Source: Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapter 10.
 */
export function metricReplicates(
  metric: RowMetric,
  input: MetricInput,
  rows: number,
  { weights, clusters }: RowDesign,
  { replicates, seed }: { readonly replicates: number; readonly seed: string },
): Float64Array | undefined {
  if (rows * replicates > mostWork) return undefined;
  const random = new Random(seed);
  const units = clusters === undefined ? rows : clusters.reduce((most, code) => Math.max(most, code), -1) + 1;
  const drawn = new Float64Array(units);
  const resampled = new Float64Array(rows);
  return Float64Array.from({ length: replicates }, () => {
    drawn.fill(0);
    for (let unit = 0; unit < units; unit++) {
      const at = random.integer(units);
      drawn[at] = (drawn[at] ?? 0) + 1;
    }
    for (let row = 0; row < rows; row++)
      resampled[row] = (weights?.[row] ?? 1) * (drawn[clusters === undefined ? row : (clusters[row] ?? 0)] ?? 0);
    const found = metricValue(metric, input, resampled);
    return 'value' in found ? found.value : Number.NaN;
  });
}
