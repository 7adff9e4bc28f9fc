import type { GateOutcome } from '@modelgate/core';
import { describe, expect, it } from 'vitest';
import type { Effect } from '../src/effect.ts';
import { judgeAcross } from '../src/slice-across-judge.ts';
import { type MeasuredGaps, nothing } from '../src/slice-gap.ts';
import { acrossCheck, sliceRules, waiver } from './slice-planned.ts';
import { csv, workspace } from './workspace.ts';

const gap = (lower: number, upper: number) => ({ estimate: (lower + upper) / 2, interval: { lower, upper } });

function judge(
  check: string,
  gaps: Partial<MeasuredGaps>,
  { alone, rules = {} }: { alone?: Effect; rules?: Parameters<typeof sliceRules>[0] } = {},
) {
  const measured = {
    check: acrossCheck(check),
    gaps: { ...nothing, ...gaps },
    groups: [],
    rows: 500,
    alone,
    why: undefined,
    suppressedBelow: 0,
  };
  return judgeAcross(measured, sliceRules(rules));
}

function status(...asked: Parameters<typeof judge>) {
  const { check } = judge(...asked);
  return [check.status, check.reason];
}

const open = ['inconclusive', 'interval-spans-limit'];

describe('a largest difference', () => {
  const limited = (judged = '') => `{ metric: demographic_parity, across: carrier, max-difference: 10pt${judged} }`;

  it('is kept, broken or open: strictly, touching the limit proves nothing', () => {
    expect(status(limited(), { difference: gap(0.02, 0.099), p: 0.3 })).toEqual(['pass', 'proven']);
    expect(status(limited(), { difference: gap(0.02, 0.1), p: 0.3 })).toEqual(open);
    expect(status(limited(), { difference: gap(0.1, 0.3), p: 0.001 })).toEqual(open);
    expect(status(limited(), { difference: gap(0.101, 0.3), p: 0.001 })).toEqual(['fail', 'groups-differ']);
  });

  it('is not broken by groups that could lie as far apart by chance', () => {
    expect(status(limited(), { difference: gap(0.101, 0.3), p: 0.026 })).toEqual(open);
    expect(status(limited(), { difference: gap(0.101, 0.3), p: 0.024 })).toEqual(['fail', 'groups-differ']);
  });

  it('judged not-disproven passes what is open; the estimate alone touches and passes', () => {
    expect(status(limited(', judged: not-disproven'), { difference: gap(0.02, 0.5), p: 0.3 })).toEqual([
      'pass',
      'not-disproven',
    ]);
    const point = limited(', judged: estimate');
    // 0.3 − 0.2 is below 0.1, 0.9 − 0.8 below it, 0.4 − 0.3 above it in binary
    for (const estimate of [0.3 - 0.2, 0.9 - 0.8, 0.4 - 0.3]) {
      expect(status(point, { difference: { ...gap(0, 1), estimate } })).toEqual(['pass', 'estimate-within-limit']);
    }
    expect(status(point, { difference: { ...gap(0, 1), estimate: 0.1001 } })).toEqual(['fail', 'groups-differ']);
  });

  it('of fewer than two groups is open', () => {
    const { check } = judge(limited(), {});
    expect([check.status, check.reason, check.bounds[0]?.note]).toEqual([
      'inconclusive',
      'too-few-rows',
      'fewer than two groups have rows enough, or have a row that could have the rate',
    ]);
  });

  it('levels and waivers', () => {
    const broken = { difference: gap(0.2, 0.3), p: 0.001 };
    expect(
      status(`{ metric: demographic_parity, across: carrier, max-difference: 10pt, level: warn }`, broken),
    ).toEqual(['warn', 'groups-differ']);
    const waived = { rules: { waivers: [waiver('c', '2026-12-01')] } };
    expect(judge(limited(), broken, waived)).toMatchObject({ check: { status: 'waived' }, stops: false });
  });
});

it('a least ratio holds above, and several limits hold together', () => {
  const ratio = '{ metric: demographic_parity, across: carrier, min-ratio: 0.8 }';
  expect(status(ratio, { ratio: gap(0.801, 1), p: 0.5 })).toEqual(['pass', 'proven']);
  expect(status(ratio, { ratio: gap(0.8, 1), p: 0.5 })).toEqual(open);
  expect(status(ratio, { ratio: gap(0.5, 0.799), p: 0.001 })).toEqual(['fail', 'groups-differ']);
  expect(status(ratio, { ratio: gap(0.5, 0.799), p: 0.5 })).toEqual(open);
  const both = '{ metric: demographic_parity, across: carrier, max-difference: 10pt, min-ratio: 0.8 }';
  const measured = { difference: gap(0.01, 0.05), ratio: gap(0.5, 0.7), p: 0.001 };
  const { check } = judge(both, measured);
  expect([check.status, check.bounds.map((bound) => [bound.rule, bound.status])]).toEqual([
    'fail',
    [
      ['at-most', 'pass'],
      ['at-least', 'fail'],
    ],
  ]);
  expect([check.better, check.candidate]).toEqual(['lower', (0.01 + 0.05) / 2]);
});

describe('a ratchet', () => {
  const ratchet = '{ metric: demographic_parity, across: carrier, ratchet: 5pt }';

  it('compares with the champion, whatever chance does to differences', () => {
    expect(status(ratchet, { widening: gap(-0.1, 0.049), p: 0.9 })).toEqual(['pass', 'proven']);
    expect(status(ratchet, { widening: gap(-0.1, 0.05), p: 0.9 })).toEqual(open);
    expect(status(ratchet, { widening: gap(0.051, 0.1), p: 0.9 })).toEqual(['fail', 'difference-widened']);
    expect(judge(ratchet, { widening: gap(0.06, 0.1) }).check.slices?.words).toBe(
      "the difference in demographic_parity across `carrier` is 8.0 points wider than the champion's (95 % interval 6.0 to 10.0); 5.0 points are allowed",
    );
  });

  it('without a champion warns, with a broken one is an error that says why', () => {
    const bootstrap = { kind: 'not-compared', reason: 'bootstrap' } as const;
    expect(status(ratchet, { difference: gap(0.1, 0.2) }, { alone: bootstrap })).toEqual(['warn', 'bootstrap']);
    const problem = { reason: 'file-unreadable', message: 'old.csv is torn' } as const;
    const { check } = judge(ratchet, {}, { alone: { kind: 'undefined', problem } });
    expect([check.status, check.reason, check.problem]).toEqual(['error', 'file-unreadable', problem]);
    // what needs no champion is not for that an error
    const limited = '{ metric: demographic_parity, across: carrier, max-difference: 50pt }';
    expect(status(limited, { difference: gap(0.1, 0.2) }, { alone: { kind: 'undefined', problem } })).toEqual([
      'pass',
      'proven',
    ]);
  });
});

it('differences of any metric are those of the values of each group, with weights and clusters, too', async () => {
  const rows = 300;
  const noise = (row: number, salt: number) => {
    const mixed = Math.sin(row * 12.9898 + salt * 78.233) * 43758.5453;
    return mixed - Math.floor(mixed);
  };
  const y = (row: number) => (noise(row, 1) > 0.6 ? 1 : 0);
  const side = (salt: number) =>
    csv(rows, {
      p: (row) => (noise(row, salt) > 0.15 + 0.1 * (row % 3) ? y(row) : 1 - y(row)),
      s: (row) => Math.round(1e4 * (0.1 + 0.3 * y(row) + 0.5 * noise(row, salt + 1))) / 1e4,
    });
  const files = {
    'golden.csv': csv(rows, { y, g: (row) => `g${row % 3}`, w: (row) => 1 + (row % 4), c: (row) => `c${row % 60}` }),
    'out.csv': side(3),
    'old.csv': side(7),
  };
  const metrics = ['accuracy', 'recall', 'f1', 'roc_auc', 'brier_score_loss'];
  const floor = (metric: string) => (metric === 'brier_score_loss' ? 'at-most: 1' : 'at-least: 0');
  const checks = metrics.flatMap((metric) => [
    `  each-${metric}: { metric: ${metric}, each: { ${floor(metric)} } }\n`,
    `  across-${metric}: { metric: ${metric}, across: g, max-difference: 90pt, ratchet: 90pt }\n`,
  ]);
  for (const design of ['', ', weight: w, cluster: c']) {
    const outcome = await workspace().slices(
      {
        g: `task: binary\npositive: 1\nexamples: { table: golden.csv, key: id, label: y${design} }\ncandidate: { table: out.csv, prediction: p, score: s }\nchampion: { from: file, table: old.csv }\nchecks: { a: { metric: accuracy, at-least: 0.1 } }\n`,
        s: `by: { g: g }\nchecks:\n${checks.join('')}`,
      },
      files,
    );
    for (const metric of metrics) {
      const [now, before] = (['candidate', 'champion'] as const).map((of) => valuesOf(outcome, `each-${metric}`, of));
      const spread = (values: readonly number[] = []) => Math.max(...values) - Math.min(...values);
      const told = gapsOf(outcome, `across-${metric}`);
      expect(told.get('difference')?.candidate, metric).toBeCloseTo(spread(now), 12);
      expect(told.get('difference')?.champion, metric).toBeCloseTo(spread(before), 12);
      expect(told.get('widening')?.candidate, metric).toBeCloseTo(spread(now) - spread(before), 12);
    }
  }
});

function valuesOf({ checks }: GateOutcome, id: string, of: 'candidate' | 'champion'): readonly number[] {
  const finding = checks.find((one) => one.id === id)?.slices;
  if (finding?.kind !== 'each') throw new Error(`${id} has no groups`);
  return finding.slices.map((slice) => slice[of] ?? Number.NaN);
}

function gapsOf({ checks, problem }: GateOutcome, id: string) {
  const finding = checks.find((one) => one.id === id)?.slices;
  if (finding?.kind !== 'across') throw new Error(`${id} compares no groups: ${problem?.message}`);
  return new Map(finding.gaps.map((one) => [one.of, one]));
}
