import { oneSidedAlpha } from '@modelgate/statistics';
import { expect, it } from 'vitest';
import type { Measured } from '../src/effect.ts';
import { familiesOf, stepDown } from '../src/guard-family.ts';
import { judgeCheck } from '../src/judge.ts';
import { planOf, policyText } from './planned.ts';

// A drop with a one-sided p-value is shown to be broken at every level whose alpha is at least p.

const withCorrection = (correction: string) =>
  policyText.replace('    checks:', `    correction: ${correction}\n    checks:`);

/** Statuses by check of guards with these p-values, and the levels at which each was decided. */
async function decided(pValues: readonly number[], correction = 'holm', judged = 'not-disproven') {
  const [first = '', ...more] = pValues.map(
    (_, at) => `{ metric: accuracy, max-regression: ${at + 1}pt, judged: ${judged} }`,
  );
  const checks = [first, ...more.map((one, at) => `      c${at + 2}: ${one}`)].join('\n');
  const plan = planOf(checks, withCorrection(correction));
  const measureAt = (at: number, confidence: number): Measured => {
    const { threshold = 0 } = plan.checks[at]?.bounds[0] ?? {};
    const broken = oneSidedAlpha(confidence) >= (pValues[at] ?? 1);
    const upper = broken ? threshold - 0.001 : threshold + 0.001;
    const interval = { lower: threshold - 0.1, upper, level: confidence, method: 'tango' };
    const effect = { kind: 'interval', estimate: threshold - 0.05, interval, standardError: 0.02 } as const;
    return { rows: 100, candidate: 0.8, champion: 0.9, effects: [effect] };
  };
  const measured = await stepDown({
    plan,
    measured: new Map(plan.checks.map(({ id }, at) => [id, measureAt(at, plan.policy.confidence)])),
    measureAt: (check, confidence) => Promise.resolve(measureAt(plan.checks.indexOf(check), confidence)),
  });
  const rules = { confidence: 0.95, minRows: 30, onInconclusive: 'warn', waivers: [], now: new Date(0) } as const;
  return plan.checks.map((check) => {
    const found = measured.get(check.id);
    if (found === undefined) throw new Error(`${check.id} was not measured`);
    const { status, bounds } = judgeCheck(check, found, rules).check;
    return `${status} at ${bounds[0]?.interval?.level.toFixed(4)}`;
  });
}

it('two drops each just below alpha: neither is shown, and without a correction both are', async () => {
  expect(await decided([0.024, 0.024])).toEqual(['pass at 0.9750', 'pass at 0.9750']);
  expect(await decided([0.024, 0.024], 'none')).toEqual(['fail at 0.9500', 'fail at 0.9500']);
});

it('Holm steps down: each rejection leaves more to the rest', async () => {
  // 0.012 ≤ 0.025/2, then 0.024 ≤ 0.025/1
  expect(await decided([0.024, 0.012])).toEqual(['fail at 0.9500', 'fail at 0.9750']);
  // 0.0083 = 0.025/3; 0.02 > 0.025/2 ends it, although 0.02 ≤ 0.025
  expect(await decided([0.008, 0.02, 0.02])).toEqual(['fail at 0.9833', 'pass at 0.9750', 'pass at 0.9750']);
  expect(await decided([0.02, 0.012, 0.008])).toEqual(['fail at 0.9500', 'fail at 0.9750', 'fail at 0.9833']);
});

it('one guard alone keeps its level, and what must be proven is never corrected', async () => {
  expect(await decided([0.024])).toEqual(['fail at 0.9500']);
  expect(await decided([0.024, 0.024], 'holm', 'proven')).toEqual(['fail at 0.9500', 'fail at 0.9500']);
});

it('the verdict lists both families', () => {
  const both = planOf(
    `{ metric: accuracy, max-regression: 1pt }
      c2: { metric: f1, max-regression: 1pt, at-least: 0.5 }
      g1: { metric: recall, max-regression: 1pt, judged: not-disproven }
      g2: { metric: precision, max-regression: 1pt, judged: not-disproven }
      e: { metric: precision, max-regression: 1pt, judged: estimate }`,
    withCorrection('holm'),
  );
  expect(familiesOf(both)).toEqual([
    { rule: 'all-must-hold', checks: ['c', 'c2'], correction: 'none' },
    { rule: 'none-proven-broken', checks: ['g1', 'g2'], correction: 'holm' },
  ]);
  expect(familiesOf(planOf('{ metric: f1, at-least: 0.5 }', withCorrection('holm')))).toEqual([]);
});
