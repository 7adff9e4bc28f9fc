import type { Metric, MetricInput } from '@modelgate/metrics';
import type { PairedTable, RowsColumn } from '@modelgate/tables';
import type { RowLosses } from './arena.ts';
import type { EvaluationPlan, PlannedCheck } from './evaluation-plan.ts';
import { neededColumns, type RowsOf, sideColumns } from './fetched-rows.ts';
import { clustersAt, codesIn, numbersAt } from './group-members.ts';
import { classesOf, metricInput, numbersOf } from './metric-input.ts';
import { columnName } from './pair-columns.ts';

type Columns = ReadonlyMap<string, RowsColumn>;

interface PairedWorld {
  readonly paired: PairedTable;
  readonly plan: EvaluationPlan;
  readonly wanted: readonly string[];
  readonly rowsOf: RowsOf;
}

/** A loss a row: that of the check where it is a mean over rows, else the usual one of the task. */
export async function pairedLosses(
  { plan, wanted, rowsOf }: PairedWorld,
  check: PlannedCheck | undefined,
  divisions: readonly string[],
): Promise<RowLosses | undefined> {
  const loss = ofCheck(plan, wanted, check) ?? ofTask(plan, wanted);
  if (loss === undefined) return undefined;
  const fetched = await rowsOf(loss.columns, divisions);
  const { candidate, champion } = fetched.sided((columns) => loss.of(columns, fetched.rows.label));
  if (candidate === undefined) return undefined;
  const { weight, cluster } = fetched.rows;
  // rows of weight 0 are none
  const kept = Uint32Array.from(candidate.keys()).filter((row) => weight === undefined || (weight[row] ?? 0) > 0);
  return {
    words: loss.words,
    candidate: numbersAt(candidate, kept),
    champion: champion && numbersAt(champion, kept),
    codes: divisions.map((name) => numbersAt(codesIn(fetched.examples.get(name)), kept)),
    clusters: cluster && clustersAt(cluster, kept).codes,
  };
}

interface Loss {
  readonly words: string;
  readonly columns: readonly string[];
  /** Undefined where a side has none. */
  of(columns: Columns, label: RowsColumn | undefined): Float64Array | undefined;
}

function ofCheck(plan: EvaluationPlan, wanted: readonly string[], check: PlannedCheck | undefined): Loss | undefined {
  if (check === undefined) return undefined;
  const { quantity } = check;
  if (quantity.kind === 'column' && (quantity.statistic === 'mean' || quantity.statistic === 'rate')) {
    const column = columnName(quantity.column);
    return {
      words: check.name,
      columns: [column],
      of: (columns) => worse(numbersOf(columns.get(column)), check.better),
    };
  }
  if (quantity.kind !== 'metric' || quantity.metric.kind !== 'mean') return undefined;
  const { metric } = quantity;
  if (metric.input === 'ranking') return undefined;
  const input = metric.input;
  return {
    words: check.name,
    columns: neededColumns(check, wanted),
    of: (columns, label) => rowValues(metric, metricInput(input, label, sideColumns(columns), plan.gate)),
  };
}

function rowValues(metric: Extract<Metric, { kind: 'mean' }>, input: MetricInput): Float64Array | undefined {
  const values = metric.rows(input);
  return 'undefined' in values ? undefined : worse(values, metric.better);
}

/** The more the worse. */
function worse(values: Float64Array, better: 'higher' | 'lower'): Float64Array {
  return better === 'lower' ? values : values.map((value) => -value);
}

function ofTask({ gate }: EvaluationPlan, wanted: readonly string[]): Loss | undefined {
  if (!wanted.includes('prediction')) return undefined;
  switch (gate.task) {
    case 'binary':
    case 'multiclass':
      return {
        words: 'a wrong prediction',
        columns: ['prediction'],
        of: (columns, label) => {
          const right = classesOf(label).codes;
          return Float64Array.from(classesOf(columns.get('prediction')).codes, (code, row) =>
            code === right[row] ? 0 : 1,
          );
        },
      };
    case 'regression':
      return {
        words: 'the absolute error',
        columns: ['prediction'],
        of: (columns, label) => {
          const truth = numbersOf(label);
          return numbersOf(columns.get('prediction')).map((value, row) => Math.abs(value - (truth[row] ?? 0)));
        },
      };
    default:
      return undefined;
  }
}
