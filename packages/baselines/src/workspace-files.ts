import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { UserError } from '@modelgate/core';

/** Longest text that is read whole. */
const longest = 8 * 1024 * 1024;

/** Plain files of a checkout, by relative paths; what leads out of it, by `..` or by a symbolic link, is not there. */
export class WorkspaceFiles {
  /** Absolute. */
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  /** Bytes; undefined when there is no such file. */
  async size(file: string): Promise<number | undefined> {
    return (await this.#found(file))?.bytes;
  }

  /** Undefined when there is no such file. @throws UserError file-unreadable above 8 MiB, or when it may not be read */
  async text(file: string): Promise<string | undefined> {
    const found = await this.#found(file);
    if (found === undefined) return undefined;
    if (found.bytes > longest) {
      throw new UserError(
        'file-unreadable',
        `${file} has ${(found.bytes / 1024 / 1024).toFixed(1)} MiB; at most ${longest / 1024 / 1024} are read`,
      );
    }
    return await readFile(found.absolute, 'utf8').catch((error: unknown) => {
      throw unreadable(file, error);
    });
  }

  /** Hexadecimal; read in pieces. Undefined when there is no such file. @throws UserError file-unreadable */
  async digest(file: string, algorithm: 'md5' | 'sha256'): Promise<string | undefined> {
    const found = await this.#found(file);
    if (found === undefined) return undefined;
    const hash = createHash(algorithm);
    await pipeline(createReadStream(found.absolute, { highWaterMark: 1 << 20 }), hash).catch((error: unknown) => {
      throw unreadable(file, error);
    });
    return hash.digest('hex');
  }

  async #found(file: string): Promise<{ absolute: string; bytes: number } | undefined> {
    try {
      const [root, absolute] = await Promise.all([realpath(this.root), realpath(path.resolve(this.root, file))]);
      const about = await stat(absolute);
      // a pipe or a device would never end
      return absolute.startsWith(root + path.sep) && about.isFile() ? { absolute, bytes: about.size } : undefined;
    } catch {
      return undefined;
    }
  }
}

function unreadable(file: string, error: unknown): UserError {
  const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return new UserError('file-unreadable', `${file} cannot be read (${why})`, { cause: error });
}
