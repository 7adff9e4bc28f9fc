import { expect, test } from 'vitest';
import { climb, type LadderState, Random, startLadder } from '../src/index.ts';

/**
 * The boosting attack on a leaderboard: submit random labels, keep those that the board says are better than a coin,
 * submit their majority. On fresh rows every submission is right in half of the cases.
 */
function attack(random: Random, submissions: number, submit: (losses: Float64Array) => boolean): Float64Array {
  const rows = 500;
  const truth = new Uint32Array(rows);
  random.integers(2, truth);
  const votes = new Float64Array(rows);
  const labels = new Uint32Array(rows);
  const losses = new Float64Array(rows);
  let kept = 0;
  for (let i = 0; i < submissions; i++) {
    random.integers(2, labels);
    for (let row = 0; row < rows; row++) losses[row] = labels[row] === truth[row] ? 0 : 1;
    if (!submit(losses)) continue;
    kept++;
    for (let row = 0; row < rows; row++) votes[row] = (votes[row] ?? 0) + (labels[row] ?? 0);
  }
  return votes.map((ones, row) => {
    const majority = 2 * ones === kept ? random.integer(2) : Number(2 * ones > kept);
    return majority === truth[row] ? 0 : 1;
  });
}

function mean(values: Float64Array): number {
  let sum = 0;
  for (let row = 0; row < values.length; row++) sum += values[row] ?? 0;
  return sum / values.length;
}

function accuracy(submissions: number, board: () => (losses: Float64Array) => boolean): number {
  const random = new Random('00000000000000a7');
  const runs = 50;
  let sum = 0;
  for (let run = 0; run < runs; run++) sum += 1 - mean(attack(random, submissions, board()));
  return sum / runs;
}

const plain = () => (losses: Float64Array) => mean(losses) < 0.5;

function ladder(step?: number) {
  return () => {
    let state: LadderState = startLadder;
    return (losses: Float64Array) => {
      const next = climb(state, losses, step);
      const better = next !== state;
      state = next;
      return better;
    };
  };
}

test.each([
  [100, 0.6, 0.533],
  [400, 0.695, 0.54],
])(
  'boosting attack, %i submissions on 500 rows: %d with a plain board, %d with a ladder of step .02',
  (k, open, guarded) => {
    // a run's standard deviation is .022, a mean of 50 has .0031
    expect(Math.abs(accuracy(k, plain) - open)).toBeLessThan(0.0093);
    expect(Math.abs(accuracy(k, ladder(0.02)) - guarded)).toBeLessThan(0.0093);
    const free = accuracy(k, ladder());
    expect(free).toBeGreaterThan(0.5);
    expect(free).toBeLessThan(guarded);
  },
);

test('with a step: only an improvement of more than the step is shown, rounded to it', () => {
  const first = climb(startLadder, [1, 1, 0, 0, 1], 0.1);
  expect(first.released).toBeCloseTo(0.6, 14);
  expect(climb(first, [1, 1, 0, 0, 1], 0.1)).toBe(first);
  const coarse = climb(startLadder, [1, 0, 0, 0, 0, 0, 0], 0.1);
  expect(coarse.released).toBeCloseTo(0.1, 14);
  expect(climb(coarse, [0, 0, 0, 0, 0, 0, 0], 0.2)).toBe(coarse);
});

test('without parameters: the standard error of the paired difference must be beaten, and 1/n is shown', () => {
  const losses = (wrong: number) => Array.from({ length: 100 }, (_, i) => Number(i < wrong));
  const first = climb(startLadder, losses(30));
  expect(first.released).toBe(0.3);
  // one row better: difference .01, standard error .01
  expect(climb(first, losses(29))).toBe(first);
  // two rows: .02 against √(.02 × .98/99) = .0141
  expect(climb(first, losses(28)).released).toBe(0.28);
  expect(() => climb(first, [1, 0])).toThrow(new RangeError('every submission needs the same 100 rows, got 2'));
  expect(() => climb(first, losses(3), 0)).toThrow(new RangeError('step must be a finite number above 0, got 0'));
});
