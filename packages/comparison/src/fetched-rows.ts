import type { RowDesign } from '@modelgate/statistics';
import type { PairedRows, PairedTable, RowsColumn, WantedColumn } from '@modelgate/tables';
import { behaviorOutputs } from './behavior-effect.ts';
import type { PlannedCheck } from './evaluation-plan.ts';
import type { SideColumns } from './metric-input.ts';
import { classOfScore, columnName } from './pair-columns.ts';
import { reducedDesign, type SidedRows } from './sided-rows.ts';

/** Joined rows, and a way to read both sides of them. */
export interface FetchedRows {
  readonly rows: PairedRows;
  readonly design: RowDesign;
  /** Columns of the examples, by name. */
  readonly examples: ReadonlyMap<string, RowsColumn>;
  sided<Column>(read: (columns: ReadonlyMap<string, RowsColumn>) => Column): SidedRows<Column>;
}

export type RowsOf = (outputs: readonly string[], examples?: readonly string[]) => Promise<FetchedRows>;

/** Each choice of columns is fetched once, however many checks look at it. */
export function rowsOnce(paired: PairedTable): RowsOf {
  const fetched = new Map<string, Promise<FetchedRows>>();
  return (outputs, examples = []) => {
    const key = JSON.stringify([outputs, examples]);
    const rows = fetched.get(key) ?? fetchRows(paired, outputs, examples);
    fetched.set(key, rows);
    return rows;
  };
}

async function fetchRows(
  paired: PairedTable,
  outputs: readonly string[],
  examples: readonly string[],
): Promise<FetchedRows> {
  const wanted = (side: WantedColumn['side'], names: readonly string[]) => names.map((column) => ({ side, column }));
  const rows = await paired.rowsOf([
    ...wanted('examples', examples),
    ...wanted('candidate', outputs),
    ...(paired.hasChampion ? wanted('champion', outputs) : []),
  ]);
  const named = (names: readonly string[], from: number) =>
    new Map(
      names.flatMap((name, index): [string, RowsColumn][] => {
        const column = rows.columns[from + index];
        return column === undefined ? [] : [[name, column]];
      }),
    );
  const candidate = named(outputs, examples.length);
  const champion = paired.hasChampion ? named(outputs, examples.length + outputs.length) : undefined;
  const design = reducedDesign({ weights: rows.weight, clusters: rows.cluster?.codes });
  return {
    rows,
    design,
    examples: named(examples, 0),
    sided: (read) => ({ candidate: read(candidate), champion: champion && read(champion), design }),
  };
}

/** Columns that a check looks at, of those that the candidate has. */
export function neededColumns({ quantity }: PlannedCheck, wanted: readonly string[]): readonly string[] {
  switch (quantity.kind) {
    case 'metric':
      if (quantity.metric.kind === 'classes') return ['prediction'];
      if (quantity.metric.input === 'scores') return wanted.filter((name) => classOfScore(name) !== undefined);
      return [quantity.metric.input === 'score' ? 'score' : 'prediction'];
    case 'column':
      return (
        [quantity.column, ...(quantity.per === undefined ? [] : [quantity.per])]
          .map(columnName)
          // the examples may hold what divides
          .filter((name, at) => at === 0 || wanted.includes(name))
      );
    case 'behavior':
      return behaviorOutputs(quantity).filter((name) => wanted.includes(name));
    case 'file':
      return [];
  }
}

export function sideColumns(columns: ReadonlyMap<string, RowsColumn>): SideColumns {
  const scores = new Map<string, RowsColumn>();
  for (const [name, column] of columns) {
    const className = classOfScore(name);
    if (className !== undefined) scores.set(className, column);
  }
  return { prediction: columns.get('prediction'), score: columns.get('score'), scores };
}
