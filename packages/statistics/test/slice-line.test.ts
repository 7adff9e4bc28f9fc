import fc from 'fast-check';
import { expect, test } from 'vitest';
import { excessErrors, type FoundSlice, Random, type SliceFeature, sliceLine } from '../src/index.ts';
import { customInputs1, customInputs2, customInputs3, salaries } from './slice-line-golden.ts';
import { everySlice } from './slice-line-oracle.ts';

/** Score, error sum, largest error, rows: as SystemDS' tests list them. */
const listed = ({ score, errorSum, maxError, rows }: FoundSlice) =>
  [score.toFixed(3), errorSum.toFixed(3), maxError.toFixed(3), rows].join(' ');

const named = ({ literals }: FoundSlice) => literals.map(({ feature, code }) => `f${feature + 1}=${code}`).join(', ');

test('finds what SystemDS’ test expects of its first input', () => {
  const got = sliceLine(customInputs1);
  expect(got.slices.map(listed)).toEqual([
    '0.307 2.807 0.878 4',
    '0.307 2.807 0.878 4',
    '0.282 2.759 0.987 4',
    '0.157 4.046 0.987 7',
    '0.127 2.956 0.878 5',
    '0.122 2.942 0.878 5',
    '0.074 3.298 0.987 6',
    '0.064 4.197 0.878 8',
    '0.061 2.796 0.987 5',
    '0.038 3.194 0.878 6',
  ]);
  // the same four rows under two names: the shorter one first
  expect(got.slices.slice(0, 2).map(named)).toEqual(['f5=3, f8=2', 'f3=2, f5=3, f8=2']);
  expect(got).toMatchObject({ exhausted: true, rows: 20, leastRows: 4, meanError: expect.closeTo(0.4576, 12) });
});

test('finds what SystemDS’ test expects of its third input', () => {
  expect(sliceLine(customInputs3).slices.map(listed)).toEqual([
    '0.149 4.300 0.931 6',
    '0.113 3.138 0.987 4',
    '0.093 4.644 0.931 7',
    '0.090 4.630 0.951 7',
    '0.059 8.002 0.951 14',
    '0.024 2.954 0.951 4',
    '0.017 3.415 0.897 5',
    '0.010 3.398 0.878 5',
    '0.009 2.923 0.897 4',
    '0.008 3.391 0.897 5',
  ]);
});

test('finds the slice of the second input that SystemDS misses, whose bound takes 40 columns for the 20 rows', () => {
  const got = sliceLine(customInputs2).slices;
  const missed = got.findIndex((slice) => named(slice) === 'f2=1, f5=3');
  expect(missed).toBe(3);
  expect(got[missed]).toEqual({
    literals: [
      { feature: 1, code: 1 },
      { feature: 4, code: 3 },
    ],
    score: expect.closeTo(0.076198, 6),
    rows: 4,
    errorSum: expect.closeTo(2.725, 12),
    meanError: expect.closeTo(0.68125, 12),
    maxError: 0.897,
  });
  // all others are SystemDS' nine best; its tenth (.013 3.091 .931 5) makes room
  expect(got.toSpliced(missed, 1).map(listed)).toEqual([
    '0.410 3.466 0.931 4',
    '0.410 3.466 0.931 4',
    '0.111 2.802 0.897 4',
    '0.075 3.805 0.951 6',
    '0.057 4.278 0.897 7',
    '0.047 3.711 0.931 6',
    '0.035 3.152 0.897 5',
    '0.032 4.179 0.897 7',
    '0.023 3.634 0.931 6',
  ]);
});

test('finds what SystemDS’ test expects of the salaries, but for its fourth slice, which has four conditions', () => {
  const expected = [
    [1.042, 69210699988.477, 11078019685.642, 18],
    [0.478, 92957580467.849, 11078019685.642, 39],
    [0.316, 40425449547.48, 11078019685.642, 10],
    [0.262, 67630559163.266, 7261504482.54, 29],
    [0.224, 202448990843.317, 11119010986.0, 125],
    [0.218, 68860581248.568, 7261504482.54, 31],
    [0.164, 206527445340.279, 11119010986.0, 135],
    [0.122, 68961886413.866, 7261504482.54, 34],
    [0.098, 360278523220.479, 11119010986.0, 266],
    [0.092, 73954209826.485, 11078019685.642, 39],
  ].map(([score, sum, most, rows]) => [score?.toFixed(3), sum?.toPrecision(5), most?.toPrecision(5), rows]);
  const shown = ({ score, errorSum, maxError, rows }: FoundSlice) => [
    score.toFixed(3),
    errorSum.toPrecision(5),
    maxError.toPrecision(5),
    rows,
  ];
  const got = sliceLine(salaries).slices;
  expect(got.slice(0, 9).map(shown)).toEqual(expected.toSpliced(3, 1));
  const every = everySlice({ ...salaries, alpha: 0.95, leastRows: 4, mostLiterals: 4 });
  expect(every.slice(0, 10).map(shown)).toEqual(expected);
  expect(named(every[3] as FoundSlice)).toBe('f1=1, f2=1, f4=4, f5=1');
});

const NONE = 9;
const columns = fc.record({ rows: fc.integer({ min: 1, max: 80 }), features: fc.integer({ min: 1, max: 4 }) });
const searches = columns.chain(({ rows, features }) => {
  const column = (codes: fc.Arbitrary<number>) => fc.array(codes, { minLength: rows, maxLength: rows });
  const feature = fc
    .integer({ min: 1, max: 4 })
    .chain((size) =>
      column(fc.oneof({ weight: 9, arbitrary: fc.nat(size - 1) }, { weight: 1, arbitrary: fc.constant(NONE) })).map(
        (codes): SliceFeature => ({ name: 'f', codes: Uint8Array.from(codes), size, none: NONE }),
      ),
    );
  const errors = fc.oneof(
    column(fc.constantFrom(0, 1)),
    column(fc.constantFrom(0, 0, 0, 1, 0.5, 7.25)),
    column(fc.double({ min: 0, max: 3, noNaN: true })),
  );
  return fc.record({
    errors: errors.map((values) => Float64Array.from(values)),
    features: fc.array(feature, { minLength: features, maxLength: features }),
    alpha: fc.constantFrom(0.2, 0.5, 0.8, 0.95, 1),
    top: fc.integer({ min: 1, max: 9 }),
    leastRows: fc.integer({ min: 1, max: 7 }),
    mostLiterals: fc.integer({ min: 1, max: 3 }),
  });
});

test('what is ruled out is never among the best: the same slices, in the same order, as by counting all of them', () => {
  let [ties, spared, combined] = [0, 0, 0];
  fc.assert(
    fc.property(searches, (input) => {
      const every = input.errors.some((error) => error > 0) ? everySlice(input) : [];
      const got = sliceLine(input);
      expect(got.slices).toEqual(every.slice(0, input.top));
      expect(got.exhausted).toBe(true);
      if (every.slice(0, input.top).some(({ score }, i) => score === every[i + 1]?.score)) ties++;
      for (const { combinations, evaluated } of got.levels) spared += combinations - evaluated;
      if (got.slices.some(({ literals }) => literals.length > 1)) combined++;
    }),
    { numRuns: 4000, seed: 7 },
  );
  // the cases are such that it could have failed
  expect(ties).toBeGreaterThan(300);
  expect(combined).toBeGreaterThan(500);
  expect(spared).toBeGreaterThan(3000);
});

function randomSearch(rows: number, features: number, size: number, seed: string) {
  const random = new Random(seed);
  return {
    errors: Float64Array.from({ length: rows }, () => (random.uniform() < 0.2 ? 1 : 0)),
    features: Array.from({ length: features }, (_, i) => ({
      name: `f${i}`,
      codes: Uint8Array.from({ length: rows }, () => random.integer(size)),
      size,
    })),
  };
}

test('a search that is cut says so, and gives the best of what it looked at', () => {
  const input = { ...randomSearch(600, 6, 3, '00000000000000e1'), leastRows: 5, alpha: 0.99, top: 4 };
  const whole = sliceLine(input);
  expect(whole.exhausted).toBe(true);
  expect(whole.levels.map(({ combinations }) => combinations)).toEqual([18, 153, 619]);
  const most = 200;
  const cut = sliceLine({ ...input, mostCombinations: most });
  expect(cut.exhausted).toBe(false);
  expect(cut.levels[2]?.combinations).toBe(most);
  for (const [i, slice] of cut.slices.entries()) expect(slice.score).toBeLessThanOrEqual(whole.slices[i]?.score ?? 0);
  // exactly as many as there are: whole
  expect(sliceLine({ ...input, mostCombinations: 619 }).exhausted).toBe(true);
  expect(sliceLine({ ...input, mostCombinations: 618 }).exhausted).toBe(false);
});

test('14 features of 11 levels: pairs below a hundredth of the rows are no parts of anything', () => {
  const input = randomSearch(20_000, 14, 11, '00000000000000e2');
  const got = sliceLine(input);
  expect(got.leastRows).toBe(200);
  // 14 × 11; all pairs of these, of which 14 × 55 would be of one feature. Chance gives a few pairs 200 rows
  expect(got.levels).toEqual([
    { literals: 1, combinations: 154, evaluated: 154 },
    { literals: 2, combinations: 11_781, evaluated: 11_011 },
    { literals: 3, combinations: 14, evaluated: 0 },
  ]);
});

test('a pair of conditions that is worse than either is found by both', () => {
  const input = randomSearch(8000, 5, 3, '00000000000000e3');
  const [a, b] = [input.features[1]?.codes, input.features[4]?.codes];
  const errors = input.errors.map((error, row) => (a?.[row] === 2 && b?.[row] === 0 ? 1 : error));
  const got = sliceLine({ ...input, errors, top: 1 });
  expect(got.slices.map(named)).toEqual(['f2=2, f5=0']);
  expect(got.slices[0]?.meanError).toBe(1);
});

test('no errors, no slices; equal errors neither', () => {
  const { features } = randomSearch(100, 2, 2, '00000000000000e4');
  for (const error of [0, 0.25]) {
    const got = sliceLine({ errors: new Float64Array(100).fill(error), features });
    expect([got.slices, got.exhausted, got.meanError]).toEqual([[], true, error]);
  }
  expect(sliceLine({ errors: Float64Array.of(1), features: [] }).slices).toEqual([]);
});

test.each([
  [{ errors: Float64Array.of(1, -1) }, 'errors[1] must be a finite number of at least 0, got -1'],
  [{ errors: Float64Array.of(1, Number.NaN) }, 'errors[1] must be a finite number of at least 0, got NaN'],
  [{ errors: new Float64Array(0) }, 'number of errors must be an integer of at least 1, got 0'],
  [{ errors: Float64Array.of(1) }, 'carrier has 2 codes for 1 errors'],
  [{ alpha: 0 }, 'alpha must lie in (0, 1], got 0'],
  [{ top: 0 }, 'top must be an integer of at least 1, got 0'],
  [{ leastRows: 0 }, 'leastRows must be an integer of at least 1, got 0'],
  [{ mostLiterals: 4 }, 'mostLiterals must be 1, 2 or 3, got 4'],
  [{ mostCombinations: 0 }, 'mostCombinations must be an integer of at least 1, got 0'],
  [{ features: [{ name: 'carrier', codes: Uint8Array.of(0, 3), size: 3 }] }, 'carrier[1] must be below 3, got 3'],
  [
    { features: [{ name: 'carrier', codes: Uint8Array.of(0, 3), size: 3, none: 255 }] },
    'carrier[1] must be below 3 or 255, got 3',
  ],
  [
    { features: [{ name: 'carrier', codes: Uint8Array.of(0, 2), size: 3, none: 2 }] },
    'none of carrier must be an integer of at least 3, got 2',
  ],
])('a wrong argument is named: %#', (wrong, message) => {
  const right = {
    errors: Float64Array.of(1, 0),
    features: [{ name: 'carrier', codes: Uint8Array.of(0, 1), size: 2 }],
  };
  expect(() => sliceLine({ ...right, ...wrong })).toThrow(new RangeError(message));
});

test('excess errors: what the candidate loses beyond the champion, gains as nothing', () => {
  expect(excessErrors(Float64Array.of(1, 0, 3, 2), Float64Array.of(0, 1, 1.5, 2))).toEqual(
    Float64Array.of(1, 0, 1.5, 0),
  );
  expect(() => excessErrors(Float64Array.of(1), Float64Array.of(1, 2))).toThrow(
    new RangeError('candidate and champion must be of equal length, got 1 and 2'),
  );
  expect(() => excessErrors(Float64Array.of(1), Float64Array.of(Number.NaN))).toThrow(
    new RangeError('champion[0] must be a finite number, got NaN'),
  );
});
