export { ApiError, type ApiErrorKind, type Operation } from './api-error.ts';
export { ArchiveError, type ArchiveFault, type ArtifactFile, type ArtifactLimits, defaultLimits } from './archive.ts';
export {
  type ArtifactStore,
  artifactName,
  artifactStore,
  folderArtifacts,
  runArtifacts,
  type StoredArtifact,
  saveFiles,
  type Upload,
} from './artifacts.ts';
export { listAttestations, type StoredAttestation, storeAttestation } from './attestations.ts';
export { type Annotation, type CheckRun, type CheckRunResult, publishCheckRun } from './check-run.ts';
export { type Client, type ClientOptions, createClient } from './client.ts';
export { type CommentResult, type CommentTarget, upsertComment } from './comment.ts';
export { type CommentOfRun, convergeComment } from './comment-of-run.ts';
export {
  type FileAtCommit,
  type FileEntry,
  gitBlobSha,
  isAncestor,
  lfsDigestAt,
  lfsPointerBytes,
  listFilesAt,
  mergeBase,
  readFileAt,
} from './contents.ts';
export {
  canRecord,
  type Event,
  type MergeGroupEvent,
  type OtherEvent,
  type PullRequestEvent,
  type PushEvent,
  readEvent,
  readOnlyNotice,
  type StartedEvent,
  type WorkflowRunEvent,
} from './event.ts';
export { plainLine, plainText, withoutCommands } from './log-text.ts';
export { type LookArtifact, type LookArtifacts, type LookQuery, listLooks } from './look-artifacts.ts';
export { type ProxyUse, useProxyFromEnvironment } from './proxy.ts';
export { headOfPullRequest, type OpenPullRequest, openPullRequestOf } from './pull-request.ts';
export {
  listArtifactsNamed,
  listRunArtifacts,
  type RecordedArtifact,
  type RunArtifacts,
  readArtifact,
} from './recorded-artifact.ts';
export { type BaselineQuery, findRecordedBaseline, type RecordedBaseline, type Rejected } from './recorded-baseline.ts';
export { type Environment, type Run, readRun } from './run.ts';
