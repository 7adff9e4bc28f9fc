import { requireCount } from './argument.ts';
import { Random } from './random.ts';
import { SequentialP, type SequentialSampling } from './sequential-p.ts';

/** Rows counted by (label, champion's class, candidate's class), four columns of equal length. */
export interface SwapCells {
  readonly label: Uint16Array;
  readonly champion: Uint16Array;
  readonly candidate: Uint16Array;
  readonly count: Float64Array;
}

export interface CellSwapInput extends SequentialSampling {
  /** Integers in 0 … 65,535; without labels all rows count as of one label. */
  readonly label?: ArrayLike<number>;
  readonly champion: ArrayLike<number>;
  readonly candidate: ArrayLike<number>;
  /** Rows of each cell, integers ≥ 0; a cell may be named more than once. */
  readonly count: ArrayLike<number>;
  /**
   * Called once, with the cells and the mirrors they lack; gives the difference candidate − champion, in the direction
   * in which more is better, as a function of these cells' counts. NaN where it has no value (no positives). The function
   * must neither keep nor change the counts; it is called on every replicate.
   */
  readonly difference: (cells: SwapCells) => (counts: Float64Array) => number;
  /** Against which p speaks: `worse` (default) is small when the candidate is worse. */
  readonly side?: 'worse' | 'better';
}

export type CellSwap =
  | {
      readonly kind: 'value';
      readonly difference: number;
      /** One-sided; 1 when the models answer alike. */
      readonly p: number;
      /** Rows that the two models answer differently. */
      readonly discordant: number;
      /** `exact`: every way of swapping was weighed. */
      readonly method: 'exact' | 'sampled';
      /** Drawn; 0 when exact. */
      readonly replicates: number;
      /** Among those drawn or weighed; each counts as extreme. */
      readonly undefinedReplicates: number;
    }
  | { readonly kind: 'degenerate'; readonly reason: 'undefined-point' };

/**
 * Permutation test of "candidate and champion are exchangeable" for metrics that depend on rows only through joint cells:
 * F1, precision, recall and the like.
 *
 * Under the hypothesis each row's two predictions could as well stand the other way round, so of the rows in cell (label,
 * a, b) and its mirror (label, b, a) a binomial half is in either: one draw a pair of cells, whatever the rows. Up to 4,096
 * ways of swapping are all weighed. For accuracy the exact p is that of McNemar's exact test, one-sided.
 *
 * Rows must be independent and count whole: not for weights or clusters. The hypothesis says more than "equal F1". Of
 * 10,000 simulated slices each, of 200 and of 1,000 rows, in which a candidate of equal F1 calls 45 or 20 % of the rows
 * positive and the champion 28 %, 2.0 to 2.8 % were called worse, and as many better, at 2.5 %.
 *
 * @throws RangeError when lengths differ, a class is no integer in 0 … 65,535, or a count or an option is out of range
 * Source: Yeh (2000), COLING, 947–953 (randomisation test for F-scores); Phipson and Smyth (2010), Statistical
 * Applications in Genetics and Molecular Biology 9:39 (p is never 0); Besag and Clifford (1991), Biometrika 78, 301–304.
 */
export function cellSwapTest(input: CellSwapInput): CellSwap {
  const side = input.side ?? 'worse';
  const sequence = new SequentialP(input);
  const random = new Random(input.seed);
  const { cells, pairs } = withMirrors(input);
  const statistic = input.difference(cells);
  const observed = statistic(cells.count);
  if (Number.isNaN(observed)) return { kind: 'degenerate', reason: 'undefined-point' };

  const slack = 1e-12 * Math.max(1, Math.abs(observed));
  let undefinedReplicates = 0;
  const isExtreme = (value: number): boolean => {
    if (Number.isNaN(value)) undefinedReplicates++;
    // a replicate without a value could be anything: it must not make p smaller
    return !(side === 'worse' ? value > observed + slack : value < observed - slack);
  };
  const counts = cells.count.slice();
  const ways = pairs.reduce((product, { rows }) => product * (rows + 1), 1);
  let p: number;
  if (ways <= MOST_EXACT) {
    p = Math.min(
      1,
      exactShare(pairs, counts, () => isExtreme(statistic(counts))),
    );
  } else {
    // a way of swapping that was drawn before has the same value
    const known = ways <= MOST_KNOWN ? new Uint8Array(ways) : undefined;
    while (sequence.isOpen) {
      let way = 0;
      for (const { cell, mirror, rows } of pairs) {
        const kept = drawHalf(random, rows);
        counts[cell] = kept;
        counts[mirror] = rows - kept;
        way = way * (rows + 1) + kept;
      }
      const before = known?.[way] ?? UNSEEN;
      if (before === UNSEEN) {
        const lost = undefinedReplicates;
        const found = isExtreme(statistic(counts)) ? EXTREME : NOT_EXTREME;
        if (known !== undefined) known[way] = undefinedReplicates > lost ? UNDEFINED : found;
        sequence.count(found === EXTREME);
      } else {
        if (before === UNDEFINED) undefinedReplicates++;
        sequence.count(before !== NOT_EXTREME);
      }
    }
    p = sequence.p;
  }
  return {
    kind: 'value',
    difference: observed,
    p,
    discordant: pairs.reduce((sum, { rows }) => sum + rows, 0),
    method: ways <= MOST_EXACT ? 'exact' : 'sampled',
    replicates: sequence.replicates,
    undefinedReplicates,
  };
}

const MOST_EXACT = 4096;

/** Bytes in which the values of ways of swapping are kept. */
const MOST_KNOWN = 1 << 22;
const [UNSEEN, NOT_EXTREME, EXTREME, UNDEFINED] = [0, 1, 2, 3];

/** A cell and the one with both predictions exchanged, and the rows of both. */
interface Pair {
  readonly cell: number;
  readonly mirror: number;
  readonly rows: number;
}

/** Cells of the same name joined, every discordant cell with its mirror behind it. */
function withMirrors(input: CellSwapInput): { readonly cells: SwapCells; readonly pairs: readonly Pair[] } {
  const { label, champion, candidate, count } = input;
  requireEqualLengths({ label: label ?? count, champion, candidate, count });
  const places = new Map<number, number>();
  const columns = { label: [] as number[], champion: [] as number[], candidate: [] as number[], count: [] as number[] };
  const placeOf = (l: number, a: number, b: number): number => {
    const key = (l * CLASSES + a) * CLASSES + b; // below 2⁴⁸
    const known = places.get(key);
    if (known !== undefined) return known;
    const place = columns.count.length;
    places.set(key, place);
    columns.label.push(l);
    columns.champion.push(a);
    columns.candidate.push(b);
    columns.count.push(0);
    return place;
  };
  const mirrors = new Map<number, number>();
  for (let i = 0; i < count.length; i++) {
    const rows = count[i] ?? Number.NaN;
    requireCount(`count[${i}]`, rows);
    const [l, a, b] = [
      label === undefined ? 0 : classAt('label', label, i),
      classAt('champion', champion, i),
      classAt('candidate', candidate, i),
    ];
    const place = placeOf(l, a, b);
    columns.count[place] = (columns.count[place] ?? 0) + rows;
    if (a === b || rows === 0) continue;
    const mirror = placeOf(l, b, a);
    if (mirrors.get(mirror) !== place) mirrors.set(place, mirror);
  }
  const pairs = Array.from(mirrors, ([cell, mirror]) => ({
    cell,
    mirror,
    rows: (columns.count[cell] ?? 0) + (columns.count[mirror] ?? 0),
  }));
  const cells = {
    label: Uint16Array.from(columns.label),
    champion: Uint16Array.from(columns.champion),
    candidate: Uint16Array.from(columns.candidate),
    count: Float64Array.from(columns.count),
  };
  return { cells, pairs };
}

const CLASSES = 0x10000;

/** The probability of all ways of swapping that are extreme; `counts` is changed to each of them in turn. */
function exactShare(pairs: readonly Pair[], counts: Float64Array, isExtreme: () => boolean): number {
  const chances = pairs.map(({ rows }) => halves(rows));
  const visit = (at: number, chance: number): number => {
    const pair = pairs[at];
    if (pair === undefined) return isExtreme() ? chance : 0;
    let share = 0;
    for (let kept = 0; kept <= pair.rows; kept++) {
      counts[pair.cell] = kept;
      counts[pair.mirror] = pair.rows - kept;
      share += visit(at + 1, chance * (chances[at]?.[kept] ?? 0));
    }
    return share;
  };
  return visit(0, 1);
}

/** The distribution of Bin(n, ½), from the middle so that it does not vanish for n in the thousands. */
function halves(n: number): Float64Array {
  const chances = new Float64Array(n + 1);
  const middle = n >> 1;
  chances[middle] = 1;
  for (let k = middle; k < n; k++) chances[k + 1] = ((chances[k] ?? 0) * (n - k)) / (k + 1);
  for (let k = middle; k > 0; k--) chances[k - 1] = ((chances[k] ?? 0) * k) / (n - k + 1);
  const total = chances.reduce((sum, chance) => sum + chance, 0);
  return chances.map((chance) => chance / total);
}

/** One draw of Bin(n, ½): few rows are that many coins, 24 a random number. */
function drawHalf(random: Random, n: number): number {
  if (n > 96) return random.binomial(n, 0.5);
  let heads = 0;
  for (let left = n; left > 0; left -= 24) {
    heads += bitsSet(random.bits() >>> (32 - Math.min(24, left)));
  }
  return heads;
}

/** Of a number below 2²⁴. Source: Warren (2013), Hacker's Delight, 5-1. */
function bitsSet(bits: number): number {
  const pairs = bits - ((bits >>> 1) & 0x555555);
  const fours = (pairs & 0x333333) + ((pairs >>> 2) & 0x333333);
  const bytes = (fours + (fours >>> 4)) & 0x0f0f0f;
  return ((bytes * 0x010101) >>> 16) & 0xff;
}

function classAt(name: string, column: ArrayLike<number>, i: number): number {
  const value = column[i] ?? Number.NaN;
  if (!(Number.isInteger(value) && value >= 0 && value < CLASSES)) {
    throw new RangeError(`${name}[${i}] must be an integer in 0 … ${CLASSES - 1}, got ${value}`);
  }
  return value;
}

function requireEqualLengths(columns: Readonly<Record<string, ArrayLike<number>>>): void {
  const lengths = Object.values(columns).map(({ length }) => length);
  if (new Set(lengths).size > 1) {
    throw new RangeError(`${Object.keys(columns).join(', ')} must be of equal length, got ${lengths.join(', ')}`);
  }
}
