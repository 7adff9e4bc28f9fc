import { UserError } from '@modelgate/core';
import { plainLine } from './log-text.ts';
import { isZip, ZipError, type ZipFault, zipEntries } from './zip-archive.ts';

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

/** Why an artifact was not read. */
export type ArchiveFault = ZipFault | 'too-many-files' | 'path' | 'duplicate' | 'digest' | 'name';

export class ArchiveError extends UserError {
  readonly fault: ArchiveFault;
  /** The message without the artifact's name, to go on from "The artifact …: ". */
  readonly why: string;
  constructor(fault: ArchiveFault, message: string, options: { why: string; how: string; cause?: unknown }) {
    super('file-unreadable', message, options);
    this.name = 'ArchiveError';
    this.fault = fault;
    this.why = options.why;
  }
}

/**
 * The files of an artifact: of a zip archive its entries, of anything else the one file itself.
 *
 * Names and sizes are looked at before anything is unpacked, and an entry is never unpacked beyond the size stated for
 * it; so neither a zip bomb nor an archive that lies about its sizes takes more memory than the limits allow.
 *
 * @param name names the artifact in messages, and the file when there is no archive
 * @throws ArchiveError when it is damaged, above a limit, or a name leads out of its folder
 */
export function unpack(name: string, bytes: Uint8Array, limits: ArtifactLimits): readonly ArtifactFile[] {
  if (!isZip(bytes)) return [{ path: safePath(name, name), bytes }];
  return inZip(name, () => {
    const entries = zipEntries(bytes);
    if (entries.length > limits.files) {
      throw tooLarge(name, `more than ${limits.files.toLocaleString('en')} files`, 'too-many-files');
    }
    const seen = new Set<string>();
    let size = 0;
    for (const entry of entries) {
      const path = safePath(name, entry.name);
      if (seen.has(path)) throw broken(name, 'duplicate', `it holds "${plainLine(path, 80)}" twice`);
      seen.add(path);
      size += entry.size;
      if (size > limits.unpacked) throw tooLarge(name, `more than ${mebibytes(limits.unpacked)} unpacked`);
    }
    return entries.map((entry) => ({ path: entry.name, bytes: entry.unpack() }));
  });
}

function inZip<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ZipError) throw broken(name, error.fault, error.message, error);
    throw error;
  }
}

/** @throws ArchiveError for absolute names, `..`, backslashes, drive letters and control characters */
function safePath(artifact: string, path: string): string {
  const bad =
    /^\/|^[a-z]:|\\|\p{Cc}/iu.test(path) ||
    path.split('/').some((part) => part === '..' || part === '.' || part === '');
  if (bad) throw broken(artifact, 'path', `it holds a file named "${plainLine(path, 80)}"`);
  return path;
}

export function tooLarge(
  name: string,
  what: string,
  fault: 'too-large' | 'too-many-files' = 'too-large',
): ArchiveError {
  return new ArchiveError(fault, `The artifact "${plainLine(name, 80)}" has ${what}; it was not read.`, {
    why: `it has ${what}`,
    how: 'Look at the job that uploaded it: an artifact of Modelgate is far smaller.',
  });
}

function broken(name: string, fault: ArchiveFault, why: string, cause?: unknown): ArchiveError {
  const words = plainLine(why);
  return new ArchiveError(fault, `The artifact "${plainLine(name, 80)}" cannot be unpacked: ${words}.`, {
    why: words,
    how: 'Look at the job that uploaded it, and run that job again.',
    cause,
  });
}

export function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
