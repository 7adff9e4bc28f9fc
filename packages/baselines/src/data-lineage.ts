import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { type LineageEntry, PolicyError, parseYaml, UserError } from '@modelgate/core';
import * as z from 'zod';
import { compareWithDvc, type DvcRecord, dvcRecords } from './dvc-record.ts';
import { lockFiles } from './lock-file.ts';
import { WorkspaceFiles } from './workspace-files.ts';

export interface LineageRequest {
  /** Absolute root of the checkout. */
  readonly workspace: string;
  /** Files that were used, relative to the root; no patterns. Others than those of the checkout are left out. */
  readonly files: readonly string[];
}

export interface Lineage {
  readonly lineage: readonly LineageEntry[];
  /** What does not fit, one sentence each. */
  readonly notices: readonly string[];
}

/** More than this says nothing to a reader of the verdict, and would take long to compare. */
const filesAtMost = 200;

/**
 * Where the used data and the packages come from, as files of the checkout record it: `dvc.lock` and `*.dvc` (and whether
 * what is on disk has their MD5), `.lakefs_ref.yaml`, and the lock files of package managers at the root. What cannot be
 * read becomes a notice: lineage is information, and never stops a gate.
 */
export async function dataLineage({ workspace, files }: LineageRequest): Promise<Lineage> {
  const reader = new WorkspaceFiles(workspace);
  const used = [...new Set(files.map((file) => relativeTo(workspace, file)).filter((file) => file !== undefined))];
  const folders = [...new Set(used.flatMap(foldersAbove))].toSorted();
  const notices: string[] = [];
  /** A file that cannot be understood is said and left out. */
  const reading = async <T>(file: string, read: (text: string) => T): Promise<T | undefined> => {
    try {
      const text = await reader.text(file);
      return text === undefined ? undefined : read(text);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      notices.push(`Lineage: ${error instanceof PolicyError ? yamlMistake(file, error) : error.message}`);
      return undefined;
    }
  };

  const records: DvcRecord[] = [];
  const copies: LineageEntry[] = [];
  for (const folder of folders) {
    for (const file of await dvcFilesIn(path.join(workspace, folder))) {
      const recordedIn = path.posix.join(folder, file);
      records.push(...((await reading(recordedIn, (text) => dvcRecords(recordedIn, text))) ?? []));
    }
    const reference = path.posix.join(folder, '.lakefs_ref.yaml');
    const copy = await reading(reference, (text) => lakefsReference(reference, text));
    if (copy === undefined) continue;
    copies.push({ kind: 'lakefs', path: folder, source: copy.src, commit: copy.at_head });
    if (copy.active_operation !== '') {
      notices.push(
        `${folder} is a local copy of ${copy.src} in which \`lakectl local ${copy.active_operation}\` did not end: its files may be of two commits.`,
      );
    }
  }

  if (used.length > filesAtMost)
    notices.push(`Lineage: only the first ${filesAtMost} of ${used.length} files were looked up.`);
  const compared = await compareWithDvc(used.slice(0, filesAtMost), records, reader);
  const locks = await lockFiles(reader);
  return { lineage: [...compared.lineage, ...copies, ...locks], notices: [...notices, ...compared.notices] };
}

/** Without the advice that is meant for policies. */
function yamlMistake(file: string, { problems: [first] }: PolicyError): string {
  const line = first?.where.line;
  return `${line === undefined ? '' : `${file}:${line} is `}${first?.message ?? ''}`;
}

function relativeTo(workspace: string, file: string): string | undefined {
  const relative = path.relative(workspace, path.resolve(workspace, file)).split(path.sep).join('/');
  return relative === '' || relative.startsWith('..') || path.isAbsolute(relative) ? undefined : relative;
}

/** `a/b/c.csv`: `.`, `a`, `a/b`. */
function foldersAbove(file: string): readonly string[] {
  const parts = file.split('/').slice(0, -1);
  return ['.', ...parts.map((_, index) => parts.slice(0, index + 1).join('/'))];
}

async function dvcFilesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const named = entries.filter(
    (entry) => entry.isFile() && (entry.name === 'dvc.lock' || /^.+\.dvc$/.test(entry.name)),
  );
  return named
    .map(({ name }) => name)
    .toSorted()
    .slice(0, 500);
}

/** What `lakectl local` writes into a folder that it keeps in step with a repository. */
const lakefsSchema = z.object({
  src: z.string().regex(/^lakefs:\/\/[^\s/]+\/[^\s/]+(\/\S*)?$/),
  at_head: z.string().regex(/^[0-9a-f]{8,64}$/),
  active_operation: z
    .string()
    .regex(/^[a-z-]{0,40}$/)
    .default(''),
});

function lakefsReference(file: string, text: string): z.infer<typeof lakefsSchema> {
  const parsed = lakefsSchema.safeParse(parseYaml(text, file).value);
  if (parsed.success) return parsed.data;
  throw new UserError('file-unreadable', `${file} is not what lakectl local writes: ${z.prettifyError(parsed.error)}`);
}
