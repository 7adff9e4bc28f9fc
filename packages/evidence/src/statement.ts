import {
  type Attester,
  type EvidenceSubject,
  isEvidenceForRelease,
  type Statement,
  type SummaryStatement,
  statementType,
  summaryPredicateType,
  type Verdict,
  type VerdictStatement,
  verdictPredicateType,
} from '@modelgate/core';
import { canonicalJson } from './canonical.ts';

/** What is signed: the statement in its canonical spelling (RFC 8785), so that the same statement is the same bytes. */
export function statementBytes(statement: Statement): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(canonicalJson(statement));
}

/** A verdict as evidence about a subject. What the verdict itself says about an attester is replaced. */
export function verdictStatement(verdict: Verdict, subject: EvidenceSubject, attester: Attester): VerdictStatement {
  return {
    _type: statementType,
    subject: [subject],
    predicateType: verdictPredicateType,
    predicate: { ...verdict, attester },
  };
}

/** A verdict statement that was signed. */
export interface SignedVerdict {
  readonly statement: VerdictStatement;
  /** sha-256 of the payload of its bundle, in hexadecimal digits. */
  readonly sha256: string;
  /** Where it is kept. */
  readonly uri?: string;
}

export interface SummaryOf {
  readonly verdicts: readonly SignedVerdict[];
  readonly subject: EvidenceSubject;
  /** URI of who verified: the workflow. */
  readonly verifierId: string;
  readonly toolVersion: string;
  readonly policyUri: string;
  /** URI of the subject, as who asks for it would write it. */
  readonly resourceUri: string;
  readonly at: Date;
}

/**
 * The outcome of several gates about one subject as a SLSA Verification Summary Attestation, for policy engines that
 * know no verdict of ours. PASSED only if every verdict lets a release go on.
 *
 * @throws RangeError without verdicts, or when they are about another subject or under different policies
 * Source: SLSA v1.1, Verification Summary Attestation (VSA)
 */
export function summaryStatement(of: SummaryOf): SummaryStatement {
  const policies = new Set(of.verdicts.map(({ statement }) => statement.predicate.policy.sha256));
  const [policy] = policies;
  if (policy === undefined || policies.size > 1) {
    throw new RangeError(`a summary is about verdicts of one policy, not of ${policies.size}`);
  }
  for (const { statement } of of.verdicts) {
    const same = statement.subject.some(({ digest }) => digest.sha256 === of.subject.digest.sha256);
    if (!same) throw new RangeError(`the verdict of ${statement.predicate.gate.id} is about another subject`);
  }
  const passed = of.verdicts.every(({ statement }) => isEvidenceForRelease(statement.predicate));
  const witnessed = of.verdicts.every(({ statement }) => statement.predicate.attester.level === 'witnessed');
  return {
    _type: statementType,
    subject: [of.subject],
    predicateType: summaryPredicateType,
    predicate: {
      verifier: { id: of.verifierId, version: { modelgate: of.toolVersion } },
      timeVerified: of.at.toISOString(),
      resourceUri: of.resourceUri,
      policy: { uri: of.policyUri, digest: { sha256: policy } },
      inputAttestations: of.verdicts.map(({ sha256, uri }) => ({
        digest: { sha256 },
        ...(uri === undefined ? {} : { uri }),
      })),
      verificationResult: passed ? 'PASSED' : 'FAILED',
      verifiedLevels: [passed ? (witnessed ? 'MODELGATE_WITNESSED' : 'MODELGATE_ATTESTED') : 'FAILED'],
    },
  };
}
