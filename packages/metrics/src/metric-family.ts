import type { MetricValue, NotDefined } from './class-totals.ts';
import type {
  MeanMetric,
  Metric,
  MetricBase,
  MetricTask,
  PreparedRank,
  QuantileMetric,
  RankMetric,
  RowTotals,
  TotalsMetric,
} from './metric.ts';
import { type InputKind, type InputOf, inputOf } from './metric-input.ts';
import type { RowValues } from './weighted-rows.ts';

/** Metrics of one name: one, or one for each value of the parameter behind the `@`. */
export interface MetricFamily extends MetricBase {
  readonly parameter?: Parameter;
  /**
   * @param base      what the metric is called and is like, of this family unless the task changes it
   * @param parameter undefined where the name came without one
   * @param task      one of `tasks`
   */
  metric(base: MetricBase, parameter: number | undefined, task: MetricTask): Metric;
}

export interface Parameter {
  /** Whether the name means nothing without it. */
  readonly required: boolean;
  /** For suggestions: `10`. */
  readonly example: string;
  accepts(value: number): boolean;
}

type Rows<Kind extends InputKind> = (input: InputOf<Kind>, weights: Float64Array | undefined) => RowValues;

type Direct<Kind extends InputKind> = (input: InputOf<Kind>, weights: Float64Array | undefined) => MetricValue;

interface MeanOptions<Kind extends InputKind> {
  readonly root?: boolean;
  readonly rowRange?: readonly [number, number];
  readonly direct?: Direct<Kind>;
}

export function meanMetric<Kind extends InputKind>(
  base: MetricBase,
  input: Kind,
  rows: Rows<Kind>,
  { root = false, rowRange = [0, 1], direct }: MeanOptions<Kind> = {},
): MeanMetric {
  return {
    ...base,
    kind: 'mean',
    input,
    root,
    rowRange,
    rows: (given, weights) => rows(inputOf(given, input), weights),
    direct: direct && ((given, weights) => direct(inputOf(given, input), weights)),
  };
}

export function medianMetric<Kind extends InputKind>(base: MetricBase, input: Kind, rows: Rows<Kind>): QuantileMetric {
  return {
    ...base,
    kind: 'quantile',
    input,
    probability: 0.5,
    rows: (given, weights) => rows(inputOf(given, input), weights),
  };
}

export function totalsMetric<Kind extends InputKind>(
  base: MetricBase,
  input: Kind,
  of: (input: InputOf<Kind>, weights: Float64Array | undefined) => RowTotals | NotDefined,
  direct: Direct<Kind>,
): TotalsMetric {
  return {
    ...base,
    kind: 'totals',
    input,
    of: (given, weights) => of(inputOf(given, input), weights),
    direct: (given, weights) => direct(inputOf(given, input), weights),
  };
}

export function rankMetric<Kind extends 'score' | 'scores'>(
  base: MetricBase,
  input: Kind,
  prepare: (input: InputOf<Kind>, weights: Float64Array | undefined) => PreparedRank | NotDefined,
): RankMetric {
  return { ...base, kind: 'rank', input, prepare: (given, weights) => prepare(inputOf(given, input), weights) };
}
