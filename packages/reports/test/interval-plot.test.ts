import { describe, expect, test } from 'vitest';
import { intervalPlots, plotText } from '../src/interval-plot.ts';
import { bound, check, failing } from './verdicts.ts';

function drawn(lower: number, upper: number, threshold: number, better: 'higher' | 'lower' = 'higher') {
  const one = bound({
    rule: 'max-regression',
    threshold,
    estimate: (lower + upper) / 2,
    interval: { lower, upper, level: 0.95, method: 'tango' },
  });
  const plot = intervalPlots([{ check: check({ id: 'm', better, bounds: [one] }), bound: one }]).get(one);
  return plot === undefined ? undefined : plotText(plot);
}

describe('interval plots', () => {
  test('worse than the margin, proven not worse, and undecided look different', () => {
    expect(drawn(-0.028, -0.01, -0.005)).toBe(' ├─────●─────┤   ┊  │ ');
    expect(drawn(-0.003, 0.001, -0.005)).toMatchInlineSnapshot(`" ┊     ├──────●──┼──┤ "`);
    expect(drawn(-0.011, 0.004, -0.005)).toMatchInlineSnapshot(`" ├───────┊─●───┼────┤ "`);
  });

  test('where lower is better the picture turns: worse stays left', () => {
    expect(drawn(0.01, 0.028, 0.005, 'lower')).toBe(drawn(-0.028, -0.01, -0.005));
  });

  test('an interval that just keeps clear of the limit is drawn clear of it', () => {
    expect(drawn(-0.004999, 0.02, -0.005)).toMatchInlineSnapshot(`"┊├───┼─────●────────┤ "`);
    expect(drawn(-0.02, -0.005001, -0.005)).toMatchInlineSnapshot(`" ├──────●──────┤┊   │ "`);
  });

  test('a limit far away is an arrow, a single point is a point', () => {
    expect(drawn(-0.0001, 0.0001, -0.05)).toMatchInlineSnapshot(`"‹├─────────●────────┤ "`);
    expect(drawn(0, 0, 0)).toMatchInlineSnapshot(`"           ●          "`);
  });

  test('the differences in points of one table share a scale; other units have their own', () => {
    const entries = failing.checks.flatMap((one) => one.bounds.map((bound) => ({ check: one, bound })));
    const plots = intervalPlots(entries);
    const inPoints = entries.slice(0, 3).map(({ bound }) => plots.get(bound));
    expect(new Set(inPoints.map((plot) => plot?.zero)).size).toBe(1);
    expect(new Set(inPoints.map((plot) => plot?.limit)).size).toBe(1);
    expect(plots.get(entries[3]?.bound ?? bound({ rule: 'at-least', threshold: 0 }))?.zero).toBeUndefined();
    for (const plot of plots.values()) expect(plotText(plot)).toHaveLength(22);
  });
});
