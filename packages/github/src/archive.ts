import { UserError } from '@modelgate/core';
import { unzipSync } from 'fflate';
import { plainLine } from './log-text.ts';

export interface ArtifactFile {
  /** Relative, with `/`, never leading out of the folder it is written to. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** What is read of an artifact at most. Artifacts are other jobs' data: none of them is trusted to be small. */
export interface ArtifactLimits {
  /** As stored. */
  readonly stored: number;
  /** All files together, unpacked. */
  readonly unpacked: number;
  readonly files: number;
}

export const defaultLimits: ArtifactLimits = { stored: 256 * 2 ** 20, unpacked: 512 * 2 ** 20, files: 1_000 };

/**
 * The files of an artifact: of a zip archive its entries, of anything else the one file itself.
 *
 * Sizes come from the archive's directory before anything is unpacked, and an entry is never unpacked beyond the size
 * stated there; so an archive that lies about its sizes yields a file cut short or an error, not a full disk.
 *
 * @param name names the artifact in messages, and the file when there is no archive
 * @throws UserError when it is damaged, above a limit, or a name leads out of its folder
 */
export function unpack(name: string, bytes: Uint8Array, limits: ArtifactLimits): readonly ArtifactFile[] {
  if (!isArchive(bytes)) return [{ path: safePath(name, name), bytes }];
  let files = 0;
  let size = 0;
  const seen = new Set<string>();
  const unpacked = inflate(name, bytes, (entry) => {
    if (entry.name.endsWith('/')) return false;
    const path = safePath(name, entry.name);
    if (seen.has(path)) throw broken(name, `it holds "${plainLine(path, 80)}" twice`);
    seen.add(path);
    files += 1;
    size += entry.originalSize;
    if (files > limits.files) throw tooLarge(name, `more than ${limits.files.toLocaleString('en')} files`);
    if (size > limits.unpacked) throw tooLarge(name, `more than ${mebibytes(limits.unpacked)} unpacked`);
    return true;
  });
  return Object.entries(unpacked).map(([path, content]) => ({ path, bytes: content }));
}

function inflate(name: string, bytes: Uint8Array, filter: (entry: { name: string; originalSize: number }) => boolean) {
  try {
    return unzipSync(bytes, { filter });
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw broken(name, error instanceof Error ? error.message : 'not a zip archive', error);
  }
}

/** `PK\3\4` starts an archive, `PK\5\6` an empty one. */
function isArchive(bytes: Uint8Array): boolean {
  return (
    bytes[0] === 0x50 && bytes[1] === 0x4b && ((bytes[2] === 3 && bytes[3] === 4) || (bytes[2] === 5 && bytes[3] === 6))
  );
}

/** @throws UserError for absolute names, `..`, backslashes, drive letters and control characters */
function safePath(artifact: string, path: string): string {
  const bad =
    /^\/|^[a-z]:|\\|\p{Cc}/iu.test(path) ||
    path.split('/').some((part) => part === '..' || part === '.' || part === '');
  if (bad) throw broken(artifact, `it holds a file named "${plainLine(path, 80)}"`);
  return path;
}

export function tooLarge(name: string, what: string): UserError {
  return new UserError('file-unreadable', `The artifact "${plainLine(name, 80)}" has ${what}; it was not read.`, {
    how: 'Look at the job that uploaded it: an artifact of Modelgate is far smaller.',
  });
}

function broken(name: string, why: string, cause?: unknown): UserError {
  return new UserError(
    'file-unreadable',
    `The artifact "${plainLine(name, 80)}" cannot be unpacked: ${plainLine(why)}.`,
    {
      how: 'Look at the job that uploaded it, and run that job again.',
      cause,
    },
  );
}

export function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
