import { createReadStream } from 'node:fs';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UserError } from '@modelgate/core';
import { type MatchedFile, unpacking } from './source-files.ts';

export interface CsvDialect {
  readonly delimiter: string;
  /** As the header writes them; an unnamed one is `column<n>`, counted from 0, as pandas leaves its index. */
  readonly names: readonly string[];
}

const longestHeader = 1 << 20;
const delimiters = [',', ';', '\t', '|'];

/**
 * Delimiter and column names from the header line, which every table must have. The engine's own guess is not used: it
 * takes a ragged file for one with a single column.
 *
 * @throws UserError `file-unreadable` when the header is not UTF-8 or has no end, `file-empty` when there is none
 */
export async function csvDialect(file: MatchedFile): Promise<CsvDialect> {
  const start = await firstBytes(file, longestHeader);
  const text = decoded(start, file).replace(/^\uFEFF/, '');
  const end = endOfRecord(text);
  if (end === undefined && start.length >= longestHeader) {
    throw new UserError(
      'file-unreadable',
      `${file.path} has no end of its header line within ${longestHeader} bytes.`,
      {
        where: { file: file.path, line: 1 },
      },
    );
  }
  const header = text.slice(0, end);
  if (header.trim() === '') {
    throw new UserError('file-empty', `${file.path} has no header line.`, { where: { file: file.path, line: 1 } });
  }
  const delimiter = file.extension === '.tsv' ? '\t' : mostFrequent(header);
  return { delimiter, names: fields(header, delimiter).map((name, index) => (name === '' ? `column${index}` : name)) };
}

async function firstBytes(file: MatchedFile, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  const enough = new AbortController();
  const collect = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= limit) enough.abort();
      done();
    },
  });
  // A compressed file's first MiB comes from fewer bytes on the disk; a plain one is cut by the read itself.
  const content = createReadStream(file.real, file.compression === undefined ? { end: limit - 1 } : {});
  try {
    await pipeline(content, unpacking(file), collect, { signal: enough.signal });
  } catch (error) {
    if (!enough.signal.aborted) throw error;
  }
  return Buffer.concat(chunks).subarray(0, limit);
}

function decoded(bytes: Buffer, file: MatchedFile): string {
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const newline = bytes.indexOf(10);
  const header = newline < 0 ? bytes : bytes.subarray(0, newline);
  try {
    if (utf16) throw new TypeError('UTF-16');
    new TextDecoder('utf-8', { fatal: true }).decode(header);
    return bytes.toString('utf8');
  } catch {
    throw new UserError('file-unreadable', `${file.path} is ${utf16 ? 'UTF-16' : 'not UTF-8'} in line 1.`, {
      how: 'Write the file as UTF-8.',
      where: { file: file.path, line: 1 },
    });
  }
}

/** Where the first record ends: the first line break outside quotes. */
function endOfRecord(text: string): number | undefined {
  let quoted = false;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (character === '"') quoted = !quoted;
    if (!quoted && (character === '\n' || character === '\r')) return index;
  }
  return undefined;
}

function mostFrequent(header: string): string {
  const plain = header.replace(/"(?:[^"]|"")*"/g, '');
  const counts = delimiters.map((delimiter) => plain.split(delimiter).length);
  return delimiters[counts.indexOf(Math.max(...counts))] ?? ',';
}

/** RFC 4180: fields may be quoted, a quote inside is doubled. */
function fields(record: string, delimiter: string): readonly string[] {
  const found: string[] = [];
  for (let index = 0; index <= record.length; ) {
    if (record[index] === '"') {
      const closing = /"(?:[^"]|"")*"/y;
      closing.lastIndex = index;
      const quoted = closing.exec(record)?.[0] ?? record.slice(index);
      found.push(quoted.slice(1, -1).replaceAll('""', '"'));
      index += quoted.length + 1;
    } else {
      const end = record.indexOf(delimiter, index);
      found.push(record.slice(index, end < 0 ? undefined : end));
      index = end < 0 ? record.length + 1 : end + 1;
    }
  }
  return found;
}
