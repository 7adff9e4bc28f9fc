import { UserError } from '@modelgate/core';
import * as z from 'zod';
import { bitsOf, textKind, typeOfTexts } from './column-type.ts';
import type { Relation, RelationColumn } from './relation.ts';
import type { Session } from './session.ts';
import type { MatchedFile } from './source-files.ts';
import { identifier, literal } from './sql-text.ts';

/** Values that files have by the folders they lie in: `data/year=2024/month=01/a.parquet`. */
export interface Partitions {
  /** Column in which the engine's readers tell the file of each row. */
  readonly fileColumn: string;
  readonly keys: readonly string[];
  /** By the file's real path: a value for each key; null as Hive writes it. */
  readonly values: ReadonlyMap<string, readonly (string | null)[]>;
}

/**
 * The partitions of a set of files, undefined when no folder is named `key=value` (Apache Hive's layout, which Spark,
 * DuckDB and pyarrow write). Only folders below the workspace count.
 *
 * @throws UserError `file-unreadable` when files lie in folders of other keys, or two names lead to one file
 */
export function partitionsOf(files: readonly MatchedFile[]): Partitions | undefined {
  const [first] = files;
  if (first === undefined) return undefined;
  const keys = foldersOf(first).map(([key]) => key);
  const values = new Map<string, readonly (string | null)[]>();
  for (const file of files) {
    const folders = foldersOf(file);
    if (folders.length !== keys.length || folders.some(([key], index) => key !== keys[index])) {
      throw new UserError(
        'file-unreadable',
        `${file.path} lies in ${inFolders(folders.map(([key]) => key))}, ${first.path} in ${inFolders(keys)}.`,
        { how: 'All files of one table must be partitioned by the same columns.', where: { file: file.path } },
      );
    }
    const real = file.real.replaceAll('\\', '/');
    if (keys.length > 0 && values.has(real)) {
      throw new UserError('file-unreadable', `${file.path} is a link to a file that is part of the table already.`, {
        where: { file: file.path },
      });
    }
    values.set(
      real,
      folders.map(([, value]) => value),
    );
  }
  return keys.length === 0 ? undefined : { fileColumn: '__modelgate_file', keys, values };
}

/**
 * The relation with a column for each key, typed as CSV is: `7` is an integer, `07` a text. A column of the files
 * themselves wins over a folder of that name.
 */
export async function partitioned(session: Session, relation: Relation, partitions: Partitions): Promise<Relation> {
  const held = new Set(relation.columns.map(({ name }) => name.toLowerCase()));
  const files = [...partitions.values.keys()].map(literal).join(', ');
  const added: RelationColumn[] = [];
  for (const [index, name] of partitions.keys.entries()) {
    if (held.has(name.toLowerCase())) continue;
    const values = [...partitions.values.values()].map((of) => of[index] ?? null);
    const list = values.map((value) => (value === null ? 'NULL' : literal(value))).join(', ');
    const { bits } = await session.row(
      `SELECT ${bitsOf(['k'])} AS bits FROM (SELECT ${textKind('v')} AS k FROM (SELECT unnest([${list}]::VARCHAR[]) AS v))`,
      z.object({ bits: z.tuple([z.int()]) }),
    );
    const type = typeOfTexts(bits[0]);
    const written = `map_extract_value(MAP([${files}], [${list}]::VARCHAR[]), ${identifier(partitions.fileColumn)})`;
    added.push({ name, ...type, sql: `CAST(${written} AS ${type.storedAs})`, written });
  }
  return { ...relation, columns: [...relation.columns, ...added] };
}

function foldersOf(file: MatchedFile): readonly (readonly [string, string | null])[] {
  return file.path
    .split('/')
    .slice(0, -1)
    .flatMap((folder): (readonly [string, string | null])[] => {
      const [key = '', ...value] = folder.split('=');
      if (key === '' || value.length === 0) return [];
      const text = decoded(value.join('='));
      return [[decoded(key), text === '__HIVE_DEFAULT_PARTITION__' ? null : text]];
    });
}

/** Folder names are written as in addresses, `a%20b`; what is not, is taken as it stands. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function inFolders(keys: readonly string[]): string {
  return keys.length === 0 ? 'no folder of a partition' : `folders ${keys.map((key) => `${key}=…`).join('/')}`;
}
