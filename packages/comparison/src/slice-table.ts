import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { RecordedFolder, SliceResult } from '@modelgate/core';
import type { Tables } from '@modelgate/tables';
import type { EvaluationWorld } from './evaluation-sources.ts';
import type { JudgedEach } from './slice-outcome.ts';
import type { SlicePlan } from './slice-plan.ts';

/** Columns of the table of all groups. */
const columns = [
  'check',
  'metric',
  'by',
  'group',
  'outcome',
  'rows',
  'champion',
  'candidate',
  'of',
  'estimate',
  'lower',
  'upper',
  'level',
  'method',
  'p',
  'adjusted_p',
  'rows_needed',
  'note',
] as const;

type Cell = string | number | undefined;

/**
 * Every group of every check as CSV and as Parquet, for people and other tools; what is too small to be shown is absent
 * here, too. Undefined where the gate judges no group by itself.
 */
export async function writeSliceTable(
  { policy, id }: Pick<SlicePlan, 'policy' | 'id'>,
  judged: readonly JudgedEach[],
  leg: string | undefined,
  tables: Pick<Tables, 'describeOwn' | 'record'>,
  { temporary }: Pick<EvaluationWorld, 'temporary'>,
): Promise<RecordedFolder | undefined> {
  const rows = judged.flatMap(({ measured: { check }, groups }) =>
    groups.map(({ result }) => rowOf(check.id, check.check.name, result)),
  );
  if (rows.length === 0) return undefined;
  const folder = path.join(temporary, 'slices');
  await mkdir(folder, { recursive: true });
  const csv = path.join(folder, 'slices.csv');
  await writeFile(csv, `${[columns, ...rows].map(line).join('\n')}\n`);
  const source = await tables.describeOwn(csv);
  await tables.record({ source, key: undefined, columns, to: path.join(folder, 'slices.parquet') });
  const name = ['modelgate-slices', policy.name, id, ...(leg === undefined ? [] : [leg])].join('-');
  return { name, folder, files: ['slices.csv', 'slices.parquet'] };
}

function rowOf(check: string, metric: string, result: SliceResult): readonly Cell[] {
  const { by, name, outcome, rows, champion, candidate, of, estimate, interval, p, adjustedP, rowsNeeded, note } =
    result;
  return [
    check,
    metric,
    by,
    name,
    outcome,
    rows,
    champion,
    candidate,
    of,
    estimate,
    interval?.lower,
    interval?.upper,
    interval?.level,
    interval?.method,
    p,
    adjustedP,
    rowsNeeded,
    note,
  ];
}

/** A text that a spreadsheet would take for a formula gets an apostrophe before it. */
function line(cells: readonly Cell[]): string {
  return cells
    .map((cell) => {
      if (cell === undefined) return '';
      if (typeof cell === 'number') return String(cell);
      const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
      return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    })
    .join(',');
}
