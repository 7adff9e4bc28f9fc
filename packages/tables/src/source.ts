import { UserError } from '@modelgate/core';
import type { ColumnType } from './column-type.ts';
import { csvRelation } from './csv-relation.ts';
import { digestOf, etagDigest, fingerprints } from './fingerprint.ts';
import { jsonRelation } from './json-relation.ts';
import { parquetRelation } from './parquet-relation.ts';
import { partitioned, partitionsOf } from './partition.ts';
import type { Relation } from './relation.ts';
import type { StoredFile } from './remote-store.ts';
import type { Session } from './session.ts';
import {
  type FileFormat,
  type Format,
  formatOf,
  type MatchedFile,
  matchFiles,
  type SourceFile,
} from './source-files.ts';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** For people, such as `BIGINT`. */
  readonly storedAs: string;
}

/** A table: what was found, and its identity. Of an engine's own table `files` is empty. */
export interface Source {
  /** As it was asked for. */
  readonly path: string;
  readonly format: Format;
  /** Sorted by path. */
  readonly files: readonly SourceFile[];
  readonly bytes: number;
  /** Hex sha-256 over the set; of one file that file's own. */
  readonly digest: string;
  /** `etag`: digests are over names, sizes and ETags, for the content was not fetched whole. Otherwise over the content. */
  readonly identity?: 'etag';
  /** More than 0, but for a sample. */
  readonly rows: number;
  /** Of a sample: the rows of the whole, to which path, files and digest belong. */
  readonly sampledFrom?: number;
  readonly columns: readonly Column[];
}

export interface DescribedSource {
  readonly source: Source;
  readonly relation: Relation;
}

/**
 * Finds the files of a path or glob, partitioned or not, hashes them, and learns rows and column types. Types of
 * CSV and JSON come from every row, not from a sample.
 *
 * @param root where `asked` starts and what it must not leave: the workspace, or a folder of the session's own
 * @throws UserError `file-missing`, `file-empty`, `file-unreadable`, `not-finite` (a bare NaN in JSON)
 */
export async function describeSource(
  session: Session,
  asked: string,
  root: string = session.workspace,
): Promise<DescribedSource> {
  const matched = await matchFiles(root, asked);
  const [first] = matched;
  if (first === undefined) throw new Error('matchFiles gave no file and no error');
  const format = formatOf(first);
  const files = await fingerprints(matched);
  return described(session, asked, { format, matched, files });
}

/**
 * The same of objects of a store: Parquet, of which the engine fetches what it needs.
 *
 * @throws UserError `file-empty`, `file-unreadable`
 */
export async function describeObjects(
  session: Session,
  matched: readonly StoredFile[],
  asked: string,
): Promise<DescribedSource> {
  const other = matched.find(({ extension }) => extension !== '.parquet' && extension !== '.pq');
  if (other !== undefined) {
    throw new UserError('file-unreadable', `${other.path} is no Parquet file by its name.`, {
      how: 'From an object store only .parquet and .pq are read; fetch other files in a step before.',
      where: { file: other.path },
    });
  }
  const files = matched.map(({ path, bytes, etag }) => ({ path, bytes, sha256: etagDigest(path, bytes, etag) }));
  const { source, relation } = await described(session, asked, { format: 'parquet', matched, files });
  return { source: { ...source, identity: 'etag' }, relation };
}

async function described(
  session: Session,
  asked: string,
  { format, matched, files }: { format: FileFormat; matched: readonly MatchedFile[]; files: readonly SourceFile[] },
): Promise<DescribedSource> {
  const partitions = partitionsOf(matched);
  const read = await relations[format](session, matched, partitions?.fileColumn);
  const relation = partitions === undefined ? read : await partitioned(session, read, partitions);
  if (relation.rows === 0) {
    throw new UserError('file-empty', `${asked} holds no rows.`, { where: { file: files[0]?.path ?? asked } });
  }
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const columns = relation.columns.map(({ name, type, storedAs }) => ({ name, type, storedAs }));
  const source = { path: asked, format, files, bytes, digest: digestOf(files), rows: relation.rows, columns };
  return { source, relation };
}

const relations = { csv: csvRelation, json: jsonRelation, parquet: parquetRelation } as const;
