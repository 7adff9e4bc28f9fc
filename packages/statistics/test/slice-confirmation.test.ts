import { expect, test } from 'vitest';
import { confirmSlices, excessErrors, Random, type SliceConfirmationInput, streamSeed } from '../src/index.ts';
import { halvesOf } from '../src/slice-confirmation-halves.ts';
import { heldOutTest } from '../src/slice-confirmation-held-out.ts';

const SEED = '00000000000000e5';

test('halves: equal, complete, the same for a seed, others for another', () => {
  const { discovery, heldOut } = halvesOf(1001, undefined, SEED);
  expect([discovery.length, heldOut.length]).toEqual([500, 501]);
  expect(Array.from([...discovery, ...heldOut].toSorted((a, b) => a - b))).toEqual(Array.from(Array(1001).keys()));
  // these numbers hold on every machine and in every release
  expect(Array.from(discovery.subarray(0, 12))).toEqual([2, 4, 6, 9, 11, 12, 18, 20, 22, 23, 24, 27]);
  const other = halvesOf(1001, undefined, '00000000000000e6').discovery;
  const shared = other.filter((row) => discovery.includes(row)).length;
  // 250 expected of an independent split, standard deviation 11.2
  expect(Math.abs(shared - 250)).toBeLessThan(45);
  // no stripes: neighbours are in the same half half of the time
  const neighbours = discovery.filter((row) => discovery.includes(row + 1)).length;
  expect(Math.abs(neighbours - 250)).toBeLessThan(45);
});

test('halves: a cluster is in one of them as a whole, as many clusters in each', () => {
  const clusters = Uint32Array.from({ length: 900 }, (_, row) => (row * 7) % 60);
  const { discovery, heldOut } = halvesOf(900, clusters, SEED);
  const [one, other] = [discovery, heldOut].map((half) => new Set(half.map((row) => clusters[row] ?? -1)));
  expect([one?.size, other?.size]).toEqual([30, 30]);
  expect(Array.from(one ?? []).filter((cluster) => other?.has(cluster))).toEqual([]);
  expect(() => halvesOf(3, Uint32Array.of(0, 0, 0), SEED)).toThrow(
    new RangeError('clusters to be halved must be an integer of at least 2, got 1'),
  );
  expect(() => halvesOf(1, undefined, SEED)).toThrow(
    new RangeError('rows to be halved must be an integer of at least 2, got 1'),
  );
});

const sides = (slice: readonly number[], rest: readonly number[]) =>
  [Float64Array.from([...slice, ...rest]), Uint8Array.from([...slice.map(() => 1), ...rest.map(() => 0)])] as const;
const repeated = (count: number, value: number) => Array<number>(count).fill(value);

test('p of the held-out half is the larger of Welch’s and Student’s, as scipy has them', () => {
  const [a, b] = [
    [3.1, 2.4, 5.6, 1.9, 4.4, 6.1, 2.2, 3.8, 0.7, 4.9, 5.2],
    [1.2, 2.2, 0.4, 3.3, 2.8, 1.1, 0.9, 1.7, 2.6, 0.2, 1.4, 3.0],
  ];
  // scipy.stats.ttest_ind(a, b, equal_var=False, alternative='greater'); Student's is .0018
  expect(heldOutTest(...sides(a, b), undefined)).toMatchObject({
    rows: 11,
    mean: expect.closeTo(40.3 / 11, 12),
    restMean: expect.closeTo(20.8 / 12, 12),
    test: { kind: 'tested', p: expect.closeTo(0.002753928670159117, 12) },
  });
  // No error in the 50 other rows by chance (p .59 by the hypergeometric distribution): Welch's p is .0126, Student's .227.
  const rare = sides([...repeated(5, 1), ...repeated(445, 0)], repeated(50, 0));
  expect(heldOutTest(...rare, undefined).test).toMatchObject({ p: expect.closeTo(0.22739723959305974, 12) });
});

test('where nothing varies on either side p is that of the arrangement', () => {
  expect(heldOutTest(...sides(repeated(10, 0.1), repeated(30, 0)), undefined).test).toEqual({
    kind: 'tested',
    effect: null,
    p: expect.closeTo(1.1797175484382116e-9, 20), // 1 in the ways to take 10 of 40
  });
  expect(heldOutTest(...sides(repeated(10, 0), repeated(30, 0.1)), undefined).test).toMatchObject({ p: 1 });
  expect(heldOutTest(...sides(repeated(10, 0.3), repeated(30, 0.3)), undefined).test).toMatchObject({ p: 1 });
});

test('fewer than ten rows on either side are not tested; a mean of no rows is null', () => {
  const test = { kind: 'not-tested', reason: 'too-few-rows' };
  expect(heldOutTest(...sides(repeated(9, 1), repeated(30, 0)), undefined)).toMatchObject({ rows: 9, test });
  expect(heldOutTest(...sides(repeated(30, 1), repeated(9, 0)), undefined)).toMatchObject({ rows: 30, test });
  expect(heldOutTest(...sides([], repeated(30, 0)), undefined)).toEqual({ rows: 0, mean: null, restMean: 0, test });
  expect(heldOutTest(...sides(repeated(12, 2), []), undefined)).toEqual({ rows: 12, mean: 2, restMean: null, test });
});

test('rows of clusters: the standard error of statsmodels’ clustered regression, degrees of freedom of the fewer clusters', () => {
  const rows = Array.from({ length: 72 }, (_, row) => row);
  const clusters = Uint32Array.from(rows, (row) => Math.floor(row / 3));
  const inside = Uint8Array.from(clusters, (cluster) => (cluster < 12 ? 1 : 0));
  const values = Float64Array.from(
    rows,
    (row) => (((clusters[row] ?? 0) * 7) % 5) * 0.5 + ((row * 11) % 7) * 0.1 + (inside[row] ?? 0) * 0.3,
  );
  // OLS(values, inside).fit(cov_type='cluster', use_correction=False): .1639 ± .2859; times √(12/11), t with 11 degrees
  expect(heldOutTest(values, inside, clusters).test).toMatchObject({ p: expect.closeTo(0.2970555631771972, 10) });
  expect(heldOutTest(values, inside, undefined).test).toMatchObject({ p: expect.closeTo(0.17325647237461247, 10) });
  // nine clusters in the slice
  const fewer = clusters.map((cluster) => (cluster < 12 ? Math.min(cluster, 8) : cluster - 3));
  expect(heldOutTest(values, inside, fewer).test).toEqual({ kind: 'not-tested', reason: 'too-few-clusters' });
});

interface Scene {
  readonly rows: number;
  readonly levels: number;
  /** Of the first level; default as of any other. */
  readonly share?: number;
  /** Share of rows with an error. */
  readonly rate: number;
  /** Rows of f2 = 0 have twice the errors. */
  readonly planted?: boolean;
  /** Rows a cluster; they share their codes, and how prone to errors they are. */
  readonly clusterRows?: number;
  readonly alpha?: number;
}

function scene(
  { rows, levels, share = 0, rate, planted, clusterRows = 1, alpha }: Scene,
  seed: string,
): SliceConfirmationInput {
  const random = new Random(seed);
  const units = rows / clusterRows;
  const unitOf = Uint32Array.from({ length: rows }, (_, row) => Math.floor(row / clusterRows));
  const features = Array.from({ length: 6 }, (_, i) => {
    const ofUnit = Uint8Array.from({ length: units }, () => (random.uniform() < share ? 0 : random.integer(levels)));
    return { name: `f${i}`, codes: Uint8Array.from(unitOf, (unit) => ofUnit[unit] ?? 0), size: levels };
  });
  const prone = Array.from({ length: units }, () => (clusterRows === 1 ? 1 : random.uniform() < 0.5 ? 0.2 : 1.8));
  const errors = Float64Array.from(unitOf, (unit, row) => {
    const factor = planted && features[2]?.codes[row] === 0 ? 2 : 1;
    return random.uniform() < rate * factor * (prone[unit] ?? 1) ? 1 : 0;
  });
  return { errors, features, alpha, seed: streamSeed(seed, 1), ...(clusterRows > 1 && { clusters: unitOf }) };
}

/** Of the simulations: share with a slice confirmed; slices found; tested. */
function simulate(of: Scene, simulations: number, change = (input: SliceConfirmationInput) => input) {
  let [alarms, found, tested, plants] = [0, 0, 0, 0];
  for (let i = 0; i < simulations; i++) {
    const { slices } = confirmSlices(change(scene(of, streamSeed(SEED, i))));
    const confirmed = slices.filter(({ outcome }) => outcome.confirmed);
    if (confirmed.length > 0) alarms++;
    found += slices.length;
    tested += slices.filter(({ outcome }) => outcome.kind === 'tested').length;
    if (confirmed.some(({ literals: [one, other] }) => one?.feature === 2 && one.code === 0 && !other)) plants++;
  }
  return { alarms: alarms / simulations, found: found / simulations, tested: tested / simulations, plants };
}

/** .10 and three standard errors of a share of that many simulations. */
const mostAlarms = (simulations: number) => 0.1 + 3 * Math.sqrt((0.1 * 0.9) / simulations);

test('no planted slice: five are found in each simulation, and one confirmed in at most a tenth of them', () => {
  const got = simulate({ rows: 2000, levels: 10, rate: 0.2, alpha: 0.99 }, 200);
  expect(got.found).toBe(5);
  expect(got.tested).toBe(5);
  expect(got.alarms).toBeLessThan(mostAlarms(200));
  // without a held-out half every one of these slices would have looked worse than the rest
  expect(got.alarms).toBeGreaterThan(0.01);
});

test('rare errors and small slices: at most a tenth, too (Student’s test alone: .15)', () => {
  const got = simulate({ rows: 1000, levels: 2, rate: 0.02 }, 200);
  expect(got.found).toBeGreaterThan(4.5);
  expect(got.alarms).toBeLessThan(mostAlarms(200));
});

test('rare errors and slices of most rows: at most a tenth, too (Welch’s test alone: .7)', () => {
  const most = { rows: 1000, levels: 2, share: 0.8, rate: 0.02 };
  const got = simulate(most, 200, (input) => ({ ...input, leastRows: 300, mostLiterals: 1 }));
  expect(got.tested).toBeGreaterThan(2.5);
  expect(got.alarms).toBeLessThan(mostAlarms(200));
});

test('a slice of a tenth of the rows with twice the errors is found and confirmed in nearly all simulations', () => {
  const got = simulate({ rows: 4000, levels: 10, rate: 0.2, planted: true }, 100);
  expect(got.plants).toBeGreaterThanOrEqual(95);
});

test('rows that depend on each other: at most a tenth with clusters, far more when they are taken for independent', () => {
  const of = { rows: 3000, levels: 5, rate: 0.3, clusterRows: 10, alpha: 0.97 };
  const got = simulate(of, 100);
  expect(got.tested).toBeGreaterThan(1);
  expect(got.alarms).toBeLessThan(mostAlarms(100));
  const { alarms } = simulate(of, 100, ({ clusters, ...input }) => input);
  expect(alarms).toBeGreaterThan(0.3);
});

test('a slice in which as many losses fell as grew is found by excess errors and not confirmed by differences', () => {
  const { features } = scene({ rows: 6000, levels: 5, rate: 0.2 }, SEED);
  const random = new Random(streamSeed(SEED, 7));
  const champion = Float64Array.from({ length: 6000 }, () => random.integer(2));
  // f1 = 3: the candidate's answers are other ones at random; f5 = 2: it is wrong on a third of what was right
  const candidate = champion.map((loss, row) => {
    if (features[0]?.codes[row] === 3) return random.integer(2);
    return features[4]?.codes[row] === 2 && loss === 0 && random.uniform() < 1 / 3 ? 1 : loss;
  });
  const input = { errors: excessErrors(candidate, champion), features, seed: SEED, mostLiterals: 1 };
  const got = confirmSlices({ ...input, judged: candidate.map((loss, row) => loss - (champion[row] ?? 0)) });
  const told = got.slices.map(({ literals: [one], outcome }) => [one?.feature, one?.code, outcome.confirmed]);
  expect(told.slice(0, 2)).toEqual([
    [0, 3, false],
    [4, 2, true],
  ]);
  expect(got.slices[0]?.mean).toBeCloseTo(0, 1);
  expect(got.slices[1]?.mean).toBeCloseTo(1 / 6, 1);
  const byExcess = confirmSlices(input).slices.map(({ outcome }) => outcome.confirmed);
  expect(byExcess.slice(0, 2)).toEqual([true, true]);
});

test('the family is all slices found: adjusted by Benjamini and Hochberg, in the order of the search', () => {
  const got = confirmSlices({ ...scene({ rows: 3000, levels: 4, rate: 0.2, alpha: 0.99 }, SEED), top: 4 });
  expect([got.discoveryRows, got.heldOutRows, got.search.rows, got.search.leastRows]).toEqual([1500, 1500, 1500, 30]);
  expect(got.slices.map(({ discovered }) => discovered)).toEqual(got.search.slices);
  const ps = got.slices.map(({ outcome }) => (outcome.kind === 'tested' ? outcome.p : 1));
  const ranked = ps.toSorted((a, b) => a - b);
  const adjusted = ps.map((p) => Math.min(...ranked.flatMap((q, i) => (q >= p ? [(q * 4) / (i + 1)] : [])), 1));
  expect(got.slices.map(({ outcome }) => outcome.adjustedP)).toEqual(adjusted.map((p) => expect.closeTo(p, 12)));
});

test('wrong arguments are named', () => {
  const input = { errors: Float64Array.of(1, 0), features: [], seed: SEED };
  expect(() => confirmSlices({ ...input, judged: Float64Array.of(1) })).toThrow(
    new RangeError('judged must be as long as errors, got 1 and 2'),
  );
  expect(() => confirmSlices({ ...input, judged: Float64Array.of(1, Infinity) })).toThrow(
    new RangeError('judged[1] must be a finite number, got Infinity'),
  );
  // also where it is a row of the half that is held out
  for (const codes of [Uint8Array.of(2, 0), Uint8Array.of(0, 2)]) {
    expect(() => confirmSlices({ ...input, features: [{ name: 'carrier', codes, size: 2 }] })).toThrow(
      new RangeError(`carrier[${codes.indexOf(2)}] must be below 2, got 2`),
    );
  }
  expect(() => confirmSlices({ ...input, features: [{ name: 'carrier', codes: Uint8Array.of(0), size: 2 }] })).toThrow(
    new RangeError('carrier has 1 codes for 2 errors'),
  );
  expect(() => confirmSlices({ ...input, falseDiscoveryRate: 1 })).toThrow(
    new RangeError('falseDiscoveryRate must lie strictly between 0 and 1, got 1'),
  );
  expect(() => confirmSlices({ ...input, seed: '12' })).toThrow(
    new RangeError('seed must be at least 16 hexadecimal digits, got "12"'),
  );
});
