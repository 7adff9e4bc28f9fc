import { describe, expect, it } from 'vitest';
import { againstSide, judgeGroups } from '../src/slice-outcome.ts';
import { intervalEffect } from './planned.ts';
import { eachCheck, groupRules, judged, measuredEach, type Told, verdict, waiver } from './slice-planned.ts';

const margin = '{ metric: f1, each: { max-regression: 5pt } }';

/** The outcome of one group alone under this check. */
const outcome = (check: string, told: Told) => judged(check, { a: told }).outcomes['a'];

describe('what becomes of one group', () => {
  it('improved, not worse, worse, cannot tell: strictly, touching a limit proves nothing', () => {
    expect(outcome(margin, [0.001, 0.1])).toBe('improved');
    expect(outcome(margin, [0, 0.1])).toBe('not-worse');
    expect(outcome(margin, [-0.049, 0.1])).toBe('not-worse');
    expect(outcome(margin, [-0.05, 0.1])).toBe('cannot-tell');
    expect(outcome(margin, [-0.2, 0])).toBe('cannot-tell');
    expect(outcome(margin, [-0.2, -0.001])).toBe('worse');
  });

  it('a loss that is shown, and shown to lie within the margin, is allowed', () => {
    expect(outcome(margin, [-0.04, -0.01])).toBe('not-worse');
    expect(outcome(margin, [-0.04, -0.01, 0.0001])).toBe('not-worse');
  });

  it('where models can be exchanged, that decides who is worse, and not the interval', () => {
    expect(outcome(margin, [-0.2, 0.01, 0.0249])).toBe('worse');
    expect(outcome(margin, [-0.2, 0.01, 0.025])).toBe('cannot-tell');
    expect(outcome(margin, [-0.2, -0.01, 0.03])).toBe('cannot-tell');
  });

  it('a loss that resampling gives no interval for is shown by the exchange all the same', () => {
    const lost = (asLow: number) =>
      ({
        kind: 'undecidable',
        estimate: -0.4,
        reason: 'degenerate-variance',
        note: 'no interval',
        exchange: { asLow, asHigh: 1 - asLow },
      }) as const;
    expect(outcome(margin, lost(0.001))).toBe('worse');
    expect(outcome(margin, lost(0.1))).toBe('cannot-tell');
    expect(outcome(margin, { ...lost(0.001), exchange: { asLow: 0.999, asHigh: 0.001 } })).toBe('cannot-tell');
    expect(judged(margin, { a: lost(0.001) }).finding?.slices).toMatchObject([{ estimate: -0.4, p: 0.001 }]);
  });

  it('bounds that err less must clear the margin, too', () => {
    const careful = { lower: -0.06, upper: 0.1, by: 'few rows' };
    expect(outcome(margin, intervalEffect(-0.04, 0.1, { careful }))).toBe('cannot-tell');
    expect(outcome(margin, intervalEffect(-0.04, 0.1, { guarded: { lower: -0.07, upper: 0.1 } }))).toBe('cannot-tell');
  });

  it('where lower is better a rise is a loss', () => {
    const lower = '{ metric: log_loss, each: { max-regression: 0.05 } }';
    expect(outcome(lower, [-0.1, -0.001])).toBe('improved');
    expect(outcome(lower, [-0.1, 0.049])).toBe('not-worse');
    expect(outcome(lower, [-0.1, 0.05])).toBe('cannot-tell');
    expect(outcome(lower, [0.001, 0.2])).toBe('worse');
    expect(outcome(lower, [-0.01, 0.2, 0.99, 0.01])).toBe('worse');
  });

  it('floors and ceilings: of the value, never improved', () => {
    const floor = '{ metric: f1, each: { at-least: 0.7 } }';
    expect(outcome(floor, [0.701, 0.9])).toBe('not-worse');
    expect(outcome(floor, [0.7, 0.9])).toBe('cannot-tell');
    expect(outcome(floor, [0.5, 0.7])).toBe('cannot-tell');
    expect(outcome(floor, [0.5, 0.699])).toBe('worse');
    const ceiling = '{ metric: log_loss, each: { at-most: 0.7 } }';
    expect(outcome(ceiling, [0.5, 0.699])).toBe('not-worse');
    expect(outcome(ceiling, [0.701, 0.9])).toBe('worse');
    expect(outcome(ceiling, [0.6, 0.8])).toBe('cannot-tell');
  });

  it('judged not-disproven: worse only beyond the margin; estimate: the number decides', () => {
    const lenient = '{ metric: f1, each: { max-regression: 5pt }, judged: not-disproven }';
    expect(outcome(lenient, [-0.2, -0.01])).toBe('cannot-tell');
    expect(outcome(lenient, [-0.2, -0.05])).toBe('cannot-tell');
    expect(outcome(lenient, [-0.2, -0.051])).toBe('worse');
    const point = '{ metric: f1, each: { max-regression: 5pt }, judged: estimate }';
    expect(outcome(point, [-0.3, 0.2])).toBe('not-worse');
    expect(outcome(point, [-0.32, 0.2])).toBe('worse');
    expect(outcome(point, [-0.1, 0.2])).toBe('improved');
    // 0.1 − 0.15 is not −0.05 in binary
    expect(outcome(point, { kind: 'estimate', estimate: 0.1 - 0.15 })).toBe('not-worse');
    expect(outcome(point, { kind: 'estimate', estimate: -0.06 })).toBe('worse');
  });

  it('without a value nothing can be told, and it says why; it is no 0', () => {
    const problem = {
      reason: 'metric-undefined',
      message: 'recall of the candidate is undefined: no positive',
    } as const;
    const { finding } = judged(margin, { a: { kind: 'undefined', problem }, b: [0.01, 0.1] });
    expect(finding?.slices[0]).toEqual({
      by: 'carrier',
      name: 'a',
      outcome: 'cannot-tell',
      of: 'difference',
      rows: 100,
      note: 'recall of the candidate is undefined: no positive',
    });
  });

  it('p-values are those that the interval implies', () => {
    const p = (lower: number, upper: number, side: 'above' | 'below') =>
      againstSide({ estimate: (lower + upper) / 2, interval: { lower, upper, level: 0.95, method: 'z' } }, 0, side);
    expect(p(0, 0.2, 'above')).toBeCloseTo(0.975, 12);
    expect(p(0, 0.2, 'below')).toBeCloseTo(0.025, 12);
    expect(p(-0.2, 0, 'above')).toBeCloseTo(0.025, 12);
    expect(p(-0.1, 0.1, 'above')).toBe(0.5);
    // twice as far as the bound: 2 × 1.959964 standard errors
    expect(p(-0.3, -0.1, 'above')).toBeCloseTo(4.428772e-5, 10);
  });
});

describe('how many groups are looked at', () => {
  it('Holm: the smallest p is tested at α over all groups of all checks that can stop, 1 step less for each next', () => {
    const told = (ps: readonly number[]) => Object.fromEntries(ps.map((p, at) => [`g${at}`, [-0.3, 0.2, p] as const]));
    const worse = (ps: readonly number[], rules = {}) =>
      Object.values(judged(margin, told(ps), { rules }).outcomes).filter((one) => one === 'worse').length;
    expect(worse([0.0249])).toBe(1);
    expect(worse([0.0249, 0.9])).toBe(0);
    expect(worse([0.0249, 0.9], { correction: 'none' })).toBe(1);
    expect(worse([0.0124, 0.0249])).toBe(2);
    expect(worse([0.0126, 0.0249])).toBe(0);
    expect(worse([0.006, 0.008, 0.012, 0.02])).toBe(4);
  });

  it('checks that only warn are a family of their own; groups with too few rows are in none', () => {
    const few: Readonly<Record<string, Told>> = { b: { fewRows: 9 }, c: 'new' };
    const each = (check: string, p: number) => measuredEach(eachCheck(check), { a: [-0.3, 0.2, p], ...few });
    const warn = '{ metric: recall, level: warn, each: { max-regression: 5pt } }';
    const both = judgeGroups([each(margin, 0.02), each(warn, 0.02)], groupRules);
    expect(both.map(({ family, groups }) => [family, groups[0]?.result.outcome])).toEqual([
      [1, 'worse'],
      [1, 'worse'],
    ]);
    const blocking = judgeGroups(
      [each(margin, 0.02), each('{ metric: recall, each: { max-regression: 5pt } }', 0.02)],
      groupRules,
    );
    expect(blocking.map(({ family, groups }) => [family, groups[0]?.result])).toMatchObject([
      [2, { outcome: 'cannot-tell', p: 0.02, adjustedP: 0.04 }],
      [2, { outcome: 'cannot-tell', p: 0.02, adjustedP: 0.04 }],
    ]);
  });
});

describe('what the check comes to', () => {
  const told = (check: string, groups: Readonly<Record<string, Told>>, over: Parameters<typeof judged>[2] = {}) => {
    const { check: result, stops, words } = judged(check, groups, over);
    return [result.status, result.reason, stops, words];
  };

  it('all kept: pass; one undecided or small: a warning, or where each must be proven inconclusive', () => {
    expect(told(margin, { a: [0.01, 0.1], b: [-0.04, 0.1] })).toEqual([
      'pass',
      'proven',
      false,
      'none of 2 groups is shown to be worse on f1: 1 improved, 1 not worse',
    ]);
    const open = { a: [0.01, 0.1], b: [-0.1, 0.1], c: { fewRows: 7 }, d: 'new' } as const;
    const words = 'none of 4 groups is shown to be worse on f1: 1 improved, 1 cannot tell, 1 with too few rows, 1 new';
    expect(told(margin, open)).toEqual(['warn', 'slices-undecided', false, words]);
    const proven = '{ metric: f1, each: { max-regression: 5pt }, judged: proven }';
    expect(told(proven, open)).toEqual(['inconclusive', 'slices-undecided', false, words]);
    expect(told(proven, open, { slices: { onInconclusive: 'fail' } })[2]).toBe(true);
  });

  it('one worse fails, and the words say so first where the average hides it', () => {
    const groups = { 'carrier=AS': [-0.102, -0.02], b: [0.01, 0.1], c: [-0.1, 0.1] } as const;
    expect(told(margin, groups, { overall: intervalEffect(-0.002, 0.01) })).toEqual([
      'fail',
      'slice-worse',
      true,
      'f1 got better by 0.4 points on average and got worse for `carrier=AS` by 6.1 points (95 % interval 2.0 to 10.2) (1 of 3 groups)',
    ]);
    expect(told(margin, groups, { overall: intervalEffect(-0.05, -0.01) })[3]).toBe(
      'f1 got worse for `carrier=AS` by 6.1 points (95 % interval 2.0 to 10.2) (1 of 3 groups)',
    );
    const masked = (overall: readonly [number, number]) =>
      judged(margin, groups, { overall: intervalEffect(...overall) }).finding?.masked;
    expect([masked([-0.1, 0.1]), masked([0.1, 0.2]), masked([-0.11, 0.1])]).toEqual([true, true, undefined]);
    // a group below a floor was never promised by the average
    const floor = judged(
      '{ metric: f1, each: { at-least: 0.7 } }',
      { a: [0.4, 0.6], b: [0.8, 0.9] },
      { overall: intervalEffect(0.7, 0.9) },
    );
    expect([floor.check.reason, floor.finding?.masked, floor.words]).toEqual([
      'slice-below-limit',
      undefined,
      'f1 of `a` is 0.5 (95 % interval 0.4 to 0.6); at least 0.7 is asked of each group',
    ]);
  });

  it('levels and waivers', () => {
    const worse = { a: [-0.2, -0.1] } as const;
    expect(told('{ metric: f1, level: warn, each: { max-regression: 5pt } }', worse).slice(0, 3)).toEqual([
      'warn',
      'slice-worse',
      false,
    ]);
    expect(told('{ metric: f1, level: info, each: { max-regression: 5pt } }', worse).slice(0, 3)).toEqual([
      'warn',
      'slice-worse',
      false,
    ]);
    const until = (expires: string) => told(margin, worse, { slices: { waivers: [waiver('c', expires)] } }).slice(0, 3);
    expect(until('2026-11-22')).toEqual(['waived', 'slice-worse', false]);
    expect(until('2026-11-21')).toEqual(['fail', 'waiver-expired', true]);
  });

  it('a group that vanished is an error, whatever else there is, and no waiver helps', () => {
    const groups = { a: [-0.2, -0.1], b: 'vanished', c: 'vanished' } as const;
    const result = told(margin, groups, { slices: { waivers: [waiver('c', '2027-01-01')] } });
    expect(result).toEqual([
      'error',
      'slice-vanished',
      true,
      'no row of the examples belongs to `b` any more, nor to 1 more group',
    ]);
  });

  it('required groups must be shown to keep the rule, and be there', () => {
    const required = '{ metric: f1, each: { max-regression: 5pt }, require: [a, b] }';
    expect(told(required, { a: [0.01, 0.1], b: [-0.04, 0.1], c: [-0.04, 0.1] })[0]).toBe('pass');
    const open = told(required, { a: [-0.1, 0.1], b: [0.01, 0.1] });
    expect(open.slice(0, 2)).toEqual(['inconclusive', 'interval-spans-limit']);
    expect(open[3]).toMatch(/^`a` is not shown to keep the margin of 5\.0 points/);
    expect(told(required, { a: { fewRows: 12 }, b: [0.01, 0.1] })).toEqual([
      'inconclusive',
      'too-few-rows',
      false,
      '`a` is not shown to keep the margin of 5.0 points; it would take about 30 rows',
    ]);
    const words = '`b` must be shown, and is no group that this check looks at';
    expect(told(required, { a: [0.01, 0.1] })).toEqual(['error', 'slice-vanished', true, words]);
    // a waiver of what is worse must not hide that
    expect(told(required, { a: [-0.2, -0.1] })).toEqual(['error', 'slice-vanished', true, words]);
    expect(told(required, { a: [-0.1, 0.1], b: [-0.2, -0.1] }).slice(0, 2)).toEqual(['fail', 'slice-worse']);
  });

  it('one group that holds all the rows shows nothing that the whole does not', () => {
    expect(told(margin, { 'carrier=AS': [0.01, 0.1] }, { single: 'carrier=AS' })).toEqual([
      'warn',
      'slices-invalid',
      false,
      '`carrier=AS` is one group, which holds all the rows: it says nothing that the average does not say',
    ]);
    expect(told(margin, { 'carrier=AS': [-0.2, -0.1] }, { single: 'carrier=AS' })[0]).toBe('fail');
    expect(told(margin, {})).toEqual(['error', 'slices-invalid', true, 'there is no group of rows to judge']);
  });

  it('no champion yet: a warning, once; a broken one: an error with its problem', () => {
    const none = { kind: 'not-compared', reason: 'bootstrap' } as const;
    expect(told(margin, { a: none, b: none }, { overall: none })).toEqual(['warn', 'bootstrap', false, undefined]);
    const problem = { reason: 'file-unreadable', message: 'old.csv is torn' } as const;
    const { check } = judged(margin, { a: [0.1, 0.2] }, { overall: { kind: 'undefined', problem } });
    expect([check.status, check.reason, check.problem]).toEqual(['error', 'file-unreadable', problem]);
    // no positive in any row is told group by group
    const nowhere = { kind: 'undefined', problem: { reason: 'metric-undefined', message: 'none' } } as const;
    expect(told(margin, { a: nowhere, b: [0.01, 0.1] }, { overall: nowhere }).slice(0, 2)).toEqual([
      'warn',
      'slices-undecided',
    ]);
  });
});

describe('on how many groups the candidate is better', () => {
  const share = (judgedBy = '') => `{ metric: f1, improved-share: 75%${judgedBy} }`;
  /** So many groups with this p of "not better", and so many with that. */
  const groups = (counts: readonly (readonly [count: number, asHigh: number, estimate: number])[]) =>
    Object.fromEntries(
      counts.flatMap(([count, asHigh, estimate], at) =>
        Array.from({ length: count }, (_, index) => [
          `g${at}-${index}`,
          [estimate - 0.1, estimate + 0.1, 1 - asHigh, asHigh] as const,
        ]),
      ),
    );
  const told = (check: string, counts: Parameters<typeof groups>[0]) => {
    const { check: result, finding } = judged(check, groups(counts));
    return [result.status, result.reason, finding?.improvedShare];
  };

  it('is proven, cannot be told, or is shown to be missed', () => {
    const found = (improved: number, proven: number) => ({ limit: 0.75, improved, proven, of: 4 });
    expect(told(share(), [[4, 1e-6, 0.05]])).toEqual(['pass', 'proven', found(4, 4)]);
    expect(
      told(share(), [
        [3, 1e-6, 0.05],
        [1, 0.9, -0.05],
      ]),
    ).toEqual(['pass', 'proven', found(3, 3)]);
    expect(told(share(), [[4, 0.4, 0.05]])).toEqual(['inconclusive', 'share-not-reached', found(4, 0)]);
    expect(
      told(share(), [
        [2, 1e-6, 0.05],
        [2, 1 - 1e-6, -0.05],
      ]),
    ).toEqual(['fail', 'share-not-reached', found(2, 2)]);
  });

  it('judged by the estimate counts who is ahead', () => {
    expect(
      told(share(', judged: estimate'), [
        [3, 0.4, 0.05],
        [1, 0.6, -0.05],
      ]).slice(0, 2),
    ).toEqual(['pass', 'estimate-within-limit']);
    expect(
      told(share(', judged: estimate'), [
        [2, 0.4, 0.05],
        [2, 0.6, -0.05],
      ]).slice(0, 2),
    ).toEqual(['fail', 'share-not-reached']);
    // equal is not ahead
    expect(
      told(share(', judged: estimate'), [
        [2, 0.4, 0.05],
        [2, 0.5, 0],
      ]).slice(0, 2),
    ).toEqual(['fail', 'share-not-reached']);
  });

  it('groups below a floor are not for that worse than the champion', () => {
    const check = eachCheck('{ metric: f1, each: { at-least: 0.9 }, improved-share: 75%, level: warn }');
    const low = intervalEffect(0.5, 0.92);
    const better = intervalEffect(0.1, 0.3, { exchange: { asLow: 0.999999, asHigh: 0.000001 } });
    const all = measuredEach(check, { a: low, b: low, c: low, d: low }, { overall: intervalEffect(0.91, 0.95) });
    const effects = check.check.bounds.map(({ of }) => (of === 'value' ? low : better));
    const both = {
      ...all,
      groups: all.groups.map((one) =>
        one.kind === 'measured' ? { ...one, measured: { ...one.measured, effects } } : one,
      ),
    };
    const [first] = judgeGroups([both], groupRules);
    if (first === undefined) throw new Error('nothing was judged');
    const { finding, check: result } = verdict(first);
    expect([result.outcome, finding?.improvedShare?.proven]).toEqual(['warn', 4]);
  });

  it('no group to test: inconclusive; no champion yet: a warning', () => {
    const few = judged(share(), { a: { fewRows: 3 } });
    expect([few.check.status, few.check.reason, few.words]).toEqual([
      'inconclusive',
      'too-few-rows',
      'no group has rows enough to be tested',
    ]);
    const none = { kind: 'not-compared', reason: 'bootstrap' } as const;
    const first = judged(share(', judged: estimate'), { a: none }, { overall: none });
    expect([first.check.status, first.check.reason]).toEqual(['warn', 'bootstrap']);
  });
});

it('groups that are too small to be shown: their outcome, and no number', () => {
  const few = judged(margin, { a: { fewRows: 4 }, b: { fewRows: 5 } }, { rules: { suppressBelow: 5 } }).finding?.slices;
  expect(few).toEqual([
    { by: 'carrier', name: 'a', outcome: 'too-few-rows', of: 'difference', rowsNeeded: 30 },
    { by: 'carrier', name: 'b', outcome: 'too-few-rows', of: 'difference', rows: 5, rowsNeeded: 30 },
  ]);
  // `min-rows` may be smaller: tested, and still not shown
  const tested = judged(margin, { a: [-0.3, -0.2] }, { rules: { suppressBelow: 5 }, rows: 4 });
  expect(tested.finding?.slices).toEqual([{ by: 'carrier', name: 'a', outcome: 'worse', of: 'difference' }]);
  expect(tested.words).toBe('f1 got better by 2.0 points on average and got worse for `a` (1 of 1 group)');
});
