import * as z from 'zod';
import { stopsStep } from './status.ts';
import { type Verdict, verdictSchema, verdictSchemaId } from './verdict.ts';

/** in-toto Attestation Framework, Statement v1. */
export const statementType = 'https://in-toto.io/Statement/v1';
/** The predicate of a statement about one gate is its verdict, with `attester` set. */
export const verdictPredicateType = verdictSchemaId;
/** SLSA Verification Summary Attestation v1: the same outcome for policy engines that know no verdict of ours. */
export const summaryPredicateType = 'https://slsa.dev/verification_summary/v1';

/** How much a verdict may be trusted (docs/security.md); advisory verdicts are never signed. */
export const evidenceLevels = ['attested', 'witnessed'] as const;
export type EvidenceLevel = (typeof evidenceLevels)[number];

/** Events whose code stands on a branch that people have agreed on; everything else may be a stranger's. */
export const evidenceEvents = ['push', 'schedule', 'workflow_dispatch', 'release', 'repository_dispatch'] as const;

/** Path of the reusable workflow, in this repository, whose attesting job signs. */
export const gatesWorkflow = 'modelgate/modelgate/.github/workflows/gates.yml';

const subject = z.object({
  name: z.string(),
  digest: z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
});

/** A verdict that was signed: the attester says where, by the runner's own account and not by the gate's. */
export const verdictPredicateSchema = verdictSchema.required({ attester: true });

export const verdictStatementSchema = z.object({
  _type: z.literal(statementType),
  subject: z.array(subject).min(1),
  predicateType: z.literal(verdictPredicateType),
  predicate: verdictPredicateSchema,
});

/** Source: SLSA v1.1, Verification Summary Attestation; levels of ours do not begin with SLSA_, as it asks. */
export const summaryStatementSchema = z.object({
  _type: z.literal(statementType),
  subject: z.array(subject).min(1),
  predicateType: z.literal(summaryPredicateType),
  predicate: z.object({
    verifier: z.object({ id: z.url(), version: z.record(z.string(), z.string()).optional() }),
    timeVerified: z.iso.datetime(),
    resourceUri: z.string(),
    policy: z.object({ uri: z.string(), digest: z.record(z.string(), z.string()) }),
    inputAttestations: z.array(z.object({ uri: z.string().optional(), digest: z.record(z.string(), z.string()) })),
    verificationResult: z.enum(['PASSED', 'FAILED']),
    verifiedLevels: z.array(z.string()),
    slsaVersion: z.string().optional(),
  }),
});

export type EvidenceSubject = z.infer<typeof subject>;
export type VerdictStatement = z.infer<typeof verdictStatementSchema>;
export type SummaryStatement = z.infer<typeof summaryStatementSchema>;
export type Statement = VerdictStatement | SummaryStatement;
export type Attester = NonNullable<Verdict['attester']>;

/**
 * Whether a verdict lets a later stage go on: pass, warn and waived do, and an undecided one only where its own policy
 * said so. What was skipped has shown nothing.
 */
export function isEvidenceForRelease({ status, onInconclusive }: Pick<Verdict, 'status' | 'onInconclusive'>): boolean {
  if (status === 'skipped') return false;
  if (status === 'inconclusive') return onInconclusive === 'pass';
  return !stopsStep(status, onInconclusive);
}
