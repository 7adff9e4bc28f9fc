import { createHash, randomBytes } from 'node:crypto';
import { GitRepository } from './git-repository.ts';
import type { JsonObject } from './reply.ts';
import type { ArtifactSpec, PullSpec, RepositoryRef, RunSpec, Scenario, TokenSpec } from './scenario.ts';
import { defaultToken, tokens } from './scenario.ts';
import { zip } from './zip.ts';

export interface CommentRecord {
  readonly id: number;
  readonly issue: number;
  body: string;
  readonly author: string;
  readonly createdAt: string;
  updatedAt: string;
  /** Lists that must still pass, or the moment that must be reached, before lists show it. */
  hiddenFor: number;
  readonly hiddenUntil: number;
}

export interface Annotation {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly annotation_level: string;
  readonly message: string;
  readonly title?: string;
  readonly raw_details?: string;
}

export interface CheckRunRecord {
  readonly id: number;
  readonly headSha: string;
  readonly app: string;
  name: string;
  status: string;
  conclusion: string | null;
  title: string | null;
  summary: string | null;
  text: string | null;
  annotations: readonly Annotation[];
  externalId: string;
  detailsUrl: string;
  readonly startedAt: string;
  completedAt: string | null;
}

export interface Blob {
  readonly signature: string;
  data: Buffer | undefined;
  mimeType: string;
  readonly blocks: Map<string, Buffer>;
}

export interface ArtifactRecord {
  readonly id: number;
  readonly runId: number;
  readonly job: string;
  readonly name: string;
  readonly blob: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  expired: boolean;
  /** Set by FinalizeArtifact; an artifact without them is not listed. */
  stored: { readonly size: number; readonly digest: string } | undefined;
}

export interface CacheRecord {
  readonly id: number;
  readonly key: string;
  readonly version: string;
  readonly blob: string;
  finalized: boolean;
}

export interface AttestationRecord {
  readonly id: number;
  readonly bundle: JsonObject;
  /** `sha256:…` of each subject of its statement. */
  readonly digests: readonly string[];
  readonly predicateType: string;
  readonly initiator: string;
}

export const actionsApp = 'github-actions';
const retention = 90 * 24 * 3600 * 1000;

/** All that the stand-in remembers; the routes read and change it, and so do tests through the StandIn. */
export class State {
  readonly repository: RepositoryRef & {
    readonly private: boolean;
    readonly defaultBranch: string;
    readonly protectedBranches: readonly string[];
    readonly hasIssues: boolean;
    readonly attestations: boolean;
    readonly ownedByUser: boolean;
  };
  readonly git: GitRepository;
  readonly now: () => Date;
  readonly tokens: Map<string, TokenSpec>;
  readonly rateLimit: { readonly limit: number; remaining: number };
  readonly issues: readonly number[];
  readonly pulls: PullSpec[] = [];
  readonly runs: RunSpec[] = [];
  readonly comments: CommentRecord[] = [];
  readonly checkRuns: CheckRunRecord[] = [];
  readonly artifacts: ArtifactRecord[] = [];
  readonly caches: CacheRecord[] = [];
  readonly blobs = new Map<string, Blob>();
  readonly attestations: AttestationRecord[] = [];
  /** Claims of the jobs that may ask for an id token, by their request token. */
  readonly idTokens = new Map<string, JsonObject>();
  readonly #lag: Scenario['commentLag'];
  #lastId = 1000;
  /** REST base, set once the server listens. */
  url = '';
  resultsUrl = '';

  constructor(scenario: Scenario) {
    const { repository } = scenario;
    const defaultBranch = repository.defaultBranch ?? 'main';
    this.repository = {
      id: repository.id ?? 4242,
      fullName: repository.fullName,
      private: repository.private ?? false,
      defaultBranch,
      protectedBranches: repository.protectedBranches ?? [defaultBranch],
      hasIssues: repository.hasIssues ?? true,
      attestations: repository.attestations ?? !repository.private,
      ownedByUser: repository.ownedByUser ?? false,
    };
    this.git = new GitRepository(repository.git);
    this.now = scenario.now ?? (() => new Date());
    this.tokens = new Map(Object.entries(scenario.tokens ?? { [defaultToken]: tokens.gate }));
    this.rateLimit = { ...(scenario.rateLimit ?? { limit: 1000, remaining: 1000 }) };
    this.issues = scenario.issues ?? [];
    this.#lag = scenario.commentLag;
    for (const pull of scenario.pulls ?? []) this.pulls.push(pull);
    for (const run of scenario.runs ?? []) this.addRun(run);
    for (const artifact of scenario.artifacts ?? []) this.addArtifact(artifact);
  }

  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  time(at: Date = this.now()): string {
    return at.toISOString().replace(/\.\d+Z$/, 'Z');
  }

  pull(number: number): PullSpec | undefined {
    return this.pulls.find((pull) => pull.number === number);
  }

  run(id: number): RunSpec | undefined {
    return this.runs.find((run) => run.id === id);
  }

  /** Registers a run; an id already known keeps its record (several jobs of one run) until a later attempt starts. */
  addRun(run: RunSpec): void {
    const known = this.run(run.id);
    if (known === undefined) this.runs.push({ createdAt: this.time(), ...run });
    else if ((run.attempt ?? 1) > (known.attempt ?? 1)) this.runs[this.runs.indexOf(known)] = { ...known, ...run };
  }

  addComment(issue: number, body: string, author: string): CommentRecord {
    const lag = this.#lag ?? { requests: 0 };
    const comment: CommentRecord = {
      id: this.nextId(),
      issue,
      body,
      author,
      createdAt: this.time(),
      updatedAt: this.time(),
      hiddenFor: 'requests' in lag ? lag.requests : 0,
      hiddenUntil: 'milliseconds' in lag ? this.now().getTime() + lag.milliseconds : 0,
    };
    this.comments.push(comment);
    return comment;
  }

  /** Comments as a list request sees them now; each call counts as one request for the lag. */
  listedComments(issue: number): readonly CommentRecord[] {
    const now = this.now().getTime();
    return this.comments.filter((comment) => {
      if (comment.issue !== issue) return false;
      if (comment.hiddenFor > 0) {
        comment.hiddenFor -= 1;
        return false;
      }
      return comment.hiddenUntil <= now;
    });
  }

  newBlob(mimeType: string): { readonly key: string; readonly blob: Blob } {
    const key = `b${this.nextId()}`;
    // Long and random, because the toolkit masks the signature in all of a job's log: a short one would garble words.
    const blob: Blob = { signature: randomBytes(24).toString('hex'), data: undefined, mimeType, blocks: new Map() };
    this.blobs.set(key, blob);
    return { key, blob };
  }

  signedUrl(key: string, more = ''): string {
    return `${this.resultsUrl}/blob/container/${key}?sig=${this.blobs.get(key)?.signature ?? ''}${more}`;
  }

  createArtifact(run: number, job: string, name: string, mimeType: string, expiresAt?: string): ArtifactRecord {
    const { key } = this.newBlob(mimeType);
    const artifact: ArtifactRecord = {
      id: this.nextId(),
      runId: run,
      job,
      name,
      blob: key,
      createdAt: this.time(),
      expiresAt: expiresAt ?? this.time(new Date(this.now().getTime() + retention)),
      expired: false,
      stored: undefined,
    };
    this.artifacts.push(artifact);
    return artifact;
  }

  /** Puts an artifact in place as if an earlier run had uploaded it. */
  addArtifact(spec: ArtifactSpec): ArtifactRecord {
    const data = spec.data ?? zip(spec.files ?? {});
    const mimeType = spec.mimeType ?? (spec.data ? 'application/octet-stream' : 'application/zip');
    const made = this.createArtifact(spec.runId, 'job', spec.name, mimeType, spec.expiresAt);
    const blob = this.blobs.get(made.blob);
    if (blob) blob.data = data;
    const artifact: ArtifactRecord = {
      ...made,
      createdAt: spec.createdAt ?? made.createdAt,
      expired: spec.expired ?? false,
      stored: { size: data.length, digest: digestOf(data) },
    };
    this.artifacts[this.artifacts.indexOf(made)] = artifact;
    return artifact;
  }
}

export function digestOf(data: Buffer): string {
  return `sha256:${createHash('sha256').update(data).digest('hex')}`;
}
