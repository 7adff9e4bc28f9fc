import * as z from 'zod';
import { dataChange, dataFinding, dataTable } from './data-verdict.ts';
import { type Reason, reasonCodes } from './reason.ts';
import { sliceFinding, sliceTable } from './slice-verdict.ts';
import { inconclusivePolicies, levels, statuses, worstStatus } from './status.ts';
import { interval, location, sha256 } from './verdict-part.ts';

/** The identity of this schema's major version. Changes within it are additive. */
export const verdictSchemaId = 'https://github.com/modelgate/modelgate/verdict/v1';

const status = z.enum(statuses);
const reason = z.enum(reasonCodes);

const problem = z
  .object({
    reason,
    message: z.string(),
    how: z.string().optional(),
    where: location.optional(),
  })
  .describe('What kept something from being measured, and how to mend it.');

/** The rules that one check may hold; several in one check must all hold. */
export const boundRules = ['at-least', 'at-most', 'max-regression', 'min-improvement', 'max-improvement'] as const;
export type BoundRule = (typeof boundRules)[number];

export const limitSchema = z
  .object({
    value: z.number(),
    unit: z.enum(['points', 'percent', 'own']),
  })
  .describe("As written in the policy: 0.5pt is {0.5, points}, 5% is {5, percent}, a bare number is the metric's own.");

const bound = z.object({
  rule: z.enum(boundRules),
  limit: limitSchema,
  judged: z.enum(['proven', 'not-disproven', 'estimate']),
  status,
  reason,
  of: z
    .enum(['value', 'difference', 'relative-difference'])
    .describe('What the interval is about: the candidate alone, candidate − champion, or that difference / champion.'),
  against: z.enum(['champion', 'anchor']).optional().describe('Of a difference: with whom; the champion where absent.'),
  threshold: z
    .number()
    .describe('The limit on the scale of `of`, signed: a margin of 0.5pt on accuracy is −0.005 on the difference.'),
  estimate: z.number().optional(),
  interval: interval.optional(),
  detectable: z
    .number()
    .positive()
    .optional()
    .describe('Smallest margin that this many rows prove with 80 % power when nothing changed, on the scale of `of`.'),
  rowsNeeded: z.int().positive().optional().describe('About how many rows would decide this, at 80 % power.'),
  note: z.string().optional().describe('A caveat of the method on these data.'),
});

const family = z
  .object({
    rule: z.enum(['all-must-hold', 'none-proven-broken']),
    checks: z.array(z.string()),
    correction: z.enum(['none', 'holm']),
  })
  .describe(
    'Checks that are decided together. all-must-hold: each is proven at the full level, for a gate that passes only when all do needs no correction; none-proven-broken: any one stops the gate, so their levels are corrected.',
  );

const waiver = z.object({
  owner: z.string(),
  reason: z.string(),
  expires: z.iso.date(),
  where: location.optional(),
});

const check = z.object({
  id: z.string(),
  metric: z.string().describe('Metric name, or statistic(column), e.g. p95(latency_ms).'),
  better: z.enum(['higher', 'lower']),
  scale: z
    .enum(['share', 'own'])
    .describe('share: a metric in [0, 1], shown in points; own: in the unit of the column.'),
  unit: z.string().optional(),
  level: z.enum(levels),
  status,
  outcome: status.describe('The status before level and waiver softened it.'),
  reason,
  champion: z.number().optional(),
  candidate: z.number().optional(),
  anchor: z.number().optional().describe('Value of the fixed model, where there is one.'),
  rows: z.int().nonnegative().optional().describe('Paired rows this check looked at.'),
  bounds: z.array(bound),
  data: dataFinding.optional(),
  slices: sliceFinding.optional(),
  problem: problem.optional(),
  why: z.string().optional().describe("The policy's own words on why this check exists."),
  waiver: waiver.optional(),
  where: location.optional().describe('The line of the policy that asks for this.'),
});

const input = z.object({
  role: z.enum(['examples', 'candidate', 'champion', 'anchor', 'subject', 'data', 'reference']),
  name: z.string().describe('Path or pattern, as the policy names it.'),
  files: z.int().nonnegative().describe('0: a table of a server, which has no files here.'),
  bytes: z.int().nonnegative(),
  sha256,
  rows: z.int().nonnegative().optional(),
});

const baseline = z.object({
  from: z.enum(['recorded', 'git', 'file', 'mlflow', 's3', 'rescore']),
  name: z.string(),
  sha256: sha256.optional(),
  commit: z.string().optional(),
  branch: z.string().optional(),
  runId: z.int().optional(),
  runUrl: z.string().optional(),
  recordedAt: z.iso.datetime().optional(),
  ageDays: z.number().nonnegative().optional(),
  expiresAt: z.iso.datetime().optional(),
  registry: z.string().optional().describe('Who holds it, e.g. "MLflow 3.17.2 at models.example.org"; no credentials.'),
  model: z.string().optional().describe('Name in the model registry.'),
  modelVersion: z.string().optional(),
  alias: z.string().optional().describe('The alias that named this version when it was asked.'),
  tags: z.record(z.string(), z.string()).optional().describe('Of the model version.'),
  trackingRun: z.string().optional().describe('Run of the tracking server.'),
  modelDigest: sha256.optional().describe("sha-256 of the champion's model, where it was recorded."),
  examplesDigest: z
    .string()
    .optional()
    .describe('Of the examples that it answered: a sha-256 where Modelgate recorded it, else as the registry has it.'),
});

const lineage = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('dvc'),
      path: z.string(),
      recordedIn: z.string().describe('The dvc.lock or .dvc file.'),
      md5: z.string().describe('As recorded; of a folder with the ending .dir.'),
      bytes: z.int().nonnegative().optional(),
      matches: z.boolean().optional().describe('Whether what is on disk has it; absent where it was not compared.'),
    }),
    z.object({
      kind: z.literal('lakefs'),
      path: z.string().describe('The folder that is a local copy.'),
      source: z.string().describe('lakefs://repository/ref/path'),
      commit: z.string(),
    }),
    z.object({ kind: z.literal('lock-file'), path: z.string(), bytes: z.int().nonnegative(), sha256 }),
  ])
  .describe('Where data and packages come from, as files of the workspace record it.');

const reuse = z
  .object({
    looks: z
      .int()
      .positive()
      .optional()
      .describe('Distinct candidates that this gate judged on these examples, this one included; absent: not counted.'),
    atLeast: z.boolean().optional().describe('There may have been more looks than could be listed.'),
    atMost: z.int().positive().describe('The budget of the policy.'),
    since: z.iso.datetime().optional().describe('The first of these looks.'),
    tolerance: z
      .number()
      .positive()
      .optional()
      .describe(
        'How far a share of these rows may be off after so many looks, as a share (0.05 is 5 points), with the confidence of the policy.',
      ),
    exhausted: z.boolean(),
    note: z.string(),
  })
  .describe('How often these examples were used to judge a candidate: each look makes them a little less independent.');

const policyIdentity = z.object({
  name: z.string(),
  file: z.string(),
  sha256,
  source: z.enum(['base', 'head', 'checkout', 'rules']).describe('base and head are read through the API.'),
  commit: z.string().optional(),
  verified: z.boolean().describe('Read through the API at the base and equal to its blob.'),
  advisory: z.boolean().describe('The base has no policy: this one comes from the change that it judges.'),
  tightenedBy: sha256
    .optional()
    .describe('Digest of a `rules` input that made this policy stricter; `sha256` is of the file alone.'),
});

const changeEffect = z
  .enum(['loosened', 'changed', 'tightened'])
  .describe('loosened: may let pass what the base stops. Also whatever cannot be shown to be no looser.');

/** What the pull request itself does to the rules. It takes effect after merge and decided nothing here. */
const change = z
  .object({
    rules: z
      .array(
        z.object({
          path: z
            .string()
            .describe('gates.quality.checks.accuracy.max-regression; of a waiver waivers.quality/accuracy.'),
          effect: changeEffect,
          words: z.string().describe('`quality/accuracy` margin 0.3pt → 0.5pt'),
          where: location.optional().describe("In the head's file."),
        }),
      )
      .describe('Loosened ones first.'),
    rulesLeftOut: z.int().positive().optional(),
    workflows: z
      .array(z.object({ file: z.string(), effect: changeEffect, words: z.string() }))
      .describe('Workflows and actions that run Modelgate, and CODEOWNERS of the policy.'),
    workflowsLeftOut: z.int().positive().optional().describe('Changed files that were not looked into.'),
    data: dataChange.optional(),
    preview: z
      .object({
        status,
        reason,
        stops: z.boolean(),
        check: check.optional().describe('The check that decides.'),
        problem: problem.optional(),
      })
      .optional()
      .describe("What this gate would come to under the head's own policy."),
    withoutPreview: z
      .string()
      .optional()
      .describe('Why there is none: "would not be judged: …", "is not previewed: …".'),
  })
  .describe('What the change does to policy, waivers and workflows. Decides nothing: it takes effect after merge.');

const run = z.object({
  repository: z.string().optional(),
  event: z.string(),
  stage: z.string(),
  headSha: z.string().optional(),
  baseSha: z.string().optional(),
  pullRequest: z.int().positive().optional(),
  workflow: z.string().optional(),
  workflowPath: z.string().optional(),
  runId: z.int().optional(),
  attempt: z.int().positive().optional(),
  job: z.string().optional(),
  leg: z.string().optional().describe('The matrix leg, so that two legs of one gate are two verdicts.'),
  url: z.string().optional(),
});

const attester = z
  .object({
    level: z.enum(['attested', 'witnessed']),
    repository: z.string(),
    repositoryId: z.int().positive(),
    ref: z.string().describe('refs/heads/main'),
    refProtected: z.boolean(),
    event: z.string(),
    commit: z.string().describe('The commit that the run is about.'),
    workflow: z.string().describe("The caller's workflow: owner/name/.github/workflows/release.yml@refs/heads/main."),
    signer: z.string().optional().describe('The workflow whose job signed, with its ref, where the runner says so.'),
    signerCommit: z.string().optional(),
    runId: z.int().positive(),
    attempt: z.int().positive(),
    runnerEnvironment: z.string().optional().describe('github-hosted or self-hosted.'),
    at: z.iso.datetime().describe('By the clock of the signing job.'),
  })
  .describe("Who signed this verdict as evidence, by the runner's account. Absent from a verdict that nobody signed.");

/** The outcome of one gate. What `report`, later gates and other people's tools read; nobody reads our prose. */
export const verdictSchema = z
  .object({
    schema: z.literal(verdictSchemaId),
    gate: z.object({ id: z.string(), kind: z.enum(['data', 'evaluation', 'slices', 'image', 'rollout']) }),
    status,
    reason,
    onInconclusive: z.enum(inconclusivePolicies),
    stops: z.boolean().describe('Whether the step must end red.'),
    checks: z.array(check),
    families: z.array(family).optional(),
    problem: problem.optional().describe('Set when the gate as a whole could not be measured.'),
    notices: z.array(z.string()).describe('Said loudly beside the verdict: bootstrap, an expiring baseline, …'),
    rows: z.int().nonnegative().optional(),
    rowsAre: z
      .enum(['rows', 'paired rows', 'examples', 'queries'])
      .optional()
      .describe('What `rows` counts: examples have several runs each, queries several documents.'),
    subject: z.object({ name: z.string(), sha256: sha256.optional() }).optional(),
    inputs: z.array(input),
    baseline: baseline.optional(),
    anchor: baseline.optional(),
    lineage: z.array(lineage).optional(),
    data: dataTable.optional(),
    slices: sliceTable.optional(),
    reuse: reuse.optional(),
    policy: policyIdentity,
    change: change.optional(),
    run,
    tool: z.object({ name: z.literal('modelgate'), version: z.string() }),
    at: z.iso.datetime(),
    attester: attester.optional(),
  })
  .describe('Modelgate verdict/v1');

export type Verdict = z.infer<typeof verdictSchema>;
export type CheckResult = z.infer<typeof check>;
export type BoundResult = z.infer<typeof bound>;
export type Limit = z.infer<typeof limitSchema>;
export type CheckFamily = z.infer<typeof family>;
export type Problem = z.infer<typeof problem>;
export type Interval = z.infer<typeof interval>;
export type InputIdentity = z.infer<typeof input>;
export type BaselineIdentity = z.infer<typeof baseline>;
export type Reuse = z.infer<typeof reuse>;
export type LineageEntry = z.infer<typeof lineage>;
export type PolicyIdentity = z.infer<typeof policyIdentity>;
export type RuleChange = z.infer<typeof change>;
export type RunIdentity = z.infer<typeof run>;

/** The status of a gate and the reason of the check that made it so: the first of the worst, in the policy's order. */
export function overall(checks: readonly CheckResult[]): {
  readonly status: CheckResult['status'];
  readonly reason: Reason;
} {
  const status = worstStatus(checks.map((one) => one.status));
  const decisive = checks.find((one) => one.status === status);
  return { status, reason: decisive?.reason ?? 'policy-invalid' };
}
