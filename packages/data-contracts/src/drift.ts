import { benjaminiHochberg, holm, normalQuantile, rowsForDistance, streamSeed } from '@modelgate/statistics';
import {
  type DriftFinding,
  type MeasuredChange,
  notFiniteFinding,
  nullsFinding,
  valuesFinding,
} from './drift-finding.ts';
import type { Comparator, DriftSettings } from './drift-settings.ts';
import { decidedWords } from './drift-words.ts';
import type { Profile } from './profile.ts';

/**
 * Why a column came to its status. `above-floor` and `more-than-noise` are drift, `below-floor` is its absence,
 * `column-vanished` is drift, `column-type`, `comparator-type` and `bins-differ` are errors; everything else leaves the
 * question open.
 */
export type DriftReason =
  | 'above-floor'
  | 'more-than-noise'
  | 'below-floor'
  | 'bounds-span-floor'
  | 'not-more-than-noise'
  | 'too-few-rows'
  | 'no-values'
  | 'constant'
  | 'new-values'
  | 'column-vanished'
  | 'column-new'
  | 'column-type'
  | 'comparator-type'
  | 'bins-differ';

/** What became of one column: of its values, or of the share of its nulls or of NaN and infinities, rates of their own. */
export interface ColumnDrift {
  readonly column: string;
  readonly of: 'values' | 'nulls' | 'not-finite';
  readonly status: 'drifted' | 'not-drifted' | 'inconclusive' | 'error';
  readonly reason: DriftReason;
  /** A sentence whose subject is the column, without its name: "moved by 0.31 standard deviations …". */
  readonly words: string;
  /** Absent where nothing was measured. */
  readonly measured?: {
    readonly comparator: Comparator | 'share-difference';
    readonly distance: number;
    /** Absent for `chi-square`, which has no size. */
    readonly interval?: { readonly lower: number; readonly upper: number };
    readonly floor: number;
    /** Chi-square p of "both come from the same distribution", and as corrected over all that was measured. */
    readonly p: number;
    readonly adjustedP: number;
    /** Rows in each table that would decide, about; only where more rows would. */
    readonly rowsNeeded?: number;
  };
}

/**
 * What changed from one table to another, column by column, from their profiles alone.
 *
 * Drift is shown when the distance's lower bound is above the floor *and* a chi-square test rejects "same distribution"
 * after correction over everything that was measured; its absence when the upper bound is below the floor; otherwise
 * the answer is open. With `holm` the chance of any alarm when nothing drifted is at most `alarmRate`, for the whole set
 * of columns; a column whose true distance is the floor itself alarms with at most (1 − level)/2.
 *
 * @param reference the committed profile
 * @param current   of the table to judge: over the reference's bins, and with a count of each of its values
 * @returns columns in order of their names, values before nulls; those without a rule or distribution are left out
 * @throws RangeError when a setting is out of range
 * Source: Pearson (1900); Holm (1979); Benjamini and Hochberg (1995); bounds as in `driftBounds`.
 */
export function drift(reference: Profile, current: Profile, settings: DriftSettings): readonly ColumnDrift[] {
  requireSettings(settings);
  const [before, now] = [columnsOf(reference), columnsOf(current)];
  const names = [...new Set([...before.keys(), ...now.keys()])].sort();
  const findings = names.flatMap((name, index) => {
    const pair = { name, before: before.get(name), now: now.get(name), rows: [reference.rows, current.rows] as const };
    const seed = streamSeed(settings.seed, index);
    const seeded = { ...settings, seed };
    return [valuesFinding(pair, seeded), nullsFinding(pair, seeded), notFiniteFinding(pair, seeded)].filter(
      (finding) => finding !== undefined,
    );
  });
  const correct = settings.correction === 'holm' ? holm : benjaminiHochberg;
  const measured = findings.filter((finding) => finding.kind === 'measured');
  const adjusted = new Map<DriftFinding, number>();
  for (const [i, p] of correct(measured.map((finding) => finding.p)).entries()) {
    const finding = measured[i];
    if (finding !== undefined) adjusted.set(finding, p);
  }
  return findings.map((finding) => {
    if (finding.kind === 'settled') {
      const { column, of, status, reason, words } = finding;
      return { column, of, status, reason, words };
    }
    return decided(finding, adjusted.get(finding) ?? 1, settings);
  });
}

function columnsOf(profile: Profile) {
  return new Map(profile.columns.map((column) => [column.name, column]));
}

function decided(change: MeasuredChange, adjustedP: number, { alarmRate, level }: DriftSettings): ColumnDrift {
  const { column, of, comparator, distance, interval, floor, p } = change;
  const { status, reason } = statusOf(change, adjustedP < alarmRate);
  const rowsNeeded = reason === 'bounds-span-floor' ? rowsThatDecide(change, level) : undefined;
  const measured = {
    comparator,
    distance,
    ...(interval === undefined ? {} : { interval }),
    floor,
    p,
    adjustedP,
    ...(rowsNeeded === undefined ? {} : { rowsNeeded }),
  };
  return {
    column,
    of,
    status,
    reason,
    words: decidedWords(change, { reason, adjustedP, rowsNeeded, level }),
    measured,
  };
}

function statusOf(
  { interval, floor, newValues }: MeasuredChange,
  rejected: boolean,
): Pick<ColumnDrift, 'status' | 'reason'> {
  if (interval === undefined)
    return rejected
      ? { status: 'drifted', reason: 'more-than-noise' }
      : { status: 'inconclusive', reason: 'not-more-than-noise' };
  if (interval.lower > floor)
    return rejected
      ? { status: 'drifted', reason: 'above-floor' }
      : { status: 'inconclusive', reason: 'not-more-than-noise' };
  if (interval.upper >= floor) return { status: 'inconclusive', reason: 'bounds-span-floor' };
  return newValues.length > 0
    ? { status: 'inconclusive', reason: 'new-values' }
    : { status: 'not-drifted', reason: 'below-floor' };
}

/**
 * Rows in each table with which the bound on the floor's side clears it in four of five cases, were the true distance
 * what it is here: bounds come closer with the root of the rows. None where the distance is the floor to within a
 * hundredth of the bound's way: then no number of rows is worth naming.
 */
function rowsThatDecide({ distance, interval, floor, values }: MeasuredChange, level: number): number | undefined {
  if (interval === undefined) return undefined;
  const away = Math.abs(distance - floor);
  const reach = distance > floor ? distance - interval.lower : interval.upper - distance;
  if (away < reach / 100) return undefined;
  const alpha = (1 - level) / 2;
  return Math.ceil(
    rowsForDistance({
      alpha,
      power: 0.8,
      rows: Math.round(2 / (1 / values[0] + 1 / values[1])),
      standardError: reach / -normalQuantile(alpha),
      distance: away,
    }),
  );
}

function requireSettings({ nulls, alarmRate, level, columns, numbers, categories, dates }: DriftSettings): void {
  if (!(nulls >= 0 && nulls <= 1)) throw new RangeError(`nulls must be in [0, 1], got ${nulls}`);
  for (const [name, value] of Object.entries({ alarmRate, level })) {
    if (!(value > 0 && value < 1)) throw new RangeError(`${name} must be in (0, 1), got ${value}`);
  }
  for (const rule of [numbers, categories, dates, ...columns.values()]) {
    if (rule !== undefined && !(rule.floor >= 0 && Number.isFinite(rule.floor)))
      throw new RangeError(`the floor of ${rule.comparator} must be a finite number of at least 0, got ${rule.floor}`);
  }
}
