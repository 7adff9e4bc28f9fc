import { type CheckResult, type Verdict, verdictSchema, verdictSchemaId } from '@modelgate/core';
import type { ReportContext } from '../src/index.ts';

/** Verdicts as a real run writes them: flight delays, 48,211 golden rows, two days in November. */

type Bound = CheckResult['bounds'][number];

export const context: ReportContext = {
  policyName: 'flight-delays',
  workflowPath: '.github/workflows/gates.yml',
  headSha: 'd4c3b2a190817263544536271809fedcba987654',
  runUrl: 'https://github.com/octo/flights/actions/runs/9112233445',
  pageUrl: 'https://github.com/octo/flights/actions/runs/9112233445/artifacts/77',
};

const digest = (digit: string) => digit.repeat(64);

const base = {
  schema: verdictSchemaId,
  gate: { id: 'quality', kind: 'evaluation' },
  onInconclusive: 'warn',
  notices: [],
  rows: 48_211,
  rowsAre: 'paired rows' as const,
  subject: { name: 'out/model.joblib', sha256: digest('5') },
  inputs: [
    { role: 'examples', name: 'eval/golden.parquet', files: 1, bytes: 1_204_331, sha256: digest('1'), rows: 48_211 },
    { role: 'candidate', name: 'out/predictions.parquet', files: 1, bytes: 402_118, sha256: digest('2'), rows: 48_211 },
    { role: 'champion', name: 'predictions.parquet', files: 1, bytes: 401_907, sha256: digest('3'), rows: 48_211 },
  ],
  baseline: {
    from: 'recorded',
    name: 'modelgate-baseline-flight-delays-quality',
    sha256: digest('3'),
    commit: 'a1b2c3d4e5f60718293a4b5c6d7e8f9001122334',
    branch: 'main',
    runId: 9_001_122_334,
    runUrl: 'https://github.com/octo/flights/actions/runs/9001122334',
    recordedAt: '2026-11-16T05:00:00Z',
    ageDays: 6.2,
    expiresAt: '2027-02-14T05:00:00Z',
  },
  policy: {
    name: 'flight-delays',
    file: 'modelgate.yml',
    sha256: digest('9'),
    source: 'base',
    commit: '9f8e7d6c5b4a39281706f5e4d3c2b1a009f8e7d6',
    verified: true,
    advisory: false,
  },
  run: {
    repository: 'octo/flights',
    event: 'pull_request',
    stage: 'pull-request',
    headSha: context.headSha,
    baseSha: '9f8e7d6c5b4a39281706f5e4d3c2b1a009f8e7d6',
    pullRequest: 128,
    workflow: 'gates',
    workflowPath: context.workflowPath,
    runId: 9_112_233_445,
    attempt: 1,
    job: 'gates',
    url: 'https://github.com/octo/flights/actions/runs/9112233445',
  },
  tool: { name: 'modelgate', version: '0.1.0' },
  at: '2026-11-22T09:30:00Z',
} as const;

type Draft = Partial<Omit<Verdict, 'schema' | 'checks'>> & { readonly checks?: readonly CheckResult[] };

export function verdict(draft: Draft): Verdict {
  const checks = draft.checks ?? [];
  return verdictSchema.parse({ ...base, status: 'pass', reason: 'proven', stops: false, ...draft, checks });
}

export function check(draft: Partial<CheckResult> & Pick<CheckResult, 'id'>): CheckResult {
  const status = draft.status ?? 'pass';
  return {
    metric: draft.id,
    better: 'higher',
    scale: 'share',
    level: 'fail',
    status,
    outcome: status,
    reason: 'proven',
    rows: 48_211,
    bounds: [],
    where: { file: 'modelgate.yml', line: 17, column: 7 },
    ...draft,
  };
}

export function bound(draft: Partial<Bound> & Pick<Bound, 'rule' | 'threshold'>): Bound {
  const ofValue = draft.rule === 'at-least' || draft.rule === 'at-most';
  return {
    limit: { value: Math.abs(draft.threshold) * (ofValue ? 1 : 100), unit: ofValue ? 'own' : 'points' },
    judged: 'proven',
    status: 'pass',
    reason: 'proven',
    of: ofValue ? 'value' : 'difference',
    ...draft,
  };
}

function interval(lower: number, upper: number, method = 'tango') {
  return { lower, upper, level: 0.95, method };
}

// biome-ignore lint/suspicious/noApproximativeNumericConstant: an f1 that happens to lie near ln 2
const candidateF1 = 0.693;

export const f1Worse = check({
  id: 'f1',
  status: 'fail',
  reason: 'margin-exceeded',
  champion: 0.712,
  candidate: candidateF1,
  why: 'f1 pays the rebooking desk: half a point is a day of work a week',
  where: { file: 'modelgate.yml', line: 14, column: 7 },
  bounds: [
    bound({
      rule: 'max-regression',
      threshold: -0.005,
      status: 'fail',
      reason: 'margin-exceeded',
      estimate: -0.019,
      interval: interval(-0.028, -0.01, 'bca'),
      detectable: 0.0041,
    }),
  ],
});

export const accuracyHolds = check({
  id: 'accuracy',
  champion: 0.8214,
  candidate: 0.8203,
  bounds: [
    bound({
      rule: 'max-regression',
      threshold: -0.005,
      estimate: -0.0011,
      interval: interval(-0.0031, 0.0009),
      detectable: 0.0029,
    }),
  ],
});

export const floorHolds = check({
  id: 'balanced-floor',
  metric: 'balanced_accuracy',
  champion: 0.7812,
  candidate: 0.7794,
  bounds: [
    bound({ rule: 'at-least', threshold: 0.75, estimate: 0.7794, interval: interval(0.7741, 0.7847, 'multinomial') }),
  ],
});

export const recallOpen = check({
  id: 'recall',
  status: 'inconclusive',
  reason: 'interval-spans-limit',
  champion: 0.661,
  candidate: 0.6575,
  where: { file: 'modelgate.yml', line: 16, column: 7 },
  bounds: [
    bound({
      rule: 'max-regression',
      threshold: -0.005,
      status: 'inconclusive',
      reason: 'interval-spans-limit',
      estimate: -0.0035,
      interval: interval(-0.011, 0.004),
      detectable: 0.0107,
      rowsNeeded: 61_204,
    }),
  ],
});

export const latencyTwice = check({
  id: 'latency',
  metric: 'p95(latency_ms)',
  better: 'lower',
  scale: 'own',
  unit: 'ms',
  champion: 31.4,
  candidate: 32.2,
  bounds: [
    bound({ rule: 'at-most', threshold: 40, estimate: 32.2, interval: interval(31.6, 32.9, 'order-statistic') }),
    bound({
      rule: 'max-regression',
      threshold: 0.1,
      limit: { value: 10, unit: 'percent' },
      of: 'relative-difference',
      estimate: 0.0255,
      interval: interval(0.004, 0.047, 'bootstrap'),
      detectable: 0.031,
    }),
  ],
});

export const passing = verdict({ checks: [accuracyHolds, floorHolds, latencyTwice] });

export const failing = verdict({
  status: 'fail',
  reason: 'margin-exceeded',
  stops: true,
  checks: [accuracyHolds, f1Worse, recallOpen, floorHolds, latencyTwice],
});

export const inconclusive = verdict({
  status: 'inconclusive',
  reason: 'interval-spans-limit',
  checks: [accuracyHolds, recallOpen],
});

export const erroneous = verdict({
  status: 'error',
  reason: 'baseline-unreadable',
  stops: true,
  baseline: undefined,
  problem: {
    reason: 'baseline-unreadable',
    message: 'GitHub answered 403 to the list of artifacts',
    how: 'give the job `permissions: { actions: read }`',
  },
});

export const erroneousCheck = verdict({
  status: 'error',
  reason: 'column-missing',
  stops: true,
  checks: [
    accuracyHolds,
    check({
      id: 'latency',
      metric: 'p95(latency)',
      better: 'lower',
      scale: 'own',
      status: 'error',
      reason: 'column-missing',
      problem: {
        reason: 'column-missing',
        message: 'out/predictions.parquet has no column latency',
        how: 'did you mean latency_ms?',
        where: { file: 'modelgate.yml', line: 21, column: 18 },
      },
    }),
  ],
});

export const waived = verdict({
  status: 'waived',
  reason: 'margin-exceeded',
  checks: [
    accuracyHolds,
    {
      ...f1Worse,
      status: 'waived',
      waiver: {
        owner: '@ana',
        reason: 'the label changed on 2026-11-01; the new golden set follows',
        expires: '2026-12-15',
        where: { file: '.modelgate/waivers.yml', line: 3 },
      },
    },
  ],
});

export const warned = verdict({
  status: 'warn',
  reason: 'margin-exceeded',
  checks: [accuracyHolds, { ...f1Worse, level: 'warn', status: 'warn' }],
});

export const bootstrap = verdict({
  rowsAre: 'rows',
  status: 'warn',
  reason: 'bootstrap',
  baseline: undefined,
  checks: [
    check({ id: 'f1', status: 'warn', outcome: 'warn', reason: 'bootstrap', candidate: candidateF1 }),
    floorHolds,
  ],
});

export const estimateOnly = verdict({
  reason: 'estimate-within-limit',
  rows: undefined,
  checks: [
    check({
      id: 'accuracy',
      reason: 'estimate-within-limit',
      rows: undefined,
      champion: 0.8214,
      candidate: 0.8203,
      bounds: [
        bound({
          rule: 'max-regression',
          threshold: -0.005,
          judged: 'estimate',
          reason: 'estimate-within-limit',
          estimate: -0.0011,
        }),
      ],
    }),
  ],
  policy: { ...base.policy, source: 'checkout', commit: undefined, verified: false },
});

export const trainingData = verdict({
  gate: { id: 'training-data', kind: 'data' },
  rowsAre: 'rows',
  inputs: [
    { role: 'subject', name: 'data/train/*.parquet', files: 12, bytes: 9_402_118, sha256: digest('7'), rows: 336_776 },
  ],
  rows: 336_776,
  baseline: undefined,
  checks: [
    check({
      id: 'dep-delay-missing',
      metric: 'missing(dep_delay)',
      better: 'lower',
      rows: 336_776,
      candidate: 0.0245,
      bounds: [
        bound({ rule: 'at-most', threshold: 0.03, estimate: 0.0245, interval: interval(0.024, 0.025, 'wilson') }),
      ],
    }),
  ],
});

export const notNow = verdict({
  gate: { id: 'nightly-slices', kind: 'slices' },
  status: 'skipped',
  reason: 'not-in-stage',
  baseline: undefined,
  inputs: [],
  subject: undefined,
  rows: undefined,
});

export const severalGates = [trainingData, failing, notNow] as const;

const nasty =
  '<img src=x onerror=alert(1)> | `--> @octocat #12 octo/repo#3 GH-4 https://evil.example [a](b) \u202etxt\n# hi $x$';

export const hostile = verdict({
  gate: { id: `q|\`${nasty}`, kind: 'evaluation' },
  status: 'error',
  reason: 'column-missing',
  stops: true,
  notices: [nasty],
  checks: [
    { ...f1Worse, id: nasty, metric: nasty, why: nasty },
    check({
      id: 'x',
      status: 'error',
      reason: 'column-missing',
      problem: { reason: 'column-missing', message: nasty, how: nasty },
    }),
  ],
});
