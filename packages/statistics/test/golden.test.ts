import { expect, test } from 'vitest';
import {
  agrestiMinInterval,
  type BootstrapMethod,
  benjaminiHochberg,
  bennettLabels,
  bennettRows,
  betaBinomialLogE,
  bootstrapInterval,
  burnThreshold,
  chiSquareTest,
  cramersV,
  delong,
  type GroupCounts,
  groupGaps,
  hoeffdingRows,
  holm,
  type Interval,
  jackknifeAcceleration,
  jamesStein,
  jensenShannonDistance,
  jensenShannonDivergence,
  mannWhitney,
  mcnemar,
  meanBootstrap,
  miettinenNurminenInterval,
  momentsOf,
  msprtLogE,
  newcombeInterval,
  normalMixtureBound,
  normalMixtureLogE,
  normalMixtureRho,
  type PairedCounts,
  pairedMean,
  pairedWaldInterval,
  populationStabilityIndex,
  proportionSequence,
  rowsToDetectDifference,
  signFlipTest,
  stitchedBound,
  tangoInterval,
  tangoNonInferiorityP,
  tangoZ,
  wassersteinDistance,
  wilcoxonSignedRank,
  wilsonInterval,
} from '../src/index.ts';
import { goldens } from './golden.ts';

/** What the file's functions are called here: its inputs in, an object shaped as what it expects out. */
const implementations: Readonly<Record<string, (input: Numbers) => unknown>> = {
  mcnemar: ({ b, c }) => {
    const got = mcnemar(one(b), one(c));
    return {
      chi2: got.statistic,
      p: got.asymptotic,
      chi2cc: got.correctedStatistic,
      pcc: got.corrected,
      exact: got.exact,
      midp: got.midP,
    };
  },
  'pairedDiffCI.wald': (input) => bounds(pairedWaldInterval(paired(input), 0.95)),
  'pairedDiffCI.agrestiMin': (input) => bounds(agrestiMinInterval(paired(input), 0.95)),
  'pairedDiffCI.newcombe10': (input) => bounds(newcombeInterval(paired(input), one(input['a']), 0.95)),
  'pairedDiffCI.tango': (input) => bounds(tangoInterval(paired(input), 0.95)),
  tangoZ: (input) => ({
    z: tangoZ(paired(input), -one(input['margin'])),
    p: tangoNonInferiorityP(paired(input), one(input['margin'])),
  }),
  wilson: ({ x, n }) => bounds(wilsonInterval(one(x), one(n), 0.95)),
  miettinenNurminen: ({ x1, n1, x2, n2 }) => {
    const candidate = { candidateSuccesses: one(x1), candidateTrials: one(n1) };
    return bounds(
      miettinenNurminenInterval({ ...candidate, championSuccesses: one(x2), championTrials: one(n2) }, 0.95),
    );
  },
  wilcoxonSignedRank: ({ d }) => {
    const exact = wilcoxonSignedRank(many(d));
    return {
      statistic: Math.min(exact.positive, exact.negative),
      p: exact.p,
      greaterStat: exact.positive,
      greaterP: exact.greater,
      approx: wilcoxonSignedRank(many(d), { method: 'normal' }).p,
      approxCC: wilcoxonSignedRank(many(d), { method: 'normal', continuity: true }).p,
    };
  },
  pairedT: ({ d }) => {
    const got = pairedMean(momentsOf(many(d)), 0.95);
    if (got.kind !== 'interval') throw new Error(got.reason);
    return { t: got.t, p: got.p, ci: bounds(got.interval) };
  },
  signFlipExact: ({ d }) => signFlipTest(many(d), { seed }),
  mannWhitney: ({ x, y }) => {
    const exact = mannWhitney(many(x), many(y));
    return { U: exact.u, exact: exact.p, asymptoticCC: mannWhitney(many(x), many(y), { method: 'normal' }).p };
  },
  bootstrapMean: ({ x, level, B }) => {
    const values = Float64Array.from(many(x));
    const of = (method: BootstrapMethod) => {
      const got = meanBootstrap({ values, level: one(level), replicates: one(B), seed, method });
      if (got.kind !== 'interval') throw new Error(got.reason);
      return got;
    };
    const bca = of('bca');
    return {
      basic: bounds(of('basic').interval),
      percentile: bounds(of('percentile').interval),
      bca: bounds(bca.interval),
      accel: bca.acceleration,
    };
  },
  bootstrapMeanExhaustive: ({ x }) => exhaustive(many(x)),
  delong: ({ y, a, b }) => {
    const got = delong(
      { labels: many(y), candidate: Float64Array.from(many(a)), champion: Float64Array.from(many(b)) },
      0.95,
    );
    if (got.kind !== 'interval') throw new Error(got.kind);
    return { aucA: got.candidate, aucB: got.champion, z: got.z, p: got.p };
  },
  hoeffdingN: ({ eps, delta, H, full }) =>
    hoeffdingRows({
      tolerance: one(eps),
      delta: one(delta),
      looks: one(H),
      adaptivity: full === undefined ? 'none' : 'full',
    }),
  bennettN: ({ p, eps, delta, H }) =>
    bennettRows({ disagreement: one(p), tolerance: one(eps), delta: one(delta), looks: one(H) }),
  bennettActive: ({ p, eps, delta }) => bennettLabels({ disagreement: one(p), tolerance: one(eps), delta: one(delta) }),
  padjust: ({ p }) => {
    const [bh, adjustedHolm] = [benjaminiHochberg(many(p)), holm(many(p))];
    const rejected = (adjusted: readonly number[]) => adjusted.filter((value) => value < 0.05).length;
    return { bh, holm: adjustedHolm, rejectBH05: rejected(bh), rejectHolm05: rejected(adjustedHolm) };
  },
  fairness: (input) => {
    const got = groupGaps(countsByGroup(input));
    const overall = countsByGroup({ ...input, group: many(input['y_true']).map(() => 0) });
    const falsePositive = got.rates.map(({ falsePositive }) => one(falsePositive));
    return {
      dpd: got.demographicParity.difference,
      dpr: got.demographicParity.ratio,
      eodd: got.equalizedOdds.difference,
      eor: got.equalizedOdds.ratio,
      eopd: got.equalOpportunity.difference,
      eopr: got.equalOpportunity.ratio,
      toOverall: {
        tpr: got.equalOpportunity.differenceToOverall,
        fpr: farthest(falsePositive, one(groupGaps(overall).rates[0]?.falsePositive)),
        sel: got.demographicParity.differenceToOverall,
      },
    };
  },
  jamesStein: ({ hits, n, season }) => {
    const rates = many(hits).map((count) => count / one(n));
    const grand = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
    const got = jamesStein(rates, (grand * (1 - grand)) / one(n));
    const error = (estimates: readonly number[]) =>
      many(season).reduce((sum, truth, i) => sum + (one(estimates[i]) - truth) ** 2, 0);
    return {
      grand: got.grand,
      shrink: got.kept,
      first: got.estimates[0],
      sseRatio: error(rates) / error(got.estimates),
    };
  },
  jsDivergenceLog2: ({ p, q }) => jensenShannonDivergence(many(p), many(q)),
  jsDistance: ({ p, q, base }) => jensenShannonDistance(many(p), many(q), String(base) === 'e' ? 'e' : 2),
  wasserstein1d: ({ u, v, uw, vw }) =>
    wassersteinDistance({ values: many(u), weights: many(uw) }, { values: many(v), weights: many(vw) }),
  cramersVBiasCorrected: ({ c1, c2 }) => {
    const got = cramersV(many(c1), many(c2));
    return got.kind === 'value' ? got.value : got.reason;
  },
  chi2Contingency: ({ table }) => {
    const got = chiSquareTest(rowsOf(table));
    return { chi2: got.statistic, p: got.p, df: got.degreesOfFreedom };
  },
  psi: ({ e, a }) => populationStabilityIndex(many(e), many(a)),
  bernoulliCS: ({ k, n, tOpt, alpha }) =>
    bounds(proportionSequence({ successes: one(k), trials: one(n), tuneAt: one(tOpt), alpha: one(alpha) })),
  normalMixture2: ({ s, v, vOpt, alpha }) => {
    const rho = normalMixtureRho(one(vOpt), one(alpha));
    return {
      rho,
      logM: normalMixtureLogE(one(s), one(v), rho),
      bound: normalMixtureBound(one(v), rho, one(alpha)),
    };
  },
  polyStitching: ({ v, alpha, vMin, c }) =>
    stitchedBound(one(v), { alpha: one(alpha), from: one(vMin), scale: one(c) }),
  betaBinomialE: ({ x, n, r0, a, b }) =>
    Math.exp(betaBinomialLogE({ successes: one(x), trials: one(n), rate: one(r0), a: one(a), b: one(b) })),
  msprtNormal: ({ n, diff, sigma2, tau2 }) =>
    Math.exp(msprtLogE({ count: one(n), difference: one(diff), variance: one(sigma2), mixing: one(tau2) })),
  burnRate: ({ windowH, budget, periodH }) =>
    many(windowH).map((window, i) => burnThreshold(window, one(many(budget)[i]), one(periodH))),
  mcnemarN: ({ psi, delta, alpha, power }) =>
    rowsToDetectDifference({
      discordance: one(psi),
      difference: one(delta),
      alpha: one(alpha) / 2,
      power: one(power),
    }),
};

test('every entry of the golden file has an implementation, and every implementation an entry', () => {
  expect(Object.keys(implementations).sort()).toEqual([...new Set(goldens.map((golden) => golden.fn))].sort());
});

test.each(goldens)('$id ($source)', ({ fn, input, expect: want, tol }) => {
  const implementation = implementations[fn];
  if (implementation === undefined) throw new Error(`no implementation of ${fn}`);
  expectAgrees(implementation(input), want, tol, fn);
});

type Numbers = Readonly<Record<string, unknown>>;
const seed = '0123456789abcdef';

/** Every number that is expected is there and agrees; what is there beyond it does not matter. */
function expectAgrees(got: unknown, want: unknown, tolerance: number, where: string): void {
  if (typeof want === 'number') {
    expect(got, where).toBeTypeOf('number');
    expect(Math.abs(one(got) - want), `${where}: ${got} against ${want}`).toBeLessThanOrEqual(
      tolerance * Math.max(1, Math.abs(want)),
    );
    return;
  }
  const expected = Object.entries(record(want));
  expect(expected.length, where).toBeGreaterThan(0);
  for (const [key, part] of expected) expectAgrees(record(got)[key], part, tolerance, `${where}.${key}`);
}

function record(value: unknown): Numbers {
  if (typeof value !== 'object' || value === null) throw new TypeError(`expected an object or a list, got ${value}`);
  return Object.fromEntries(Object.entries(value));
}

function one(value: unknown): number {
  if (typeof value !== 'number') throw new TypeError(`expected a number, got ${value}`);
  return value;
}

function many(value: unknown): readonly number[] {
  if (!Array.isArray(value)) throw new TypeError(`expected a list, got ${value}`);
  return value.map(one);
}

function rowsOf(value: unknown): readonly (readonly number[])[] {
  if (!Array.isArray(value)) throw new TypeError(`expected a list, got ${value}`);
  return value.map(many);
}

function bounds({ lower, upper }: Interval): readonly number[] {
  return [lower, upper];
}

function paired({ a, b, c, d, n }: Numbers): PairedCounts {
  return { wins: one(b), losses: one(c), examples: n === undefined ? one(a) + one(b) + one(c) + one(d) : one(n) };
}

function farthest(values: readonly number[], from: number): number {
  return Math.max(...values.map((value) => Math.abs(value - from)));
}

function countsByGroup({ y_true, y_pred, group }: Numbers): readonly GroupCounts[] {
  if (!Array.isArray(group)) throw new TypeError('no groups');
  const [labels, predictions] = [many(y_true), many(y_pred)];
  return [...new Set(group)].map((name) => {
    const count = (label: number, prediction: number) =>
      labels.filter((value, i) => value === label && predictions[i] === prediction && group[i] === name).length;
    return {
      truePositives: count(1, 1),
      falsePositives: count(0, 1),
      trueNegatives: count(0, 0),
      falseNegatives: count(1, 0),
    };
  });
}

/** Every resample of a few rows, each once. */
function exhaustive(x: readonly number[]) {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const values = Float64Array.from({ length: x.length ** x.length }, (_, i) =>
    mean(x.map((_, digit) => one(x[Math.floor(i / x.length ** digit) % x.length]))),
  );
  const acceleration = jackknifeAcceleration(
    Float64Array.from(x, (_, left) => mean(x.filter((_, i) => i !== left))),
    x.map(() => 1),
  );
  const of = (level: number, method: BootstrapMethod) => {
    const got = bootstrapInterval({ point: mean(x), values, acceleration, level, method });
    if (got.kind !== 'interval') throw new Error(got.reason);
    return got;
  };
  return {
    se: of(0.95, 'bca').standardError,
    pct95: bounds(of(0.95, 'percentile').interval),
    pct90: bounds(of(0.9, 'percentile').interval),
    z0: of(0.95, 'bca').bias,
    accel: of(0.95, 'bca').acceleration,
    bca95: bounds(of(0.95, 'bca').interval),
    signflip2: signFlipTest(x, { seed }).p,
  };
}
