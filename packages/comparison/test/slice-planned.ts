import { parsePolicy, type SliceFinding, type Waiver } from '@modelgate/core';
import type { Effect, Measured } from '../src/effect.ts';
import type { Group } from '../src/slice-groups.ts';
import { judgeEach } from '../src/slice-judge.ts';
import type { MeasuredEach, MeasuredGroup } from '../src/slice-measurement.ts';
import { type GroupRules, type JudgedEach, judgeGroups } from '../src/slice-outcome.ts';
import { type AcrossCheck, type EachCheck, planSlices, type SlicePlan } from '../src/slice-plan.ts';
import type { SliceRules } from '../src/slice-settlement.ts';
import { intervalEffect } from './planned.ts';

/** A gate of groups by carrier with these checks, by name. */
export function slicePlan(checks: string, more = ''): SlicePlan {
  const text = `version: 1
name: p
gates:
  g:
    kind: evaluation
    task: binary
    positive: 1
    examples: { table: golden.csv, key: id, label: y }
    candidate: { table: out.csv, prediction: p, score: s }
    checks: { c: { metric: accuracy, max-regression: 5pt } }
  s:
    kind: slices
    of: g
    by: { carrier: carrier }
${more}    checks:
${checks.trimEnd().replace(/^/gm, '      ')}
`;
  return planSlices(parsePolicy(text, 'modelgate.yml'), 's');
}

/** @param check as it stands behind the name of a check */
export function eachCheck(check: string): EachCheck {
  const [planned] = slicePlan(`c: ${check}`).checks;
  if (planned?.kind !== 'each') throw new Error('no check of each group');
  return planned;
}

export function acrossCheck(check: string): AcrossCheck {
  const [planned] = slicePlan(`c: ${check}`, '').checks;
  if (planned?.kind !== 'across') throw new Error('no check across groups');
  return planned;
}

function groupOf(name: string, rows: number): Group {
  return { by: 'carrier', name, division: 'group 0', index: 0, rows, values: undefined };
}

/** What a group came to: its interval, its interval and its p-values under exchange, or what else there is. */
export type Told =
  | readonly [lower: number, upper: number]
  | readonly [lower: number, upper: number, asLow: number, asHigh?: number]
  | Effect
  | 'new'
  | 'vanished'
  | { readonly fewRows: number };

export function measuredEach(
  check: EachCheck,
  told: Readonly<Record<string, Told>>,
  { rows = 100, overall = intervalEffect(0.01, 0.03) }: { rows?: number; overall?: Effect } = {},
): MeasuredEach {
  const groups: MeasuredGroup[] = [];
  for (const [name, of] of Object.entries(told)) {
    const group = groupOf(name, rows);
    if (of === 'vanished') continue;
    if (of === 'new') groups.push({ kind: 'new', group });
    else if ('fewRows' in of) groups.push({ kind: 'too-few-rows', group, rows: of.fewRows, needed: 30 });
    else groups.push({ kind: 'measured', group, measured: measured(check, effectOf(of), rows) });
  }
  const vanished = Object.keys(told).filter((name) => told[name] === 'vanished');
  return {
    check,
    overall: measured(check, overall, 1000),
    groups,
    vanished: vanished.map((name) => ({ by: 'carrier', name })),
  };
}

function effectOf(of: Exclude<Told, string | { readonly fewRows: number }>): Effect {
  if ('kind' in of) return of;
  const [lower = 0, upper = 0, asLow, asHigh] = of;
  return intervalEffect(lower, upper, asLow === undefined ? {} : { exchange: { asLow, asHigh: asHigh ?? 1 - asLow } });
}

/** Both models at half, and the candidate away by the estimate; the same effect for each bound. */
function measured({ check }: EachCheck, effect: Effect, rows: number): Measured {
  const estimate = effect.kind === 'interval' ? effect.estimate : undefined;
  return {
    rows,
    champion: estimate === undefined ? undefined : 0.5,
    candidate: estimate === undefined ? undefined : 0.5 + estimate,
    effects: check.bounds.map(() => effect),
  };
}

export const groupRules: GroupRules = { confidence: 0.95, correction: 'holm', suppressBelow: 0 };

export function sliceRules(over: Partial<SliceRules> = {}): SliceRules {
  return { confidence: 0.95, onInconclusive: 'warn', waivers: [], now: new Date('2026-11-22'), ...over };
}

export function waiver(check: string, expires: string): Waiver {
  return { gate: 's', check, owner: 'me', reason: 'known', expires, where: { file: 'w.yml', line: 1, column: 1 } };
}

export function judged(
  check: string,
  told: Readonly<Record<string, Told>>,
  over: {
    rules?: Partial<GroupRules>;
    overall?: Effect;
    rows?: number;
    single?: string;
    slices?: Partial<SliceRules>;
  } = {},
) {
  const one = eachCheck(check);
  const { overall, rows } = over;
  const measured = measuredEach(one, told, { ...(overall && { overall }), ...(rows === undefined ? {} : { rows }) });
  const [all] = judgeGroups([measured], { ...groupRules, ...over.rules });
  if (all === undefined) throw new Error('nothing was judged');
  return verdict(all, over.single, over.slices);
}

export function verdict(all: JudgedEach, single?: string, rules: Partial<SliceRules> = {}) {
  const known = { single: single === undefined ? [] : [{ by: 'carrier', name: single }], independent: true };
  const { check, stops } = judgeEach(all, known, sliceRules(rules));
  const finding = check.slices?.kind === 'each' ? check.slices : undefined;
  return { check, stops, finding, outcomes: outcomesOf(finding), words: finding?.words };
}

function outcomesOf(finding: Extract<SliceFinding, { kind: 'each' }> | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries((finding?.slices ?? []).map(({ name, outcome }) => [name, outcome]));
}
