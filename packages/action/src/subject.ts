import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Verdict } from '@modelgate/core';

export type Subject = NonNullable<Verdict['subject']>;

/** What is judged, and what must be said about it. */
export interface FoundSubject {
  readonly subject: Subject;
  readonly notice?: string;
}

/**
 * The model that the policy names, by the sha-256 of its content: of a file its own, of a folder that of the lines
 * `<sha-256>  <path>` of all files in it, sorted by path, as `sha256sum` prints them. A model that is not there has no
 * digest: its verdict informs, and cannot become evidence.
 *
 * @param workspace absolute
 * @param name      as in the policy, relative to the workspace
 */
export async function subjectAt(workspace: string, name: string): Promise<FoundSubject> {
  const nothing = (why: string): FoundSubject => ({
    subject: { name },
    notice: `The model ${name} ${why}, so this verdict names no digest of it and cannot become evidence.`,
  });
  const absolute = path.resolve(workspace, name);
  const [real, root] = await Promise.all([realpath(absolute).catch(() => undefined), realpath(workspace)]);
  if (real === undefined) return nothing('is not there');
  if (!real.startsWith(root + path.sep)) return nothing('leads out of the workspace');
  const kind = await stat(real);
  if (kind.isFile()) return { subject: { name, sha256: await digestOfFile(real) } };
  if (!kind.isDirectory()) return nothing('is neither a file nor a folder');
  const entries = await readdir(real, { recursive: true, withFileTypes: true });
  const odd = entries.find((entry) => !entry.isFile() && !entry.isDirectory());
  if (odd !== undefined) return nothing(`holds ${odd.name}, which is neither a file nor a folder`);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  if (files.length === 0) return nothing('is an empty folder');
  const lines: FileDigest[] = [];
  for (const file of files) {
    const relative = path.relative(real, file).replaceAll(path.sep, '/');
    lines.push({ path: relative, sha256: await digestOfFile(file) });
  }
  return { subject: { name, sha256: digestOfFolder(lines) } };
}

export interface FileDigest {
  /** Relative to the folder, with `/`. */
  readonly path: string;
  readonly sha256: string;
}

/** The digest of a folder, whatever the order in which its files come. */
export function digestOfFolder(files: readonly FileDigest[]): string {
  const hash = createHash('sha256');
  const sorted = files.toSorted((one, other) => (one.path < other.path ? -1 : 1));
  for (const { path: name, sha256 } of sorted) hash.update(`${sha256}  ${name}\n`);
  return hash.digest('hex');
}

async function digestOfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}
