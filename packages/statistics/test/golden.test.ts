import { expect, test } from 'vitest';
import {
  agrestiMinInterval,
  bootstrapInterval,
  type Interval,
  jackknifeAcceleration,
  mcnemar,
  miettinenNurminenInterval,
  momentsOf,
  newcombeInterval,
  pairedMean,
  pairedWaldInterval,
  rowBootstrap,
  rowsToDetectDifference,
  tangoInterval,
  tangoNonInferiorityP,
  tangoZ,
  wilsonInterval,
} from '../src/index.ts';
import { expectInterval, expectNear, golden } from './golden.ts';

interface Discordant {
  readonly b: number;
  readonly c: number;
}

test('McNemar, on R’s own example', () => {
  const { input, expect: want, tol } = golden<Discordant, Record<string, number>>('mcnemar-agresti');
  const got = mcnemar(input.b, input.c);
  expectNear(got.statistic, want['chi2'] ?? Number.NaN, tol);
  expectNear(got.asymptotic, want['p'] ?? Number.NaN, 1e-14);
  expectNear(got.correctedStatistic, want['chi2cc'] ?? Number.NaN, tol);
  expectNear(got.corrected, want['pcc'] ?? Number.NaN, 1e-14);
  expectNear(got.exact, want['exact'] ?? Number.NaN, 1e-14);
  expectNear(got.midP, want['midp'] ?? Number.NaN, 1e-14);
});

test('McNemar, on Bentur’s eight discordant pairs', () => {
  const { input, expect: want, tol } = golden<Discordant, Record<string, number>>('mcnemar-bentur');
  const got = mcnemar(input.b, input.c);
  expectNear(got.asymptotic, want['p'] ?? Number.NaN, tol);
  expectNear(got.corrected, want['pcc'] ?? Number.NaN, tol);
  expectNear(got.exact, want['exact'] ?? Number.NaN, tol);
  expectNear(got.midP, want['midp'] ?? Number.NaN, tol);
});

test.each(['wald', 'agrestiMin', 'newcombe10'] as const)('paired difference, Cavo’s data, %s', (method) => {
  const {
    input,
    expect: want,
    tol,
  } = golden<
    { readonly a: number; readonly b: number; readonly c: number; readonly d: number; readonly conf: number },
    readonly number[]
  >(`pairedci-cavo-${method}`);
  const counts = { wins: input.b, losses: input.c, examples: input.a + input.b + input.c + input.d };
  const got = {
    wald: () => pairedWaldInterval(counts, input.conf),
    agrestiMin: () => agrestiMinInterval(counts, input.conf),
    newcombe10: () => newcombeInterval(counts, input.a, input.conf),
  }[method]();
  expectInterval(got, want, tol);
});

test('Agresti and Min’s and Tango’s intervals, on the example of PropCIs', () => {
  const agrestiMin = golden<Discordant & { readonly n: number }, readonly number[]>('pairedci-propcis');
  const { b, c, n } = agrestiMin.input;
  const counts = { wins: b, losses: c, examples: n };
  expectInterval(agrestiMinInterval(counts, 0.95), agrestiMin.expect, agrestiMin.tol);
  const tango = golden<Discordant & { readonly n: number }, readonly number[]>('pairedci-tango-propcis');
  expect(tango.input).toEqual(agrestiMin.input);
  expectInterval(tangoInterval(counts, 0.95), tango.expect, tango.tol);
});

test('Tango’s z and non-inferiority p, on his lens example', () => {
  const {
    input,
    expect: want,
    tol,
  } = golden<Discordant & { readonly n: number; readonly margin: number }, { readonly z: number; readonly p: number }>(
    'tango-ni',
  );
  const counts = { wins: input.b, losses: input.c, examples: input.n };
  expectNear(tangoZ(counts, -input.margin), want.z, tol);
  expectNear(tangoNonInferiorityP(counts, input.margin), want.p, tol);
});

test.each(['wilson-7-50', 'wilson-81-263', 'wilson-0-20'])('%s', (id) => {
  const { input, expect: want, tol } = golden<{ readonly x: number; readonly n: number }, readonly number[]>(id);
  expectInterval(wilsonInterval(input.x, input.n, 0.95), want, tol);
});

test('Miettinen and Nurminen’s interval, on Newcombe’s example', () => {
  const { input, expect: want, tol } = golden<Record<string, number>, readonly number[]>('mn-unpaired');
  const got = miettinenNurminenInterval(
    {
      candidateSuccesses: input['x1'] ?? Number.NaN,
      candidateTrials: input['n1'] ?? Number.NaN,
      championSuccesses: input['x2'] ?? Number.NaN,
      championTrials: input['n2'] ?? Number.NaN,
    },
    0.95,
  );
  expectInterval(got, want, tol);
});

test('paired t, on Darwin’s plants', () => {
  const { input, expect: want } = golden<
    { readonly d: readonly number[] },
    { readonly t: number; readonly p: number; readonly ci: readonly number[] }
  >('ttest-darwin');
  const got = pairedMean(momentsOf(input.d), 0.95);
  if (got.kind !== 'interval') throw new Error(got.reason);
  expectNear(got.t, want.t, 1e-10);
  expectNear(got.p, want.p, 1e-12);
  expectInterval(got.interval, want.ci, 1e-9); // the golden gives twelve digits
});

test('Connor’s sample size', () => {
  const {
    input,
    expect: want,
    tol,
  } = golden<{ readonly psi: number; readonly delta: number; readonly alpha: number; readonly power: number }, number>(
    'power-connor',
  );
  const got = rowsToDetectDifference({
    discordance: input.psi,
    difference: input.delta,
    alpha: input.alpha / 2,
    power: input.power,
  });
  expectNear(got, want, 1e-4);
  expectNear(got / want, 1, tol);
});

test('bootstrap of a mean, against R’s boot', () => {
  const {
    input,
    expect: want,
    tol,
  } = golden<
    { readonly x: readonly number[]; readonly level: number },
    Record<'basic' | 'percentile' | 'bca', readonly number[]>
  >('bootstrap-R');
  for (const method of ['percentile', 'bca'] as const) {
    const got = rowBootstrap({
      columns: [Float64Array.from(input.x)],
      statistic: ([column]) => meanOf(column),
      replicates: 1_000_000,
      seed: '0123456789abcdef',
      level: input.level,
      method,
    });
    if (got.kind !== 'interval') throw new Error(got.reason);
    const [lower = 0, upper = 0] = want[method];
    expectNear(got.interval.lower / lower, 1, tol);
    expectNear(got.interval.upper / upper, 1, tol);
    if (method === 'bca') expectNear(got.acceleration, 0.06152886961, 1e-10);
    else expectBasic(got.point, got.interval, want.basic);
  }
});

test('bootstrap of a mean over all 3,125 resamples', () => {
  const {
    input,
    expect: want,
    tol,
  } = golden<{ readonly x: readonly number[] }, Record<string, never>>('bootstrap-exhaustive');
  const rows = Float64Array.from(input.x);
  const values = new Float64Array(3125);
  for (let i = 0; i < values.length; i++) {
    const picks = [i, i / 5, i / 25, i / 125, i / 625].map((at) => rows[Math.floor(at) % 5] ?? Number.NaN);
    values[i] = meanOf(Float64Array.from(picks));
  }
  const acceleration = jackknifeAcceleration(
    rows.map((_, i) => meanOf(rows.filter((_, j) => j !== i))),
    [1, 1, 1, 1, 1],
  );
  const of = (level: number, method: 'bca' | 'percentile') => {
    const got = bootstrapInterval({ point: meanOf(rows), values, acceleration, level, method });
    if (got.kind !== 'interval') throw new Error(got.reason);
    return got;
  };
  expectInterval(of(0.95, 'percentile').interval, want['pct95'] ?? [], tol);
  expectInterval(of(0.9, 'percentile').interval, want['pct90'] ?? [], tol);
  expectInterval(of(0.95, 'bca').interval, want['bca95'] ?? [], tol);
  expectNear(of(0.95, 'bca').standardError, want['se'] ?? Number.NaN, tol);
  expectNear(of(0.95, 'bca').bias, want['z0'] ?? Number.NaN, tol);
  expectNear(of(0.95, 'bca').acceleration, want['accel'] ?? Number.NaN, tol);
});

/** The basic interval is the percentile one, mirrored at the point. */
function expectBasic(point: number, { lower, upper }: Interval, want: readonly number[]): void {
  expectNear((2 * point - upper) / (want[0] ?? 0), 1, 0.005);
  expectNear((2 * point - lower) / (want[1] ?? 0), 1, 0.005);
}

function meanOf(column: Float64Array | undefined): number {
  let sum = 0;
  const size = column?.length ?? 0;
  for (let i = 0; i < size; i++) sum += column?.[i] ?? Number.NaN;
  return sum / size;
}
