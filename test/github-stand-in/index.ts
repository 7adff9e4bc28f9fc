/** A GitHub of our own for tests, the demo and `act`: real enough to be checked against GitHub's own description. */
export type { EventName, EventOptions } from './event.ts';
export type { Fault, Hook, Selector } from './faults.ts';
export type { JobWorkflow } from './id-token.ts';
export type { Job, JobOptions } from './job.ts';
export { fileCommands } from './job.ts';
export type { CommitSpec, MadeRepository } from './make-repository.ts';
export { makeRepository } from './make-repository.ts';
export type { Json, JsonObject, Reply } from './reply.ts';
export { replies } from './reply.ts';
export type {
  Access,
  ArtifactSpec,
  Lag,
  Permission,
  PullSpec,
  RepositoryRef,
  RepositorySpec,
  RunSpec,
  Scenario,
  TokenSpec,
} from './scenario.ts';
export { defaultToken, tokens } from './scenario.ts';
export type { LoggedRequest, Service } from './server.ts';
export type { CallFilter, StandIn, StoredArtifact } from './stand-in.ts';
export { startStandIn } from './stand-in.ts';
export { zip } from './zip.ts';
