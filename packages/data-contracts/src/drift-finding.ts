import { chiSquareTest, type Interval } from '@modelgate/statistics';
import type { ColumnDrift, DriftReason } from './drift.ts';
import { binCells, type Cells, categoryCells, joinedBins, type NewValue } from './drift-cells.ts';
import { boundedDistance } from './drift-distance.ts';
import { type Comparator, comparatorsFor, type DriftRule, type DriftSettings, kindOf } from './drift-settings.ts';
import { settledWords } from './drift-words.ts';
import { isCategoryColumn, isDateColumn, isNumberColumn, type ProfileColumn, valuesOf } from './profile.ts';

/** A column of both tables, with the rows of each. */
export interface ColumnPair {
  readonly name: string;
  readonly before: ProfileColumn | undefined;
  readonly now: ProfileColumn | undefined;
  readonly rows: readonly [number, number];
}

/** A distance and a p-value, to be decided with those of all other columns. */
export interface MeasuredChange {
  readonly kind: 'measured';
  readonly column: string;
  readonly of: ColumnDrift['of'];
  readonly comparator: Comparator | 'share-difference';
  readonly distance: number;
  readonly interval: Interval | undefined;
  readonly floor: number;
  readonly p: number;
  /** Rows on each side that the distance is of. */
  readonly values: readonly [number, number];
  /** Shares before and now, of nulls or of what is not finite. */
  readonly shares?: readonly [number, number];
  readonly newValues: readonly NewValue[];
  /** Fewest rows with which a value may be named. */
  readonly namedFrom: number;
}

/** Decided without a test. */
export interface SettledChange {
  readonly kind: 'settled';
  readonly column: string;
  readonly of: ColumnDrift['of'];
  readonly status: ColumnDrift['status'];
  readonly reason: DriftReason;
  readonly words: string;
}

export type DriftFinding = MeasuredChange | SettledChange;

/** How a column's values changed; `undefined` where nothing is asked of it or a profile holds no distribution. */
export function valuesFinding(pair: ColumnPair, settings: DriftSettings): DriftFinding | undefined {
  const { name, before, now } = pair;
  const settled = (status: ColumnDrift['status'], reason: DriftReason, words: string): SettledChange => ({
    kind: 'settled',
    column: name,
    of: 'values',
    status,
    reason,
    words,
  });
  if (now === undefined) return settled('drifted', 'column-vanished', settledWords.vanished(before));
  if (before === undefined) return settled('inconclusive', 'column-new', settledWords.added());
  if (before.withheld !== undefined || now.withheld !== undefined) return undefined;
  const [kind, kindNow] = [kindOf(before), kindOf(now)];
  if (kind !== kindNow) return settled('error', 'column-type', settledWords.retyped(before, now));
  const rule = kind === undefined ? undefined : (settings.columns.get(name) ?? settings[kind]);
  if (kind === undefined || rule === undefined) return undefined;
  const known = comparatorsFor(kind);
  if (!known.includes(rule.comparator))
    return settled('error', 'comparator-type', settledWords.misfit(rule.comparator, before, known));
  const values = [valuesOf(before, pair.rows[0]), valuesOf(now, pair.rows[1])] as const;
  if (Math.min(...values) === 0) return settled('inconclusive', 'no-values', settledWords.empty(values));
  if (Math.min(...values) < settings.leastRows)
    return settled('inconclusive', 'too-few-rows', settledWords.few(values, settings.leastRows));
  const constant = constants(before, now);
  if (constant !== undefined)
    return constant.equal
      ? settled('not-drifted', 'below-floor', settledWords.sameConstant(constant.named))
      : settled('inconclusive', 'constant', settledWords.constant(constant));
  const compared = cellsOf(before, now);
  if (compared === undefined) return settled('error', 'bins-differ', settledWords.otherBins());
  if (compared.cells.reference.length < 2)
    return settled('inconclusive', 'too-few-rows', settledWords.rareValues(values));
  return (
    measuredChange({ name, rule, values, ...compared }, settings) ??
    settled('inconclusive', 'constant', settledWords.oneCell())
  );
}

function cellsOf(before: ProfileColumn, now: ProfileColumn): Compared | undefined {
  if (isCategoryColumn(before) && isCategoryColumn(now))
    return { ...categoryCells(before, now), namedFrom: Math.max(before.listedFrom, now.listedFrom) };
  const bothNumbers = isNumberColumn(before) && isNumberColumn(now);
  const cells = bothNumbers || (isDateColumn(before) && isDateColumn(now)) ? binCells(before, now) : undefined;
  return cells === undefined ? undefined : { cells, newValues: [], namedFrom: 0 };
}

interface Compared {
  readonly cells: Cells;
  readonly newValues: readonly NewValue[];
  readonly namedFrom: number;
}

function measuredChange(
  of: Compared & { readonly name: string; readonly rule: DriftRule; readonly values: readonly [number, number] },
  settings: DriftSettings,
): MeasuredChange | undefined {
  const { cells, rule, values, newValues, namedFrom } = of;
  const distance = boundedDistance(cells, rule.comparator, settings);
  if (distance.kind === 'constant') return undefined;
  return {
    kind: 'measured',
    column: of.name,
    of: 'values',
    comparator: rule.comparator,
    distance: distance.distance,
    interval: distance.kind === 'bounded' ? distance.interval : undefined,
    floor: rule.floor,
    p: sameDistributionP(cells),
    values,
    newValues,
    namedFrom,
  };
}

/** Chi-square over cells that are expected to hold 5 rows on either side; categories come pooled already. */
function sameDistributionP(cells: Cells): number {
  const { reference, current } = cells.positions === undefined ? cells : joinedBins(cells);
  return reference.length < 2 ? 1 : chiSquareTest([reference, current]).p;
}

/** Where the reference is one value only, bins and shares say little; `undefined` where it is not. */
function constants(
  before: ProfileColumn,
  now: ProfileColumn,
): { readonly equal: boolean; readonly named: string; readonly range: string } | undefined {
  if (isNumberColumn(before) && isNumberColumn(now)) {
    const [was, is] = [before.spread, now.spread];
    if (was === undefined || is === undefined || was.min !== was.max) return undefined;
    return { equal: is.min === was.min && is.max === was.max, named: `${was.min}`, range: `${is.min} to ${is.max}` };
  }
  if (isDateColumn(before) && isDateColumn(now)) {
    if (before.first === undefined || before.first !== before.last) return undefined;
    const equal = now.first === before.first && now.last === before.last;
    return { equal, named: before.first, range: `${now.first ?? 'unknown'} to ${now.last ?? 'unknown'}` };
  }
  if (!(isCategoryColumn(before) && isCategoryColumn(now))) return undefined;
  const [only, ...more] = before.values.filter(([, rows]) => rows > 0);
  if (only === undefined || more.length > 0 || before.rest > 0) return undefined;
  const others = now.values.filter(([value, rows]) => value !== only[0] && rows > 0);
  // a reference of one category and a table with more is measured by shares; only "the same one" needs no test
  return others.length > 0 || now.rest > 0 ? undefined : { equal: true, named: only[0], range: only[0] };
}

/** How the share of nulls changed; `undefined` where neither table has any, or the column is in one only. */
export function nullsFinding(pair: ColumnPair, settings: DriftSettings): MeasuredChange | undefined {
  const { before, now, rows } = pair;
  if (before === undefined || now === undefined) return undefined;
  return shareFinding(pair.name, 'nulls', { hits: [before.nulls, now.nulls], rows }, settings);
}

/** The same of NaN and infinities among the values that are there. */
export function notFiniteFinding({ name, before, now, rows }: ColumnPair, settings: DriftSettings) {
  if (before === undefined || now === undefined || !isNumberColumn(before) || !isNumberColumn(now)) return undefined;
  const hits = [before.notFinite ?? 0, now.notFinite ?? 0] as const;
  return shareFinding(name, 'not-finite', { hits, rows: [rows[0] - before.nulls, rows[1] - now.nulls] }, settings);
}

function shareFinding(
  column: string,
  of: 'nulls' | 'not-finite',
  { hits, rows }: Readonly<Record<'hits' | 'rows', readonly [number, number]>>,
  settings: DriftSettings,
): MeasuredChange | undefined {
  if (Math.min(...rows) < Math.max(1, settings.leastRows)) return undefined;
  const cells: Cells = { reference: [hits[0], rows[0] - hits[0]], current: [hits[1], rows[1] - hits[1]] };
  if (hits[0] + hits[1] === 0 || hits[0] + hits[1] === rows[0] + rows[1]) return undefined;
  const distance = boundedDistance(cells, 'l-infinity', settings);
  if (distance.kind !== 'bounded') return undefined;
  return {
    kind: 'measured',
    column,
    of,
    comparator: 'share-difference',
    distance: distance.distance,
    interval: distance.interval,
    floor: settings.nulls,
    p: chiSquareTest([cells.reference, cells.current]).p,
    values: rows,
    shares: [hits[0] / rows[0], hits[1] / rows[1]],
    newValues: [],
    namedFrom: 0,
  };
}
