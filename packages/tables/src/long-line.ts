import { createReadStream } from 'node:fs';
import { Writable } from 'node:stream';
import { UserError } from '@modelgate/core';
import { type MatchedFile, unpacking } from './source-files.ts';

/** The longest lines that the engine reads, which are its own defaults. In bytes; a `.json` array has no lines. */
export const longestLine = { csv: 2 << 20, json: 16 << 20 } as const;

/**
 * Takes the content of a file and notes whether a line is longer than the limit. Needed because the engine drops the
 * last line of a CSV without a word when that is longer than its buffer.
 */
export class LineLengths extends Writable {
  readonly #limit: number;
  #begun = 0;
  #before = 0;
  /** Bytes before the line that is too long. */
  tooLongAt: number | undefined;

  constructor(limit: number) {
    super();
    this.#limit = limit;
  }

  /** Of each piece, which is shorter than the limit, only the first and last line break matter. */
  override _write(piece: Buffer, _encoding: BufferEncoding, done: () => void): void {
    const first = firstBreak(piece);
    if (this.tooLongAt === undefined && this.#begun + (first < 0 ? piece.length : first) > this.#limit) {
      this.tooLongAt = this.#before - this.#begun;
    }
    this.#begun = first < 0 ? this.#begun + piece.length : piece.length - 1 - lastBreak(piece);
    this.#before += piece.length;
    done();
  }
}

/** The limit for a file's lines; undefined where there is none. */
export function lineLimit(file: MatchedFile): number | undefined {
  if (file.extension === '.csv' || file.extension === '.tsv') return longestLine.csv;
  return file.extension === '.jsonl' || file.extension === '.ndjson' ? longestLine.json : undefined;
}

/** @param start bytes of the content before the line */
export async function longLine(file: MatchedFile, start: number, limit: number): Promise<UserError> {
  const line = 1 + (await lineBreaks(file, start));
  return new UserError(
    'file-unreadable',
    `${file.path}, line ${line} is longer than the ${limit >> 20} MiB that are read of one line.`,
    {
      how: `Is a line break lost, or a quote not closed? ${limit === longestLine.csv ? 'Longer texts are read from JSON lines or Parquet.' : 'Longer texts are read from Parquet.'}`,
      where: { file: file.path, line },
    },
  );
}

/** Line breaks among the first bytes: `\n`, `\r\n` or a lone `\r`. */
async function lineBreaks(file: MatchedFile, bytes: number): Promise<number> {
  const content = createReadStream(file.real, { highWaterMark: 1 << 20 }).pipe(unpacking(file));
  let [found, left, previous] = [0, bytes, 0];
  for await (const piece of content) {
    for (const byte of piece.subarray(0, left)) {
      if (byte === 13 || (byte === 10 && previous !== 13)) found++;
      previous = byte;
    }
    left -= piece.length;
    if (left <= 0) break;
  }
  return found;
}

function firstBreak(piece: Buffer): number {
  const [newline, carriage] = [piece.indexOf(10), piece.indexOf(13)];
  return newline < 0 || carriage < 0 ? Math.max(newline, carriage) : Math.min(newline, carriage);
}

function lastBreak(piece: Buffer): number {
  return Math.max(piece.lastIndexOf(10), piece.lastIndexOf(13));
}
