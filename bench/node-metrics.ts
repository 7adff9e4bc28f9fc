// Our side of the metrics benchmark, in one process. Usage:
//   node node-metrics.ts FOLDER whole ENGINE   from the Parquet file, by packages/tables, each metric once
//   node node-metrics.ts FOLDER REPEATS        from raw columns in the order of the file, each metric REPEATS times, timed
// Prints one JSON object as `sklearn_metrics.py` does.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  classTotals,
  confusionMatrix,
  findMetric,
  type MetricInput,
  type MetricTask,
  type MetricValue,
  metricValue,
} from '../packages/metrics/src/index.ts';
import { delong } from '../packages/statistics/src/index.ts';
import { openTables, type RowsColumn } from '../packages/tables/src/index.ts';
import { columnNames, metricsTable } from './metrics-table.ts';

type Columns = Readonly<Record<(typeof columnNames)[number], Float64Array>>;

const [folder = '', mode = 'whole', engine = ''] = process.argv.slice(2);
const repeats = mode === 'whole' ? 1 : Number(mode);
const columns = mode === 'whole' ? await fromTable(folder) : fromRaw(folder);
const [values, seconds]: [Record<string, number>, Record<string, number[]>] = [{}, {}];
for (const [name, call] of Object.entries(calls(columns))) {
  seconds[name] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const start = process.cpuUsage();
    values[name] = call();
    const used = process.cpuUsage(start);
    seconds[name].push((used.user + used.system) / 1e6);
  }
}
// user and system time of the whole process so far: start, engine and reading included
const { user, system } = process.cpuUsage();
const cpuSeconds = (user + system) / 1e6;
console.log(JSON.stringify({ values, seconds, versions: `node ${process.version}`, cpuSeconds }));

async function fromTable(workspace: string): Promise<Columns> {
  const tables = await openTables({
    workspace,
    temporary: workspace,
    toolCache: workspace,
    preplaced: engine,
  });
  try {
    const source = await tables.describe(path.basename(metricsTable(workspace).parquet));
    const roles = {
      label: 'flag',
      score: 'probability',
      champion: 'probability',
      predicted: 'flag',
      truth: 'number',
      number: 'number',
    } as const;
    const table = await tables.single({
      source,
      side: 'candidate',
      columns: Object.fromEntries(columnNames.map((column) => [column, { column, role: roles[column] }])),
    });
    const rows = await table.rowsOf(columnNames.map((column) => ({ side: 'candidate', column })));
    return named((_, index) => numbersOf(rows.columns[index]));
  } finally {
    await tables.close();
  }
}

function fromRaw(of: string): Columns {
  return named((column) => {
    const bytes = readFileSync(metricsTable(of).raw(column));
    return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  });
}

function named(of: (column: string, index: number) => Float64Array): Columns {
  const [label, score, champion, predicted, truth, number] = columnNames.map(of);
  if (!(label && score && champion && predicted && truth && number)) throw new Error('six columns were asked for');
  return { label, score, champion, predicted, truth, number };
}

function numbersOf(column: RowsColumn | undefined): Float64Array {
  if (column?.kind !== 'numbers') throw new Error('a column of numbers was asked for');
  return column.values;
}

/**
 * One call a metric. Timed ones get an input object each, so that none profits from a sort that another has paid for; the
 * whole process has one input, as a gate has.
 */
function calls({ label, score, champion, predicted, truth, number }: Columns): Readonly<Record<string, () => number>> {
  const labels = Uint8Array.from(label);
  const classes = Uint8Array.from(predicted);
  const input: MetricInput = { kind: 'score', labels, scores: score };
  const scored = (name: string) => () => value(name, 'binary', repeats === 1 ? input : { ...input });
  const numeric = (name: string) => () =>
    value(name, 'regression', { kind: 'number', labels: truth, predictions: number });
  const ofClasses = (name: string) => () => {
    const found = findMetric(name, 'binary');
    if (found.kind !== 'metric' || found.metric.kind !== 'classes') throw new Error(name);
    return numberOf(found.metric.compute(classTotals(confusionMatrix(labels, classes, 2)), 1));
  };
  return {
    roc_auc: scored('roc_auc'),
    delong: () => {
      const compared = delong({ labels, champion, candidate: score }, 0.95);
      return compared.kind === 'interval' ? compared.standardError : Number.NaN;
    },
    average_precision: scored('average_precision'),
    log_loss: scored('log_loss'),
    brier_score_loss: scored('brier_score_loss'),
    expected_calibration_error: scored('expected_calibration_error'),
    f1: ofClasses('f1'),
    matthews_corrcoef: ofClasses('matthews_corrcoef'),
    mean_absolute_error: numeric('mean_absolute_error'),
    root_mean_squared_error: numeric('root_mean_squared_error'),
    r2: numeric('r2'),
    median_absolute_error: numeric('median_absolute_error'),
  };
}

function value(name: string, task: MetricTask, input: MetricInput): number {
  const found = findMetric(name, task);
  if (found.kind !== 'metric' || found.metric.kind === 'classes') throw new Error(`${name}: ${found.kind}`);
  return numberOf(metricValue(found.metric, input));
}

function numberOf(metric: MetricValue): number {
  if ('undefined' in metric) throw new Error(metric.undefined);
  return metric.value;
}
