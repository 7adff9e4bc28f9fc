import fc from 'fast-check';
import { expect, test } from 'vitest';
import { binomialSf, type CellSwapInput, cellSwapTest, type SwapCells } from '../src/index.ts';
import { binaryF1 } from './joint-cell-metrics.ts';

const seed = '0123456789abcdef';
const options = { alpha: 0.001, seed };

/** Right rows of the candidate − those of the champion. */
function rightRows({ label, champion, candidate }: SwapCells) {
  return (counts: Float64Array) =>
    counts.reduce(
      (sum, count, i) => sum + count * (Number(candidate[i] === label[i]) - Number(champion[i] === label[i])),
      0,
    );
}

/** Labels 1 and 0, both of them with rows that only one of the models got right. */
function binary(lost: readonly [number, number], won: readonly [number, number], alike = 10) {
  return {
    label: [1, 0, 1, 0, 1, 0],
    champion: [1, 0, 0, 1, 1, 1],
    candidate: [0, 1, 1, 0, 1, 1],
    count: [...lost, ...won, alike, alike],
  };
}

test('for accuracy it is McNemar’s exact test: 12 rows lost and 3 won, .017578 (scipy, binomtest)', () => {
  const got = cellSwapTest({ ...binary([8, 4], [1, 2]), difference: rightRows, ...options });
  expect(got).toEqual({
    kind: 'value',
    difference: -9,
    p: expect.closeTo(0.017578125, 14),
    discordant: 15,
    method: 'exact',
    replicates: 0,
    undefinedReplicates: 0,
  });
});

test('and so it is for any counts, on either side', () => {
  const rows = fc.integer({ min: 0, max: 20 });
  fc.assert(
    fc.property(rows, rows, rows, rows, (a, b, c, d) => {
      const cells = binary([a, b], [c, d]);
      const pOf = (side: 'worse' | 'better') => {
        const got = cellSwapTest({ ...cells, difference: rightRows, ...options, side });
        return got.kind === 'value' ? got.p : Number.NaN;
      };
      const atLeast = (hits: number) => (a + b + c + d === 0 ? 1 : binomialSf(hits - 1, a + b + c + d, 0.5));
      expect(pOf('worse')).toBeCloseTo(atLeast(a + b), 12);
      expect(pOf('better')).toBeCloseTo(atLeast(c + d), 12);
    }),
    { numRuns: 60 },
  );
});

/** Shares of classes weigh in, so that no two ways of swapping are alike by symmetry. */
function uneven({ label, champion, candidate }: SwapCells) {
  return (counts: Float64Array) => {
    const score = (predicted: Uint16Array) => {
      let [right, guessed] = [0, 0];
      for (let i = 0; i < counts.length; i++) {
        const weight = 1 + (label[i] ?? 0);
        if (predicted[i] === label[i]) right += weight * (counts[i] ?? 0);
        guessed += (predicted[i] ?? 0) * (counts[i] ?? 0);
      }
      return right / (3 + guessed);
    };
    return score(candidate) - score(champion);
  };
}

test('exact: every row swapped or not, counted', () => {
  const code = fc.integer({ min: 0, max: 2 });
  const row = fc.tuple(code, code, code);
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 9 }), (rows) => {
      const columns = {
        label: rows.map(([l]) => l),
        champion: rows.map(([, a]) => a),
        candidate: rows.map(([, , b]) => b),
        count: rows.map(() => 1),
      };
      const statistic = (swaps: number) => {
        const swapped = rows.map(([l, a, b], i) => ((swaps >> i) & 1 ? [l, b, a] : [l, a, b]));
        const column = (at: number) => Uint16Array.from(swapped, (cells) => cells[at] ?? 0);
        const count = new Float64Array(rows.length).fill(1);
        return uneven({ label: column(0), champion: column(1), candidate: column(2), count })(count);
      };
      const observed = statistic(0);
      let extreme = 0;
      for (let swaps = 0; swaps < 2 ** rows.length; swaps++) if (statistic(swaps) <= observed + 1e-12) extreme++;
      expect(cellSwapTest({ ...columns, difference: uneven, ...options })).toMatchObject({
        difference: expect.closeTo(observed, 12),
        p: expect.closeTo(extreme / 2 ** rows.length, 12),
        method: 'exact',
      });
    }),
    { numRuns: 200 },
  );
});

const large = { ...binary([60, 130], [38, 101], 400), difference: binaryF1 };

/** The share of all ways of swapping 98 and 231 rows with so low an F1, by two sums over binomial chances. */
function shareAsLow(input: typeof large): number {
  const chances = (n: number) => {
    const list = [0.5 ** n];
    for (let k = 1; k <= n; k++) list.push(((list[k - 1] ?? 0) * (n - k + 1)) / k);
    return list;
  };
  const cells = {
    label: Uint16Array.from(input.label),
    champion: Uint16Array.from(input.champion),
    candidate: Uint16Array.from(input.candidate),
    count: Float64Array.from(input.count),
  };
  const statistic = binaryF1(cells);
  const observed = statistic(cells.count);
  let share = 0;
  for (const [one, ofOne] of chances(98).entries()) {
    for (const [other, ofOther] of chances(231).entries()) {
      const value = statistic(Float64Array.of(one, other, 98 - one, 231 - other, 400, 400));
      if (value <= observed + 1e-12) share += ofOne * ofOther;
    }
  }
  return share;
}

test('sampled: as many replicates as it takes for alpha, and p as summed over all ways', () => {
  const want = shareAsLow(large);
  expect(want).toBeGreaterThan(0.001);
  expect(want).toBeLessThan(0.02);
  const clear = cellSwapTest({ ...large, alpha: 0.05, seed, mostReplicates: 40_000, exceedances: 40_000 });
  if (clear.kind !== 'value') throw new Error(clear.reason);
  expect(clear).toMatchObject({ method: 'sampled', replicates: 40_000, discordant: 329 });
  expect(Math.abs(clear.p - want)).toBeLessThan(4 * Math.sqrt((want * (1 - want)) / 40_000));
  // twenty as extreme are enough
  const early = cellSwapTest({ ...large, alpha: 0.00001, seed });
  if (early.kind !== 'value') throw new Error(early.reason);
  expect(early.p).toBe(20 / early.replicates);
  expect(early.replicates).toBeGreaterThan(20 / (2 * want));
  expect(cellSwapTest({ ...large, alpha: 0.00001, seed })).toEqual(early);
  expect(cellSwapTest({ ...large, alpha: 0.00001, seed: 'fedcba9876543210' })).not.toEqual(early);
});

test('where all speaks against it every replicate is drawn, and p falls below alpha; the other side is done at once', () => {
  const lost = { ...binary([200, 200], [20, 20]), difference: binaryF1, alpha: 0.0025, seed };
  expect(cellSwapTest(lost)).toMatchObject({ method: 'sampled', replicates: 8000, p: 1 / 8001 });
  expect(cellSwapTest({ ...lost, side: 'better' })).toMatchObject({ replicates: 20, p: 1 });
});

test('candidate and champion exchanged: the sides are, too', () => {
  const exchanged = { ...large, champion: large.candidate, candidate: large.champion, alpha: 0.01, seed };
  const [worse, better] = [
    cellSwapTest({ ...large, alpha: 0.01, seed }),
    cellSwapTest({ ...exchanged, side: 'better' }),
  ];
  if (worse.kind !== 'value' || better.kind !== 'value') throw new Error('degenerate');
  expect(better.difference).toBeCloseTo(-worse.difference, 14);
  expect(Math.abs(better.p / worse.p - 1)).toBeLessThan(1);
});

test('a mirror that has no rows is added, a cell named twice is one, labels may be missing', () => {
  const seen: SwapCells[] = [];
  const input: CellSwapInput = {
    champion: [7, 7, 2, 5],
    candidate: [2, 2, 2, 4],
    count: [2, 1, 9, 0],
    difference: (cells) => {
      seen.push(cells);
      const gained = cells.candidate.map((b, i) => Number(b === 2) - Number(cells.champion[i] === 2) + 1);
      return (counts) => counts.reduce((sum, count, i) => sum + count * ((gained[i] ?? 0) - 1), 0);
    },
    side: 'better',
    ...options,
  };
  // three rows that all went one way: 1/8
  expect(cellSwapTest(input)).toMatchObject({ difference: 3, p: expect.closeTo(0.125, 14), discordant: 3 });
  expect(seen).toEqual([
    {
      label: Uint16Array.of(0, 0, 0, 0),
      champion: Uint16Array.of(7, 2, 2, 5),
      candidate: Uint16Array.of(2, 7, 2, 4),
      count: Float64Array.of(3, 0, 9, 0),
    },
  ]);
});

test('a replicate without a value speaks for no difference; a metric without one is not tested', () => {
  // no value as soon as a row is swapped: 7 of 8 ways
  const fragile = (cells: SwapCells) => (counts: Float64Array) => (counts[0] === 3 ? cells.count.length : Number.NaN);
  const cells = { label: [1], champion: [1], candidate: [0], count: [3] };
  const got = cellSwapTest({ ...cells, difference: fragile, ...options });
  expect(got).toMatchObject({ p: 1, undefinedReplicates: 3, method: 'exact' });
  expect(cellSwapTest({ ...cells, difference: () => () => Number.NaN, ...options })).toEqual({
    kind: 'degenerate',
    reason: 'undefined-point',
  });
});

test('models that answer alike: p is 1', () => {
  const cells = { label: [1, 0], champion: [1, 1], candidate: [1, 1], count: [40, 5000] };
  expect(cellSwapTest({ ...cells, difference: rightRows, ...options })).toMatchObject({ p: 1, discordant: 0 });
});

test('wrong numbers are named', () => {
  const cells = { label: [1], champion: [1], candidate: [0], count: [3] };
  const run = (change: Partial<CellSwapInput>) => () =>
    cellSwapTest({ ...cells, difference: rightRows, ...options, ...change });
  expect(run({ count: [1.5] })).toThrow(new RangeError('count[0] must be an integer of at least 0, got 1.5'));
  expect(run({ candidate: [70000] })).toThrow(
    new RangeError('candidate[0] must be an integer in 0 … 65535, got 70000'),
  );
  expect(run({ label: [1, 2] })).toThrow(
    new RangeError('label, champion, candidate, count must be of equal length, got 2, 1, 1, 1'),
  );
  expect(run({ alpha: 0 })).toThrow(new RangeError('alpha must lie strictly between 0 and 1, got 0'));
  expect(run({ exceedances: 0 })).toThrow(new RangeError('exceedances must be an integer of at least 1, got 0'));
  expect(run({ mostReplicates: 0 })).toThrow(new RangeError('mostReplicates must be an integer of at least 1, got 0'));
});
