import {
  type Amount,
  type CheckResult,
  type DataFinding,
  type Judgement,
  type Location,
  type Reason,
  type Status,
  settled,
  type Weighing,
} from '@modelgate/core';
import { clopperPearsonInterval, normalQuantile } from '@modelgate/statistics';
import type { Counted, DataMeasurement, Drifted, Found, Measured, NumberLimits } from './measurement.ts';
import { count, counted, number, percent, pluralOf } from './number-words.ts';

export interface DataRules extends Weighing {
  /** Two-sided level of what a sample says of the whole, in (0, 1). */
  readonly confidence: number;
  /** Rows of the whole table, where only a sample of them was looked at. */
  readonly sampledFrom: number | undefined;
  /** Of `sampledFrom`, how many were looked at. */
  readonly rows: number;
  /** Whether a column passes unless drift is shown, or only when it is shown not to have drifted. */
  readonly drift: 'proven' | 'not-disproven';
}

/** What a rule came to, before level and waivers. */
interface Outcome {
  readonly status: Status;
  readonly reason: Reason;
  readonly finding: DataFinding;
  readonly how?: string;
}

/**
 * Decides one rule of a contract from what was measured: a pure and total function. Of a whole table a count is what it
 * is; of a sample it passes only when the bound for the whole does, and a rule that allows nothing never does.
 */
export function judgeMeasurement(one: DataMeasurement, rules: DataRules, where?: Location): Judgement {
  const { status, reason, finding, how } = outcomeOf(one.found, rules);
  const result: CheckResult = {
    id: one.id,
    ...scaleOf(one.found),
    level: one.level,
    status,
    outcome: status,
    reason,
    bounds: [],
    data: finding,
    ...(status === 'error'
      ? { problem: { reason, message: finding.words, ...(how === undefined ? {} : { how }) } }
      : {}),
    ...(one.why === undefined ? {} : { why: one.why }),
    ...(where === undefined ? {} : { where }),
  };
  return settled(result, rules);
}

/** What the check is called beside checks of models. */
function scaleOf(found: Found): Pick<CheckResult, 'metric' | 'better' | 'scale'> & Partial<CheckResult> {
  switch (found.kind) {
    case 'counted':
      return { metric: `failing ${pluralOf(found.unit)}`, better: 'lower', scale: 'share', rows: found.of };
    case 'number':
      return {
        metric: found.what,
        better: 'lower',
        scale: 'own',
        ...(found.unit === undefined ? {} : { unit: found.unit }),
      };
    case 'drift':
      return { metric: found.drift.measured?.comparator ?? 'drift', better: 'lower', scale: 'own' };
    case 'fact':
    case 'unmeasured':
      return { metric: 'contract', better: 'lower', scale: 'own' };
  }
}

function outcomeOf(found: Found, rules: DataRules): Outcome {
  switch (found.kind) {
    case 'counted':
      return rules.sampledFrom === undefined || found.whole
        ? countedWhole(found)
        : countedSample(found, rules.sampledFrom, rules);
    case 'number':
      return measuredNumber(found, rules);
    case 'fact': {
      const finding = { kind: 'fact', words: found.words } as const;
      const how = found.how === undefined ? {} : { how: found.how };
      return found.holds
        ? { status: 'pass', reason: 'within-limit', finding }
        : { status: 'fail', reason: 'columns-differ', finding: { kind: 'fact', words: withHow(found) }, ...how };
    }
    case 'drift':
      return driftOutcome(found, rules);
    case 'unmeasured': {
      const how = found.how === undefined ? {} : { how: found.how };
      // these rows, or this part of them, cannot say: that is an answer, and no defect of anything
      const status = undecided.includes(found.reason) ? 'inconclusive' : 'error';
      return { status, reason: found.reason, finding: { kind: 'unmeasured', words: found.words }, ...how };
    }
  }
}

const undecided: readonly Reason[] = ['sample-cannot-tell', 'too-few-rows'];

function withHow({ words, how }: { readonly words: string; readonly how?: string }): string {
  if (how === undefined) return words;
  // a question inside of a sentence, which goes on after it
  return how.endsWith('?') ? `${words} (${how})` : `${words}; ${how}`;
}

// ---- counted

function countedWhole(found: Counted): Outcome {
  const { failing, of, allowed } = found;
  if (of === 0) return nothingToLookAt(found);
  const { status, reason } = against(
    failing > rowsAllowed(allowed.atMost, of),
    allowed.warnOver !== undefined && failing > rowsAllowed(allowed.warnOver, of),
  );
  const limit =
    status === 'fail'
      ? `; ${allowedWords(found, allowed.atMost)}`
      : status === 'warn' && allowed.warnOver !== undefined
        ? `; warned of over ${amountWords(found, allowed.warnOver)}`
        : '';
  return { status, reason, finding: countedFinding(found, `${sentence(found)}${limit}${extraOf(found)}`) };
}

function against(failed: boolean, warned: boolean): { readonly status: Status; readonly reason: Reason } {
  if (failed) return { status: 'fail', reason: 'rule-broken' };
  return warned ? { status: 'warn', reason: 'warning-limit' } : { status: 'pass', reason: 'within-limit' };
}

/** A rule that found nothing to look at has not held. */
function nothingToLookAt(found: Counted): Outcome {
  return {
    status: 'inconclusive',
    reason: 'too-few-rows',
    finding: countedFinding(found, `${found.breaks}: there was no ${found.unit} to look at, so nothing is shown`),
  };
}

/**
 * A sample shows the share of a row's defect in the whole by an exact binomial interval, which drawing without
 * replacement only makes more careful. What it shows the presence of it shows no absence of.
 * Source: Clopper and Pearson (1934), Biometrika 26, 404–413.
 */
function countedSample(found: Counted, sampledFrom: number, rules: DataRules): Outcome {
  const { failing, of, allowed, sampleShows } = found;
  if (of === 0) return nothingToLookAt(found);
  const whole = (of * sampledFrom) / Math.max(1, rules.rows);
  const most = shareAllowed(allowed.atMost, whole);
  const warns = allowed.warnOver === undefined ? undefined : shareAllowed(allowed.warnOver, whole);
  const seen = `${sentence(found)} of a sample`;
  const broken = (limit: string): Outcome => ({
    status: 'fail',
    reason: 'rule-broken',
    finding: countedFinding(found, `${seen}; ${limit}${extraOf(found)}`),
  });
  // so many broken rows are there, whatever the rest holds
  if (failing > most * whole) return broken(allowedWords(found, allowed.atMost));
  const interval = clopperPearsonInterval(failing, of, rules.confidence);
  const range = `${percent(interval.lower)} to ${percent(interval.upper)} of all`;
  if (sampleShows === 'share' && interval.lower > most)
    return broken(`${range}, and ${allowedWords(found, allowed.atMost)}`);
  const undecided = (words: string): Outcome => ({
    status: 'inconclusive',
    reason: 'sample-cannot-tell',
    finding: countedFinding(found, words),
  });
  if (sampleShows === 'presence')
    return undecided(`${seen}: what the other rows hold, or match, a sample cannot show${extraOf(found)}`);
  if (most === 0) return undecided(`${seen}, so up to ${percent(interval.upper)} of all; none is allowed`);
  if (interval.upper > most) return undecided(`${seen}, so ${range}; ${allowedWords(found, allowed.atMost)}`);
  const warned = warns !== undefined && interval.lower > warns;
  return {
    ...against(false, warned),
    finding: countedFinding(found, `${seen}, so ${range}${warned ? '; the contract warns of it' : ''}`),
  };
}

function countedFinding(found: Counted, words: string): DataFinding {
  const { failing, of, unit, allowed, suppressBelow } = found;
  const hidden = isHidden(found);
  return {
    kind: 'counted',
    words,
    ...(hidden ? {} : { failing }),
    ...(hidden && suppressBelow !== undefined ? { suppressedBelow: suppressBelow } : {}),
    of,
    unit,
    allowed: { ...allowed.atMost },
    ...(allowed.warnOver === undefined ? {} : { warnOver: { ...allowed.warnOver } }),
  };
}

/** "`tailnum` does not match in 2.1 % of rows (7,052 of 336,776)" */
function sentence(found: Counted): string {
  const { breaks, failing, of, unit } = found;
  if (failing === 0) return `${breaks} in none of ${counted(of, unit)}`;
  if (isHidden(found)) return `${breaks} in fewer than ${found.suppressBelow} of ${counted(of, unit)}`;
  return `${breaks} in ${percent(failing / of)} of ${pluralOf(unit)} (${count(failing)} of ${count(of)})`;
}

function isHidden({ failing, suppressBelow = 1 }: Counted): boolean {
  return failing > 0 && failing < suppressBelow;
}

function extraOf({ extra }: Counted): string {
  return extra === undefined ? '' : `; ${extra}`;
}

function allowedWords(found: Counted, amount: Amount): string {
  if (amount.value === 0) return 'none is allowed';
  return `${amountWords(found, amount)} ${amount.unit === 'rows' && amount.value > 1 ? 'are' : 'is'} allowed`;
}

function amountWords({ unit }: Counted, { value, unit: of }: Amount): string {
  return of === 'share' ? percent(value) : counted(value, unit);
}

/** A share of rows, without the dust of binary fractions: 1 % of 300 is 3. */
function rowsAllowed({ value, unit }: Amount, of: number): number {
  return unit === 'rows' ? value : Number((value * of).toPrecision(12));
}

function shareAllowed({ value, unit }: Amount, whole: number): number {
  return unit === 'share' ? value : Math.min(1, value / whole);
}

// ---- numbers

function measuredNumber(found: Measured, rules: DataRules): Outcome {
  const { what, value, limits, warn, unit, approximate, standardError } = found;
  const finding = (words: string, interval?: readonly [number, number]): DataFinding => ({
    kind: 'number',
    words,
    what,
    ...(value === undefined ? {} : { value }),
    limits: { ...limits },
    ...(warn === undefined ? {} : { warn: { ...warn } }),
    ...(interval === undefined ? {} : { interval: [...interval] }),
    ...(approximate === undefined ? {} : { approximate }),
  });
  if (value === undefined)
    return {
      status: 'error',
      reason: 'metric-undefined',
      finding: finding(`${what}: there is none, for ${whyNone(found)}`),
    };
  const shown = `${what} is ${approximate ? 'about ' : ''}${withUnit(value, unit)}`;
  if (rules.sampledFrom !== undefined && standardError !== 0)
    return sampledNumber(found, value, standardError, rules, finding);
  const broken = outside(value, limits);
  if (broken !== undefined)
    return { status: 'fail', reason: broken, finding: finding(`${shown}; ${limitWords(limits, unit)} is allowed`) };
  if (warn !== undefined && outside(value, warn) !== undefined)
    return {
      status: 'warn',
      reason: 'warning-limit',
      finding: finding(`${shown}; beyond ${limitWords(warn, unit)} the contract warns`),
    };
  return {
    status: 'pass',
    reason: 'within-limit',
    finding: finding(`${shown}; ${limitWords(limits, unit)} is allowed`),
  };
}

function whyNone({ rows }: Measured): string {
  if (rows === undefined) return 'no row has a finite value';
  return rows === 0 ? 'no row that it looks at has a value' : 'NaN or infinity is among its values';
}

function sampledNumber(
  { what, limits, warn, unit }: Measured,
  value: number,
  standardError: number | undefined,
  rules: DataRules,
  finding: (words: string, interval?: readonly [number, number]) => DataFinding,
): Outcome {
  const shown = `${what} is ${withUnit(value, unit)} in a sample`;
  if (standardError === undefined)
    return {
      status: 'inconclusive',
      reason: 'sample-cannot-tell',
      finding: finding(`${shown}, which says nothing certain of all rows; ${limitWords(limits, unit)} is allowed`),
    };
  const reach = normalQuantile((1 + rules.confidence) / 2) * standardError;
  const interval = [value - reach, value + reach] as const;
  const [low, high] = interval;
  const range = `${withUnit(low, unit)} to ${withUnit(high, unit)} of all rows`;
  const [atLow, atHigh] = [outside(low, limits), outside(high, limits)];
  const words = (more: string) => finding(`${shown}, so ${range}${more}`, interval);
  if (atLow !== undefined && atLow === atHigh)
    return { status: 'fail', reason: atLow, finding: words(`; ${limitWords(limits, unit)} is allowed`) };
  if (atLow !== undefined || atHigh !== undefined)
    return {
      status: 'inconclusive',
      reason: 'sample-cannot-tell',
      finding: words(`; ${limitWords(limits, unit)} is allowed`),
    };
  const warned = warn === undefined ? undefined : outside(low, warn);
  if (warn !== undefined && warned !== undefined && warned === outside(high, warn))
    return {
      status: 'warn',
      reason: 'warning-limit',
      finding: words(`; beyond ${limitWords(warn, unit)} the contract warns`),
    };
  return { status: 'pass', reason: 'within-limit', finding: words('') };
}

function outside(value: number, { atLeast, atMost }: NumberLimits): 'below-limit' | 'above-limit' | undefined {
  if (atLeast !== undefined && value < atLeast) return 'below-limit';
  return atMost !== undefined && value > atMost ? 'above-limit' : undefined;
}

function limitWords({ atLeast, atMost }: NumberLimits, unit: string | undefined): string {
  if (atLeast !== undefined && atMost !== undefined) return `${number(atLeast)} to ${withUnit(atMost, unit)}`;
  if (atLeast !== undefined) return `at least ${withUnit(atLeast, unit)}`;
  return atMost === undefined ? 'any value' : `at most ${withUnit(atMost, unit)}`;
}

function withUnit(value: number, unit: string | undefined): string {
  return unit === undefined ? number(value) : `${number(value)} ${unit}`;
}

// ---- drift

function driftOutcome({ drift, rows }: Drifted, { drift: judged }: DataRules): Outcome {
  const { column, of, measured, words } = drift;
  const finding: DataFinding = {
    kind: 'drift',
    words: `\`${column}\` ${words}`,
    of,
    ...(measured === undefined
      ? {}
      : {
          comparator: measured.comparator,
          distance: measured.distance,
          ...(measured.interval === undefined
            ? {}
            : { interval: [measured.interval.lower, measured.interval.upper] as [number, number] }),
          floor: measured.floor,
          adjustedP: measured.adjustedP,
        }),
    rows: [...rows],
  };
  switch (drift.status) {
    case 'drifted':
      return { status: 'fail', reason: 'drifted', finding };
    case 'not-drifted':
      return { status: 'pass', reason: 'proven', finding };
    case 'error':
      return {
        status: 'error',
        reason: drift.reason === 'comparator-type' ? 'contract-invalid' : 'profile-unusable',
        finding,
      };
    case 'inconclusive': {
      // an interval there is, and it shows no drift: that is what not-disproven asks
      const measuredEnough = drift.reason === 'bounds-span-floor' || drift.reason === 'not-more-than-noise';
      return judged === 'not-disproven' && measuredEnough
        ? { status: 'pass', reason: 'not-disproven', finding }
        : { status: 'inconclusive', reason: 'drift-undecided', finding };
    }
  }
}
