export { bundleMediaType, payloadType, type SignedEvidence, signStatement } from './bundle.ts';
export type { EvidenceDecision, EvidenceIdentity, EvidenceProblem, GateEvidence } from './decision.ts';
export { evidenceLines } from './decision-lines.ts';
export type { Expectations, TrustMaterialSource } from './expectations.ts';
export { keySigner, type SigningKey } from './key-signer.ts';
export { githubSigstore, githubSigstoreOf, publicSigstore, type SigstoreInstance } from './keyless-instance.ts';
export { type KeylessWorld, keylessSigner, type Patience } from './keyless-signer.ts';
export { type KmsWorld, kmsSigner } from './kms-signer.ts';
export type { Signature, Signer } from './signer.ts';
export {
  type SignedVerdict,
  type SummaryOf,
  statementBytes,
  summaryStatement,
  verdictStatement,
} from './statement.ts';
export { type EvidenceFile, verifyEvidence } from './verify-evidence.ts';
