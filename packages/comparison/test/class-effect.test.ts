import { classificationMetrics } from '@modelgate/metrics';
import { tangoInterval, wilsonInterval } from '@modelgate/statistics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ClassCells, classEffects } from '../src/class-effect.ts';
import { judgeCheck } from '../src/judge.ts';
import { intervalOf, plannedCheck } from './planned.ts';

const plan = { confidence: 0.95, seed: '0123456789abcdef', replicates: 1999 };

/** Rows of two classes by 4 label + 2 champion + candidate. */
function binary(counts: readonly number[], champion = true): ClassCells {
  const cells = [...counts.keys()];
  return {
    classes: ['0', '1'],
    label: Uint16Array.from(cells, (cell) => cell >> 2),
    champion: champion ? Uint16Array.from(cells, (cell) => (cell >> 1) & 1) : undefined,
    candidate: Uint16Array.from(cells, (cell) => cell & 1),
    count: Float64Array.from(counts),
    positive: 1,
  };
}

function measured(check: string, cells: ClassCells, over: Partial<typeof plan> = {}) {
  const { quantity, bounds } = plannedCheck(check);
  if (quantity.kind !== 'metric' || quantity.metric.kind !== 'classes') throw new Error('not a classification metric');
  return classEffects(quantity.metric, cells, bounds, { ...plan, ...over });
}

/** Status, reason and interval of a check's first bound. */
function verdictOf(check: string, cells: ClassCells, over: Partial<typeof plan> = {}) {
  const rules = { minRows: 30, onInconclusive: 'warn', waivers: [], now: new Date(0), ...plan, ...over } as const;
  const { check: result } = judgeCheck(plannedCheck(check), measured(check, cells, over), rules);
  const [bound] = result.bounds;
  return { status: result.status, reason: result.reason, interval: bound?.interval, needed: bound?.rowsNeeded };
}

const ordinary = [600, 20, 15, 65, 50, 25, 20, 205];
const [wins, losses, right, rows] = [15 + 25, 20 + 20, 600 + 15 + 25 + 205, 1000];

describe('means of right and wrong rows', () => {
  it.each(['accuracy', 'precision_micro', 'recall_micro', 'f1_micro'])('%s has exact intervals', (metric) => {
    const got = measured(`{ metric: ${metric}, max-regression: 1pt, at-least: 0.5 }`, binary(ordinary));
    expect([got.rows, got.candidate, got.champion]).toEqual([rows, right / rows, (600 + 20 + 20 + 205) / rows]);
    const [value, difference] = got.effects.map(intervalOf);
    const wilson = wilsonInterval(right, rows, 0.95);
    expect(value?.interval).toEqual({ ...wilson, level: 0.95, method: 'wilson' });
    const tango = tangoInterval({ wins, losses, examples: rows }, 0.95);
    expect(difference?.interval).toEqual({ ...tango, level: 0.95, method: 'tango' });
    expect(difference?.estimate).toBe(0);
    expect(difference?.standardError).toBeCloseTo(Math.sqrt(0.08 / 1000), 14);
  });

  it('a relative margin is resampled, as its champion is uncertain, too', () => {
    const [effect] = measured('{ metric: accuracy, max-regression: 5% }', binary(ordinary)).effects;
    const { interval, estimate } = intervalOf(effect);
    expect([interval.method, estimate]).toEqual(['bca', 0]);
    const tango = tangoInterval({ wins, losses, examples: rows }, 0.95);
    expect(interval.lower).toBeCloseTo(tango.lower / (right / rows), 2);
  });
});

describe('other metrics', () => {
  it('one set of replicates serves all bounds: the same ones whatever else is asked', () => {
    const [alone] = measured('{ metric: f1, max-regression: 1pt }', binary(ordinary)).effects;
    const together = measured(
      '{ metric: f1, max-regression: 1pt, max-improvement: 5pt, at-least: 0.5 }',
      binary(ordinary),
    );
    const [value, regression, improvement] = together.effects;
    expect(regression).toEqual(alone);
    expect(improvement).toEqual(alone);
    expect(intervalOf(value).estimate).toBe(together.candidate);
    expect(intervalOf(alone).estimate).toBeCloseTo(0.0041658267822347606, 14);
    expect(intervalOf(alone).interval.method).toBe('bca');
  });

  it('the same inputs give the same bounds, another seed others nearby', () => {
    const check = '{ metric: precision, max-regression: 1pt }';
    const [first] = measured(check, binary(ordinary)).effects;
    expect(measured(check, binary(ordinary)).effects[0]).toEqual(first);
    const [other] = measured(check, binary(ordinary), { seed: 'fedcba9876543210' }).effects;
    const [a, b] = [intervalOf(first).interval, intervalOf(other).interval];
    expect(a.lower).not.toBe(b.lower);
    expect(Math.abs(a.lower - b.lower)).toBeLessThan(0.1 * (a.upper - a.lower));
  });

  it('swapping the models mirrors estimate and interval', () => {
    const swapped = binary(ordinary);
    const check = '{ metric: f1, max-regression: 1pt }';
    const there = intervalOf(measured(check, swapped).effects[0]);
    const { champion, candidate } = swapped;
    if (champion === undefined) throw new Error('no champion');
    const back = intervalOf(measured(check, { ...swapped, champion: candidate, candidate: champion }).effects[0]);
    expect(back.estimate).toBe(-there.estimate);
    expect(back.interval.lower).toBeCloseTo(-there.interval.upper, 12);
    expect(back.interval.upper).toBeCloseTo(-there.interval.lower, 12);
  });

  it('says in how many resamples the metric had no value, and gives no interval when they are many', () => {
    const some = measured('{ metric: precision, at-least: 0.1 }', binary([90, 0, 0, 2, 5, 0, 0, 4]));
    expect(intervalOf(some.effects[0]).note).toMatch(/^undefined in \d+ of 1999 resamples$/);
    const many = measured('{ metric: precision, at-least: 0.1 }', binary([90, 0, 0, 1, 9, 0, 0, 1]));
    expect(many.effects).toEqual([
      {
        kind: 'undecidable',
        estimate: 0.5,
        reason: 'degenerate-variance',
        note: 'no interval: too many resamples lack what the metric needs, such as a row of the class',
      },
    ]);
  });
});

describe('what is undefined', () => {
  const how = 'check the examples and `positive`, or gate another metric';
  const both = '{ metric: precision, at-least: 0.1, max-regression: 1pt }';

  it('a candidate that never predicts the class is an error of every bound, with or without a champion', () => {
    const message = 'precision of the candidate is undefined: the model never predicts the class';
    const problem = { kind: 'undefined', problem: { reason: 'metric-undefined', message, how } };
    const never = binary([600, 0, 20, 0, 50, 0, 30, 0]);
    expect(measured(both, never)).toMatchObject({ candidate: undefined, gap: problem, effects: [problem, problem] });
    expect(measured(both, binary([600, 0, 0, 0, 50, 0, 0, 0], false)).gap).toEqual(problem);
  });

  it('a champion that never does stops comparisons only: the floor is judged', () => {
    const got = measured(both, binary([600, 20, 0, 0, 50, 30, 0, 0]));
    const message = 'precision of the champion is undefined: the model never predicts the class';
    expect(got.champion).toBeUndefined();
    expect(got.candidate).toBe(0.6);
    expect(intervalOf(got.effects[0]).estimate).toBe(0.6);
    expect(got.effects[1]).toEqual({ kind: 'undefined', problem: { reason: 'metric-undefined', message, how } });
    expect(got.gap).toBeUndefined();
  });

  it('no row of the positive class leaves recall undefined', () => {
    const [effect] = measured('{ metric: recall, at-least: 0.1 }', binary([600, 20, 30, 40, 0, 0, 0, 0])).effects;
    expect(effect).toMatchObject({
      problem: { message: 'recall of the candidate is undefined: no row is of the class' },
    });
  });

  it('a margin in percent of a champion at 0 means nothing', () => {
    const [effect] = measured('{ metric: f1, max-regression: 5% }', binary([600, 20, 15, 0, 50, 25, 0, 0])).effects;
    expect(effect).toEqual({
      kind: 'undefined',
      problem: {
        reason: 'champion-near-zero',
        message: "the champion's f1 is 0: a margin in percent of it means nothing",
        how: 'write the margin in points or in the own unit',
      },
    });
  });
});

describe('models that answer every row alike', () => {
  const alike = (size: number) => binary([60 * size, 0, 0, 10 * size, 10 * size, 0, 0, 20 * size]);
  const metrics = [...classificationMetrics.keys()];

  it.each(metrics)('%s: not proven on 100 rows, proven on 100,000', (metric) => {
    const check = `{ metric: ${metric}, max-regression: 1pt }`;
    const few = verdictOf(check, alike(1));
    expect([few.status, few.reason]).toEqual(['inconclusive', 'unprovable-margin']);
    expect(few.interval?.lower).toBeLessThan(-0.01);
    const enough = verdictOf(check, alike(Math.ceil((few.needed ?? 0) / 100)));
    expect([enough.status, enough.reason]).toEqual(['pass', 'proven']);
    const many = verdictOf(check, alike(1000));
    expect(many.status).toBe('pass');
    expect(many.interval?.lower).toBeLessThan(0);
  });

  it.each(metrics)('%s: nothing is proven at margin 0, nor an improvement', (metric) => {
    for (const rule of ['max-regression: 0pt', 'min-improvement: 0pt']) {
      expect(verdictOf(`{ metric: ${metric}, ${rule} }`, alike(1000)).status).toBe('inconclusive');
    }
    expect(verdictOf(`{ metric: ${metric}, max-improvement: 5pt }`, alike(1000)).status).toBe('pass');
  });

  it('bounds are what z²/(n + z²) of the rows, turned wrong, would do: by hand for recall', () => {
    const z2 = 1.959963984540054 ** 2;
    const moved = (100 * z2) / (100 + z2);
    const { interval } = verdictOf('{ metric: recall, max-regression: 1pt }', alike(1));
    expect(interval).toMatchObject({ method: 'unanimous', level: 0.95 });
    expect(interval?.lower).toBeCloseTo(-moved / 30, 12);
    expect(interval?.upper).toBeCloseTo(moved / 30, 12);
  });

  it('no single kind of change of that many rows leaves the interval', () => {
    const metric = fc.constantFrom('f1', 'precision', 'recall', 'balanced_accuracy', 'f1_macro', 'f1_weighted');
    const counts = fc.tuple(...[0, 1, 2, 3].map(() => fc.integer({ min: 5, max: 500 })));
    fc.assert(
      fc.property(
        metric,
        counts,
        fc.constantFrom(0, 3, 4, 7),
        fc.boolean(),
        (name, [a, b, c, d], cell, ofCandidate) => {
          const same = [a, 0, 0, b, c, 0, 0, d].map((count) => count ?? 0);
          const check = `{ metric: ${name}, max-regression: 1pt }`;
          const { interval } = intervalOf(measured(check, binary(same), { replicates: 19 }).effects[0]);
          const changed = [...same];
          const to = cell ^ (ofCandidate ? 1 : 2);
          changed[cell] = (changed[cell] ?? 0) - 3;
          changed[to] = (changed[to] ?? 0) + 3;
          const { candidate = Number.NaN, champion = Number.NaN } = measured(check, binary(changed), { replicates: 1 });
          expect(candidate - champion).toBeGreaterThanOrEqual(interval.lower - 1e-12);
          expect(candidate - champion).toBeLessThanOrEqual(interval.upper + 1e-12);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('more than 30 classes are too many to try every change: cannot tell', () => {
    const classes = Array.from({ length: 31 }, (_, index) => String(index));
    const codes = Uint16Array.from(classes, Number);
    const count = new Float64Array(31).fill(1000);
    const cells: ClassCells = { classes, label: codes, champion: codes, candidate: codes, count, positive: -1 };
    const [effect] = measured('{ metric: balanced_accuracy, max-regression: 1pt }', cells).effects;
    expect(effect).toMatchObject({ kind: 'undecidable', reason: 'degenerate-variance' });
  });
});

describe('a candidate that is never wrong', () => {
  const perfect = (size: number) => binary([50 * size, 0, 10 * size, 0, 0, 10 * size, 0, 30 * size]);

  it.each(['accuracy', 'f1', 'precision', 'recall', 'balanced_accuracy', 'f1_weighted'])(
    '%s of exactly 1 is above 0.99 on 10,000 rows, and not shown to be on 100',
    (metric) => {
      const check = `{ metric: ${metric}, at-least: 0.99 }`;
      const few = verdictOf(check, perfect(1));
      expect([few.status, few.interval?.upper]).toEqual(['inconclusive', 1]);
      const many = verdictOf(check, perfect(100));
      expect([many.status, many.interval?.upper]).toEqual(['pass', 1]);
      expect(many.interval?.lower).toBeLessThan(1);
    },
  );

  it('F1 of exactly 0 is bounded above, and below a ceiling on many rows', () => {
    const useless = (size: number) => binary([50 * size, 10 * size, 0, 0, 40 * size, 0, 0, 0]);
    expect(verdictOf('{ metric: f1, at-most: 0.01 }', useless(1)).status).toBe('inconclusive');
    expect(verdictOf('{ metric: f1, at-most: 0.01 }', useless(100)).status).toBe('pass');
    expect(verdictOf('{ metric: f1, at-least: 0.5 }', useless(1)).status).toBe('fail');
  });
});
