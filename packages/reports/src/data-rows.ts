import type { CheckResult, Status } from '@modelgate/core';
import { checkSentence } from './check-sentence.ts';
import { type DataCheck, driftColumn, isDataCheck, ruleName } from './data-rule.ts';
import { driftDecision, isUnseenInSample } from './data-words.ts';
import { type DriftMeasure, driftMeasures } from './drift-plot.ts';
import { isSliceCheck, type SliceCheck } from './slice-rule.ts';
import { severity } from './status-sign.ts';

/** A rule with its sentence. */
export interface RuleRow {
  readonly check: DataCheck;
  readonly status: Status;
  readonly sentence: string;
}

/** A column's distance from the profile. */
export interface DriftRow extends DriftMeasure {
  readonly check: DataCheck;
  readonly status: Status;
  readonly column: string;
  readonly decision: string;
  readonly sentence: string;
}

/** Rules of one column, or of one section of the contract, that have the same status and no more to tell. */
export interface RuleGroup {
  readonly status: Status;
  readonly of: string;
  readonly isColumn: boolean;
  readonly rules: readonly string[];
}

/** The rules of a contract as reports show them. */
export interface DataRows {
  /** What did not pass. */
  readonly open: readonly RuleRow[];
  /** What a sample cannot show, where that is much. */
  readonly beyondSample: readonly RuleGroup[];
  readonly drift: readonly DriftRow[];
  /** Passes worth reading: some rows break the rule, and fewer than are allowed. */
  readonly telling: readonly RuleRow[];
  readonly held: readonly RuleGroup[];
}

/** From so many on, what holds is told by its name alone. */
const mostHeldSentences = 60;

/** From so many on, what a sample cannot show is told by its name alone: every sentence says the same. */
const mostSampleSentences = 6;

/** Rules worst first, rules of a column beside each other; what has nothing more to tell in a line a column. */
export function dataRows(checks: readonly DataCheck[]): DataRows {
  const drift = checks.filter(({ data }) => data.kind === 'drift');
  const others = checks.filter(({ data }) => data.kind !== 'drift');
  const sampled = others.filter(isUnseenInSample);
  const alike = new Set(sampled.length > mostSampleSentences ? sampled : []);
  const telling = others.filter((check) => isQuiet(check) && tellsMore(check));
  const shown = new Set(telling.length > mostHeldSentences ? [] : telling);
  return {
    open: besideEachOther(others.filter((check) => !isQuiet(check) && !alike.has(check))).map(ruleRow),
    beyondSample: ruleGroups([...alike]),
    drift: driftRows(drift),
    telling: besideEachOther([...shown]).map(ruleRow),
    held: ruleGroups(others.filter((check) => isQuiet(check) && !shown.has(check))),
  };
}

/** Every rule with its sentence, the worst first: for where there is room for all of them. */
export function ruleRows(checks: readonly DataCheck[]): readonly RuleRow[] {
  return besideEachOther(checks.filter(({ data }) => data.kind !== 'drift')).map(ruleRow);
}

/** Of a gate's checks those that are rules of a contract, those about groups of rows, and those that compare models. */
export function parted(checks: readonly CheckResult[]): {
  readonly rules: readonly DataCheck[];
  readonly groups: readonly SliceCheck[];
  readonly comparisons: readonly CheckResult[];
} {
  return {
    rules: checks.filter(isDataCheck),
    groups: checks.filter(isSliceCheck),
    comparisons: checks.filter((check) => !isDataCheck(check) && !isSliceCheck(check)),
  };
}

function isQuiet({ status }: CheckResult): boolean {
  return status === 'pass' || status === 'skipped';
}

/** Whether a rule that holds has more to say than that: a number, or what it only tells. */
function tellsMore({ status, level, data }: DataCheck): boolean {
  if (status === 'skipped') return false;
  return (
    (data.kind === 'fact' && level === 'info') ||
    data.kind === 'number' ||
    (data.kind === 'counted' && data.failing !== 0)
  );
}

/** In the order of severity; within it columns in the order in which they first come. */
function besideEachOther(checks: readonly DataCheck[]): readonly DataCheck[] {
  const byStatus = Map.groupBy(checks, ({ status }) => severity(status));
  return [...byStatus]
    .toSorted(([one], [other]) => one - other)
    .flatMap(([, same]) => [...Map.groupBy(same, (check) => ruleName(check).of).values()].flat());
}

function ruleRow(check: DataCheck): RuleRow {
  return { check, status: check.status, sentence: checkSentence(check) };
}

function driftRows(checks: readonly DataCheck[]): readonly DriftRow[] {
  const measures = driftMeasures(checks);
  const rows = checks.flatMap((check): readonly DriftRow[] => {
    const measure = measures.get(check);
    if (measure === undefined) return [];
    const sentence = checkSentence(check);
    return [
      { ...measure, check, status: check.status, column: driftColumn(check), decision: driftDecision(check), sentence },
    ];
  });
  return rows.toSorted((one, other) => severity(one.status) - severity(other.status));
}

function ruleGroups(checks: readonly DataCheck[]): readonly RuleGroup[] {
  const named = checks.map((check) => ({ status: check.status, ...ruleName(check) }));
  const groups = Map.groupBy(named, ({ status, of, isColumn }) => `${status} ${isColumn} ${of}`);
  return [...groups.values()]
    .flatMap((same) =>
      same.slice(0, 1).map(({ rule: _, ...first }) => ({ ...first, rules: same.map(({ rule }) => rule) })),
    )
    .toSorted((one, other) => severity(one.status) - severity(other.status));
}
