import { momentsOf, quantileOfSorted } from '@modelgate/statistics';
import type {
  GroupedCounts,
  JointCounts,
  Moments,
  PairedRows,
  PairedTable,
  RowsColumn,
  Side,
  WantedColumn,
} from '@modelgate/tables';
import { clustersAt, codesIn, columnAt, membersOf, numbersAt } from './group-members.ts';

/** Columns of the examples that hold the index of each row's group, and how many groups each has. */
export type Divisions = ReadonlyMap<string, number>;

/**
 * The rows of one group of a joined table, as a joined table of their own. Cells of classes are counted for all groups
 * of all divisions in one pass, and every choice of columns is read once, however many groups ask for it.
 */
export function groupPairs(
  paired: PairedTable,
  divisions: Divisions,
): (division: string, group: number, rows: number) => PairedTable {
  const columns = [...divisions.keys()];
  const counts = new Map<string, Promise<readonly (readonly JointCounts[])[]>>();
  const fetched = new Map<string, Promise<FetchedRows>>();

  async function countsOf(column: string, division: string, group: number): Promise<JointCounts> {
    const found = counts.get(column) ?? byGroup(paired, column, divisions);
    counts.set(column, found);
    const own = (await found)[columns.indexOf(division)]?.[group];
    if (own === undefined) throw new Error(`no group ${group} of ${division}`);
    return own;
  }

  async function rowsOf(wanted: readonly WantedColumn[], division: string, group: number): Promise<PairedRows> {
    const key = JSON.stringify(wanted);
    const found = fetched.get(key) ?? fetchRows(paired, wanted, divisions);
    fetched.set(key, found);
    const { rows, members } = await found;
    const at = members.get(division)?.[group];
    if (at === undefined) throw new Error(`no group ${group} of ${division}`);
    return {
      rows: at.length,
      label: rows.label && columnAt(rows.label, at),
      weight: rows.weight && numbersAt(rows.weight, at),
      cluster: rows.cluster && clustersAt(rows.cluster, at),
      columns: rows.columns.slice(0, wanted.length).map((column) => columnAt(column, at)),
    };
  }

  return (division, group, rows) => ({
    ...inMemory((wanted) => rowsOf(wanted, division, group)),
    rows,
    dropped: paired.dropped,
    hasLabel: paired.hasLabel,
    hasChampion: paired.hasChampion,
    columns: paired.columns,
    weighted: paired.weighted,
    clusters: paired.clusters,
    classes: paired.classes,
    jointCounts: (column) => countsOf(column, division, group),
    rowsOf: (wanted) => rowsOf(wanted, division, group),
    drop: async () => undefined,
  });
}

interface FetchedRows {
  readonly rows: PairedRows;
  /** By division, then by group. */
  readonly members: ReadonlyMap<string, readonly Uint32Array[]>;
}

async function fetchRows(
  paired: PairedTable,
  wanted: readonly WantedColumn[],
  divisions: Divisions,
): Promise<FetchedRows> {
  const codes = [...divisions.keys()].map((column) => ({ side: 'examples' as const, column }));
  const rows = await paired.rowsOf([...wanted, ...codes]);
  const members = [...divisions].map(([name, groups], index) => {
    const column = rows.columns[wanted.length + index];
    return [name, membersOf(codesIn(column), groups)] as const;
  });
  return { rows, members: new Map(members) };
}

/** Cells of each group of each division. */
async function byGroup(
  paired: PairedTable,
  column: string,
  divisions: Divisions,
): Promise<readonly (readonly JointCounts[])[]> {
  const found = await paired.groupedCounts(column, [...divisions.keys()]);
  return [...divisions.values()].map((groups, index) => {
    const counted = found[index];
    if (counted === undefined) throw new Error('a division was not counted');
    return ofGroups(counted, groups);
  });
}

/** Cells come by group, ascending. */
function ofGroups(counted: GroupedCounts, groups: number): readonly JointCounts[] {
  const starts = new Uint32Array(groups + 1).fill(counted.group.length);
  for (let cell = counted.group.length - 1; cell >= 0; cell--) {
    const group = counted.group[cell] ?? -1;
    if (group >= 0) starts[group] = cell;
  }
  for (let group = groups - 1; group >= 0; group--)
    if ((starts[group] ?? 0) > (starts[group + 1] ?? 0)) starts[group] = starts[group + 1] ?? 0;
  return Array.from({ length: groups }, (_, group) => {
    const isOwn = counted.group[starts[group] ?? 0] === group;
    const [from, to] = isOwn ? [starts[group] ?? 0, endOf(counted.group, starts[group] ?? 0)] : [0, 0];
    return {
      classes: counted.classes,
      label: counted.label.subarray(from, to),
      champion: counted.champion?.subarray(from, to),
      candidate: counted.candidate.subarray(from, to),
      count: counted.count.subarray(from, to),
    };
  });
}

function endOf(groups: Int32Array, from: number): number {
  let end = from;
  while (end < groups.length && groups[end] === groups[from]) end++;
  return end;
}

type InMemory = Pick<
  PairedTable,
  'moments' | 'pairedMoments' | 'values' | 'pairs' | 'quantiles' | 'orderStatistics' | 'groupedCounts'
>;

/** What the engine answers for a whole table, computed from rows. */
function inMemory(rowsOf: (wanted: readonly WantedColumn[]) => Promise<PairedRows>): InMemory {
  const read = async (column: string, sides: readonly Side[]) => {
    const { columns } = await rowsOf(sides.map((side) => ({ side, column })));
    return columns.map(numbersIn);
  };
  const one = async (column: string, side: Side) => {
    const [values] = await read(column, [side]);
    if (values === undefined) throw new Error('one column was asked for');
    return values;
  };
  const both = async (column: string) => {
    const [champion, candidate] = await read(column, ['champion', 'candidate']);
    if (champion === undefined || candidate === undefined) throw new Error('two columns were asked for');
    return { champion, candidate };
  };
  const sorted = async (column: string, side: Side) => (await one(column, side)).slice().sort();
  return {
    groupedCounts: () => {
      throw new Error('a group is not divided again');
    },
    moments: async (column, side) => moments(await one(column, side)),
    async pairedMoments(column) {
      const { champion, candidate } = await both(column);
      const [means, n] = [{ champion: mean(champion), candidate: mean(candidate) }, champion.length];
      const products = champion.reduce(
        (sum, value, row) => sum + (value - means.champion) * ((candidate[row] ?? 0) - means.candidate),
        0,
      );
      return {
        champion: moments(champion),
        candidate: moments(candidate),
        difference: moments(candidate.map((value, row) => value - (champion[row] ?? 0))),
        covariance: n > 1 ? products / (n - 1) : Number.NaN,
      };
    },
    values: sorted,
    async pairs(column) {
      const { champion, candidate } = await both(column);
      const order = Uint32Array.from(champion, (_, row) => row).sort(
        (a, b) => (champion[a] ?? 0) - (champion[b] ?? 0) || (candidate[a] ?? 0) - (candidate[b] ?? 0) || a - b,
      );
      return { champion: numbersAt(champion, order), candidate: numbersAt(candidate, order) };
    },
    async quantiles(column, side, q) {
      const values = await sorted(column, side);
      return Float64Array.from(q, (share) => quantileOfSorted(values, share));
    },
    async orderStatistics(column, side, ranks) {
      const values = await sorted(column, side);
      return Float64Array.from(ranks, (rank) => values[rank - 1] ?? Number.NaN);
    },
  };
}

function moments(values: Float64Array): Moments {
  const { count, mean, variance } = momentsOf(values);
  let [minimum, maximum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
  }
  return { n: count, mean, variance: count > 1 ? variance : Number.NaN, minimum, maximum };
}

function mean(values: Float64Array): number {
  return momentsOf(values).mean;
}

function numbersIn(column: RowsColumn): Float64Array {
  if (column.kind !== 'numbers') throw new Error('a column of numbers was asked for');
  return column.values;
}
