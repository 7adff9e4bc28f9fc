import * as z from 'zod';
import type { ClassSet } from './class-set.ts';
import type { PlannedClasses } from './pair-plan.ts';
import type { Role, Side } from './pair-spec.ts';
import { type PairedRows, readRows, type StoredColumn, type WantedColumn } from './paired-rows.ts';
import { count } from './rows.ts';
import type { Session } from './session.ts';
import { identifier } from './sql-text.ts';

/** Parallel arrays, a cell an entry, ordered by label, champion, candidate; codes index `classes`. Only counts above 0. */
export interface JointCounts {
  readonly classes: readonly string[];
  readonly label: Uint16Array;
  /** Undefined where there is no champion. */
  readonly champion: Uint16Array | undefined;
  readonly candidate: Uint16Array;
  readonly count: Float64Array;
}

/** Joint counts of the rows of each group; `group` is the index that the rows' column holds, ascending. */
export interface GroupedCounts extends JointCounts {
  readonly group: Int32Array;
}

export interface Moments {
  readonly n: number;
  readonly mean: number;
  /** Of the sample, n − 1 below; NaN for n = 1. */
  readonly variance: number;
  readonly minimum: number;
  readonly maximum: number;
}

export interface PairedMoments {
  readonly candidate: Moments;
  readonly champion: Moments;
  /** Candidate − champion, row by row. */
  readonly difference: Moments;
  /** Of the sample; NaN for n = 1. */
  readonly covariance: number;
}

export interface ColumnPair {
  readonly champion: Float64Array;
  readonly candidate: Float64Array;
}

/**
 * Candidate, champion and labels joined by key, inside the engine. Every answer is one pass there. Names of columns are
 * the caller's own; a name, role or side that is not there is a defect of the caller (plain Error).
 *
 * Sums run in parallel over large tables, so that the last digits of means and variances may differ between runs;
 * everything else is the same on every machine.
 */
export interface PairedTable {
  readonly rows: number;
  /** Rows left out by `championKeys: 'intersect'`. */
  readonly dropped: { readonly candidate: number; readonly champion: number };
  readonly hasLabel: boolean;
  readonly hasChampion: boolean;
  readonly columns: readonly string[];
  /** Whether rows have weights. */
  readonly weighted: boolean;
  /** Distinct clusters of these rows; undefined where the examples name none. */
  readonly clusters: number | undefined;
  /** One set over label and outputs of role `class`; undefined where there is none of either. */
  readonly classes: ClassSet | undefined;
  /** Needs a label and a column of role `class`. */
  jointCounts(column: string): Promise<JointCounts>;
  /** The same by group, for each of these columns of the examples, which hold small whole numbers: one pass for all. */
  groupedCounts(column: string, by: readonly string[]): Promise<readonly GroupedCounts[]>;
  moments(column: string, side: Side): Promise<Moments>;
  pairedMoments(column: string): Promise<PairedMoments>;
  /** Ascending. */
  values(column: string, side: Side): Promise<Float64Array>;
  /** Ordered by champion, then candidate. */
  pairs(column: string): Promise<ColumnPair>;
  /** Linear interpolation, type 7 of Hyndman and Fan (1996), The American Statistician 50, 361–365. `q` in [0, 1]. */
  quantiles(column: string, side: Side, q: readonly number[]): Promise<Float64Array>;
  /** The values at these ranks, 1 being the smallest. */
  orderStatistics(column: string, side: Side, ranks: readonly number[]): Promise<Float64Array>;
  /**
   * Rows outside the engine, for what no aggregate can answer. Texts together are at most 512 MiB, numbers take 8 bytes
   * a row each.
   */
  rowsOf(wanted: readonly WantedColumn[]): Promise<PairedRows>;
  /** Frees the engine's memory; nothing may be asked afterwards. */
  drop(): Promise<void>;
}

export type ColumnsByName = ReadonlyMap<string, { readonly index: number; readonly role: Role }>;

export interface PairedTableShape {
  readonly name: string;
  readonly rows: number;
  readonly dropped: { readonly candidate: number; readonly champion: number };
  /** Undefined where there is no label. */
  readonly labelRole: Role | undefined;
  readonly hasChampion: boolean;
  readonly columns: ColumnsByName;
  /** Of the examples. */
  readonly goldenColumns: ColumnsByName;
  readonly classes: PlannedClasses;
  readonly weighted: boolean;
  readonly clusters: number | undefined;
}

export function pairedTable(session: Session, shape: PairedTableShape): PairedTable {
  const table = identifier(shape.name);
  const { rows, labelRole, hasChampion } = shape;
  const classes = shape.classes.compared;

  function stored(side: WantedColumn['side'], column: string): StoredColumn {
    const known = (side === 'examples' ? shape.goldenColumns : shape.columns).get(column);
    if (known === undefined) throw new Error(`no column "${column}" was paired`);
    if (side === 'champion' && !hasChampion) throw new Error('there is no champion in this comparison');
    const target = `${side}_${known.index}`;
    const { role } = known;
    return { target, role, classes: role === 'class' ? shape.classes.of(target) : undefined };
  }

  function columnSql(column: string, side: WantedColumn['side'], kind: 'class' | 'number'): string {
    const { target, role } = stored(side, column);
    const isNumber = role === 'number' || role === 'probability' || role === 'flag';
    if (kind === 'class' ? role !== 'class' : !isNumber) throw new Error(`"${column}" was paired as ${role}`);
    return identifier(target);
  }

  /** Label and prediction of both sides as codes of one set of classes. */
  function cellsOf(column: string): { readonly names: readonly string[]; readonly codes: string } {
    if (labelRole === undefined) throw new Error('there is no label in this comparison');
    if (labelRole !== 'class' || classes === undefined) throw new Error(`the label was paired as ${labelRole}`);
    const code = (sql: string) => `CAST(enum_code(${sql}) AS INTEGER)`;
    const champion = hasChampion ? code(columnSql(column, 'champion', 'class')) : '0';
    const candidate = code(columnSql(column, 'candidate', 'class'));
    return {
      names: classes.names,
      codes: `${code('label')} AS label, ${champion} AS champion, ${candidate} AS candidate`,
    };
  }

  async function sorted(sql: string): Promise<Float64Array> {
    const [values] = await session.doubles(`SELECT ${sql} FROM ${table} ORDER BY 1`, 1, rows);
    if (values === undefined) throw new Error('one column was asked for');
    return values;
  }

  return {
    rows,
    dropped: shape.dropped,
    hasLabel: labelRole !== undefined,
    hasChampion,
    weighted: shape.weighted,
    clusters: shape.clusters,
    classes,
    columns: [...shape.columns.keys()],

    async jointCounts(column) {
      const { names, codes } = cellsOf(column);
      const cells = await session.rows(
        `SELECT ${codes}, count(*) AS count FROM ${table} GROUP BY ALL ORDER BY ALL`,
        cell,
      );
      return jointCounts(names, cells, hasChampion);
    },

    async groupedCounts(column, by) {
      const { names, codes } = cellsOf(column);
      const groups = by.map((name) => columnSql(name, 'examples', 'number'));
      const wanted = groups.map((sql, index) => `CAST(${sql} AS INTEGER) AS g${index}`).join(', ');
      const sets = groups.map((_, index) => `(label, champion, candidate, g${index})`).join(', ');
      const which = groups.map((_, index) => `WHEN GROUPING(g${index}) = 0 THEN ${index}`).join(' ');
      const group = `coalesce(${groups.map((_, index) => `g${index}`).join(', ')})`;
      const found = await session.rows(
        `SELECT CAST(CASE ${which} END AS INTEGER) AS of, ${group} AS "group", label, champion, candidate, count(*) AS count
         FROM (SELECT ${codes}, ${wanted} FROM ${table}) GROUP BY GROUPING SETS (${sets}) ORDER BY 1, 2, 3, 4, 5`,
        cell.extend({ of: count, group: z.int() }),
      );
      return by.map((_, index) => {
        const cells = found.filter((one) => one.of === index);
        return {
          ...jointCounts(names, cells, hasChampion),
          group: Int32Array.from(cells, (one) => one.group),
        };
      });
    },

    async moments(column, side) {
      const [found] = (await moments(session, table, rows, [columnSql(column, side, 'number')])).of;
      if (found === undefined) throw new Error('one column was asked for');
      return found;
    },

    async pairedMoments(column) {
      const candidate = columnSql(column, 'candidate', 'number');
      const champion = columnSql(column, 'champion', 'number');
      const found = await moments(session, table, rows, [candidate, champion, `(${candidate} - ${champion})`]);
      const [first, second, difference] = found.of;
      if (first === undefined || second === undefined || difference === undefined) {
        throw new Error('three columns were asked for');
      }
      return { candidate: first, champion: second, difference, covariance: found.covariance };
    },

    values: async (column, side) => sorted(columnSql(column, side, 'number')),

    async pairs(column) {
      const champion = columnSql(column, 'champion', 'number');
      const candidate = columnSql(column, 'candidate', 'number');
      const both = await session.doubles(`SELECT ${champion}, ${candidate} FROM ${table} ORDER BY 1, 2`, 2, rows);
      const [left, right] = both;
      if (left === undefined || right === undefined) throw new Error('two columns were asked for');
      return { champion: left, candidate: right };
    },

    async quantiles(column, side, q) {
      if (q.some((value) => !(value >= 0 && value <= 1))) throw new RangeError('quantiles lie in [0, 1]');
      const ranks = q.flatMap((value) => [Math.floor((rows - 1) * value) + 1, Math.ceil((rows - 1) * value) + 1]);
      const ends = await orderStatistics(columnSql(column, side, 'number'), ranks);
      return Float64Array.from(q, (value, index) => {
        const low = at(ends, 2 * index);
        const fraction = (rows - 1) * value - Math.floor((rows - 1) * value);
        return low + fraction * (at(ends, 2 * index + 1) - low);
      });
    },

    orderStatistics: async (column, side, ranks) => orderStatistics(columnSql(column, side, 'number'), ranks),

    async rowsOf(wanted) {
      const label = labelRole && { target: 'label', role: labelRole, classes };
      const { name, weighted, clusters } = shape;
      const from = { name, rows, label, weighted, clustered: clusters !== undefined };
      return readRows(
        session,
        from,
        wanted.map(({ side, column }) => stored(side, column)),
      );
    },

    drop: async () => {
      await session.run(`DROP TABLE ${table}`);
      for (const type of shape.classes.types) await session.run(`DROP TYPE ${type}`);
    },
  };

  async function orderStatistics(sql: string, ranks: readonly number[]): Promise<Float64Array> {
    if (ranks.some((rank) => !Number.isInteger(rank) || rank < 1 || rank > rows)) {
      throw new RangeError(`ranks lie in 1 to ${rows}`);
    }
    const wanted = [...new Set(ranks)].sort((a, b) => a - b);
    if (wanted.length === 0) return new Float64Array(0);
    // A sort, which spills to disk: quantile_disc would hold the whole column in memory that the engine does not count.
    const [found] = await session.doubles(
      `SELECT x FROM (SELECT ${sql} AS x, row_number() OVER (ORDER BY ${sql}) AS rank FROM ${table}) WHERE rank IN (${wanted.join(', ')}) ORDER BY rank`,
      1,
      wanted.length,
    );
    const byRank = new Map(wanted.map((rank, index) => [rank, at(found ?? [], index)]));
    return Float64Array.from(ranks, (rank) => byRank.get(rank) ?? Number.NaN);
  }
}

const cell = z.object({ label: count, champion: count, candidate: count, count });

function jointCounts(
  classes: readonly string[],
  cells: readonly z.infer<typeof cell>[],
  hasChampion: boolean,
): JointCounts {
  return {
    classes,
    label: Uint16Array.from(cells, (one) => one.label),
    champion: hasChampion ? Uint16Array.from(cells, (one) => one.champion) : undefined,
    candidate: Uint16Array.from(cells, (one) => one.candidate),
    count: Float64Array.from(cells, (one) => one.count),
  };
}

/**
 * Two passes, the second over deviations from the mean with the correction for the mean's own rounding, sums with
 * Kahan's compensation: Chan, Golub and LeVeque (1983), The American Statistician 37, 242–247, equation 1.7. The
 * covariance is that of the first two columns.
 */
async function moments(session: Session, table: string, n: number, columns: readonly string[]) {
  const first = await aggregates(
    session,
    table,
    columns.flatMap((sql) => [`favg(${sql})`, `min(${sql})`, `max(${sql})`]),
  );
  const deviations = columns.map((sql, index) => `(${sql} - CAST('${at(first, 3 * index)}' AS DOUBLE))`);
  const [one, two] = [deviations[0] ?? '0', deviations[1] ?? '0'];
  const second = await aggregates(session, table, [
    ...deviations.flatMap((sql) => [`fsum(${sql})`, `fsum(${sql} * ${sql})`]),
    `fsum(${one} * ${two})`,
  ]);
  const sum = (index: number) => at(second, 2 * index);
  const perDegree = (squares: number) => (n > 1 ? squares / (n - 1) : Number.NaN);
  const of = columns.map((_, index): Moments => {
    const variance = perDegree(at(second, 2 * index + 1) - sum(index) ** 2 / n);
    return {
      n,
      mean: at(first, 3 * index),
      variance,
      minimum: at(first, 3 * index + 1),
      maximum: at(first, 3 * index + 2),
    };
  });
  const products = at(second, 2 * columns.length) - (columns.length > 1 ? (sum(0) * sum(1)) / n : 0);
  return { of, covariance: perDegree(products) };
}

async function aggregates(session: Session, table: string, parts: readonly string[]): Promise<Float64Array> {
  const columns = parts.map((part) => `CAST(${part} AS DOUBLE)`);
  const found = await session.doubles(`SELECT ${columns.join(', ')} FROM ${table}`, parts.length, 1);
  return Float64Array.from(found, (column) => at(column, 0));
}

function at(values: ArrayLike<number>, index: number): number {
  const value = values[index];
  if (value === undefined) throw new RangeError(`no value at ${index}`);
  return value;
}
