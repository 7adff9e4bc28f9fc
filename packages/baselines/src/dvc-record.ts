import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { type LineageEntry, parseYaml, UserError } from '@modelgate/core';
import * as z from 'zod';
import type { WorkspaceFiles } from './workspace-files.ts';

/** What DVC says of one file or folder. */
export interface DvcRecord {
  /** Relative to the root of the checkout. */
  readonly path: string;
  readonly recordedIn: string;
  /** Hexadecimal; of a folder with the ending `.dir`. */
  readonly md5: string;
  readonly bytes: number | undefined;
  /** DVC before 3.0 took the MD5 of texts with line ends of Unix, and did not say `hash: md5`. */
  readonly legacy: boolean;
  /** An output is what was made; a dependency is what it was made from, then. */
  readonly role: 'output' | 'dependency';
}

const entry = z.object({
  path: z.string(),
  md5: z.string().optional(),
  hash: z.string().optional(),
  size: z.int().nonnegative().optional(),
});
const entries = z.array(entry).nullish();
const stage = z.object({ outs: entries, deps: entries, wdir: z.string().optional() });
const oneStage = stage.transform((one) => [one]);
const stages = z.record(z.string(), stage).transform((all) => Object.values(all));
/** Lock files of schema 1.0 are the stages themselves. */
const lockFile = z.union([
  z.object({ schema: z.string(), stages: stages.default([]) }).transform((file) => file.stages),
  stages,
]);

/**
 * Reads a `dvc.lock` (of every stage, outputs and dependencies) or a `*.dvc` file.
 *
 * @param file relative to the root; paths in it are relative to its folder
 * @throws UserError file-unreadable, policy-invalid for what is no YAML
 */
export function dvcRecords(file: string, text: string): readonly DvcRecord[] {
  const { value } = parseYaml(text, file);
  const schema = path.posix.basename(file) === 'dvc.lock' ? lockFile : oneStage;
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    throw new UserError('file-unreadable', `${file} is not what DVC writes: ${z.prettifyError(parsed.error)}`);
  }
  return parsed.data.flatMap((one) => {
    const folder = path.posix.join(path.posix.dirname(file), one.wdir ?? '.');
    const records = (role: DvcRecord['role'], list: z.infer<typeof entries>) =>
      (list ?? []).flatMap((given) => recordOf(given, role, folder, file));
    return [...records('output', one.outs), ...records('dependency', one.deps)];
  });
}

function recordOf(
  { path: given, md5, hash, size }: z.infer<typeof entry>,
  role: DvcRecord['role'],
  folder: string,
  recordedIn: string,
): readonly DvcRecord[] {
  if (md5 === undefined || !/^[0-9a-f]{32}(\.dir)?$/.test(md5)) return []; // of an object store by ETag, of a URL, …
  const file = path.posix.join(folder, given).replace(/\/+$/, '');
  return [{ path: file, recordedIn, md5, bytes: size, legacy: hash === undefined, role }];
}

/** The records of the used files, compared with what is on disk. */
export async function compareWithDvc(
  used: readonly string[],
  records: readonly DvcRecord[],
  reader: WorkspaceFiles,
): Promise<{ readonly lineage: readonly LineageEntry[]; readonly notices: readonly string[] }> {
  const wanted = new Map<string, readonly DvcRecord[]>();
  for (const file of used) {
    const about = records.filter((record) => record.path === file);
    const above = records.filter(({ md5, path }) => md5.endsWith('.dir') && file.startsWith(`${path}/`));
    const nearest = about.length > 0 ? about : above.filter(({ path }) => path === longest(above));
    const [first] = nearest;
    if (first !== undefined) wanted.set(first.path, nearest);
  }
  const lineage: LineageEntry[] = [];
  const notices: string[] = [];
  for (const about of wanted.values()) {
    const chosen = about.find(({ role }) => role === 'output') ?? about[0];
    if (chosen === undefined) continue;
    const { path, recordedIn, md5, bytes } = chosen;
    const actual = await actualMd5(chosen, reader);
    lineage.push({
      kind: 'dvc',
      path,
      recordedIn,
      md5,
      ...(bytes === undefined ? {} : { bytes }),
      ...(actual === undefined ? {} : { matches: actual === md5 }),
    });
    if (actual !== undefined && actual !== md5) {
      notices.push(
        `${path} is not what ${recordedIn} records (${actual === 'other-size' ? 'its size differs' : `MD5 ${actual}`}, recorded ${md5}): commit what DVC recorded of it, or bring the recorded data back with \`dvc checkout\`.`,
      );
    }
    const other = about.find((one) => one.md5 !== md5);
    if (other !== undefined) {
      notices.push(
        `DVC records two versions of ${path}: ${md5} in ${recordedIn}, ${other.md5} as a ${other.role} in ${other.recordedIn}. Run \`dvc repro\`: something was made from another version.`,
      );
    }
  }
  return { lineage, notices };
}

function longest(records: readonly DvcRecord[]): string | undefined {
  return records.map(({ path }) => path).toSorted((a, b) => b.length - a.length)[0];
}

/** As DVC would record it now; undefined where there is nothing, or too much, to compare. */
async function actualMd5(record: DvcRecord, reader: WorkspaceFiles): Promise<string | undefined> {
  if (record.md5.endsWith('.dir')) return record.legacy ? undefined : await folderMd5(record.path, reader);
  const size = await reader.size(record.path);
  if (size === undefined) return undefined;
  if (!record.legacy && record.bytes !== undefined && size !== record.bytes) return 'other-size';
  const plain = await reader.digest(record.path, 'md5').catch(() => undefined);
  if (plain === record.md5 || !record.legacy) return plain;
  const text = await reader.text(record.path).catch(() => undefined);
  if (text === undefined) return undefined; // too long to tell whether only its line ends differ
  const unix = createHash('md5').update(text.replaceAll('\r\n', '\n')).digest('hex');
  return unix === record.md5 ? unix : plain;
}

const folderAtMost = 2000;

/**
 * MD5 of the JSON list of a folder's files and their MD5s, ordered by path, as Python's json.dumps writes it (dvc-data,
 * `Tree.as_bytes`). Undefined for large folders, and those with a `.dvcignore`, which leaves files out.
 */
async function folderMd5(folder: string, reader: WorkspaceFiles): Promise<string | undefined> {
  const absolute = path.join(reader.root, folder);
  const found = await readdir(absolute, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = found.filter((one) => !one.isDirectory());
  if (files.length === 0 || files.length > folderAtMost) return undefined;
  const listed: { md5: string; relpath: string }[] = [];
  for (const file of files) {
    const relpath = path.relative(absolute, path.join(file.parentPath, file.name)).split(path.sep).join('/');
    const md5 =
      file.name === '.dvcignore'
        ? undefined
        : await reader.digest(`${folder}/${relpath}`, 'md5').catch(() => undefined);
    if (md5 === undefined) return undefined;
    listed.push({ md5, relpath });
  }
  listed.sort((a, b) => Buffer.compare(Buffer.from(a.relpath), Buffer.from(b.relpath)));
  const items = listed.map(({ md5, relpath }) => `{"md5": "${md5}", "relpath": ${asciiJson(relpath)}}`);
  return `${createHash('md5')
    .update(`[${items.join(', ')}]`)
    .digest('hex')}.dir`;
}

function asciiJson(text: string): string {
  return JSON.stringify(text).replaceAll(/[\u007f-\uffff]/g, (one) => {
    return one === '\u007f' ? one : `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
