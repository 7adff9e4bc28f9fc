import type { EvaluationGate } from '@modelgate/core';
import { UserError } from '@modelgate/core';
import type { MetricInput } from '@modelgate/metrics';
import { type ClassSet, classIndex, type PairedRows, type RowsColumn } from '@modelgate/tables';

/** The columns of one side, as metrics read them. */
export interface SideColumns {
  readonly prediction?: RowsColumn | undefined;
  readonly score?: RowsColumn | undefined;
  /** By class. */
  readonly scores?: ReadonlyMap<string, RowsColumn> | undefined;
}

type Kind = Exclude<MetricInput['kind'], 'ranking'>;

/** What a metric takes, of one side of joined rows. @throws UserError column-type, column-missing */
export function metricInput(
  kind: Kind,
  label: PairedRows['label'],
  columns: SideColumns,
  gate: Pick<EvaluationGate, 'task' | 'positive'>,
): MetricInput {
  switch (kind) {
    case 'score': {
      const { codes, classes } = classesOf(label);
      const positive = positiveIndex(classes, gate);
      return {
        kind,
        labels: Uint8Array.from(codes, (code) => (code === positive ? 1 : 0)),
        scores: numbersOf(columns.score),
      };
    }
    case 'scores': {
      const { codes, classes } = classesOf(label);
      const named = [...(columns.scores ?? [])];
      const places = classes.names.map((name) => named.findIndex(([known]) => known === name));
      refuseUnscored(codes, classes, places);
      return {
        kind,
        labels: codes.map((code) => places[code] ?? 0),
        scores: named.map(([, column]) => numbersOf(column)),
      };
    }
    case 'number':
      return { kind, labels: numbersOf(label), predictions: numbersOf(columns.prediction) };
    case 'answer':
      return { kind, answers: answersOf(label), predictions: textsOf(columns.prediction) };
  }
}

/** Index of the positive class, −1 where the task has none. @throws UserError column-type */
export function positiveIndex(
  classes: ClassSet,
  { task, positive }: Pick<EvaluationGate, 'task' | 'positive'>,
): number {
  if (task === 'binary' && classes.names.length > 2) {
    throw new UserError(
      'column-type',
      `task is binary, but there are ${classes.names.length} classes: ${known(classes)}`,
      {
        how: 'use `task: multiclass`, or let the predictions hold the two labels only',
      },
    );
  }
  if (positive === undefined) return -1;
  const index = classIndex(classes, positive);
  if (index !== undefined) return index;
  throw new UserError(
    'column-type',
    `no label and no prediction is the positive class ${JSON.stringify(positive)}; classes: ${known(classes)}`,
    { how: 'write `positive` as it stands in the label column' },
  );
}

function known({ names }: ClassSet): string {
  return names.slice(0, 10).join(', ');
}

function refuseUnscored(codes: Uint16Array, { names }: ClassSet, places: readonly number[]): void {
  const row = codes.findIndex((code) => (places[code] ?? -1) < 0);
  if (row < 0) return;
  const name = names[codes[row] ?? 0] ?? '';
  throw new UserError(
    'column-missing',
    `the label holds class ${JSON.stringify(name)}, for which \`scores\` names no column`,
    {
      how: 'name a column for each class that the labels hold',
    },
  );
}

export function classesOf(column: RowsColumn | undefined): Extract<RowsColumn, { kind: 'classes' }> {
  if (column?.kind !== 'classes') throw new Error('a column of classes was asked for');
  return column;
}

export function numbersOf(column: RowsColumn | undefined): Float64Array {
  if (column?.kind !== 'numbers') throw new Error('a column of numbers was asked for');
  return column.values;
}

export function textsOf(column: RowsColumn | undefined): readonly string[] {
  if (column?.kind !== 'text') throw new Error('a column of texts was asked for');
  return column.texts;
}

function answersOf(column: RowsColumn | undefined): readonly (readonly string[])[] {
  if (column?.kind !== 'texts') throw new Error('a column of answers was asked for');
  return column.lists;
}
