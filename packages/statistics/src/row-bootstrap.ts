import { requireCount } from './argument.ts';
import {
  type BootstrapEstimate,
  bootstrapInterval,
  jackknifeAcceleration,
  type Resampling,
} from './bootstrap-interval.ts';
import { Random } from './random.ts';

export interface RowBootstrapInput extends Resampling {
  /** Columns of equal length, resampled together, so that what is paired stays paired. */
  readonly columns: readonly Float64Array[];
  /** Called on the rows, on every resample and on every n − 1 rows; it must neither keep nor change the columns. */
  readonly statistic: (columns: readonly Float64Array[]) => number;
}

/**
 * The plain paired bootstrap: resamples whole rows and computes the statistic anew. Cost grows with rows × replicates;
 * `cellBootstrap` and `quantileDifferenceBootstrap` give the same answers faster where they apply.
 *
 * @throws RangeError when columns are empty or of unequal length, or replicates, seed or level are wrong
 * Source: Efron and Tibshirani (1993), chapters 8 and 14.
 */
export function rowBootstrap(input: RowBootstrapInput): BootstrapEstimate {
  const { columns, statistic, replicates, method = 'bca' } = input;
  const rows = columns[0]?.length ?? 0;
  requireCount('rows', rows, method === 'bca' ? 2 : 1);
  if (columns.some((column) => column.length !== rows)) {
    throw new RangeError(`columns must be of equal length, got ${columns.map((column) => column.length).join(', ')}`);
  }
  requireCount('replicates', replicates, 1);
  const random = new Random(input.seed);

  const drawn = new Uint32Array(rows);
  const resampled = columns.map(() => new Float64Array(rows));
  const values = new Float64Array(replicates);
  for (let replicate = 0; replicate < replicates; replicate++) {
    for (let row = 0; row < rows; row++) drawn[row] = random.integer(rows);
    for (const [i, column] of columns.entries()) gather(column, drawn, resampled[i]);
    values[replicate] = statistic(resampled);
  }
  const acceleration = method === 'bca' ? rowAcceleration(columns, statistic) : 0;
  return bootstrapInterval({ point: statistic(columns), values, acceleration, level: input.level, method });
}

function gather(column: Float64Array, drawn: Uint32Array, into: Float64Array | undefined): void {
  if (into === undefined) return;
  for (let row = 0; row < drawn.length; row++) into[row] = column[drawn[row] ?? 0] ?? Number.NaN;
}

function rowAcceleration(
  columns: readonly Float64Array[],
  statistic: (columns: readonly Float64Array[]) => number,
): number {
  const rows = columns[0]?.length ?? 0;
  const values = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    values[row] = statistic(columns.map((column) => column.filter((_, i) => i !== row)));
  }
  return jackknifeAcceleration(values, new Float64Array(rows).fill(1));
}
