import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { UserError } from '@modelgate/core';
import { LineLengths, lineLimit, longLine } from './long-line.ts';
import { type MatchedFile, type SourceFile, unpacking } from './source-files.ts';

/**
 * Sizes and hashes. A compressed file is unpacked on the way: the engine takes what it can of a cut one without a word.
 *
 * @throws UserError `file-unreadable`, also for a line that is too long
 */
export async function fingerprints(files: readonly MatchedFile[]): Promise<readonly SourceFile[]> {
  const found: SourceFile[] = [];
  for (const file of files) {
    const hash = createHash('sha256');
    const limit = lineLimit(file);
    const lines = new LineLengths(limit ?? Number.POSITIVE_INFINITY);
    try {
      const content = createReadStream(file.real, { highWaterMark: 1 << 20 });
      content.on('data', (chunk) => hash.update(chunk));
      await pipeline(content, unpacking(file), lines);
    } catch (error) {
      throw new UserError('file-unreadable', `${file.path} cannot be read: ${what(error)}.`, {
        where: { file: file.path },
        cause: error,
      });
    }
    if (limit !== undefined && lines.tooLongAt !== undefined) throw await longLine(file, lines.tooLongAt, limit);
    found.push({ path: file.path, bytes: file.bytes, sha256: hash.digest('hex') });
  }
  return found;
}

/** Stands for the content of an object: the sha-256 of a line of its ETag, size and name. */
export function etagDigest(name: string, bytes: number, etag: string): string {
  return createHash('sha256').update(`${etag}  ${bytes}  ${name}\n`).digest('hex');
}

/** One digest over a set: of one file its own, of several the sha-256 over lines of `<sha-256>  <path>`. */
export function digestOf(files: readonly SourceFile[]): string {
  const [only, ...more] = files;
  if (only !== undefined && more.length === 0) return only.sha256;
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file.sha256}  ${file.path}\n`);
  return hash.digest('hex');
}

function what(error: unknown): string {
  if (error instanceof Error && 'code' in error) {
    if (error.code === 'Z_BUF_ERROR') return 'its compressed data are cut off';
    if (error.code === 'Z_DATA_ERROR' || String(error.code).startsWith('ZSTD_error'))
      return 'its compressed data are damaged';
    return String(error.code);
  }
  return 'unknown error';
}
