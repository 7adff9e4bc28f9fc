import { type OnInconclusive, statuses, verdictSchema, type Waiver } from '@modelgate/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Effect, Measured } from '../src/effect.ts';
import type { PlannedCheck } from '../src/evaluation-plan.ts';
import { judgeCheck, type Rules, unmeasured } from '../src/judge.ts';
import { intervalEffect, plannedCheck, withSpec } from './planned.ts';

const rules: Rules = {
  confidence: 0.95,
  minRows: 30,
  onInconclusive: 'warn',
  waivers: [],
  now: new Date('2026-11-22T12:00:00Z'),
};

function judged(
  check: PlannedCheck,
  effects: Measured['effects'],
  over: Partial<Rules> = {},
  rows: number | undefined = 1000,
) {
  return judgeCheck(check, { rows, candidate: 1, champion: 1, effects }, { ...rules, ...over });
}

/** The one bound of a check as status and reason. */
function verdictOn(check: PlannedCheck, effect: Effect | undefined, over: Partial<Rules> = {}, rows = 1000) {
  const { check: result } = judged(check, [effect], over, rows);
  expect(result.status).toBe(result.bounds[0]?.status);
  return [result.status, result.reason];
}

const planned = new Map<string, PlannedCheck>();

/** Planned once for each text: properties ask for the same few a thousand times. */
function column(rule: string): PlannedCheck {
  const check = planned.get(rule) ?? plannedCheck(`{ column: x, statistic: mean, ${rule} }`);
  planned.set(rule, check);
  return check;
}

describe('what a rule asks for', () => {
  it.each([
    ['at-least: 10', 'higher', 'value', 'above', 10],
    ['at-least: 10', 'lower', 'value', 'above', 10],
    ['at-most: 10', 'higher', 'value', 'below', 10],
    ['at-most: 10', 'lower', 'value', 'below', 10],
    ['max-regression: 2', 'higher', 'difference', 'above', -2],
    ['max-regression: 2', 'lower', 'difference', 'below', 2],
    ['min-improvement: 2', 'higher', 'difference', 'above', 2],
    ['min-improvement: 2', 'lower', 'difference', 'below', -2],
    ['max-improvement: 2', 'higher', 'difference', 'below', 2],
    ['max-improvement: 2', 'lower', 'difference', 'above', -2],
    ['max-regression: 2%', 'higher', 'relative-difference', 'above', -0.02],
    ['min-improvement: 2%', 'lower', 'relative-difference', 'below', -0.02],
    ['max-improvement: 200%', 'higher', 'relative-difference', 'below', 2],
    ['max-regression: 0', 'higher', 'difference', 'above', 0],
    ['max-regression: 0', 'lower', 'difference', 'below', 0],
  ])('%s, %s is better: the %s %s %s', (rule, better, of, side, threshold) => {
    const [bound] = column(`better: ${better}, ${rule}`).bounds;
    expect(bound).toMatchObject({ of, side, threshold, judged: 'proven' });
  });

  it('a point is a hundredth, a bare number the own unit', () => {
    expect(plannedCheck('{ metric: f1, max-regression: 0.5pt }').bounds[0]).toMatchObject({ threshold: -0.005 });
    expect(plannedCheck('{ metric: f1, max-regression: 0.005 }').bounds[0]).toMatchObject({ threshold: -0.005 });
  });
});

describe('one bound', () => {
  const failed = {
    'at-least': 'below-limit',
    'at-most': 'above-limit',
    'max-regression': 'margin-exceeded',
    'min-improvement': 'not-improved',
    'max-improvement': 'improved-too-much',
  } as const;

  /** Distance of both ends from the limit, towards what is asked for; and what that comes to. */
  const sides: [string, number, number, Readonly<Record<string, readonly [string, string]>>][] = [
    [
      'clears it',
      1,
      2,
      { proven: ['pass', 'proven'], 'not-disproven': ['pass', 'proven'], estimate: ['pass', 'estimate-within-limit'] },
    ],
    [
      'touches it from the good side',
      0,
      2,
      {
        proven: ['inconclusive', 'interval-spans-limit'],
        'not-disproven': ['pass', 'not-disproven'],
        estimate: ['pass', 'estimate-within-limit'],
      },
    ],
    [
      'spans it, the estimate on it',
      -1,
      1,
      {
        proven: ['inconclusive', 'interval-spans-limit'],
        'not-disproven': ['pass', 'not-disproven'],
        estimate: ['pass', 'estimate-within-limit'],
      },
    ],
    [
      'spans it, the estimate beyond it',
      -2,
      1,
      {
        proven: ['inconclusive', 'interval-spans-limit'],
        'not-disproven': ['pass', 'not-disproven'],
        estimate: ['fail', 'broken'],
      },
    ],
    [
      'touches it from the bad side',
      -2,
      0,
      {
        proven: ['inconclusive', 'interval-spans-limit'],
        'not-disproven': ['pass', 'not-disproven'],
        estimate: ['fail', 'broken'],
      },
    ],
    [
      'is beyond it',
      -2,
      -1,
      { proven: ['fail', 'broken'], 'not-disproven': ['fail', 'broken'], estimate: ['fail', 'broken'] },
    ],
  ];

  const table = (['at-least', 'at-most', 'max-regression', 'min-improvement', 'max-improvement'] as const).flatMap(
    (rule) =>
      (['higher', 'lower'] as const).flatMap((better) =>
        (['proven', 'not-disproven', 'estimate'] as const).flatMap((how) =>
          sides.map(([where, near, far, expected]) => ({
            rule,
            better,
            how,
            where,
            near,
            far,
            expected: expected[how],
          })),
        ),
      ),
  );

  it.each(table)('$rule, $better is better, judged $how, where the interval $where', (row) => {
    const check = column(`better: ${row.better}, ${row.rule}: 8, judged: ${row.how}`);
    const [bound] = check.bounds;
    if (bound === undefined) throw new Error('no bound');
    const { threshold } = bound;
    const effect =
      bound.side === 'above'
        ? intervalEffect(threshold + row.near, threshold + row.far)
        : intervalEffect(threshold - row.far, threshold - row.near);
    const [status, reason] = row.expected ?? [];
    expect(verdictOn(check, effect)).toEqual([status, reason === 'broken' ? failed[row.rule] : reason]);
  });

  const margin = column('better: higher, max-regression: 1');

  it.each<[string, Effect | undefined, readonly [string, string]]>([
    ['nothing at all', undefined, ['error', 'crash']],
    [
      'an undefined metric',
      { kind: 'undefined', problem: { reason: 'metric-undefined', message: 'm' } },
      ['error', 'metric-undefined'],
    ],
    ['no champion yet', { kind: 'not-compared', reason: 'bootstrap', note: 'n' }, ['warn', 'bootstrap']],
    [
      'no spread',
      { kind: 'undecidable', estimate: 5, reason: 'degenerate-variance', note: 'n' },
      ['inconclusive', 'degenerate-variance'],
    ],
    ['a bare number', { kind: 'estimate', estimate: 5 }, ['inconclusive', 'too-few-rows']],
  ])('%s never passes as proven', (_, effect, expected) => {
    expect(verdictOn(margin, effect)).toEqual(expected);
  });

  it('an estimate decides without rows, without spread and with few rows, where that is what was asked for', () => {
    const byEstimate = column('better: higher, max-regression: 1, judged: estimate');
    expect(verdictOn(byEstimate, { kind: 'estimate', estimate: -0.5 })).toEqual(['pass', 'estimate-within-limit']);
    expect(
      verdictOn(byEstimate, { kind: 'undecidable', estimate: -2, reason: 'degenerate-variance', note: '' }),
    ).toEqual(['fail', 'margin-exceeded']);
    expect(
      verdictOn(byEstimate, { kind: 'undecidable', estimate: undefined, reason: 'degenerate-variance', note: '' }),
    ).toEqual(['inconclusive', 'degenerate-variance']);
    expect(verdictOn(byEstimate, intervalEffect(-1, 1), {}, 2)).toEqual(['pass', 'estimate-within-limit']);
  });

  it('an estimate on the limit keeps it, whatever the subtraction left in the last digits', () => {
    const half = column('better: higher, max-regression: 0.1, judged: estimate');
    expect(0.8 - 0.9).toBeLessThan(-0.1 + 1e-16);
    expect(verdictOn(half, { kind: 'estimate', estimate: 0.8 - 0.9 })).toEqual(['pass', 'estimate-within-limit']);
    expect(verdictOn(half, { kind: 'estimate', estimate: -0.1 - 1e-11 })).toEqual(['fail', 'margin-exceeded']);
    const large = column('at-most: 1e9, judged: estimate');
    expect(verdictOn(large, { kind: 'estimate', estimate: 1e9 + 1e-4 })).toEqual(['pass', 'estimate-within-limit']);
    expect(verdictOn(large, { kind: 'estimate', estimate: 1e9 + 1 })).toEqual(['fail', 'above-limit']);
  });

  it('fewer rows than min-rows are not judged, and the message says how many are', () => {
    const few = judged(margin, [intervalEffect(0, 1)], {}, 29).check;
    expect(few.bounds[0]).toMatchObject({
      status: 'inconclusive',
      reason: 'too-few-rows',
      rowsNeeded: 30,
      note: '29 rows; at least 30 are judged',
    });
    expect(verdictOn(margin, intervalEffect(0, 1), {}, 30)).toEqual(['pass', 'proven']);
    expect(verdictOn(margin, intervalEffect(-9, -8), {}, 29)).toEqual(['inconclusive', 'too-few-rows']);
  });

  it('a rare drop that no row shows must be excluded, too, to pass as proven; not to fail', () => {
    const guarded = (lower: number) => intervalEffect(-0.5, 0.5, { guarded: { lower, upper: 0.6 } });
    expect(verdictOn(margin, guarded(-0.9))).toEqual(['pass', 'proven']);
    expect(verdictOn(margin, guarded(-1))).toEqual(['inconclusive', 'rare-drop-not-excluded']);
    expect(judged(margin, [guarded(-1.1)]).check.bounds[0]?.note).toBe(
      'one row with the worst possible drop would break the limit',
    );
    const loose = column('better: higher, max-regression: 1, judged: not-disproven');
    expect(verdictOn(loose, guarded(-5))).toEqual(['pass', 'proven']);
    expect(verdictOn(margin, intervalEffect(-3, -2, { guarded: { lower: -4, upper: 0 } }))).toEqual([
      'fail',
      'margin-exceeded',
    ]);
    const lower = column('better: lower, max-regression: 1');
    expect(verdictOn(lower, intervalEffect(-0.5, 0.5, { guarded: { lower: -9, upper: 1 } }))).toEqual([
      'inconclusive',
      'rare-drop-not-excluded',
    ]);
  });

  it('a side that the rows do not bound decides as infinite, and is told in words, not as a number', () => {
    const ceiling = column('at-most: 40');
    const open = intervalEffect(Number.NEGATIVE_INFINITY, 39, { estimate: 30, note: 'no lower bound' });
    const { check } = judged(ceiling, [open]);
    expect(check.bounds[0]).toMatchObject({ status: 'pass', reason: 'proven', note: 'no lower bound' });
    expect(check.bounds[0]).not.toHaveProperty('interval');
    expect(verdictOn(ceiling, intervalEffect(20, Number.POSITIVE_INFINITY, { estimate: 30 }))).toEqual([
      'inconclusive',
      'interval-spans-limit',
    ]);
    expect(verdictOn(ceiling, intervalEffect(41, Number.POSITIVE_INFINITY, { estimate: 50 }))).toEqual([
      'fail',
      'above-limit',
    ]);
  });
});

describe('planning', () => {
  const margin = column('better: higher, max-regression: 1');

  it('says how many rows would decide, and what these could have shown', () => {
    const { check } = judged(margin, [intervalEffect(-1.5, 0.5, { standardError: 0.25 })]);
    // (1.959964 + 0.841621) × 0.25 to detect; 1,000 × (that/0.5)² rows
    expect(check.bounds[0]?.detectable).toBeCloseTo(0.700396, 6);
    expect(check.bounds[0]?.rowsNeeded).toBe(1963);
    expect(check.bounds[0]?.reason).toBe('interval-spans-limit');
  });

  it('calls a margin unprovable that so few rows seldom prove even when nothing changed', () => {
    const { check } = judged(margin, [intervalEffect(-2, 2, { standardError: 1 })]);
    expect(check.bounds[0]).toMatchObject({ reason: 'unprovable-margin', rowsNeeded: 7849 });
  });

  it('names no number of rows where the estimate lies on the limit', () => {
    const { check } = judged(margin, [intervalEffect(-1.5, -0.5, { standardError: 0.25 })]);
    expect(check.bounds[0]).not.toHaveProperty('rowsNeeded');
  });

  it('a floor has no detectable difference', () => {
    const { check } = judged(column('at-least: 1'), [intervalEffect(0.5, 1.6, { standardError: 0.25 })]);
    expect(check.bounds[0]).not.toHaveProperty('detectable');
    expect(check.bounds[0]?.rowsNeeded).toBe(196_222);
  });

  it('models that answer alike on too few rows are told how many prove the margin: z²(1 − d)/d', () => {
    const check = plannedCheck('{ metric: accuracy, max-regression: 1pt }');
    const z2 = 1.959963984540054 ** 2;
    const reach = z2 / (100 + z2);
    const alike = intervalEffect(-reach, reach, {
      standardError: 0,
      interval: { lower: -reach, upper: reach, level: 0.95, method: 'tango' },
    });
    const [bound] = judged(check, [alike], {}, 100).check.bounds;
    expect(bound).toMatchObject({ status: 'inconclusive', reason: 'unprovable-margin', rowsNeeded: 381 });
    expect(Math.ceil((z2 * 0.99) / 0.01)).toBe(381);
    expect(bound?.detectable).toBeCloseTo(reach, 12);
  });
});

describe('level, on-inconclusive and waiver', () => {
  const margin = column('better: higher, max-regression: 1');
  const effects: Readonly<Record<'pass' | 'inconclusive' | 'fail' | 'error', Effect>> = {
    pass: intervalEffect(0, 1),
    inconclusive: intervalEffect(-2, 1),
    fail: intervalEffect(-3, -2),
    error: { kind: 'undefined', problem: { reason: 'metric-undefined', message: 'm' } },
  };
  const waiver = (expires: string, line = 3): Waiver => ({
    gate: 'g',
    check: 'c',
    owner: '@ada',
    reason: 'known since Monday',
    expires,
    where: { file: 'w.yml', line },
  });
  const waivers: Readonly<Record<'none' | 'live' | 'expired', Waiver[]>> = {
    none: [],
    live: [waiver('2026-11-22')],
    expired: [waiver('2026-11-21')],
  };

  const table = (['pass', 'inconclusive', 'fail', 'error'] as const).flatMap((outcome) =>
    (['fail', 'warn', 'info'] as const).flatMap((level) =>
      (['pass', 'warn', 'fail', 'hold'] as const).flatMap((onInconclusive) =>
        (['none', 'live', 'expired'] as const).map((waived) => ({ outcome, level, onInconclusive, waived })),
      ),
    ),
  );

  /** Status and whether the step stops, as architecture.md has them. */
  function expected({ outcome, level, onInconclusive, waived }: (typeof table)[number]): readonly [string, boolean] {
    if (outcome === 'pass' || outcome === 'error') return [outcome, outcome === 'error'];
    if (level !== 'fail') return ['warn', false];
    const stops = outcome === 'fail' || onInconclusive === 'fail' || onInconclusive === 'hold';
    return stops && waived === 'live' ? ['waived', false] : [outcome, stops];
  }

  it.each(table)('$outcome at level $level, on-inconclusive $onInconclusive, waiver: $waived', (row) => {
    const check = withSpec(margin, { level: row.level });
    const over = { onInconclusive: row.onInconclusive, waivers: waivers[row.waived] };
    const { check: result, stops } = judged(check, [effects[row.outcome]], over);
    expect([result.status, stops]).toEqual(expected(row));
    expect(result.outcome).toBe(row.outcome);
    const stopped = expected({ ...row, waived: 'none' })[1] && row.outcome !== 'error';
    expect(result.waiver !== undefined).toBe(stopped && row.waived !== 'none');
    expect(result.reason === 'waiver-expired').toBe(stopped && row.waived === 'expired');
  });

  it('a check’s own on-inconclusive goes before the gate’s', () => {
    const own = (policy: OnInconclusive) => withSpec(margin, { 'on-inconclusive': policy });
    expect(judged(own('fail'), [effects.inconclusive], { onInconclusive: 'pass' }).stops).toBe(true);
    expect(judged(own('pass'), [effects.inconclusive], { onInconclusive: 'fail' }).stops).toBe(false);
  });

  it('a waiver is for its own check', () => {
    const other = [{ ...waiver('2027-01-01'), check: 'd' }];
    expect(judged(margin, [effects.fail], { waivers: other }).check.status).toBe('fail');
  });

  it('a waiver renewed by a second entry holds, wherever the old one stands', () => {
    const [old, renewed] = [waiver('2026-01-01'), waiver('2027-01-01', 9)];
    for (const both of [
      [old, renewed],
      [renewed, old],
    ]) {
      const { check, stops } = judged(margin, [effects.fail], { waivers: both });
      expect([check.status, stops, check.waiver?.expires]).toEqual(['waived', false, '2027-01-01']);
    }
  });

  it('what could not be measured keeps its reason and problem, and no waiver makes it green', () => {
    const problem = { reason: 'keys-differ' as const, message: 'm' };
    const got = unmeasured(margin, 'error', 'keys-differ', { ...rules, waivers: waivers.live }, problem);
    expect(got).toMatchObject({ check: { status: 'error', reason: 'keys-differ', problem, bounds: [] }, stops: true });
  });
});

describe('several bounds', () => {
  const both = column('better: lower, at-most: 40, max-regression: 1');
  const [good, open, bad] = [intervalEffect(-2, -1), intervalEffect(0, 99), intervalEffect(60, 70)];

  it.each([
    [good, good, 'pass', 'proven'],
    [good, bad, 'fail', 'margin-exceeded'],
    [bad, good, 'fail', 'above-limit'],
    [bad, open, 'fail', 'above-limit'],
    [open, bad, 'fail', 'margin-exceeded'],
    [good, open, 'inconclusive', 'interval-spans-limit'],
  ])('must all hold (%#)', (first, second, status, reason) => {
    const { check } = judged(both, [first, second]);
    expect([check.status, check.reason]).toEqual([status, reason]);
    expect(check.bounds.map((bound) => bound.rule)).toEqual(['at-most', 'max-regression']);
  });

  it('one that is not compared yet keeps the others from reading as a pass of all', () => {
    const { check, stops } = judged(both, [good, { kind: 'not-compared', reason: 'bootstrap', note: 'n' }]);
    expect([check.status, check.reason, stops]).toEqual(['warn', 'bootstrap', false]);
  });
});

describe('whatever is measured', () => {
  const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  const bound = fc.oneof(finite, fc.constantFrom(0, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY));
  const method = fc.constantFrom('tango', 'bca', 'paired-t', 'unanimous', 'order-statistic');
  const interval = fc
    .record({
      ends: fc.tuple(bound, bound, finite).map((values) => values.sort((a, b) => a - b)),
      standardError: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), { nil: undefined }),
      method,
      guard: fc.option(fc.double({ min: 0, max: 100, noNaN: true }), { nil: undefined }),
    })
    .filter(({ ends }) => Number.isFinite(ends[1] ?? Number.NaN))
    .map(({ ends, standardError, method, guard }): Effect => {
      const [lower = 0, estimate = 0, upper = 0] = ends;
      const guarded = guard === undefined ? {} : { guarded: { lower: lower - guard, upper: upper + guard } };
      return { kind: 'interval', estimate, interval: { lower, upper, level: 0.95, method }, standardError, ...guarded };
    });
  const effect: fc.Arbitrary<Effect | undefined> = fc.oneof(
    { weight: 6, arbitrary: interval },
    { weight: 1, arbitrary: finite.map((estimate): Effect => ({ kind: 'estimate', estimate })) },
    fc.constant<Effect>({ kind: 'undecidable', estimate: undefined, reason: 'degenerate-variance', note: 'n' }),
    fc.constant<Effect>({ kind: 'not-compared', reason: 'examples-changed', note: 'n' }),
    fc.constant<Effect>({ kind: 'undefined', problem: { reason: 'champion-near-zero', message: 'm' } }),
    fc.constant(undefined),
  );
  const rule = fc.constantFrom('at-least', 'at-most', 'max-regression', 'min-improvement', 'max-improvement');
  const better = fc.constantFrom('higher', 'lower');
  const how = fc.constantFrom('proven', 'not-disproven', 'estimate');
  const size = fc.double({ min: 0, max: 1e6, noNaN: true });
  const check = fc.tuple(rule, better, how, size).map((parts) => checkOf(...parts));
  const rows = fc.integer({ min: 1, max: 1e8 });

  function checkOf(rule: string, better: string, how: string, size: number): PlannedCheck {
    const [bound] = column(`better: ${better}, ${rule}: 1, judged: ${how}`).bounds;
    if (bound === undefined) throw new Error('no bound');
    const threshold = bound.threshold * size;
    return { ...column(`better: ${better}, ${rule}: 1, judged: ${how}`), bounds: [{ ...bound, threshold }] };
  }

  const written = verdictSchema.shape.checks.element;

  it('there is a verdict, and it can be written', () => {
    fc.assert(
      fc.property(check, effect, rows, (one, measured, count) => {
        const { check: result } = judged(one, [measured], {}, count);
        expect(statuses).toContain(result.status);
        const parsed = written.safeParse(JSON.parse(JSON.stringify(result)));
        expect(parsed.error?.issues ?? []).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  it('nothing passes as proven that was not measured on enough rows with an interval on the right side', () => {
    fc.assert(
      fc.property(check, effect, fc.integer({ min: 1, max: 60 }), (one, measured, count) => {
        const { check: result, stops } = judged(one, [measured], { onInconclusive: 'fail' }, count);
        if (measured === undefined || measured.kind === 'undefined') {
          expect([result.status, stops]).toEqual(['error', true]);
        }
        const [asked] = one.bounds;
        if (result.reason !== 'proven' || asked === undefined) return;
        if (measured?.kind !== 'interval') throw new Error(`${measured?.kind} was taken as proof`);
        expect(count).toBeGreaterThanOrEqual(30);
        const { lower, upper } = measured.interval;
        expect(asked.side === 'above' ? lower > asked.threshold : upper < asked.threshold).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  const rank = (status: string) => ['pass', 'inconclusive', 'fail'].indexOf(status);

  it('a wider margin never makes it worse', () => {
    fc.assert(
      fc.property(interval, better, how, size, size, rows, (measured, direction, mode, a, b, count) => {
        const statusAt = (margin: number) =>
          judged(checkOf('max-regression', direction, mode, margin), [measured], {}, count).check.status;
        expect(rank(statusAt(Math.max(a, b)))).toBeLessThanOrEqual(rank(statusAt(Math.min(a, b))));
      }),
      { numRuns: 1000 },
    );
  });

  it('a higher bar of improvement never makes it better', () => {
    fc.assert(
      fc.property(interval, better, how, size, size, rows, (measured, direction, mode, a, b, count) => {
        const statusAt = (bar: number) =>
          judged(checkOf('min-improvement', direction, mode, bar), [measured], {}, count).check.status;
        expect(rank(statusAt(Math.max(a, b)))).toBeGreaterThanOrEqual(rank(statusAt(Math.min(a, b))));
      }),
      { numRuns: 1000 },
    );
  });

  function mirrored(measured: Effect): Effect {
    if (measured.kind !== 'interval') return measured;
    const flip = ({ lower, upper }: { readonly lower: number; readonly upper: number }) => ({
      lower: -upper,
      upper: -lower,
    });
    return {
      ...measured,
      estimate: -measured.estimate,
      interval: { ...measured.interval, ...flip(measured.interval) },
      ...(measured.guarded === undefined ? {} : { guarded: flip(measured.guarded) }),
    };
  }

  it('the sign of the scale changes nothing: lower is better is higher is better, mirrored', () => {
    const relative = fc.constantFrom('max-regression', 'min-improvement', 'max-improvement');
    fc.assert(
      fc.property(interval, relative, how, size, rows, (measured, asked, mode, limit, count) => {
        const of = (direction: string, given: Effect) => {
          const [bound] = judged(checkOf(asked, direction, mode, limit), [given], {}, count).check.bounds;
          return [bound?.status, bound?.reason, bound?.rowsNeeded, bound?.detectable];
        };
        expect(of('lower', mirrored(measured))).toEqual(of('higher', measured));
      }),
      { numRuns: 1000 },
    );
  });

  it('rows needed are always more than there are', () => {
    fc.assert(
      fc.property(check, interval, rows, (one, measured, count) => {
        const needed = judged(one, [measured], {}, count).check.bounds[0]?.rowsNeeded;
        expect(needed ?? Number.POSITIVE_INFINITY).toBeGreaterThan(count < 30 ? 29 : count);
      }),
      { numRuns: 1000 },
    );
  });
});
