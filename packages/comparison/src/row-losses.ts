import type { Metric, MetricInput } from '@modelgate/metrics';
import type { PairedRankings, PairedTable, RowsColumn } from '@modelgate/tables';
import type { RowLosses } from './arena.ts';
import type { EvaluationPlan, PlannedCheck } from './evaluation-plan.ts';
import { type FetchedRows, neededColumns, type RowsOf, sideColumns } from './fetched-rows.ts';
import { codesIn } from './group-members.ts';
import { classesOf, metricInput, numbersOf } from './metric-input.ts';
import { columnName } from './pair-columns.ts';
import type { SidedRows } from './sided-rows.ts';

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
  return { words: loss.words, candidate, champion, ...shared(fetched, divisions) };
}

function shared({ rows, examples }: FetchedRows, divisions: readonly string[]): Pick<RowLosses, 'codes' | 'clusters'> {
  return { codes: divisions.map((name) => codesIn(examples.get(name))), clusters: rows.cluster?.codes };
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

/** Of queries: what the check measures of each. */
export function rankingLosses(
  { candidate, champion }: SidedRows<MetricInput>,
  paired: PairedRankings,
  check: PlannedCheck | undefined,
  divisions: readonly string[],
): RowLosses | undefined {
  if (check?.quantity.kind !== 'metric' || check.quantity.metric.kind !== 'mean') return undefined;
  const { metric } = check.quantity;
  const own = rowValues(metric, candidate);
  const theirs = champion && rowValues(metric, champion);
  if (own === undefined || (champion !== undefined && theirs === undefined)) return undefined;
  const codes = divisions.map((name) => paired.columns.get(name) ?? new Float64Array(own.length).fill(-1));
  return { words: check.name, candidate: own, champion: theirs, codes, clusters: paired.cluster?.codes };
}
