import { createHash } from 'node:crypto';
import { UserError } from '@modelgate/core';
import * as z from 'zod';
import { ApiError } from './api-error.ts';
import type { Client } from './client.ts';

export type FileAtCommit =
  | { readonly state: 'found'; readonly bytes: Uint8Array; readonly blob: string }
  | { readonly state: 'missing' };

const permission = 'contents: read';
/** What GitHub serves of one blob. */
const bytesAtMost = 100 * 1024 * 1024;
const sha = z.string().regex(/^[0-9a-f]{40}$/);

const fileSchema = z.object({
  type: z.literal('file'),
  size: z.int().nonnegative(),
  sha,
  encoding: z.string(),
  content: z.string(),
});
const contentSchema = z.union([
  fileSchema,
  z.array(z.unknown()).transform(() => ({ type: 'dir' as const })),
  z.object({ type: z.enum(['symlink', 'submodule', 'dir']) }),
]);

/**
 * A file as it is in a commit, read through the API and checked against its blob's SHA: a local clone would not do, for
 * an earlier step can move its refs. One call up to 1 MiB, two up to 100 MB.
 *
 * `missing` is proven: GitHub answers 404 also to a token that may not look, so the commit's tree is read before a file
 * is said to be missing.
 *
 * @throws ApiError
 * @throws UserError for a folder, a link, a Git LFS pointer, a damaged or too large file
 */
export async function readFileAt(
  client: Client,
  at: { readonly commit: string; readonly path: string },
): Promise<FileAtCommit> {
  const found = await readBlobAt(client, at);
  if (found.state === 'found' && lfsDigest(found.bytes) !== undefined) throw lfsPointer(at);
  return found;
}

/**
 * SHA-256 of the file that a Git LFS pointer in a commit stands for; undefined when the path holds no pointer.
 * @throws as readFileAt
 */
export async function lfsDigestAt(
  client: Client,
  at: { readonly commit: string; readonly path: string },
): Promise<string | undefined> {
  const found = await readBlobAt(client, at);
  return found.state === 'found' ? lfsDigest(found.bytes) : undefined;
}

async function readBlobAt(
  client: Client,
  at: { readonly commit: string; readonly path: string },
): Promise<FileAtCommit> {
  const { commit, path } = at;
  const operation = { what: `read ${path} at ${commit.slice(0, 7)}`, permission };
  const route = 'GET /repos/{owner}/{repo}/contents/{path}';
  try {
    const content = await client.json(route, { path, ref: commit }, contentSchema, { operation });
    if (content.type !== 'file') throw notAFile(at, content.type);
    const bytes = await bytesOf(client, at, content);
    if (gitBlobSha(bytes) !== content.sha) throw damaged(at, content.sha);
    return { state: 'found', bytes, blob: content.sha };
  } catch (error) {
    if (!(error instanceof ApiError && error.kind === 'not-found')) throw error;
    await readTree(client, commit, false);
    return { state: 'missing' };
  }
}

async function bytesOf(
  client: Client,
  { path, commit }: { readonly path: string; readonly commit: string },
  content: z.infer<typeof fileSchema>,
): Promise<Uint8Array> {
  if (content.encoding === 'base64') return Buffer.from(content.content, 'base64');
  if (content.size > bytesAtMost) {
    throw new UserError(
      'file-unreadable',
      `${path} at ${commit.slice(0, 7)} has ${megabytes(content.size)}, more than 100 MB.`,
      {
        how: 'GitHub serves no larger file from a repository. Keep a recorded baseline (`from: recorded`) instead.',
      },
    );
  }
  const bytes = await client.bytes(
    'GET /repos/{owner}/{repo}/contents/{path}',
    { path, ref: commit },
    {
      operation: { what: `read ${path} at ${commit.slice(0, 7)}`, permission },
      accept: 'application/vnd.github.raw+json',
      maxBytes: bytesAtMost,
      timeout: 60_000,
    },
  );
  return bytes;
}

/** The SHA-1 by which git names this content. */
export function gitBlobSha(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.byteLength}\0`).update(bytes).digest('hex');
}

function megabytes(bytes: number): string {
  return `${(bytes / (1024 * 1024)).toFixed(1)} MB`;
}

function notAFile({ path, commit }: { readonly path: string; readonly commit: string }, type: string): UserError {
  const what = { dir: 'a folder', symlink: 'a symbolic link', submodule: 'a submodule' }[type] ?? type;
  return new UserError('file-unreadable', `${path} at ${commit.slice(0, 7)} is ${what}, not a file.`, {
    how: 'Name a file that is committed in this repository.',
  });
}

function damaged({ path, commit }: { readonly path: string; readonly commit: string }, blob: string): UserError {
  return new UserError('file-unreadable', `${path} at ${commit.slice(0, 7)} is not what its blob ${blob} says.`, {
    how: 'Something between GitHub and the runner changed it, or it is a link. Name the file itself and run the job again.',
  });
}

function lfsPointer({ path, commit }: { readonly path: string; readonly commit: string }): UserError {
  return new UserError(
    'file-unreadable',
    `${path} at ${commit.slice(0, 7)} is a Git LFS pointer, not the file itself.`,
    {
      how: 'Commit this file without LFS, or use a recorded baseline (`from: recorded`).',
    },
  );
}

/** Pointers are smaller than this (git-lfs, docs/spec.md). */
export const lfsPointerBytes = 1024;

function lfsDigest(bytes: Uint8Array): string | undefined {
  if (bytes.byteLength >= lfsPointerBytes) return undefined;
  const text = Buffer.from(bytes).toString('latin1');
  if (!text.startsWith('version https://git-lfs.github.com/spec/')) return undefined;
  return /^oid sha256:([0-9a-f]{64})$/m.exec(text)?.[1] ?? '';
}

export interface FileEntry {
  readonly path: string;
  readonly blob: string;
  readonly bytes: number;
}

const treeSchema = z.object({
  truncated: z.boolean(),
  tree: z.array(z.object({ path: z.string(), type: z.string(), sha, size: z.int().optional() })),
});

/**
 * Every file of a commit, in one call: whether the base has a policy at all is asked of this. `truncated` when the
 * repository is too large for one reply (100,000 entries); what is missing then is not known to be missing.
 * @throws ApiError
 */
export async function listFilesAt(
  client: Client,
  commit: string,
): Promise<{ readonly files: readonly FileEntry[]; readonly truncated: boolean }> {
  const { tree, truncated } = await readTree(client, commit, true);
  const files = tree
    .filter((entry) => entry.type === 'blob')
    .map((entry) => ({ path: entry.path, blob: entry.sha, bytes: entry.size ?? 0 }));
  return { files, truncated };
}

function readTree(client: Client, commit: string, recursive: boolean) {
  return client.json(
    'GET /repos/{owner}/{repo}/git/trees/{tree_sha}',
    { tree_sha: commit, ...(recursive ? { recursive: '1' } : {}) },
    treeSchema,
    { operation: { what: `list the files of ${commit.slice(0, 7)}`, permission } },
  );
}

const comparisonSchema = z.object({
  status: z.enum(['ahead', 'behind', 'identical', 'diverged']),
  merge_base_commit: z.object({ sha }),
});

function compare(client: Client, base: string, head: string) {
  return client.json(
    'GET /repos/{owner}/{repo}/compare/{basehead}',
    { basehead: `${base}...${head}`, per_page: 1 },
    comparisonSchema,
    { operation: { what: `compare ${base.slice(0, 7)} with ${head.slice(0, 7)}`, permission } },
  );
}

/** The commit that two commits have grown apart from. @throws ApiError */
export async function mergeBase(client: Client, base: string, head: string): Promise<string> {
  return (await compare(client, base, head)).merge_base_commit.sha;
}

/** Whether a commit is another's ancestor, or the same. A commit that GitHub does not have is nobody's. @throws ApiError */
export async function isAncestor(client: Client, ancestor: string, descendant: string): Promise<boolean> {
  if (ancestor === descendant) return true;
  try {
    const { status } = await compare(client, ancestor, descendant);
    return status === 'ahead' || status === 'identical';
  } catch (error) {
    if (error instanceof ApiError && error.kind === 'not-found') return false;
    throw error;
  }
}
