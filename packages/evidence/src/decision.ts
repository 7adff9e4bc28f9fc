import type { EvidenceLevel, Reason, Verdict, VerdictStatement } from '@modelgate/core';

/** Why something does not count. */
export interface Refusal {
  readonly reason: Reason;
  readonly message: string;
  readonly how?: string;
}

/** Why a piece of evidence, or a gate without any, does not count. */
export interface EvidenceProblem extends Refusal {
  /** Name of the file, with the line where it holds several pieces. */
  readonly evidence?: string;
  readonly gate?: string;
}

/** Where a verdict was signed, as whoever vouches for it says; of unsigned verdicts, as they say themselves. */
export interface EvidenceIdentity {
  readonly vouchedBy: 'certificate' | 'key' | 'nobody';
  readonly repository?: string | undefined;
  readonly repositoryId?: number | undefined;
  readonly ref?: string | undefined;
  readonly event?: string | undefined;
  readonly commit?: string | undefined;
  /** The caller's workflow with its ref: owner/name/.github/workflows/release.yml@refs/heads/main. */
  readonly workflow?: string | undefined;
  /** The workflow whose job signed, with its ref. */
  readonly signer?: string | undefined;
  readonly signerCommit?: string | undefined;
  readonly runId?: number | undefined;
  readonly attempt?: number | undefined;
  /** github-hosted or self-hosted. */
  readonly runnerEnvironment?: string | undefined;
}

/** What the evidence of one gate comes to. */
export interface GateEvidence {
  readonly gate: string;
  readonly accepted: boolean;
  /** The verdict that decided, accepted or not; absent where no piece counted. */
  readonly verdict?: Verdict;
  /** Of a signed verdict: what was signed, and the sha-256 of the signed bytes. */
  readonly statement?: VerdictStatement;
  readonly payloadSha256?: string;
  readonly identity?: EvidenceIdentity;
  /** ISO time: of the transparency log or the timestamp authority; with a key, by the clock of the signing job. */
  readonly signedAt?: string;
  readonly level?: EvidenceLevel | 'unsigned';
  /** Name of the file of the verdict that decided. */
  readonly evidence?: string;
  /** Why it is not accepted; empty where it is. */
  readonly problems: readonly EvidenceProblem[];
}

export interface EvidenceDecision {
  readonly accepted: boolean;
  /** ISO time of the check: what "2 days ago" counts from. */
  readonly checkedAt: string;
  /** In the order that was asked for. */
  readonly gates: readonly GateEvidence[];
  /** Pieces that do not count, with why; those of a refused gate are among its problems too. */
  readonly refused: readonly EvidenceProblem[];
  /** Statements of other predicate types (provenance, SBOM, summaries): not ours to judge. */
  readonly passedOver: number;
}
