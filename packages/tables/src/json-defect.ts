import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { type MatchedFile, unpacking } from './source-files.ts';

export interface JsonDefect {
  /** 1-based; undefined where it is not known. */
  readonly line: number | undefined;
  /** What is wrong there, without any text of the data. */
  readonly what: string;
  /** A NaN or infinity written as a bare word. */
  readonly bare: boolean;
}

/** Above this a `.json` array is not read a second time only to say where it is broken. In bytes. */
const largestArray = 256 << 20;

/**
 * The first place where a file stops being JSON (RFC 8259), found by JavaScript's own strict parser: the engine reads
 * bare NaN without a word and counts lines its own way. Runs only when something is known to be wrong.
 */
export async function jsonDefect(file: MatchedFile): Promise<JsonDefect | undefined> {
  return file.extension === '.json' ? arrayDefect(file) : linesDefect(file);
}

async function linesDefect(file: MatchedFile): Promise<JsonDefect | undefined> {
  const content = createReadStream(file.real, { highWaterMark: 1 << 20 });
  const unpacked = unpacking(file);
  const reading = pipeline(content, unpacked).catch(() => undefined);
  let line = 0;
  for await (const bytes of linesOf(unpacked)) {
    line++;
    const text = bytes.toString('utf8');
    const record = line === 1 ? text.replace(/^\uFEFF/, '') : text;
    if (record.trim() === '') continue;
    const found = defect(record);
    if (found !== undefined) return { line, what: found.what, bare: found.bare };
  }
  await reading;
  return undefined;
}

/** Lines that are too long to be held were refused before. */
async function* linesOf(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let begun: Buffer[] = [];
  for await (const chunk of content) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      yield Buffer.concat([...begun, chunk.subarray(start, end)]);
      [begun, start] = [[], end + 1];
    }
    begun.push(chunk.subarray(start));
  }
  if (begun.length > 0) yield Buffer.concat(begun);
}

async function arrayDefect(file: MatchedFile): Promise<JsonDefect | undefined> {
  if (file.bytes > largestArray) return undefined;
  const text = await textOf(file, largestArray);
  if (text === undefined) return undefined;
  const found = defect(text.replace(/^\uFEFF/, ''));
  const line = found?.position === undefined ? undefined : text.slice(0, found.position).split('\n').length;
  return found && { line, what: found.what, bare: found.bare };
}

/** Undefined for more bytes than these. */
async function textOf(file: MatchedFile, most: number): Promise<string | undefined> {
  const unpacked = unpacking(file);
  const reading = pipeline(createReadStream(file.real), unpacked).catch(() => undefined);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of unpacked) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > most) return undefined;
  }
  await reading;
  return Buffer.concat(chunks).toString('utf8');
}

interface Defect {
  readonly position: number | undefined;
  readonly what: string;
  readonly bare: boolean;
}

function defect(text: string): Defect | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (text.includes('\uFFFD')) return { position: text.indexOf('\uFFFD'), what: 'is not UTF-8', bare: false };
    const records: readonly unknown[] = Array.isArray(value) ? value : [value];
    const isObject = (record: unknown) => typeof record === 'object' && record !== null && !Array.isArray(record);
    const all = records.every(isObject);
    return all ? undefined : { position: undefined, what: 'holds something other than an object', bare: false };
  } catch (error) {
    const bare = /[:[,]\s*(-?(?:NaN|Infinity|Inf)\b)/i.exec(text);
    if (bare?.[1] !== undefined) {
      const position = bare.index + bare[0].length - bare[1].length;
      return { position, what: `holds a bare ${bare[1]}, which JSON does not know`, bare: true };
    }
    // V8 names the position in some of its messages only.
    const named = error instanceof Error ? /at position (\d+)/.exec(error.message)?.[1] : undefined;
    return { position: named === undefined ? undefined : Number(named), what: 'is not valid JSON', bare: false };
  }
}
