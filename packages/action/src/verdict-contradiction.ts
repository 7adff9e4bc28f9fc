import {
  type CheckResult,
  type DataFinding,
  type SliceFinding,
  softened,
  type Verdict,
  worstStatus,
} from '@modelgate/core';
import { plainLine } from '@modelgate/github';

/**
 * In what a verdict says two things at once, in words, or undefined. A gate is as bad as its worst check, a check as its
 * worst bound; what fails stops, what passes does not, and nothing passes unmeasured. Our own gates keep to that by how
 * they are built (judge.ts and slice-judge.ts of `comparison`, judge-data.ts of `data-contracts`), so only a forged verdict,
 * or a defect, does not.
 */
export function contradictionOf(verdict: Verdict): string | undefined {
  for (const check of verdict.checks) {
    const words = inCheck(check);
    if (words !== undefined) return words;
  }
  return inGate(verdict);
}

function inGate({ status, stops, checks, problem, reason, reuse }: Verdict): string | undefined {
  const mustStop = status === 'error' || status === 'fail';
  if (mustStop && !stops) return `its status is ${status}, yet it does not stop the step`;
  // of inconclusive the policy decides, check by check
  if (!mustStop && status !== 'inconclusive' && stops) return `its status is ${status}, yet it stops the step`;
  if (checks.length === 0) {
    const possible = status === 'skipped' || (status === 'error' && problem !== undefined);
    return possible ? undefined : `it says ${status} without a single check`;
  }
  const worst = worstStatus(checks.map((check) => check.status));
  if (worst === status) return undefined;
  // what can make a gate worse than its checks: a problem of the whole, and examples that are used up
  const worse = worstStatus([worst, status]) === status;
  const ownAccount =
    (status === 'error' && problem !== undefined) || (reason === 'golden-set-expired' && reuse !== undefined);
  if (worse && ownAccount) return undefined;
  const named = checks.find((check) => check.status === worst);
  return `it says ${status}, and its check "${plainLine(named?.id ?? '', 40)}" says ${worst}`;
}

function inCheck({
  id,
  status,
  outcome,
  level,
  bounds,
  data,
  slices,
  reason,
  waiver,
}: CheckResult): string | undefined {
  const name = `its check "${plainLine(id, 40)}"`;
  const green = outcome === 'pass' || outcome === 'warn';
  if (bounds.length === 0 && outcome === 'pass' && data === undefined && slices?.kind !== 'each')
    return `${name} passes, and nothing of it was measured`;
  if (bounds.length > 0) {
    const worst = worstStatus(bounds.map((bound) => bound.status));
    if (outcome !== worst) return `${name} came to ${outcome}, and a bound of it to ${worst}`;
  }
  if (data !== undefined && green && isBroken(data))
    return `${name} came to ${outcome}, and its own count says otherwise`;
  if (slices?.kind === 'each' && green) {
    const words = inGroups(slices, outcome, reason);
    if (words !== undefined) return `${name} came to ${outcome}, and ${words}`;
  }
  const soft = softened(outcome, level);
  const waived = status === 'waived' && waiver !== undefined && (soft === 'fail' || soft === 'inconclusive');
  if (status === soft || waived) return undefined;
  return `${name} says ${status}, and came to ${outcome}`;
}

/** What groups say against a check that does not stop; undefined where they bear it out. */
function inGroups(
  { counts, slices, leftOut = 0, improvedShare }: Extract<SliceFinding, { kind: 'each' }>,
  outcome: CheckResult['outcome'],
  reason: CheckResult['reason'],
): string | undefined {
  const all = Object.values(counts).reduce((sum, one) => sum + one, 0);
  if (all === 0) return 'there is no group of rows';
  if (all !== slices.length + leftOut) return `it counts ${all} groups and tells ${slices.length + leftOut}`;
  if (counts.vanished > 0) return 'a group of it has vanished';
  // where nothing but a share is asked for, single groups may be behind
  const rule = improvedShare === undefined;
  const is = (wanted: (typeof slices)[number]['outcome']) => slices.some((one) => one.outcome === wanted);
  if (is('vanished') || (rule && (counts.worse > 0 || is('worse')))) return 'a group of it to worse';
  const open = slices.some(({ required, outcome: own }) => required && own !== 'improved' && own !== 'not-worse');
  if (open) return 'a group that must be shown is not';
  if (outcome !== 'pass') return undefined;
  const kept = counts.improved + counts['not-worse'];
  if (rule && kept < all) return `${all - kept} of its ${all} groups are not shown to keep the rule`;
  if (improvedShare === undefined) return undefined;
  const { limit, improved, proven, of } = improvedShare;
  const reached = reason === 'estimate-within-limit' ? improved : proven;
  return of > 0 && reached >= Math.ceil(limit * of - 1e-9)
    ? undefined
    : 'too few of its groups are shown to be improved';
}

/** Whether a rule of a data contract is broken, or was not measured, by what its finding itself says. */
function isBroken(data: DataFinding): boolean {
  switch (data.kind) {
    case 'unmeasured':
      return true;
    case 'counted': {
      const { failing = 0, of, allowed } = data;
      const most = allowed.unit === 'rows' ? allowed.value : Number((allowed.value * of).toPrecision(12));
      return of === 0 || failing > most || (data.failing === undefined && most === 0);
    }
    case 'number': {
      const { value, limits } = data;
      return value === undefined || value < (limits.atLeast ?? value) || value > (limits.atMost ?? value);
    }
    case 'drift':
    case 'fact':
      return false;
  }
}
