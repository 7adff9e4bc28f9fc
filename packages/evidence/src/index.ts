export { bundleMediaType, payloadType, type SignedEvidence, signStatement } from './bundle.ts';
export type { EvidenceDecision, EvidenceIdentity, EvidenceProblem, GateEvidence } from './decision.ts';
export { evidenceLines } from './decision-lines.ts';
export type { Expectations, TrustMaterialSource } from './expectations.ts';
export type { SigningKey } from './key-file.ts';
export { keySigner } from './key-signer.ts';
export { githubSigstore, githubSigstoreOf, publicSigstore, type SigstoreInstance } from './keyless-instance.ts';
export { type KeylessWorld, keylessSigner, type Patience } from './keyless-signer.ts';
export type { KmsWorld } from './kms-http.ts';
export { kmsSigner } from './kms-signer.ts';
export { type Asked, expectationsOf, issuerOf, type PolicyPlace } from './policy-expectations.ts';
export type { Signature, Signer, Witnessed } from './signer.ts';
export {
  type SignedVerdict,
  type SummaryOf,
  statementBytes,
  summaryStatement,
  verdictStatement,
} from './statement.ts';
export { type EvidenceFile, verifyEvidence } from './verify-evidence.ts';
