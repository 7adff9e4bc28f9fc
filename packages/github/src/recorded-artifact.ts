import { createHash } from 'node:crypto';
import * as z from 'zod';
import { ArchiveError, type ArtifactFile, type ArtifactLimits, defaultLimits, unpack } from './archive.ts';
import { refuseLarge } from './artifacts.ts';
import type { Client } from './client.ts';

/** An artifact of any run of this repository, as the REST API lists it. */
export interface RecordedArtifact {
  readonly id: number;
  readonly name: string;
  /** As stored. */
  readonly bytes: number;
  readonly expired: boolean;
  readonly createdAt: string;
  readonly expiresAt?: string;
  /** `sha256:…` of what is stored; older artifacts have none. */
  readonly digest?: string;
  readonly run?: {
    readonly id: number;
    readonly headSha: string;
    readonly headBranch?: string;
    /** Whose branch it was: a fork may have one called `main` too. */
    readonly headRepositoryId?: number;
  };
}

const artifactSchema = z
  .object({
    id: z.int(),
    name: z.string(),
    size_in_bytes: z.int().nonnegative(),
    expired: z.boolean(),
    created_at: z.iso.datetime().nullable(),
    expires_at: z.iso.datetime().nullable(),
    digest: z.string().nullish(),
    workflow_run: z
      .object({
        id: z.int().optional(),
        head_sha: z.string().optional(),
        head_branch: z.string().nullish(),
        head_repository_id: z.int().optional(),
      })
      .nullish(),
  })
  .transform(
    ({ workflow_run: run, ...artifact }): RecordedArtifact => ({
      id: artifact.id,
      name: artifact.name,
      bytes: artifact.size_in_bytes,
      expired: artifact.expired,
      createdAt: artifact.created_at ?? new Date(0).toISOString(),
      ...(artifact.expires_at === null ? {} : { expiresAt: artifact.expires_at }),
      ...(artifact.digest == null ? {} : { digest: artifact.digest }),
      ...(run?.id === undefined || run.head_sha === undefined
        ? {}
        : {
            run: {
              id: run.id,
              headSha: run.head_sha,
              ...(run.head_branch == null ? {} : { headBranch: run.head_branch }),
              ...(run.head_repository_id === undefined ? {} : { headRepositoryId: run.head_repository_id }),
            },
          }),
    }),
  );
const artifactsSchema = z.object({ total_count: z.int(), artifacts: z.array(artifactSchema) });

const permission = 'actions: read';

/**
 * One page of the repository's artifacts with this name: a hundred, newest first (GitHub lists them so).
 * `last` when there are no more.
 * @throws ApiError
 */
export async function listArtifactsNamed(
  client: Client,
  name: string,
  page = 1,
): Promise<{ readonly artifacts: readonly RecordedArtifact[]; readonly last: boolean }> {
  const { artifacts, total_count: total } = await client.json(
    'GET /repos/{owner}/{repo}/actions/artifacts',
    { name, per_page: 100, page },
    artifactsSchema,
    { operation: { what: `list the artifacts named "${name}"`, permission } },
  );
  return { artifacts: newestFirst(artifacts), last: artifacts.length === 0 || page * 100 >= total };
}

export interface RunArtifacts {
  /** Newest first, at most 1,000. */
  readonly artifacts: readonly RecordedArtifact[];
  /** How many the run has, which may be more. */
  readonly total: number;
}

/** The artifacts of one run. @throws ApiError */
export async function listRunArtifacts(client: Client, runId: number): Promise<RunArtifacts> {
  const found: RecordedArtifact[] = [];
  let total = 0;
  for (let page = 1; page <= 10; page++) {
    const listed = await client.json(
      'GET /repos/{owner}/{repo}/actions/runs/{run_id}/artifacts',
      { run_id: runId, per_page: 100, page },
      artifactsSchema,
      { operation: { what: `list the artifacts of run ${runId}`, permission } },
    );
    found.push(...listed.artifacts);
    total = Math.max(listed.total_count, found.length);
    if (listed.artifacts.length < 100 || found.length >= total) break;
  }
  return { artifacts: newestFirst(found), total };
}

function newestFirst(artifacts: readonly RecordedArtifact[]): readonly RecordedArtifact[] {
  return [...artifacts].sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt) || b.id - a.id);
}

/**
 * Downloads and unpacks one: refused above the limits before it is downloaded, checked against its digest after.
 * @throws ApiError
 * @throws ArchiveError when it is above a limit or damaged
 */
export async function readArtifact(
  client: Client,
  artifact: RecordedArtifact,
  limits: ArtifactLimits = defaultLimits,
): Promise<readonly ArtifactFile[]> {
  refuseLarge(artifact.name, artifact.bytes, limits);
  const bytes = await client.bytes(
    'GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}',
    { artifact_id: artifact.id, archive_format: 'zip' },
    {
      operation: { what: `download the artifact "${artifact.name}" (${artifact.id})`, permission },
      maxBytes: limits.stored,
      timeout: 60_000,
    },
  );
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  if (artifact.digest !== undefined && artifact.digest !== digest) {
    throw new ArchiveError(
      'digest',
      `The artifact "${artifact.name}" (${artifact.id}) is not what was uploaded: its digest is ${digest}, GitHub's list says ${artifact.digest}.`,
      {
        why: "it is not what was uploaded: its digest is another than GitHub's list says",
        how: 'Run the job again; if it stays so, delete the artifact and record it anew.',
      },
    );
  }
  return unpack(artifact.name, bytes, limits);
}
