export { fetchChampion } from './champion.ts';
export { examplesNotice, expiryNotice, staleNotice } from './champion-notice.ts';
export type {
  Champion,
  ChampionRequest,
  ChampionStores,
  ContentStore,
  RecordedBaseline,
  RecordedLookup,
  RecordedStore,
} from './champion-request.ts';
export { dataLineage, type Lineage, type LineageRequest } from './data-lineage.ts';
export { FolderStore } from './folder-store.ts';
export type { LookBudget } from './look-budget.ts';
export {
  type Look,
  type LookListing,
  type LookRequest,
  type LookStore,
  type Looks,
  lookName,
  looksAt,
  noLooks,
  withLooks,
} from './look-count.ts';
export { baselineName, type Manifest, manifestFile, manifestSchema, readManifest } from './manifest.ts';
export { type AliasMove, type AliasRequest, moveMlflowAlias } from './mlflow-alias.ts';
export { type MlflowIdentity, modelDigestTag } from './mlflow-champion.ts';
export { MlflowClient, type MlflowServer, type MlflowTags } from './mlflow-client.ts';
export { type MlflowAuth, type MlflowOptions, MlflowRefusal } from './mlflow-connection.ts';
export { type MlflowSettings, mlflowSettings } from './mlflow-environment.ts';
export { type MlflowRecord, type MlflowRecordRequest, recordInMlflow } from './mlflow-record.ts';
export { type MlflowReference, parseMlflowReference } from './mlflow-reference.ts';
export type { MlflowArtifact, MlflowMetric, MlflowModelVersion, MlflowRun } from './mlflow-reply.ts';
export {
  type MlflowBaseline,
  type MlflowFile,
  type MlflowLookup,
  type MlflowMetrics,
  type MlflowStore,
  type MlflowStoreOptions,
  mlflowStore,
} from './mlflow-store.ts';
export {
  type ListedObject,
  ObjectStore,
  type ObjectStoreOptions,
  type StoredObject,
  type WriteCondition,
  type WriteResult,
} from './object-store.ts';
export { type Registries, type RegistriesOptions, registriesOf } from './registries.ts';
export type { RegistryHttpOptions } from './registry-http.ts';
export {
  type ChampionPointer,
  type FoundPointer,
  type PointerMove,
  type PointerResult,
  S3BaselineStore,
} from './s3-baseline-store.ts';
export { type S3Settings, s3Settings } from './s3-environment.ts';
export { type RecordedInStore, type RecordInStore, recordInObjectStore } from './s3-record.ts';
