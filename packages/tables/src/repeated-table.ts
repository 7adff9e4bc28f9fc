import * as z from 'zod';
import type { ClassSet } from './class-set.ts';
import type { PlannedClasses } from './pair-plan.ts';
import type { Role, Side } from './pair-spec.ts';
import {
  inOrderOfSorting,
  partOf,
  type RowClusters,
  type RowsColumn,
  rowsColumn,
  type StoredColumn,
} from './paired-rows.ts';
import type { ColumnsByName } from './paired-table.ts';
import { count } from './rows.ts';
import type { Session } from './session.ts';
import { identifier } from './sql-text.ts';
import type { ReadColumn } from './stream-columns.ts';

/** Every row of one side as parallel arrays, ordered by example, then by the values of the columns asked for. */
export interface RepeatedRows {
  readonly rows: number;
  /** Ascending, 0 … examples − 1; every example occurs. */
  readonly example: Uint32Array;
  /** In the order in which they were asked for. */
  readonly columns: readonly RowsColumn[];
}

/** What is known of each example, an example an entry. */
export interface ExampleRows {
  readonly rows: number;
  readonly label: RowsColumn | undefined;
  readonly weight: Float64Array | undefined;
  readonly cluster: RowClusters | undefined;
  /** Golden columns, in the order in which they were asked for. */
  readonly columns: readonly RowsColumn[];
}

/**
 * Several rows an example, each side as many as it likes. Examples have numbers that follow from what they and their
 * rows hold in all paired columns, never from keys, names of clusters, or the order of rows in files; they are the same
 * in every answer of one table.
 */
export interface RepeatedTable {
  readonly examples: number;
  /** Examples left out by `championKeys: 'intersect'`. */
  readonly dropped: { readonly candidate: number; readonly champion: number };
  /** Rows of each side; of the champion undefined where there is none. */
  readonly rows: { readonly candidate: number; readonly champion: number | undefined };
  readonly hasLabel: boolean;
  readonly hasChampion: boolean;
  readonly columns: readonly string[];
  readonly weighted: boolean;
  /** Distinct clusters of the examples; undefined where the examples name none. */
  readonly clusters: number | undefined;
  /** One set over label and outputs of role `class`; undefined where there is none of either. */
  readonly classes: ClassSet | undefined;
  rowsOf(side: Side, columns: readonly string[]): Promise<RepeatedRows>;
  exampleRows(columns?: readonly string[]): Promise<ExampleRows>;
  /** Frees the engine's memory; nothing may be asked afterwards. */
  drop(): Promise<void>;
}

export interface RepeatedTableShape {
  /** Of the tables `<name>_examples`, `<name>_candidate`, `<name>_champion`. */
  readonly name: string;
  readonly examples: number;
  readonly dropped: { readonly candidate: number; readonly champion: number };
  readonly labelRole: Role | undefined;
  readonly hasChampion: boolean;
  readonly columns: ColumnsByName;
  readonly goldenColumns: ColumnsByName;
  readonly classes: PlannedClasses;
  readonly weighted: boolean;
  readonly clusters: number | undefined;
}

export async function repeatedTable(session: Session, shape: RepeatedTableShape): Promise<RepeatedTable> {
  const { examples, dropped, labelRole, hasChampion, weighted, clusters, classes } = shape;
  const table = (of: 'examples' | Side) => identifier(`${shape.name}_${of}`);
  const rowsIn = async (side: Side) =>
    (await session.row(`SELECT count(*) AS rows FROM ${table(side)}`, z.object({ rows: count }))).rows;
  const rows = {
    candidate: await rowsIn('candidate'),
    champion: hasChampion ? await rowsIn('champion') : undefined,
  };

  function stored(of: 'examples' | Side, column: string): StoredColumn {
    const known = (of === 'examples' ? shape.goldenColumns : shape.columns).get(column);
    if (known === undefined) throw new Error(`no column "${column}" was paired`);
    const target = `${of}_${known.index}`;
    const { role } = known;
    return { target, role, classes: role === 'class' ? classes.of(target) : undefined };
  }

  return {
    examples,
    dropped,
    rows,
    hasLabel: labelRole !== undefined,
    hasChampion,
    columns: [...shape.columns.keys()],
    weighted,
    clusters,
    classes: classes.compared,

    async rowsOf(side, names) {
      const n = rows[side];
      if (n === undefined) throw new Error('there is no champion in this comparison');
      const columns = names.map((name) => stored(side, name));
      const parts = columns.map(partOf);
      const order = ['example', ...inOrderOfSorting(parts)].join(', ');
      const [example, ...values] = await session.read(
        `SELECT ${['example', ...parts.map(({ sql }) => sql)].join(', ')} FROM ${table(side)} ORDER BY ${order}`,
        ['numbers', ...parts.map(({ kind }) => kind)],
        n,
      );
      return { rows: n, example: numbersOf(example), columns: columns.map((one, i) => rowsColumn(values[i], one)) };
    },

    async exampleRows(names = []) {
      const label = labelRole === undefined ? [] : [{ target: 'label', role: labelRole, classes: classes.compared }];
      const weight = weighted ? [{ target: 'weight', role: 'number' as const, classes: undefined }] : [];
      const columns = [...label, ...weight, ...names.map((name) => stored('examples', name))];
      const parts = columns.map(partOf);
      const [cluster, ...values] = await session.read(
        `SELECT ${[clusters === undefined ? 'example' : 'cluster', ...parts.map(({ sql }) => sql)].join(', ')}
         FROM ${table('examples')} ORDER BY example`,
        ['numbers', ...parts.map(({ kind }) => kind)],
        examples,
      );
      const read = columns.map((one, index) => rowsColumn(values[index], one));
      const weights = weighted ? read[label.length] : undefined;
      return {
        rows: examples,
        label: label.length > 0 ? read[0] : undefined,
        weight: weights?.kind === 'numbers' ? weights.values : undefined,
        cluster: clusters === undefined ? undefined : { codes: numbersOf(cluster), count: clusters },
        columns: read.slice(label.length + weight.length),
      };
    },

    async drop() {
      const sides = hasChampion ? (['candidate', 'champion'] as const) : (['candidate'] as const);
      for (const of of ['examples', ...sides] as const) await session.run(`DROP TABLE ${table(of)}`);
      for (const type of classes.types) await session.run(`DROP TYPE ${type}`);
    },
  };
}

function numbersOf(read: ReadColumn | undefined): Uint32Array {
  if (read?.kind !== 'numbers') throw new Error('numbers were asked for');
  return read.values;
}
