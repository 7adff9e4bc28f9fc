import { expect, it } from 'vitest';
import { type ClassCells, classEffects } from '../src/class-effect.ts';
import type { ResamplingPlan } from '../src/resampling.ts';
import type { MeasuredEach, MeasuredGroup } from '../src/slice-measurement.ts';
import { judgeGroups } from '../src/slice-outcome.ts';
import type { EachCheck } from '../src/slice-plan.ts';
import { intervalEffect } from './planned.ts';
import { eachCheck, groupRules, measuredEach } from './slice-planned.ts';

// The judgement itself over groups in which candidate and champion answer alike: how often is any called worse?

/** Numbers in [0, 1), the same in every run (mulberry32). */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const label = Uint16Array.of(0, 0, 0, 0, 1, 1, 1, 1);
const champion = Uint16Array.of(0, 0, 1, 1, 0, 0, 1, 1);
const candidate = Uint16Array.of(0, 1, 0, 1, 0, 1, 0, 1);

/**
 * Rows of one group, a third positive: both models right on most, wrong together on some, and alone on a tenth each, or
 * the candidate more often by `harm`.
 */
function cells(rows: number, next: () => number, harm: number): ClassCells {
  const count = new Float64Array(8);
  for (let row = 0; row < rows; row++) {
    const y = next() < 1 / 3 ? 1 : 0;
    const lot = next();
    const wrong = lot < 0.08 ? 'both' : lot < 0.18 ? 'champion' : lot < 0.28 + harm ? 'candidate' : 'none';
    const said = (who: 'champion' | 'candidate') => (wrong === 'both' || wrong === who ? 1 - y : y);
    const cell = 4 * y + 2 * said('champion') + said('candidate');
    count[cell] = (count[cell] ?? 0) + 1;
  }
  const there = Array.from(count.keys()).filter((cell) => (count[cell] ?? 0) > 0);
  const at = (codes: Uint16Array) => Uint16Array.from(there, (cell) => codes[cell] ?? 0);
  return {
    classes: ['0', '1'],
    label: at(label),
    champion: at(champion),
    candidate: at(candidate),
    count: Float64Array.from(there, (cell) => count[cell] ?? 0),
    positive: 1,
  };
}

interface Simulated {
  readonly slices: number;
  readonly runs: number;
  readonly replicates?: number;
  /** Of the first group. */
  readonly harm?: number;
}

/** Runs in which a group is called worse. */
function alarms(check: EachCheck, { slices, runs, harm = 0, replicates = 199 }: Simulated): number {
  const { quantity } = check.check;
  if (quantity.kind !== 'metric' || quantity.metric.kind !== 'classes') throw new Error('not of classes');
  const next = numbersFrom(slices);
  const template = measuredEach(check, {});
  let found = 0;
  for (let run = 0; run < runs; run++) {
    const groups: MeasuredGroup[] = [];
    for (let slice = 0; slice < slices; slice++) {
      const rows = 30 + Math.floor(271 * next());
      const own = cells(rows, next, slice === 0 ? harm : 0);
      const plan: ResamplingPlan = {
        confidence: 0.95,
        seed: (run * 1000 + slice).toString(16).padStart(8, '0').repeat(2),
        replicates,
        exchange: 0.025 / slices,
      };
      const group = { by: 'g', name: `${slice}`, division: 'g', index: slice, rows, values: undefined };
      const { bounds } = check.check;
      const { candidate: now = 0, champion: before = 0, rows: of } = classEffects(quantity.metric, own, [], plan);
      // far from any p of α / slices, and most of the groups: not resampled
      const near = { rows: of, candidate: now, champion: before, effects: bounds.map(() => undecided(now - before)) };
      const measured = now - before > -0.06 ? near : classEffects(quantity.metric, own, bounds, plan);
      groups.push({ kind: 'measured', group, measured });
    }
    const all: MeasuredEach = { ...template, groups };
    const [judged] = judgeGroups([all], groupRules);
    if (judged?.groups.some(({ result }) => result.outcome === 'worse')) found++;
  }
  return found;
}

function undecided(difference: number) {
  return intervalEffect(difference - 1, difference + 1, { exchange: { asLow: 0.5, asHigh: 0.5 } });
}

/** α and three standard errors of so many runs. */
const most = (runs: number) => runs * (0.025 + 3 * Math.sqrt((0.025 * 0.975) / runs));
// a margin that few groups can prove, which would excuse them
const ofAccuracy = eachCheck('{ metric: accuracy, each: { max-regression: 0.1pt } }');
const ofF1 = eachCheck('{ metric: f1, each: { max-regression: 0.1pt } }');

it.each([
  { name: 'accuracy', check: ofAccuracy, slices: 20, runs: 1000 },
  { name: 'accuracy', check: ofAccuracy, slices: 200, runs: 400 },
  { name: 'f1', check: ofF1, slices: 20, runs: 400 },
  { name: 'f1', check: ofF1, slices: 200, runs: 400 },
])(
  '$slices equal groups: $name calls any of them worse in at most α of $runs runs',
  ({ name, check, slices, runs }) => {
    const found = alarms(check, { slices, runs });
    expect([name, found, found <= most(runs)]).toEqual([name, found, true]);
    // a judge that never calls is no judge: Holm spends most of α
    expect(found).toBeGreaterThan(0);
  },
);

it('finds the one group of 20 that became worse', () => {
  const runs = 60;
  expect(alarms(ofAccuracy, { slices: 20, runs, harm: 0.3 })).toBeGreaterThan(0.8 * runs);
  expect(alarms(ofF1, { slices: 20, runs, harm: 0.3 })).toBeGreaterThan(0.8 * runs);
});
