export { bundleMediaType, payloadType, type SignedEvidence, signStatement } from './bundle.ts';
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
