import type { BoundResult, CheckResult, ComparedGroup, Status } from '@modelgate/core';
import { none } from './check-row.ts';
import { intervalMethod } from './interval-method.ts';
import { type IntervalPlot, intervalPlots } from './interval-plot.ts';
import {
  boundDecimals,
  count,
  honestDecimals,
  levelText,
  limitNumber,
  type NumberScale,
  number,
  scaleOf,
  withShortUnit,
  withUnit,
} from './number-format.ts';
import type { Phrase } from './phrase.ts';
import { type AcrossCheck, type AcrossFinding, fewRows, sliceName } from './slice-rule.ts';

type Gap = AcrossFinding['gaps'][number];

/** How far groups lie apart, by one of the rules of a check. */
export interface GapRow {
  readonly status: Status | undefined;
  /** `difference`. */
  readonly name: string;
  /** `difference at most 10 pt`. */
  readonly rule: string;
  readonly champion: string;
  readonly candidate: string;
  readonly interval: string;
  readonly method: string | undefined;
  readonly plot: IntervalPlot | undefined;
  /** `groups of these sizes differ by 8.2 points by chance alone`. */
  readonly chance: string | undefined;
  readonly note: string | undefined;
  readonly sentence: string;
}

/** A group that is compared with others, or was left out of it. */
export interface GroupRow {
  readonly name: string;
  /** The group of `control` within which it is compared. */
  readonly within: string | undefined;
  readonly rows: string;
  /** In the order of `rateNames`: `0.312 → 0.287`. */
  readonly rates: readonly string[];
  /** `left out: too few rows`. */
  readonly left: string | undefined;
}

/** What is judged first, in the policy's order; what is only told after it. */
export function gapRows(check: AcrossCheck): readonly GapRow[] {
  const { gaps } = check.slices;
  const judged = check.bounds.flatMap((bound) => {
    const of = gapOf(bound);
    const gap = gaps.find((one) => one.of === of) ?? (of === undefined ? undefined : { of });
    return gap === undefined ? [] : [{ gap, check: asGap(check, gap), bound: towardsGap(bound) }];
  });
  const plots = intervalPlots(judged.filter(({ bound }) => bound.interval !== undefined));
  const told = gaps.filter((gap) => !judged.some((one) => one.gap === gap));
  return [
    ...judged.map(({ gap, bound }) => gapRow(check, gap, bound, plots.get(bound))),
    ...told.map((gap) => gapRow(check, gap, undefined, undefined)),
  ];
}

/** Names of the rates of the groups in the order in which they come: selection_rate, true_positive_rate, or the metric. */
export function rateNames({ groups }: AcrossFinding): readonly string[] {
  return [...new Set(groups.flatMap(({ candidate }) => Object.keys(candidate)))];
}

/** Above a column of rates: `selection_rate, champion → candidate`. */
export function rateHeads(finding: AcrossFinding): readonly string[] {
  const both = finding.groups.some(({ champion }) => champion !== undefined) ? ', champion → candidate' : '';
  return rateNames(finding).map((name) => `${sliceName(name)}${both}`);
}

/** Groups of the same control beside each other, the largest rate first, those that were left out last. */
export function groupRows(check: AcrossCheck): readonly GroupRow[] {
  const names = rateNames(check.slices);
  const [first = ''] = names;
  const rate = (group: ComparedGroup) => group.candidate[first] ?? Number.NEGATIVE_INFINITY;
  const groups = check.slices.groups.toSorted(
    (one, other) => Number(one.left !== undefined) - Number(other.left !== undefined) || rate(other) - rate(one),
  );
  const within = Map.groupBy(groups, (group) => group.within);
  return [...within.values()].flat().map((group) => ({
    name: sliceName(group.name),
    within: group.within === undefined ? undefined : sliceName(group.within),
    rows: group.rows === undefined ? fewRows(check.slices) : count(group.rows),
    rates: names.map((name) => rateText(check, group, name)),
    left: group.left === undefined ? undefined : `left out: ${leftWords[group.left]}`,
  }));
}

const leftWords: Readonly<Record<NonNullable<ComparedGroup['left']>, string>> = {
  'too-few-rows': 'too few rows',
  undefined: 'no row could have this rate',
  'no-interval': 'nothing says how sure its value is',
  alone: 'no other group to compare it with',
};

/** `demographic_parity` across `sex`, compared within each group of `education`. */
export function acrossWords({ metric, slices: { by, control } }: AcrossCheck): Phrase {
  const within: Phrase = control === undefined ? [] : [', compared within each group of ', { code: control }];
  return [`${metric} across `, { code: by }, ...within];
}

/** The difference of the candidate's groups in short, `12.3 pt`. */
export function gapText(check: AcrossCheck): string | undefined {
  const rows = gapRows(check);
  const row = rows.find(({ status }) => status === check.outcome) ?? rows[0];
  return row === undefined || row.candidate === none ? undefined : `${row.name} ${row.candidate}`;
}

function rateText(check: CheckResult, { candidate, champion }: ComparedGroup, name: string): string {
  const shown = (value: number) =>
    withShortUnit(
      number(value, check.scale === 'share' ? 3 : honestDecimals(undefined, value)),
      scaleOf(check, 'value'),
    );
  const now = candidate[name];
  const before = champion?.[name];
  if (now === undefined) return none;
  return before === undefined ? shown(now) : `${shown(before)} → ${shown(now)}`;
}

/** Which of the differences between groups a bound of such a check is about. */
function gapOf({ rule }: BoundResult): Gap['of'] | undefined {
  if (rule === 'at-most') return 'difference';
  if (rule === 'at-least') return 'ratio';
  return rule === 'max-regression' ? 'widening' : undefined;
}

/** Far apart is worse, whichever way the metric goes. */
function asGap(check: AcrossCheck, { of }: Gap): CheckResult {
  return { ...check, metric: `${check.metric} ${of}`, better: of === 'ratio' ? 'higher' : 'lower' };
}

function towardsGap(bound: BoundResult): BoundResult {
  return { ...bound, threshold: Math.abs(bound.threshold) };
}

function gapRow(check: AcrossCheck, gap: Gap, bound: BoundResult | undefined, plot: IntervalPlot | undefined): GapRow {
  const scale = scaleOf(check, gap.of === 'ratio' ? 'value' : 'difference');
  const scaled: NumberScale = gap.of === 'ratio' ? { factor: 1, unit: 'none', own: '' } : scale;
  const honest =
    bound === undefined
      ? honestDecimals(undefined, (gap.candidate ?? gap.champion ?? 0) * scaled.factor)
      : boundDecimals(bound, scaled);
  const decimals = scaled.factor === 100 ? Math.max(1, honest) : honest;
  const shown = (value: number | undefined, signed = false) =>
    value === undefined ? none : withShortUnit(number(value * scaled.factor, decimals, signed), scaled);
  const { interval, estimate } = bound ?? {};
  const growth = estimate ?? gap.candidate;
  const ends =
    interval &&
    `${number(interval.lower * scaled.factor, decimals)} to ${number(interval.upper * scaled.factor, decimals)}`;
  const rule = bound === undefined ? nameOf[gap.of] : `${nameOf[gap.of]} ${limitWords(gap, bound, scaled)}`;
  const range = ends === undefined ? none : withShortUnit(ends, scaled);
  return {
    status: bound?.status,
    name: nameOf[gap.of],
    rule,
    champion: shown(gap.champion),
    // what is judged of a growth is the growth, not what it came to
    candidate: gap.of === 'widening' ? shown(growth, true) : shown(gap.candidate),
    interval: range,
    method: interval && `${levelText(interval)}, ${intervalMethod(interval.method).name}`,
    plot,
    chance: chanceWords(gap, scaled),
    note: bound?.note,
    sentence: `${rule}: ${shown(gap.candidate)}${range === none ? '' : `, interval ${range}`}`,
  };
}

const nameOf: Readonly<Record<Gap['of'], string>> = {
  difference: 'difference',
  ratio: 'smallest ÷ largest',
  widening: 'growth of the difference',
};

function limitWords({ of }: Gap, { threshold }: BoundResult, scale: NumberScale): string {
  const limit = withShortUnit(limitNumber(threshold * scale.factor), scale);
  return `${of === 'ratio' ? 'at least' : 'at most'} ${limit}`;
}

function chanceWords({ of, byChance, p }: Gap, scale: NumberScale): string | undefined {
  const size =
    byChance &&
    withUnit(number(byChance * scale.factor, scale.factor === 100 ? 1 : honestDecimals(undefined, byChance)), scale);
  const alone = { difference: 'differ by', ratio: 'come to', widening: 'drift apart by' } as const;
  const parts = [
    size === undefined || size === 0 ? undefined : `groups of these sizes ${alone[of]} ${size} by chance alone`,
    p === undefined ? undefined : `p ${pText(p)} of no difference`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join('; ');
}

/** `0.03`, `< 0.0001`. */
export function pText(p: number): string {
  if (p < 0.0001) return '< 0.0001';
  return number(p, p < 0.001 ? 4 : p < 0.1 ? 3 : 2);
}
