import type { CheckResult, Reuse, Verdict } from '@modelgate/core';
import { accuracyHolds, bound, check, floorHolds, latencyTwice, verdict } from './verdicts.ts';

/** Verdicts with an anchor, families, other examples' looks, lineage, champions from registries and metrics of all tasks. */

const digest = (digit: string) => digit.repeat(64);

export function interval(lower: number, upper: number, method: string, level = 0.95) {
  return { lower, upper, level, method };
}

export const anchor: Verdict['anchor'] = {
  from: 'git',
  name: 'eval/predictions-2025.parquet',
  commit: '4e5f6a7b8c9d0e1f2a3b4c5d6e7f8a9b0c1d2e3f',
  sha256: digest('6'),
};

export const mlflowChampion: Verdict['baseline'] = {
  from: 'mlflow',
  name: 'models:/delays@champion',
  registry: 'MLflow 3.17.2 at models.example.org',
  model: 'delays',
  modelVersion: '7',
  alias: 'champion',
  trackingRun: '0a1b2c3d4e5f60718293a4b5c6d7e8f9',
  tags: { team: 'rebooking', 'validated-by': 'ana' },
  sha256: digest('3'),
  modelDigest: digest('4'),
  examplesDigest: digest('1'),
  recordedAt: '2026-11-16T05:00:00Z',
  ageDays: 6.2,
};

/** Holds against the champion of last week, not against the model of last year: small losses add up. */
export const aucDrifted = check({
  id: 'auc',
  metric: 'roc_auc',
  status: 'fail',
  reason: 'margin-exceeded',
  champion: 0.7812,
  candidate: 0.7794,
  bounds: [
    bound({
      rule: 'max-regression',
      threshold: -0.005,
      estimate: -0.0018,
      interval: interval(-0.0036, 0.0001, 'delong'),
      detectable: 0.0027,
    }),
    bound({
      rule: 'max-regression',
      threshold: -0.01,
      against: 'anchor',
      status: 'fail',
      reason: 'margin-exceeded',
      estimate: -0.0161,
      interval: interval(-0.0187, -0.0135, 'delong'),
      detectable: 0.0037,
    }),
  ],
});

export const holm = 'Holm over 3 bounds that stop when shown to be broken';

function guard(id: string, metric: string, estimate: number, half: number): CheckResult {
  return check({
    id,
    metric,
    reason: 'not-disproven',
    champion: 0.71,
    candidate: 0.71 + estimate,
    bounds: [
      bound({
        rule: 'max-regression',
        threshold: -0.02,
        judged: 'not-disproven',
        reason: 'not-disproven',
        estimate,
        interval: interval(estimate - half, estimate + half, 'bca', 1 - 0.05 / 3),
        note: holm,
      }),
    ],
  });
}

export const guards = [
  guard('f1-night', 'f1', -0.012, 0.021),
  guard('recall', 'recall', 0.004, 0.018),
  guard('jaccard', 'jaccard', -0.007, 0.024),
] as const;

export const looks: Reuse = {
  looks: 34,
  atMost: 50,
  since: '2026-09-01T08:00:00Z',
  tolerance: 0.0214,
  exhausted: false,
  note: '34 candidates were judged on these 48,211 rows since 2026-09-01; the policy allows 50.',
};

export const lineage: NonNullable<Verdict['lineage']> = [
  {
    kind: 'dvc',
    path: 'eval/golden.parquet',
    recordedIn: 'eval/golden.parquet.dvc',
    md5: 'c157a79031e1c40f85931829bc5fc552',
    bytes: 1_204_331,
    matches: true,
  },
  { kind: 'dvc', path: 'out/model.joblib', recordedIn: 'dvc.lock', md5: 'a'.repeat(32), matches: false },
  {
    kind: 'lakefs',
    path: 'data',
    source: 'lakefs://flights/main/data',
    commit: 'e4d909c290d0fb1ca068ffaddf22cbd0e4d909c290d0fb1ca068ffaddf22cbd0',
  },
  { kind: 'lock-file', path: 'uv.lock', bytes: 120_512, sha256: digest('8') },
];

const families: NonNullable<Verdict['families']> = [
  { rule: 'all-must-hold', checks: ['auc', 'accuracy', 'balanced-floor', 'latency'], correction: 'none' },
  { rule: 'none-proven-broken', checks: guards.map(({ id }) => id), correction: 'holm' },
];

export const drifted = verdict({
  status: 'fail',
  reason: 'margin-exceeded',
  stops: true,
  checks: [aucDrifted, accuracyHolds, floorHolds, latencyTwice, ...guards],
  baseline: mlflowChampion,
  anchor,
  families,
  lineage,
  reuse: looks,
});

export const usedUp: Reuse = { ...looks, looks: 51, tolerance: 0.0261, exhausted: true, note: 'They are used up.' };

export const expired = verdict({
  status: 'fail',
  reason: 'golden-set-expired',
  stops: true,
  checks: [accuracyHolds, floorHolds, latencyTwice],
  reuse: usedUp,
  notices: ['51 candidates were judged on these 48,211 rows since 2026-09-01; the policy allows 50. They are used up.'],
});

export const typos = check({
  id: 'typos',
  metric: 'failures(typos)',
  better: 'lower',
  status: 'fail',
  reason: 'above-limit',
  rows: 400,
  champion: 0.0125,
  candidate: 0.0525,
  bounds: [
    bound({
      rule: 'at-most',
      threshold: 0.03,
      status: 'fail',
      reason: 'above-limit',
      estimate: 0.0525,
      interval: interval(0.0346, 0.079, 'wilson'),
    }),
    bound({
      rule: 'max-regression',
      threshold: 0.02,
      estimate: 0.04,
      status: 'fail',
      reason: 'margin-exceeded',
      interval: interval(0.0214, 0.0641, 'tango'),
      detectable: 0.018,
    }),
  ],
});

export const behaviour = verdict({
  gate: { id: 'behaviour', kind: 'evaluation' },
  status: 'fail',
  reason: 'above-limit',
  stops: true,
  rows: 1_200,
  checks: [typos],
});

export const loadTest = verdict({
  gate: { id: 'load', kind: 'evaluation' },
  inputs: [
    { role: 'candidate', name: 'out/load.jsonl', files: 1, bytes: 2_402_118, sha256: digest('2'), rows: 20_000 },
  ],
  rows: 20_000,
  rowsAre: 'rows',
  checks: [
    check({
      id: 'speed',
      metric: 'tokens per seconds',
      scale: 'own',
      champion: 412.3,
      candidate: 418.9,
      bounds: [
        bound({
          rule: 'max-regression',
          threshold: -0.05,
          limit: { value: 5, unit: 'percent' },
          of: 'relative-difference',
          estimate: 0.016,
          interval: interval(0.004, 0.028, 'welch'),
        }),
      ],
    }),
    check({
      id: 'passed',
      metric: 'rate(passed)',
      champion: 0.982,
      candidate: 0.984,
      bounds: [
        bound({
          rule: 'max-regression',
          threshold: -0.01,
          estimate: 0.002,
          interval: interval(-0.0018, 0.0058, 'miettinen-nurminen'),
        }),
      ],
    }),
  ],
});

/** A metric of its own unit with a margin, from champion and candidate and the half width of its interval. */
export function own(metric: string, champion: number, candidate: number, half: number, margin: number): CheckResult {
  const estimate = candidate - champion;
  return check({
    id: metric,
    better: 'lower',
    scale: 'own',
    champion,
    candidate,
    bounds: [
      bound({
        rule: 'max-regression',
        threshold: margin,
        limit: { value: margin, unit: 'own' },
        estimate,
        interval: interval(estimate - half, estimate + half, 'paired-t'),
      }),
    ],
  });
}
