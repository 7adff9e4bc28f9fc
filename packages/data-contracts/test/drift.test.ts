import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { type ColumnDrift, drift } from '../src/drift.ts';
import { type Comparator, type DriftSettings, defaultDriftSettings } from '../src/drift-settings.ts';
import type { CategoryColumn, NumberColumn, ProfileColumn } from '../src/profile.ts';
import { profileWith } from './drift-tables.ts';

const seed = '00000000000000d4';

function categories(counts: Readonly<Record<string, number>>, rest = 0): CategoryColumn {
  return { name: 'c', type: 'string', nulls: 0, listedFrom: 5, values: Object.entries(counts), rest };
}

/** Values 0, 1, 2, … with a bin each. */
function numbers(counts: readonly number[], more: Partial<NumberColumn> = {}): NumberColumn {
  const rows = sum(counts);
  const mean = sum(counts.map((count, i) => count * i)) / rows;
  const variance = sum(counts.map((count, i) => count * (i - mean) ** 2)) / (rows - 1);
  const held = counts.flatMap((count, i) => (count > 0 ? [i] : []));
  return {
    name: 'c',
    type: 'double',
    nulls: 0,
    spread: { mean, stddev: Math.sqrt(variance), min: Math.min(...held), max: Math.max(...held) },
    bins: { edges: counts.slice(1).map((_, i) => i), counts: [...counts], centres: counts.map((_, i) => i) },
    ...more,
  };
}

function sum(of: readonly number[]): number {
  return of.reduce((total, one) => total + one, 0);
}

function rowsOf(column: ProfileColumn): number {
  if ('listedFrom' in column) return column.nulls + column.rest + sum(column.values.map(([, rows]) => rows));
  return column.nulls + ('bins' in column ? sum(column.bins?.counts ?? []) : 0);
}

function compare(before: ProfileColumn, now: ProfileColumn, settings: Partial<DriftSettings> = {}) {
  return drift(profileWith(rowsOf(before), [before]), profileWith(rowsOf(now), [now]), {
    ...defaultDriftSettings,
    seed,
    ...settings,
  });
}

function one(found: readonly ColumnDrift[]): ColumnDrift {
  const [first, ...more] = found;
  if (first === undefined || more.length > 0) throw new Error(`expected one finding, got ${found.length}`);
  return first;
}

const by = (comparator: Comparator, floor = 0.1): Partial<DriftSettings> => ({
  numbers: { comparator, floor },
  categories: { comparator, floor },
});

const goldens = z
  .array(z.object({ id: z.string(), input: z.record(z.string(), z.unknown()), expect: z.unknown() }))
  .parse(JSON.parse(readFileSync(new URL('../../../test/golden/statistics.json', import.meta.url), 'utf8')));

function golden<Want>(id: string, want: z.ZodType<Want>): { column: (key: string) => number[]; want: Want } {
  const found = goldens.find((entry) => entry.id === id);
  if (found === undefined) throw new Error(`${id} is not among the golden numbers`);
  return { column: (key) => z.array(z.number()).parse(found.input[key]), want: want.parse(found.expect) };
}

const named = (counts: readonly number[]) => categories(Object.fromEntries(counts.map((count, i) => [`v${i}`, count])));

test.each([
  ['jensen-shannon-divergence', 0.04678484847737],
  ['jensen-shannon-distance', 0.21629805472397],
  ['l-infinity', 0.2],
  ['population-stability-index', 0.2 * Math.log(3) + 0.2 * Math.log(9 / 7)],
  // (|100 − 200| − ½)² (1/200 + 1/200 + 1/800 + 1/800) with Yates’ correction
  ['chi-square', 99.5 ** 2 * 0.0125],
] as const)('%s of (.1, .9) and (.3, .7), as TFDV and NannyML have it', (comparator, want) => {
  const found = one(compare(named([100, 900]), named([300, 700]), by(comparator, 0.001)));
  expect(found.measured?.distance).toBeCloseTo(want, 10);
  expect(found.status).toBe('drifted');
});

test.each([
  ['cramersv', 'cramers-v', 'c1', 'c2', 1],
  ['psi', 'population-stability-index', 'e', 'a', 1000],
] as const)('%s of the golden file', (id, comparator, reference, current, times) => {
  const { column, want } = golden(id, z.number());
  const counts = (key: string) => column(key).map((share) => share * times);
  const found = one(compare(named(counts(reference)), named(counts(current)), by(comparator)));
  expect(found.measured?.distance).toBeCloseTo(want, 9);
});

test('jsd-scipy of the golden file, in base 2', () => {
  const { column, want } = golden('jsd-scipy', z.number());
  const counts = (key: string) => named(column(key).map((share) => share * 1000));
  const found = one(compare(counts('p'), counts('q'), by('jensen-shannon-distance')));
  expect(found.measured?.distance).toBeCloseTo(want / Math.sqrt(Math.LN2), 10);
});

test('wasserstein of the golden file: weights as rows, a bin for each value, times the deviation', () => {
  const { column: given, want } = golden('wasserstein', z.number());
  const centres = [1.4, 3.4, 3.9, 4.5, 7.5, 7.8];
  const column = (values: string, weights: string): NumberColumn => {
    const counts = centres.map((centre) => Math.round(1000 * (given(weights)[given(values).indexOf(centre)] ?? 0)));
    // deviation 1 with divisor n, so that the distance is in the unit of the values
    const stddev = Math.sqrt(sum(counts) / (sum(counts) - 1));
    const spread = { mean: 0, stddev, min: 1.4, max: 7.8 };
    return { name: 'c', type: 'double', nulls: 0, spread, bins: { edges: centres.slice(0, -1), counts, centres } };
  };
  const found = one(compare(column('u', 'uw'), column('v', 'vw')));
  expect(found.measured?.distance).toBeCloseTo(want, 10);
});

test('chi2-doc of the golden file, ten times as many rows', () => {
  const { want } = golden('chi2-doc', z.object({ chi2: z.number() }));
  const found = one(compare(named([100, 100, 200]), named([200, 200, 200]), by('chi-square')));
  expect(found.measured?.distance).toBeCloseTo(10 * want.chi2, 8);
});

test('Wasserstein of bins over the reference’s deviation (divisor n), as scipy; Kolmogorov–Smirnov at the edges', () => {
  const [before, now] = [numbers([100, 200, 300, 400]), numbers([250, 250, 250, 250])];
  // |Δ F| is .15, .2, .15 at the three edges; the reference has mean 2 and variance 1
  expect(one(compare(before, now)).measured?.distance).toBeCloseTo(0.5, 12);
  const found = one(compare(before, now, by('kolmogorov-smirnov'))).measured;
  expect(found?.distance).toBeCloseTo(0.2, 12);
  const reach = Math.sqrt(Math.log(4 / 0.025) / 2) * (2 / Math.sqrt(1000));
  expect(found?.interval?.lower).toBeCloseTo(0.2 - reach, 12);
  expect(found?.interval?.upper).toBeCloseTo(0.2 + reach, 12);
});

test('without centres a bin lies in its middle, the outer ones up to the reference’s ends', () => {
  const spread = { mean: 0, stddev: 1, min: -4, max: 6 };
  const column = (counts: number[]): NumberColumn => ({
    name: 'c',
    type: 'double',
    nulls: 0,
    spread,
    bins: { edges: [0, 2], counts },
  });
  // positions −2, 1, 4: |Δ F| .1 over 3 and .1 over 3; stddev 1 with divisor n − 1
  const found = one(compare(column([500, 300, 200]), column([400, 300, 300])));
  expect(found.measured?.distance).toBeCloseTo(0.6 / Math.sqrt(999 / 1000), 10);
});

test('p is a chi-square over cells expected to hold 5 rows, corrected over all that was measured', () => {
  const before = profileWith(300, [
    { ...named([100, 100, 100]), name: 'a' },
    { ...named([150, 150]), name: 'b' },
  ]);
  const now = profileWith(300, [
    { ...named([130, 90, 80]), name: 'a' },
    { ...named([150, 150]), name: 'b' },
  ]);
  const settings = { ...defaultDriftSettings, seed };
  const holm = drift(before, now, settings).map(({ measured }) => [measured?.p, measured?.adjustedP]);
  // χ² = 2 (15²/115 + 5²/95 + 10²/90) with 2 degrees of freedom: p = exp(−χ²/2)
  const p = Math.exp(-(225 / 115 + 25 / 95 + 100 / 90));
  expect(holm[0]?.[0]).toBeCloseTo(p, 12);
  expect(holm[0]?.[1]).toBeCloseTo(2 * p, 12);
  expect(holm[1]).toEqual([1, 1]);
  const rate = drift(before, now, { ...settings, correction: 'benjamini-hochberg' });
  expect(rate.map(({ measured }) => measured?.adjustedP)).toEqual([expect.closeTo(2 * p, 12), 1]);
});

test.each([
  [
    'cramers-v',
    numbers([500, 500]),
    'is of type double, for which cramers-v has no meaning; write one of wasserstein, kolmogorov-smirnov, population-stability-index, jensen-shannon-divergence, jensen-shannon-distance',
  ],
  [
    'wasserstein',
    named([500, 500]),
    'is of type string, for which wasserstein has no meaning; write one of jensen-shannon-divergence, jensen-shannon-distance, l-infinity, population-stability-index, cramers-v, chi-square',
  ],
] as const)('%s of a column that it has no meaning for is an error in words', (comparator, column, words) => {
  expect(one(compare(column, column, by(comparator)))).toEqual({
    column: 'c',
    of: 'values',
    status: 'error',
    reason: 'comparator-type',
    words,
  });
});

test.each([
  [
    'drift is shown',
    compare(named([5000, 5000]), named([7000, 3000]), by('l-infinity')),
    'drifted',
    'above-floor',
    /^moved by 0\.2 \(l-infinity, 95 % 0\.18\d to 0\.21\d\); 0\.1 is tolerated$/,
  ],
  [
    'its absence is shown, although the change is real',
    compare(named([50_000, 50_000]), named([51_000, 49_000]), by('l-infinity')),
    'not-drifted',
    'below-floor',
    /^moved by 0\.01 \(l-infinity, 95 % 0\.00\d+ to 0\.01\d+\), within the 0\.1 that is tolerated$/,
  ],
  [
    'too few rows, and how many would do',
    compare(named([50, 50]), named([65, 35]), by('l-infinity')),
    'inconclusive',
    'bounds-span-floor',
    /^moved by 0\.15 \(l-infinity, 95 % 0(\.\d+)? to 0\.\d+\); 0\.1 is tolerated, and 100 and 100 rows cannot tell on which side it lies; about [\d,]+ in each table would, were it as far as this$/,
  ],
  [
    'a test alone shows drift without a size',
    compare(named([500, 500]), named([700, 300]), by('chi-square')),
    'drifted',
    'more-than-noise',
    'changed by a chi-square of 82.5, more than noise (p below 0.001 after correction); a test has no size, so this may be a small change',
  ],
  [
    'and never that nothing changed',
    compare(named([500, 500]), named([500, 500]), by('chi-square')),
    'inconclusive',
    'not-more-than-noise',
    'changed by a chi-square of 0, not more than noise (p 1 after correction); a test never shows that nothing changed: name a distance for that',
  ],
  [
    'a new value is told, never passed',
    compare(categories({ cash: 5000, card: 5000 }), categories({ cash: 5000, card: 4980, coin: 20 })),
    'inconclusive',
    'new-values',
    /, within the 0\.1 that is tolerated, yet it is not the same; new against the profile: "coin" \(20 of 10,000 rows\)$/,
  ],
  [
    'a new value of a few rows is not named',
    compare(categories({ cash: 5000, card: 5000 }), categories({ cash: 5000, card: 4997, 'Jo Doe': 3 })),
    'inconclusive',
    'new-values',
    /, within the 0\.1 that is tolerated, yet it is not the same; new against the profile: 1 value with fewer than 5 rows$/,
  ],
  [
    'few rows',
    compare(named([10, 10]), named([500, 500])),
    'inconclusive',
    'too-few-rows',
    'has too few rows: 20 and 1,000 rows hold a value, and it takes 30 in each table',
  ],
  [
    'values that are all rare',
    compare(categories({}, 500), categories({}, 500)),
    'inconclusive',
    'too-few-rows',
    'has too few rows: in 500 and 500 rows no two values are frequent enough to compare; group them, or use more rows',
  ],
  [
    'a reference that is constant',
    compare(numbers([0, 500]), numbers([100, 400])),
    'inconclusive',
    'constant',
    'held 1 and nothing else in the profile, and holds 0 to 1 now: there is no spread to measure the change by',
  ],
  [
    'a category that is constant, by Cramér’s V',
    compare(named([500]), categories({ v0: 400, v1: 100 }), by('cramers-v')),
    'inconclusive',
    'constant',
    'lies in a single bin or category in one of the tables: there is no scale to measure the change by',
  ],
  [
    'the same constant',
    compare(numbers([0, 500]), numbers([0, 400])),
    'not-drifted',
    'below-floor',
    'holds 1 and nothing else, as in the profile',
  ],
  [
    'other bins',
    compare(numbers([500, 500]), numbers([300, 300, 400])),
    'error',
    'bins-differ',
    'is counted over other bins than in the profile; profile this table over the bins of the reference',
  ],
  [
    'another type',
    compare(numbers([500, 500]), named([500, 500])),
    'error',
    'column-type',
    'held double in the profile and holds string now: these have no distance',
  ],
] as const)('%s', (_, found, status, reason, words) => {
  const got = one(found);
  expect(got).toMatchObject({ status, reason });
  expect(got.words).toMatch(words);
  if (typeof words === 'string') expect(got.words).toBe(words);
});

test('a column that vanished is drift, a new one has nothing to be compared with', () => {
  const before = profileWith(1000, [{ ...named([500, 500]), name: 'gone' }]);
  const now = profileWith(1000, [{ ...named([500, 500]), name: 'fresh' }]);
  expect(
    drift(before, now, { ...defaultDriftSettings, seed }).map(({ column, status, words }) => [column, status, words]),
  ).toEqual([
    ['fresh', 'inconclusive', 'is not in the profile: nothing to compare with; record a new profile'],
    ['gone', 'drifted', 'is gone; the profile has it as string'],
  ]);
});

test('nulls are a rate of their own, and a column of nothing else has no values to compare', () => {
  const empty: NumberColumn = { name: 'c', type: 'double', nulls: 1000 };
  const found = compare(numbers([490, 490], { nulls: 20 }), empty);
  expect(found.map(({ of, status, reason }) => [of, status, reason])).toEqual([
    ['values', 'inconclusive', 'no-values'],
    ['nulls', 'drifted', 'above-floor'],
  ]);
  expect(found[0]?.words).toBe('holds no values to compare');
  expect(found[1]?.words).toMatch(
    /^is missing in 100 % of rows, was in 2 %, a change of 98 points \(95 % 9\d\.\d+ to 9\d(\.\d+)?\); 2 points are tolerated$/,
  );
});

test('values that a profile hides are taken to be as near to no drift as they can be', () => {
  const reference = categories({ a: 480, b: 480 }, 40);
  // 24 rows of c could be at most 4 in the reference: drift; 12 rows could be rare by chance and stay in the rest
  const risen = one(compare(reference, categories({ a: 480, b: 480, c: 36 }, 4), by('chi-square'))).measured;
  const few = one(compare(reference, categories({ a: 480, b: 480, c: 12 }, 28), by('chi-square'))).measured;
  // cells a, b, c, rest: (4 − 20)²/20 + (36 − 20)²/20 + (36 − 20)²/20 + (4 − 20)²/20
  expect(risen?.distance).toBeCloseTo(51.2, 10);
  expect(few?.distance).toBe(0);
});

test('dates are binned as numbers are, where a rule asks for them', () => {
  const dates = (counts: number[]): ProfileColumn => ({
    name: 'c',
    type: 'date',
    nulls: 0,
    first: '2013-01-01',
    last: '2013-12-31',
    bins: { edges: ['2013-05-01', '2013-09-01'], counts },
  });
  const [before, now] = [dates([400, 300, 300]), dates([100, 300, 600])];
  expect(compare(before, now)).toEqual([]);
  const found = one(compare(before, now, { dates: { comparator: 'kolmogorov-smirnov', floor: 0.1 } }));
  expect(found).toMatchObject({ status: 'drifted', measured: { distance: expect.closeTo(0.3, 12) } });
});

test('settings out of range are refused', () => {
  expect(() => compare(named([500, 500]), named([500, 500]), by('l-infinity', -1))).toThrow(
    'the floor of l-infinity must be a finite number of at least 0, got -1',
  );
  expect(() => compare(named([500, 500]), named([500, 500]), { alarmRate: 0 })).toThrow(
    'alarmRate must be in (0, 1), got 0',
  );
});
