// Loaded when something is signed without a key; see sigstore-format.ts for why it is named here.
export { dsse, RFC3161Timestamp } from '@sigstore/core';
export { HashAlgorithm } from '@sigstore/protobuf-specs';
export { FulcioSigner, RekorWitness, TSAWitness } from '@sigstore/sign';
